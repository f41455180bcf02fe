"""Storing what minutes are made of: agenda, remarks and resolutions, and what becomes of a resolution afterwards."""

import datetime

from django.db import transaction

from activities.actions.facts import AgendaLine, RemarkLine, ResolutionLine, Texts
from activities.actions.quality import review_records
from activities.models import ActivityRecord, AgendaItem, Remark, Resolution

_KEPT = ("outcome", "closed_on", "closing_note", "closed_by_id")


def write_minutes(record: ActivityRecord, texts: Texts, *, fresh: bool = False) -> None:
    """Make the record's rows say what the texts say. A `fresh` record has none yet; two statements a part at most.

    A resolution keeps its `uid` and what became of it through every edit of its words; one that was closed stays even
    when the form left it out, because others have acted on it.
    """
    _replace(AgendaItem, record, [_agenda_row(line) for line in texts.agenda], fresh)
    _replace(Remark, record, [_remark_row(line) for line in texts.remarks], fresh)
    _write_resolutions(record, texts.resolutions, fresh)


@transaction.atomic
def close_resolution(*, by, resolution: Resolution, outcome: str, note: str, on_date: datetime.date) -> None:
    """What became of a resolution; it leaves the workbench. Closing it again changes what was said."""
    current = Resolution.objects.select_for_update(of=("self",)).get(pk=resolution.pk)
    current.outcome, current.closing_note = outcome, note.strip()
    current.closed_on, current.closed_by = on_date, by
    current.save(update_fields=["outcome", "closing_note", "closed_on", "closed_by"])
    review_records([current.record_id])


@transaction.atomic
def reopen_resolution(*, by, resolution: Resolution) -> None:
    """It was closed by mistake."""
    current = Resolution.objects.select_for_update(of=("self",)).get(pk=resolution.pk)
    current.outcome, current.closing_note, current.closed_on, current.closed_by = "", "", None, None
    current.save(update_fields=["outcome", "closing_note", "closed_on", "closed_by"])
    review_records([current.record_id])


def _replace(model, record: ActivityRecord, rows: list, fresh: bool) -> None:
    if not fresh:
        model.objects.filter(record=record).delete()
    _create(model, record, rows)


def _write_resolutions(record: ActivityRecord, lines, fresh: bool) -> None:
    stored = {} if fresh else {row.uid: row for row in Resolution.objects.filter(record=record)}
    rows = []
    for line in lines:
        row = _resolution_row(line)
        if (old := stored.pop(line.uid, None)) is not None:
            row.uid = old.uid
            for name in _KEPT:
                setattr(row, name, getattr(old, name))
        rows.append(row)
    rows.extend(_detached(old) for old in stored.values() if old.closed_on is not None)
    if not fresh:
        Resolution.objects.filter(record=record).delete()
    _create(Resolution, record, rows)


def _detached(old: Resolution) -> Resolution:
    old.pk = None
    old._state.adding = True
    return old


def _create(model, record: ActivityRecord, rows: list) -> None:
    for position, row in enumerate(rows, start=1):
        row.record, row.branch_id, row.position = record, record.branch_id, position
    if rows:
        model.objects.bulk_create(rows)


def _agenda_row(line: AgendaLine) -> AgendaItem:
    return AgendaItem(title=line.title, important=line.important, prior_id=line.prior_id)


def _remark_row(line: RemarkLine) -> Remark:
    return Remark(
        speaker_id=line.speaker_id, speaker_name=line.speaker_name, text=line.text, dissent=line.dissent
    )


def _resolution_row(line: ResolutionLine) -> Resolution:
    return Resolution(text=line.text, owner_id=line.owner_id, owner_name=line.owner_name, due_on=line.due_on)
