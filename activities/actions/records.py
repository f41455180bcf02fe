"""Writing records: new ones, changes before confirmation, signing, confirming, returning.

Every action is one transaction that leaves ledger, yearly summary and reminders agreeing with the record; the number of
statements does not depend on the length of the roll.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from activities.actions.crediting import credit_lines
from activities.actions.facts import Facts, Mark, Texts, attendance
from activities.actions.joint import pass_on_facts, shared_facts
from activities.actions.locks import lock_branches, lock_gathering
from activities.actions.minutes import write_minutes
from activities.actions.quality import review_records
from activities.actions.returns import tell_of_return
from activities.actions.transitions import move
from activities.actions.years import recompute_branch_years, write_branch_years
from activities.models import ActivityRecord, Gathering, GatheringBranch, RollEntry
from activities.queries.ballots import waiting_ballots
from activities.queries.minutes import has_minutes
from activities.queries.subjects import credit_source, record_url, share_subject
from activities.rules.kinds import KINDS, year_of
from activities.rules.roll import minutes_by_record
from activities.rules.states import CONFIRMED_STATES, DRAFT, EDITABLE, TransitionError
from branch_portal.dates import today_shanghai
from learning.actions.credits import confirm_credits, post_credits
from learning.queries.rules import RuleBook
from learning.rules.categories import category_of_kind
from members.models import PartyOrganization
from notices.actions.slots import cancel_reminders

#: How long a branch has to mend what was returned, unless the committee says otherwise.
MEND_WITHIN = datetime.timedelta(days=7)


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
    roll = attendance(marks)
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
        share=share, branch=branch, cell=facts.cell, kind=facts.kind, **record_values(facts, facts)
    )
    if signed:
        sign(record, by, now)
    record.save(force_insert=True)
    write_minutes(record, facts, fresh=True)
    rows = RollEntry.objects.bulk_create(
        roll.rows(share, facts.on_date, by, now, study=[record.study_minutes or 0])
    )
    if signed:
        settle(by, [record], rows, {record.assessment_year}, new=record)
    return record


@transaction.atomic
def update_record(
    *, by, record: ActivityRecord, version: int, facts: Facts, marks: Sequence[Mark], signed: bool = True
) -> ActivityRecord:
    """Change a record before its confirmation, or take up the draft of an announced gathering.

    `version` is the one that the page was opened with; Conflict when it is no longer the stored one, and nothing is
    changed. Time, place and roll belong to the gathering, so its other records follow; once one of those is confirmed
    they are fixed (NotEditable) and only a record's own texts change (`update_part`). Counted records post their credits
    anew, which writes reversal rows for what differs.
    """
    stored = locked_for_change(record, version)
    current, siblings = stored.record, stored.siblings
    if any(sibling.state in CONFIRMED_STATES for sibling in siblings):
        raise NotEditable
    years = {row.assessment_year for row in (current, *siblings)}
    share, gathering, now = current.share, current.share.gathering, timezone.now()
    # A further record of the gathering keeps a title of its own.
    own_title = any(sibling.pk < current.pk for sibling in siblings)
    if stored.joint:
        theme, facts = facts.theme, shared_facts(share, facts)
        facts = replace(facts, theme=theme) if own_title else facts
    was_open, new = gathering.state != Gathering.State.HELD, current.state == DRAFT
    had_roll = share.roll_saved_at is not None
    roll = attendance(marks)
    _assign(gathering, _gathering_values(facts, theme=not own_title))
    if was_open:
        move(gathering, "hold")
    gathering.version += 1
    gathering.save()
    if stored.joint:
        pass_on_facts(share)
    _assign(share, {"cell": facts.cell, "roll_saved_at": now} | _share_values(facts) | roll.counts)
    share.save()
    if current.cell != facts.cell:
        current.cell, current.number = facts.cell, None  # a cell has a series of its own
    change_record(current, facts, facts, by, now, signed=signed)
    current.save()
    write_minutes(current, facts, fresh=not stored.has_minutes)
    _follow(siblings, facts)
    records = sorted((current, *siblings), key=lambda row: row.pk)
    rows = roll.rows(share, facts.on_date, by, now, study=[row.study_minutes or 0 for row in records])
    _store_roll(share, rows, fresh=not had_roll)
    if was_open:
        cancel_reminders(by=by, subject=share_subject(share))
    years |= {row.assessment_year for row in records}
    settle(by, records, rows, years, new=current if new else None)
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
    if waiting := waiting_ballots(current):
        raise TransitionError(f"还有 {waiting} 项选举没有计票，请先填写计票结果，或撤销后再确认。")
    move(current, "confirm")
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    current.version = current.version + 1
    current.save()
    confirm_credits(by=by, source=credit_source(current))
    recompute_branch_years(by=by, branches=[current.branch], years=[current.assessment_year])


@transaction.atomic
def return_record(
    *, by, record: ActivityRecord, reason: str, due_on: datetime.date | None = None
) -> ActivityRecord:
    """The committee sends a record back with a comment and a day until which it is mended (seven days unless said
    otherwise); it still counts, as the gathering was held. The branch's officers are told."""
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("branch").get(pk=record.pk)
    move(current, "return", reason=reason)
    current.returned_reason, current.returned_at = reason.strip(), timezone.now()
    current.return_due_on = due_on or today_shanghai() + MEND_WITHIN
    current.confirmed_by = current.confirmed_at = None
    current.version = current.version + 1
    current.save()
    # Also takes the credits back to 待确认.
    others = ActivityRecord.objects.filter(share=current.share_id).exclude(pk=current.pk)
    records = [current, *others.select_related("branch")]
    settle(by, records, RollEntry.objects.filter(share_id=current.share_id), [current.assessment_year])
    tell_of_return(by=by, record=current)
    return current


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as stored with the other records of its share; whether it has parts of minutes, and whether another branch
    has a part in the gathering."""

    record: ActivityRecord
    siblings: list[ActivityRecord]
    has_minutes: bool
    joint: bool


def locked_for_change(record: ActivityRecord, version: int) -> Stored:
    """The record as stored, under the locks of its branch and gathering; Conflict, NotEditable."""
    lock_branches([record.branch_id])
    lock_gathering(record.share.gathering_id)
    rows: list[Any] = list(_with_its_share().filter(share=record.share_id).order_by("pk"))
    current = next((row for row in rows if row.pk == record.pk), None)
    if current is None:
        raise ActivityRecord.DoesNotExist
    if current.version != version:
        raise Conflict
    if current.state not in EDITABLE or current.share.gathering.state == Gathering.State.CANCELLED:
        raise NotEditable
    siblings = [row for row in rows if row is not current]
    for row in siblings:
        row.share, row.branch = current.share, current.branch
    return Stored(current, siblings, current.has_minutes, current.joint)


@cache
def _with_its_share() -> QuerySet[ActivityRecord]:
    """The question that every change begins with, put together once."""
    others = GatheringBranch.objects.filter(gathering=OuterRef("share__gathering"))
    return ActivityRecord.objects.select_related("share__gathering", "branch").annotate(
        has_minutes=has_minutes(), joint=Exists(others.exclude(pk=OuterRef("share")))
    )


def change_record(
    record: ActivityRecord,
    texts: Texts,
    gathering: Gathering | Facts,
    by,
    now: datetime.datetime,
    *,
    signed: bool,
) -> None:
    """Put new texts into a record in memory, under its next version, and the recorder's signature where it is due."""
    values = record_values(texts, gathering)
    if values["assessment_year"] != record.assessment_year:
        record.number = None  # it belongs to another series now
    _assign(record, {"version": record.version + 1} | values)
    if signed or record.state != DRAFT:
        sign(record, by, now)


