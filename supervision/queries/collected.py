"""What the branches answered, branch by field, also before everyone has: what nobody confirmed yet stands there as the portal has it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from branch_portal.dates import format_date_cn, local_date
from supervision.models import RequestAnswer, RequestBranch, RequestField, WorkRequest
from supervision.queries.duplicates import Knowledge, figure_words, stored_figure
from supervision.queries.held import figures_day, held_figure, held_values
from supervision.queries.requests import attach_answers, target_rows
from supervision.rules.held import Basis
from supervision.rules.requests import FILE, plain_value


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: `value` for a spreadsheet, `text` for people, `remark` where it comes from if not from this request."""

    value: object = None
    text: str = ""
    remark: str = ""
    doubt: str = ""
    file_uid: UUID | None = None


@dataclass(frozen=True, slots=True)
class CollectedRow:
    target: RequestBranch
    cells: dict[int, Cell]

    def doubts(self, fields: Sequence[RequestField]) -> str:
        return "；".join(
            f"{field.label}：{cell.doubt}" for field in fields if (cell := self.cells[field.pk]).doubt
        )


def collected(
    user, request: WorkRequest, fields: Sequence[RequestField], targets: Sequence[RequestBranch]
) -> list[CollectedRow]:
    """The rows of these branches; as many queries for one as for a thousand."""
    attach_answers(targets)
    waiting = [target.branch_id for target in targets if not target.by_field]  # type: ignore[attr-defined]
    day = figures_day(request.as_of)
    keys = [field.held_key for field in fields if field.is_held]
    held = held_values(user=user, keys=keys, branches=waiting, day=day) if waiting else {}
    return [
        CollectedRow(target, {field.pk: _cell(target, field, held, day) for field in fields})
        for target in targets
    ]


def all_rows(user, request: WorkRequest, fields: Sequence[RequestField]) -> list[CollectedRow]:
    """Every branch, the missing ones first."""
    rows, order = target_rows(request)
    return collected(user, request, fields, list(rows.order_by(*order)))


def _cell(target: RequestBranch, field: RequestField, held: dict, day: datetime.date) -> Cell:
    if field.kind == FILE:
        file = target.file_of.get(field.pk)  # type: ignore[attr-defined]
        return Cell(file.file_name, file.file_name, file_uid=file.uid) if file else Cell()
    answer = target.by_field.get(field.pk)  # type: ignore[attr-defined]
    if answer is not None:
        return _answered(field, answer)
    if not field.is_held:
        return Cell()
    text = stored_figure(held.get(field.held_key, {}).get(target.branch_id))
    return Cell(_plain_figure(text), figure_words(field.held_key, text), "系统数据，支部尚未核对")


def _answered(field: RequestField, answer: RequestAnswer) -> Cell:
    if field.is_held:
        words = figure_words(field.held_key, answer.value)
        return Cell(_plain_figure(answer.value), words, "", answer.doubt)
    value = plain_value(field.kind, answer.value)
    kept = answer.origin == RequestAnswer.Origin.KEPT
    remark = f"沿用{answer.stated_on.year}年{answer.stated_on.month}月填报" if kept else ""
    return Cell(value, "" if value is None else str(value), remark)


def _plain_figure(text: str) -> object:
    """Numbers and dates as such; a figure's text never needs a unit in a spreadsheet."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return plain_value("number", text) if text.replace(".", "", 1).isdigit() else text or None


def source_words(field: RequestField, request: WorkRequest) -> str:
    """Where a field's values come from: the second sheet of the workbook, the head of the column."""
    figure = held_figure(field.held_key)
    if figure is None:
        return f"支部填报（{field.get_kind_display()}）" if not field.is_held else "系统数据"
    if request.is_draft and request.as_of is None:
        day, first = "支部填报当天", "本年"
    else:
        last = request.closed_at or request.withdrawn_at
        shown = local_date(last) if last and request.as_of is None else figures_day(request.as_of)
        day, first = format_date_cn(shown), f"{shown.year}年"
    span = f"截至{day}" if figure.basis is Basis.AS_OF else f"{first}1月1日至{day}"
    asked = "" if request.as_of or request.is_draft else "，已填报的为填报当天"
    clause = f"；依据：{figure.clause}" if figure.clause else ""
    return f"系统数据：{figure.source.value}，{span}{asked}{clause}"


def known_rows(known: Knowledge) -> tuple[list[str], list[list[object]]]:
    """(headers, one row a branch) of what is known before anybody is asked, for .xlsx; with the time of what was said before."""
    headers = ["党支部"]
    for field in known.fields:
        headers += [field.label] if field.is_held else [field.label, f"{field.label}（何时填报）"]
    rows: list[list[object]] = []
    for branch in known.branches:
        row: list[object] = [branch.name]
        for field in known.fields:
            if field.is_held:
                row.append(_plain_figure(known.text_of(field, branch.pk)))
                continue
            before = known.earlier.get((field.same_label, branch.pk))
            row += [plain_value(before.kind, before.value), before.stated_on] if before else [None, None]
        rows.append(row)
    return headers, rows
