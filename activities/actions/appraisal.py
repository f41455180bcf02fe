"""Writing appraisals: the sheet before its record is confirmed, and the days on which members were told."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import F

from activities.actions.locks import lock_branches
from activities.actions.records import Conflict, NotEditable
from activities.models import ActivityRecord, AppraisalEntry, AppraisalSheet
from activities.queries.appraisal import merged, people_appraised
from activities.rules.appraisal import (
    APPRAISAL_EXCELLENT_BASE,
    Rated,
    Tally,
    caps_of,
    check,
    write_tally,
)
from activities.rules.states import DRAFT, EDITABLE
from members.rules.findings import Finding, Severity


class Refused(Exception):
    """The sheet breaks a rule; `findings` say which, in Chinese."""

    def __init__(self, findings: list[Finding]):
        super().__init__("；".join(finding.message for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the form says of one member."""

    self_grade: str = ""
    tally: Tally | None = None
    grade: str = ""
    reason: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the form says of the whole meeting."""

    ballots_issued: int | None = None
    ballots_collected: int | None = None
    over_cap_reason: str = ""
    committee_opinion: str = ""


_ROW_VALUES = ["row_number", "name", "category", *AppraisalEntry.SEALED, "fed_back_on"]


@transaction.atomic
def save_appraisal(
    *, by, record: ActivityRecord, version: int, facts: SheetFacts, opinions: Mapping[int, Opinion]
) -> AppraisalSheet:
    """Write the sheet of a record that is not confirmed yet: one upsert, whatever the branch's size.

    `version` is the sheet's when the page was opened, 0 for none. Raises NotEditable, Conflict, Refused; nothing is
    changed then. A grade that changes takes back the feedback: the member was told another one. The record's own
    version moves too, because the chair signs what was seen, and the sheet is a part of it.
    """
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("branch").get(pk=record.pk)
    if current.state not in EDITABLE:
        raise NotEditable
    sheet = AppraisalSheet.objects.filter(record=current).first()
    if (sheet.version if sheet else 0) != version:
        raise Conflict
    stored = list(AppraisalEntry.objects.filter(sheet=sheet)) if sheet else []
    before = {entry.member_id: _values(entry) for entry in stored}
    sheet = sheet or AppraisalSheet(record=current, excellent_base=APPRAISAL_EXCELLENT_BASE, version=0)
    sheet.branch_id = current.branch_id
    rows = merged(people_appraised(current, current.on_date), stored)
    for row in rows:
        _put(row, opinions.get(row.member_id, Opinion()))
    facts = _judged(sheet, facts, [row.rated for row in rows])
    for name in SheetFacts.__slots__:
        setattr(sheet, name, getattr(facts, name))
    sheet.version += 1
    sheet.save()
    _store(sheet, rows, before)
    ActivityRecord.objects.filter(pk=current.pk).update(version=F("version") + 1)
    return sheet


@transaction.atomic
def give_feedback(
    *, by, record: ActivityRecord, day: datetime.date, entries: Collection[UUID]
) -> list[AppraisalEntry]:
    """Note that these members were told their result; from then on they read it themselves. Also after confirmation.

    Who was told before keeps that day; who has no grade is left out. Raises NotEditable for a draft.
    """
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.get(pk=record.pk)
    if current.state == DRAFT or day < current.on_date:
        raise NotEditable
    told = AppraisalEntry.objects.filter(
        sheet__record=current, uid__in=list(entries), fed_back_on__isnull=True
    ).exclude(grade=b"")
    found = list(told.order_by("row_number"))
    AppraisalEntry.objects.filter(pk__in=[entry.pk for entry in found]).update(fed_back_on=day)
    return found


def _put(row: AppraisalEntry, opinion: Opinion) -> None:
    if row.grade != opinion.grade:
        row.fed_back_on = None
    row.self_grade, row.grade = opinion.self_grade, opinion.grade
    row.tally = write_tally(opinion.tally)
    row.reason, row.follow_up = opinion.reason.strip(), opinion.follow_up.strip()


def _judged(sheet: AppraisalSheet, facts: SheetFacts, rated: list[Rated]) -> SheetFacts:
    """The facts as they are stored; Refused where a rule forbids it or the reason for too many 优秀 is missing."""
    found = check(
        rated,
        ballots=facts.ballots_collected,
        issued=facts.ballots_issued,
        rule=sheet.excellent_base,
        over_cap_reason=facts.over_cap_reason,
    )
    over = caps_of(rated, sheet.excellent_base).over
    unsaid = over and not facts.over_cap_reason.strip()
    refused = [
        finding
        for finding in found
        if finding.severity == Severity.HARD or (unsaid and finding.severity == Severity.WARN)
    ]
    if refused:
        raise Refused(refused)
    return facts if over else replace(facts, over_cap_reason="")


def _values(entry: AppraisalEntry) -> list:
    return [getattr(entry, name) for name in _ROW_VALUES]


def _store(sheet: AppraisalSheet, rows: list[AppraisalEntry], before: Mapping[int, list]) -> None:
    """Write the rows that differ (a seal is never the same twice, so the audit would show every row as changed); who is no
    longer on the list goes."""
    gone = before.keys() - {row.member_id for row in rows}
    if gone:
        AppraisalEntry.objects.filter(sheet=sheet, member__in=gone).delete()
    changed = [row for row in rows if before.get(row.member_id) != _values(row)]
    for row in changed:
        row.sheet = sheet
    AppraisalEntry.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["sheet", "member"], update_fields=_ROW_VALUES
    )
