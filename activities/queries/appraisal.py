"""Reading appraisals: who is appraised on a day, a record's sheet, and a member's results as far as the reader may see them."""

import datetime
from dataclasses import dataclass

from activities.models import ActivityKind, ActivityRecord, AppraisalEntry, AppraisalSheet
from activities.queries.eligibility import eligible_members
from activities.rules.states import EDITABLE
from branch_portal.permissions import Permission
from members.models import Member


def visible_appraisal(user):
    """Records of appraisals that the user may read; their grades take a permission of their own."""
    return (
        ActivityRecord.objects.visible_to(user)
        .filter(kind=ActivityKind.APPRAISAL)
        .select_related("branch", "share__gathering")
    )


def people_appraised(record: ActivityRecord, day: datetime.date) -> list[AppraisalEntry]:
    """Unsaved rows of everybody who belonged to the branch on the day, in official order. Four queries."""
    people = eligible_members(kind=ActivityKind.APPRAISAL, branch=record.branch, day=day)
    confirmed = dict(
        Member.objects.filter(pk__in=[person.member_id for person in people]).values_list(
            "pk", "confirmed_on"
        )
    )
    rows = []
    for person in people:
        row = AppraisalEntry(
            branch_id=record.branch_id,
            member_id=person.member_id,
            row_number=person.row_number,
            name=person.name,
            category=_category(confirmed.get(person.member_id), day),
        )
        row.key = person.uid
        rows.append(row)
    return rows


def _category(confirmed_on: datetime.date | None, day: datetime.date) -> str:
    """Who was confirmed later was on probation on that day."""
    full = confirmed_on is not None and confirmed_on <= day
    return AppraisalEntry.Category.FULL if full else AppraisalEntry.Category.PROBATIONARY


@dataclass
class SheetRows:
    """A record's sheet (None before it is saved) with its rows; `list_changed` when the day's list is another one now."""

    sheet: AppraisalSheet | None
    rows: list[AppraisalEntry]
    list_changed: bool = False


def sheet_rows(record: ActivityRecord) -> SheetRows:
    """The rows as they were saved; before confirmation by the list of the record's day, with what was saved of each."""
    sheet = AppraisalSheet.objects.filter(record=record).first()
    stored = list(AppraisalEntry.objects.filter(sheet=sheet)) if sheet else []
    if record.state not in EDITABLE:
        return SheetRows(sheet, stored)
    rows = merged(people_appraised(record, record.on_date), stored)
    changed = bool(sheet) and [row.member_id for row in rows] != [row.member_id for row in stored]
    return SheetRows(sheet, rows, changed)


def merged(people: list[AppraisalEntry], stored: list[AppraisalEntry]) -> list[AppraisalEntry]:
    """The day's people, each with what was saved of the same member; the number, name and category are the day's."""
    by_member = {entry.member_id: entry for entry in stored}
    rows = []
    for person in people:
        entry = by_member.get(person.member_id, person)
        entry.row_number, entry.name, entry.category = person.row_number, person.name, person.category
        entry.key = person.key
        rows.append(entry)
    return rows


def results_of(user, member: Member) -> list[AppraisalEntry]:
    """A member's results that the user may see, the latest year first."""
    return list(
        AppraisalEntry.objects.visible_to(user)
        .filter(member=member)
        .exclude(sheet__record__state=ActivityRecord.State.DRAFT)
        .select_related("sheet__record", "branch")
        .order_by("-sheet__record__assessment_year", "-pk")
    )


def keeps_appraisals(user, branch) -> bool:
    """Whether the user keeps or confirms the records of this branch; the committee looks with a reason instead."""
    return user.access.may(Permission.VIEW_APPRAISALS, branch) and user.access.may(
        Permission.LOG_GATHERINGS, branch
    )
