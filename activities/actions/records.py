"""Writing records: new ones, changes before confirmation, signing, confirming, returning.

Every action is one transaction that leaves ledger, yearly summary and reminders agreeing with the record; the number of
statements does not depend on the length of the roll.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.actions.facts import Attendance, Facts, Mark, attendance
from activities.actions.locks import lock_branches
from activities.actions.transitions import move
from activities.actions.years import compute_branch_years, recompute_branch_years, write_branch_years
from activities.models import ActivityRecord, Gathering, GatheringBranch, RollEntry
from activities.queries.subjects import credit_source, gathering_subject, record_url
from activities.rules.kinds import KINDS
from activities.rules.states import CONFIRMED_STATES, DRAFT, EDITABLE
from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.rules.categories import category_of_kind
from members.models import PartyOrganization
from notices.actions.slots import cancel_reminders


class Conflict(Exception):
    """Somebody else has saved the record since the page was opened."""


class NotEditable(Exception):
    """The record is confirmed or archived and changed by amendments only, or its gathering was called off."""


@transaction.atomic
def record_gathering(
    *, by, branch: PartyOrganization, facts: Facts, marks: Sequence[Mark], signed: bool = True
) -> ActivityRecord:
    """Log what was held: gathering, share, record and roll; signed by the recorder unless it is only kept as a draft."""
    lock_branches([branch.pk])
    gathering = Gathering(host=branch, **_gathering_values(facts))
    move(gathering, "hold")
    gathering.save(force_insert=True)
    roll = attendance(marks, facts)
    now = timezone.now()
    share = GatheringBranch(
        gathering=gathering,
        branch=branch,
        cell=facts.cell,
        roll_saved_at=now,
        **_share_values(facts),
        **roll.counts,
    )
    share.save(force_insert=True)
    record = ActivityRecord(
        share=share, branch=branch, cell=facts.cell, kind=facts.kind, **_record_values(facts)
    )
    if signed:
        _sign(record, "record", by, now)
    record.save(force_insert=True)
    rows = RollEntry.objects.bulk_create(roll.rows(share, facts.on_date, by, now))
    if signed:
        _settle(by, record, rows, {facts.on_date.year})
    return record


@transaction.atomic
def update_record(
    *, by, record: ActivityRecord, version: int, facts: Facts, marks: Sequence[Mark], signed: bool = True
) -> ActivityRecord:
    """Change a record before its confirmation, or take up the draft of an announced gathering.

    `version` is the one that the page was opened with; Conflict when it is no longer the stored one, and nothing is
    changed. Counted records post their credits anew, which writes reversal rows for what differs.
    """
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("share__gathering", "branch").get(pk=record.pk)
    if current.version != version:
        raise Conflict
    if current.state not in EDITABLE:
        raise NotEditable
    years = {current.on_date.year, facts.on_date.year}
    share, gathering, now = current.share, current.share.gathering, timezone.now()
    if gathering.state == Gathering.State.CANCELLED:
        raise NotEditable
    was_open = gathering.state != Gathering.State.HELD
    roll = attendance(marks, facts)
    _assign(gathering, _gathering_values(facts))
    if was_open:
        move(gathering, "hold")
    gathering.version += 1
    gathering.save()
    _assign(share, {"cell": facts.cell, "roll_saved_at": now} | _share_values(facts) | roll.counts)
    share.save()
    rows = _store_roll(share, roll, facts.on_date, by, now)
    if facts.on_date.year != current.assessment_year:
        current.number = None  # it belongs to another series now
    _assign(current, {"cell": facts.cell, "version": version + 1} | _record_values(facts))
    if signed or current.state != DRAFT:
        _sign(current, _signing_step(current), by, now)
    current.save()
    if was_open:
        cancel_reminders(by=by, subject=gathering_subject(gathering))
    if current.state != DRAFT:
        _settle(by, current, rows, years)
    return current


@transaction.atomic
def confirm_record(*, by, record: ActivityRecord, version: int | None = None) -> None:
    """The chair signs: the record and its credits are confirmed.

    `version` is the one that the chair has read; Conflict when it is no longer the stored one, because a signature is
    under what was seen.
    """
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("branch").get(pk=record.pk)
    if version is not None and current.version != version:
        raise Conflict
    move(current, "confirm")
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    current.version = current.version + 1
    current.save()
    confirm_credits(by=by, source=credit_source(current))
    recompute_branch_years(by=by, branches=[current.branch], years=[current.assessment_year])


@transaction.atomic
def return_record(*, by, record: ActivityRecord, reason: str) -> None:
    """The committee sends a record back with a comment; it still counts, as the gathering was held."""
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("branch").get(pk=record.pk)
    move(current, "return", reason=reason)
    current.returned_reason, current.returned_at = reason.strip(), timezone.now()
    current.confirmed_by = current.confirmed_at = None
    current.version = current.version + 1
    current.save()
    # Also takes the credits back to 待确认.
    _settle(by, current, RollEntry.objects.filter(share_id=current.share_id), [current.assessment_year])


def _sign(record: ActivityRecord, step: str, by, now: datetime.datetime) -> None:
    move(record, step)
    record.recorded_by, record.recorded_at = by, now
    record.returned_reason, record.returned_at = "", None
    if record.number is None:
        record.number = _next_number(record)


def _signing_step(record: ActivityRecord) -> str:
    return {"draft": "record", "recorded": "revise", "returned": "resubmit"}[record.state]


def _next_number(record: ActivityRecord) -> int:
    """The number in the series of this kind and year, of the cell for cell meetings."""
    series = ActivityRecord.objects.filter(
        branch_id=record.branch_id,
        cell_id=record.cell_id,
        kind=record.kind,
        assessment_year=record.assessment_year,
    )
    return (series.aggregate(last=Max("number"))["last"] or 0) + 1


def settle_again(*, by, record: ActivityRecord, rows: Sequence[RollEntry]) -> None:
    """Post a counted record's credits once more after a row of its roll changed; what was confirmed stays so."""
    _settle(by, record, rows, [record.assessment_year], confirmed=record.state in CONFIRMED_STATES)


