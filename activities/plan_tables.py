"""The tables of the year plan: lines to save, what stands already, and the same for paper and .xlsx."""

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from activities.forms.plan import Line, PlanForm
from activities.models import ActivityRecord
from activities.queries.cadence import KIND_ORDER
from activities.queries.plan import YearPlan, by_day, occupied
from activities.rules.kinds import KINDS
from activities.rules.plan import Key, Occupied, clashes
from activities.rules.states import GATHERING, STATE_LABELS
from branch_portal.dates import to_local, weekday_cn
from branch_portal.tables import Column, Table

STATE_CLASSES = {
    "planned": "is-plain",
    "announced": "is-wait",
    "held": "is-done",
    "postponed": "is-late",
    "cancelled": "is-late",
}
_CLASH_CELL = '<span class="status is-late">{}</span>'


def line_tables(plan: YearPlan, form: PlanForm, notes: Mapping[Key, str]) -> list[dict]:
    """One table a kind of the lines that are proposed (after a refused form: of those that were ticked)."""
    shown = [line for line in form.lines if _is_shown(line, form)]
    taken = _with_lines(plan, form, shown)
    warnings = {line.period.key: _warning(taken[line.period.key], plan, taken) for line in shown}
    sections = []
    for kind in KIND_ORDER:
        lines = [line for line in shown if line.period.key[0] == kind]
        if lines:
            table = Table(_columns(form, notes, warnings, several=kind == "cell_meeting"), lines, numbered=False,
                          caption=KINDS[kind].label)  # fmt: skip
            sections.append({"info": KINDS[kind], "table": table, "count": len(lines)})
    return sections


def _is_shown(line: Line, form: PlanForm) -> bool:
    if not form.is_bound:
        return line.day is not None
    return line.day is not None or bool(form[f"{line.name}-on"].value())


def _columns(form: PlanForm, notes, warnings, *, several: bool) -> list[Column]:
    def field(part: str):
        def cell(line: Line):
            bound = form[f"{line.name}-{part}"]
            errors = format_html_join(
                "", '<div class="invalid-feedback d-block">{}</div>', ((e,) for e in bound.errors)
            )
            return format_html("{}{}", bound, errors)

        return cell

    def remark(line: Line):
        note, warning = notes.get(line.period.key, ""), warnings.get(line.period.key, "")
        day = weekday_cn(line.day) if line.day else ""
        badge = format_html(_CLASH_CELL, warning) if warning else ""
        return format_html('<span class="muted">{}</span> {}', " · ".join(filter(None, (day, note))), badge)

    cell_column = [Column("党小组", lambda line: line.cell_name)] if several else []
    return [
        Column("列入", lambda line: "", cell=field("on")),
        Column("时期", lambda line: line.period.label),
        *cell_column,
        Column("日期", lambda line: line.day, cell=field("day")),
        Column("开始", lambda line: line.habit.start, cell=field("start")),
        Column("结束", lambda line: line.habit.end, cell=field("end")),
        Column("地点", lambda line: line.habit.place, cell=field("place")),
        Column("提示", lambda line: "", cell=remark),
    ]


def _with_lines(plan: YearPlan, form: PlanForm, shown: Iterable[Line]) -> dict[Key, Occupied | None]:
    """Each line as it stands in the form now."""
    found: dict[Key, Occupied | None] = {}
    for line in shown:
        values = (
            form.values_of(line)
            if form.is_bound and hasattr(form, "cleaned_data")
            else {
                "day": line.day,
                "start": line.habit.start,
                "end": line.habit.end,
                "place": line.habit.place,
            }
        )
        complete = values["day"] and values["start"] and values["end"]
        found[line.period.key] = (
            Occupied(plan.branch.pk, values["day"], values["start"], values["end"], values["place"] or "",
                     line.habit.chair_id, line.title) if complete else None
        )  # fmt: skip
    return found