def sign(record: ActivityRecord, by, now: datetime.datetime) -> None:
    """The recorder signs: a draft becomes a record, a record stays one, a returned one is handed in again."""
    move(record, {"draft": "record", "recorded": "revise", "returned": "resubmit"}[record.state])
    record.recorded_by, record.recorded_at = by, now
    record.returned_reason, record.returned_at, record.return_due_on = "", None, None
    if record.number is None:
        record.number = _next_number(record)


def _follow(siblings: Sequence[ActivityRecord], facts: Facts) -> None:
    """The other records of the gathering move to its day; their versions say that something has changed."""
    for row in siblings:
        year = year_of(row.kind, facts.on_date)
        if year_of(row.kind, row.on_date) == row.assessment_year != year:
            row.assessment_year, row.number = year, None
        row.on_date, row.cell, row.version = facts.on_date, facts.cell, row.version + 1
        if row.number is None and row.state != DRAFT:
            row.number = _next_number(row)
        row.save()


def _next_number(record: ActivityRecord) -> int:
    """The number in the series of this kind and year, of the cell for cell meetings."""
    series = ActivityRecord.objects.filter(
        branch_id=record.branch_id,
        cell_id=record.cell_id,
        kind=record.kind,
        assessment_year=record.assessment_year,
    )
    return (series.aggregate(last=Max("number"))["last"] or 0) + 1