def _settle(
    by, record: ActivityRecord, rows: Iterable[RollEntry], years: Iterable[int], *, confirmed: bool = False
) -> None:
    """Make the ledger and the branch's year say what the record says."""
    category = category_of_kind(record.kind)
    if category is not None:
        lines = [
            CreditLine(
                member_id=row.member_id,
                branch_id=record.branch_id,
                category=category,
                on_date=record.on_date,
                minutes=row.minutes,
                title=record.title,
            )
            for row in rows
            if row.minutes > 0
        ]
        post_credits(
            by=by,
            source=credit_source(record),
            source_url=record_url(record),
            lines=lines,
            confirmed=confirmed,
        )
    write_branch_years(compute_branch_years([record.branch], years))


def _store_roll(
    share: GatheringBranch, roll: Attendance, on_date: datetime.date, by, now: datetime.datetime
) -> list[RollEntry]:
    """Write the roll: only the rows that changed while the list is the same, all of them when the day's list differs."""
    rows = roll.rows(share, on_date, by, now)
    stored = {entry.member_id: entry for entry in RollEntry.objects.filter(share=share)}
    if [(row.member_id, row.row_number) for row in rows] != [
        (entry.member_id, entry.row_number)
        for entry in sorted(stored.values(), key=lambda entry: entry.row_number)
    ]:
        RollEntry.objects.filter(share=share).delete()
        return RollEntry.objects.bulk_create(rows)
    changed = []
    for row in rows:
        old = stored[row.member_id]
        row.pk = old.pk
        if any(getattr(old, name) != getattr(row, name) for name in _ROLL_VALUES):
            changed.append(row)
    RollEntry.objects.bulk_update(changed, [*_ROLL_VALUES, "marked_by", "marked_at"])
    return rows


_ROLL_VALUES = ("on_date", "status", "leave_type", "reason", "minutes")


def _assign(row, values: dict) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _gathering_values(facts: Facts) -> dict:
    return {
        "theme": facts.theme,
        "on_date": facts.on_date,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "place": facts.place,
    }


def _share_values(facts: Facts) -> dict:
    return {"chair_id": facts.chair_id, "recorder_id": facts.recorder_id, "observers": facts.observers}


def _record_values(facts: Facts) -> dict:
    return {
        "on_date": facts.on_date,
        "title": facts.theme,
        "assessment_year": facts.on_date.year,
        "content": facts.content,
        "summary": facts.summary,
        "lecturer": facts.lecturer,
        # 0 is an answer too (a theme day without study); None where the kind never earns hours.
        "study_minutes": facts.minutes_of_study if KINDS[facts.kind].gives_hours else None,
    }