def _warning(one: Occupied | None, plan: YearPlan, lines: Mapping[Key, Occupied | None]) -> str:
    if one is None:
        return ""
    others = [other for other in lines.values() if other is not None and other is not one]
    return _words(clashes(one, [*plan.occupied, *others]))


def _words(found: list[tuple[Occupied, str]]) -> str:
    shown = "；".join(f"与{other.label}时间重叠（{why}）" for other, why in found[:2])
    return shown + ("等" if len(found) > 2 else "")


def arranged_table(plan: YearPlan, names: Mapping[int, str]) -> Table:
    """What is planned, announced or held already, with what clashes."""
    days = by_day(plan.occupied)

    def open_link(record: ActivityRecord):
        held = record.share.gathering.state == "held"
        url = (
            reverse("activities:record", args=[record.uid])
            if held
            else reverse("activities:gathering", args=[record.share.uid])
        )
        return format_html('<a href="{}" aria-label="查看 {}">查看</a>', url, record.title)

    def remark(record: ActivityRecord):
        share = record.share
        share.branch = plan.branch
        own = occupied(share)
        others = list(days.get(own.day, ()))
        if own in others:
            others.remove(own)
        words = _words(clashes(own, others)) if share.gathering.state in ("planned", "announced") else ""
        chair = names.get(share.chair_id, "")
        badge = format_html(_CLASH_CELL, words) if words else ""
        return format_html("{} {}", f"主持人 {chair}" if chair and words else "", badge)

    return Table(
        [
            *plan_columns(),
            Column("状态", state_word, cell=_state),
            Column("提示", lambda r: "", cell=remark, export=False),
            Column("操作", lambda r: "", cell=open_link, export=False),
        ],
        plan.arranged,
        caption="已有安排",
    )


def plan_columns() -> list[Column]:
    """日期, 星期, … of the plan, on screen and in the workbook."""
    return [
        Column("日期", lambda r: r.on_date),
        Column("星期", lambda r: weekday_cn(r.on_date)),
        Column("类型", lambda r: KINDS[r.kind].label + (f"（{r.cell}）" if r.cell else "")),
        Column("主题", lambda r: r.title),
        Column("时间", time_span),
        Column("地点", lambda r: r.share.gathering.place),
    ]


def export_table(records: Iterable[ActivityRecord]) -> Table:
    return Table([*plan_columns(), Column("状态", state_word)], records)


def time_span(record: ActivityRecord) -> str:
    gathering = record.share.gathering
    return f"{to_local(gathering.started_at):%H:%M}–{to_local(gathering.ended_at):%H:%M}"


def state_word(record: ActivityRecord) -> str:
    return STATE_LABELS[GATHERING][record.share.gathering.state]


def _state(record: ActivityRecord):
    return format_html(
        '<span class="status {}">{}</span>',
        STATE_CLASSES[record.share.gathering.state],
        state_word(record),
    )


def wall_rows(records: Iterable[ActivityRecord], year: int) -> list[dict]:
    """Months × kinds for the wall: what stands on the same day and hour is one entry, cells by name behind it."""
    cells: dict[tuple[int, str], dict[str, list[str]]] = {}
    for record in records:
        month = record.on_date.month if record.on_date.year == year else 12
        start = to_local(record.share.gathering.started_at)
        day = (
            f"{record.on_date.day}日"
            if record.on_date.year == year
            else f"次年{record.on_date.month}月{record.on_date.day}日"
        )
        entry = cells.setdefault((month, record.kind), {})
        names = entry.setdefault(f"{day} {start:%H:%M}", [])
        if record.cell is not None:
            names.append(str(record.cell).removesuffix("党小组"))
    return [
        {
            "month": f"{month}月",
            "cells": [
                [when + (f"（{'、'.join(names)}）" if names else "") for when, names in
                 cells.get((month, kind), {}).items()]
                for kind in KIND_ORDER
            ],
        }
        for month in range(1, 13)
    ]  # fmt: skip
