"""What branches owe of study: hours that members lack from July on, and trainings that fall due. Titles count, never name."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.dates import year_bounds
from branch_portal.due import DueItem, MemberNote, due_provider
from learning.queries.owed import (
    FIRST_YEAR,
    NEW_SECRETARY,
    PROBATION,
    Training,
    short_of_hours,
    trainings_owed,
)

GAP = "study_hours_gap"
#: Until October only those are asked who have less than half (domain 11.1).
HALF_FROM, ALL_FROM = 7, 10
_CLAUSE = "《中国共产党党员教育管理工作条例》第二十条"
WORDS = {
    PROBATION: ("{} 名预备党员在预备期内应参加集中培训", "预备期内一般参加1次上级党组织的集中培训"),
    FIRST_YEAR: ("{} 名党员在转正一年内应参加集中培训", "转正后一年内一般参加1次上级党组织的集中培训"),
    NEW_SECRETARY: ("新任党支部书记应参加任职培训", "新任党支部书记一般在半年内参加任职培训"),
}


@due_provider
def hours_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch with members who lack hours: the number for the officers, a word to each of them. Two queries."""
    listed = {branch.pk: branch for branch in branches} if day.month >= HALF_FROM else {}
    if not listed:
        return
    half = day.month < ALL_FROM
    words = "还不到全年要求的一半" if half else "还没有达到要求"
    for branch_id, member_ids in short_of_hours(listed.keys(), day, half=half).items():
        branch = listed[branch_id]
        yield DueItem(
            rule_key=GAP,
            subject=f"learning.hours:{branch.uid}",
            due_key=str(day.year),
            organization_id=branch_id,
            organization_name=str(branch),
            title=f"{len(member_ids)} 名党员今年的学时{words}",
            due_on=year_bounds(day.year)[1],
            clause=_CLAUSE,
            url=reverse("learning:branch"),
            action_label="查看名单",
            members=MemberNote(tuple(member_ids), f"您今年的学时{words}", reverse("learning:my-year")),
        )


@due_provider
def trainings_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch, kind and day. Five queries at most, whatever the number of branches."""
    listed = {branch.pk: branch for branch in branches}
    if not listed:
        return
    groups: dict[tuple[int, str, datetime.date], list[Training]] = defaultdict(list)
    for found in trainings_owed(listed.keys(), day):
        groups[found.branch_id, found.key, found.due_on].append(found)
    for (branch_id, key, due_on), group in groups.items():
        branch = listed[branch_id]
        title, clause = WORDS[key]
        yield DueItem(
            rule_key=key,
            subject=f"learning.{key}:{branch.uid}",
            due_key=f"{due_on:%Y%m%d}",
            organization_id=branch_id,
            organization_name=str(branch),
            title=title.format(len(group)),
            due_on=due_on,
            clause=clause,
            url=reverse("learning:branch"),
            action_label="查看学时",
            tell_superior=key == NEW_SECRETARY,
        )
