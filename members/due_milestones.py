"""What branches prepare for in their members' lives. Titles leave the portal by mail: they count and never name."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.dates import month_bounds
from branch_portal.due import DueItem, due_provider
from members.queries.milestones import AGE, BIRTHDAY, CONFIRMATION, FIFTY, Milestone, birthdays, upcoming
from members.queries.people import members_of
from members.rules.milestones import RETIREMENT_AGE

_CUSTOM = "《关于新形势下党内政治生活的若干准则》"
#: What the item says of so many people, under which clause, and what its button says.
WORDS = {
    BIRTHDAY: ("{} 名党员的政治生日", _CUSTOM),
    CONFIRMATION: ("讨论 {} 名预备党员能否转为正式党员", "《中国共产党章程》第七条"),
    FIFTY: ("{} 名党员党龄在七月一日前满50年，请核对名单", "“光荣在党50年”纪念章颁发工作"),
    AGE: (f"{{}} 名党员本月满 {RETIREMENT_AGE} 周岁，请核对工作岗位、党小组和党费标准", ""),
}


@due_provider
def milestones_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch, kind and day. The number of queries does not depend on how many branches there are."""
    ids = [branch.pk for branch in branches]
    if not ids:
        return
    groups: dict[tuple[int, str, datetime.date], list[Milestone]] = defaultdict(list)
    for item in upcoming(members_of(ids), day):
        groups[item.branch.pk, item.key, _due_on(item, day)].append(item)
    for (branch_id, key, due_on), group in groups.items():
        branch = group[0].branch
        title, clause = WORDS[key]
        yield DueItem(
            rule_key=key,
            subject=f"members.{key}:{branch.uid}",
            due_key=f"{due_on:%Y%m%d}",
            organization_id=branch_id,
            organization_name=str(branch),
            title=title.format(len(group)),
            due_on=due_on,
            clause=clause,
            url=f"{reverse('members:lists')}?list={key}",
            action_label="查看名单",
        )


MONTH_LIST = "political_birthday_list"
_LIST_DAYS = 3


@due_provider
def birthday_lists_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """The month's political birthdays, told in the first days of it. The workbench shows each day by itself. One query."""
    ids = [branch.pk for branch in branches] if day.day <= _LIST_DAYS else []
    if not ids:
        return
    groups: dict[int, list[Milestone]] = defaultdict(list)
    for item in birthdays(members_of(ids), day.year, day.month):
        groups[item.branch.pk].append(item)
    for branch_id, group in groups.items():
        branch, first = group[0].branch, day.replace(day=1)
        yield DueItem(
            rule_key=MONTH_LIST,
            subject=f"members.{MONTH_LIST}:{branch.uid}",
            due_key=f"{first:%Y%m}",
            organization_id=branch_id,
            organization_name=str(branch),
            title=f"{day.month}月政治生日：{len(group)} 名党员",
            due_on=first,
            clause=_CUSTOM,
            url=f"{reverse('members:lists')}?list={BIRTHDAY}",
            action_label="查看名单",
            told_only=True,
        )


def _due_on(item: Milestone, day: datetime.date) -> datetime.date:
    """A birthday and the end of a probation have their own day; lists are to be gone through by the end of their time."""
    if item.key == FIFTY:
        return datetime.date(day.year, 4, 30)
    if item.key == AGE:
        return month_bounds(day.year, day.month)[1]
    return item.on