def settle(
    by,
    records: Sequence[ActivityRecord],
    rows: Iterable[RollEntry],
    years: Iterable[int],
    *,
    new: ActivityRecord | None = None,
) -> None:
    """Make the ledger and the branch's years say what the records of one share say; the caller holds the branch's lock.

    A row's minutes are shared out among the records in their order, so nobody earns twice of one hour. A draft earns
    nothing yet, but has its place in the order. `new` counts for the first time, so the ledger has nothing of it yet.
    """
    entries = list(rows)
    ordered = sorted(records, key=lambda record: record.pk)
    study = [record.study_minutes or 0 for record in ordered]
    earned = [minutes_by_record(entry.status, study, entry.own_minutes) for entry in entries]
    counted = [(place, record) for place, record in enumerate(ordered) if record.state != DRAFT]
    book = RuleBook()
    for place, record in counted:
        if category_of_kind(record.kind) is None:
            continue
        post_credits(
            by=by,
            source=credit_source(record),
            source_url=record_url(record),
            lines=credit_lines(record, entries, [minutes[place] for minutes in earned], book),
            confirmed=record.state in CONFIRMED_STATES,
            book=book,
            first=record is new,
        )
    if counted:
        write_branch_years([counted[0][1].branch], years)
        review_records([record.pk for _, record in counted])


def _store_roll(share: GatheringBranch, rows: Sequence[RollEntry], *, fresh: bool) -> None:
    """Write the roll: whoever keeps the place on the list keeps the row, which changes where something differs. A `fresh`
    one has no rows yet."""
    stored = {} if fresh else {(old.member_id, old.row_number): old for old in share.roll.all()}
    changed, added = [], []
    for row in rows:
        old = stored.pop((row.member_id, row.row_number), None)
        if old is None:
            added.append(row)
            continue
        row.pk = old.pk
        if any(getattr(old, name) != getattr(row, name) for name in _ROLL_VALUES):
            changed.append(row)
    if stored:
        RollEntry.objects.filter(pk__in=[old.pk for old in stored.values()]).delete()
    RollEntry.objects.bulk_create(added)
    RollEntry.objects.bulk_update(changed, [*_ROLL_VALUES, "marked_by", "marked_at"])


_ROLL_VALUES = ("on_date", "status", "leave_type", "reason", "minutes", "own_minutes")


def _assign(row, values: dict) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _gathering_values(facts: Facts, *, theme: bool = True) -> dict:
    values = {
        "on_date": facts.on_date,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "place": facts.place,
    }
    # The theme of a gathering with several records is the first one's; the others have titles of their own.
    return values | ({"theme": facts.theme} if theme else {})


def _share_values(facts: Facts) -> dict:
    return {"chair_id": facts.chair_id, "recorder_id": facts.recorder_id, "observers": facts.observers}


def record_values(texts: Texts, gathering: Gathering | Facts) -> dict:
    """Columns of a record from its texts and from the gathering's day and length."""
    duration = gathering.duration if isinstance(gathering, Facts) else gathering.minutes
    return {
        "on_date": gathering.on_date,
        "title": texts.theme,
        "assessment_year": texts.assessment_year or year_of(texts.kind, gathering.on_date),
        "held_as": texts.held_as,
        "preparation": texts.preparation,
        "content": texts.content,
        "summary": texts.summary,
        "lecturer": texts.lecturer,
        "material": texts.material,
        # 0 is an answer too (a theme day without study); None where the kind never earns hours.
        "study_minutes": texts.minutes_of_study(duration) if KINDS[texts.kind].gives_hours else None,
    }
