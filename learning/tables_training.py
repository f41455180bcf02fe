"""The columns of training classes, for screen, paper and .xlsx."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.dates import format_date_cn
from branch_portal.tables import Column
from learning.models import TrainingClass, TrainingMark, TrainingSession
from learning.queries.training import Grid, GridRow
from learning.queries.training_subjects import class_url
from learning.rules.hours import show
from learning.rules.training import mark_label

_STATE_CSS = {"planned": "is-wait", "held": "is-wait", "confirmed": "is-done", "cancelled": "is-plain"}


def days_of(training: TrainingClass) -> str:
    if training.first_on == training.last_on:
        return format_date_cn(training.first_on)
    return f"{format_date_cn(training.first_on)}至{format_date_cn(training.last_on)}"


def state_badge(training: TrainingClass):
    return format_html(
        '<span class="status {}">{}</span>', _STATE_CSS[training.state], training.get_state_display()
    )


def class_columns() -> list[Column]:
    return [
        Column(
            "培训班", lambda t: t.title, lambda t: format_html('<a href="{}">{}</a>', class_url(t), t.title)
        ),
        Column("日期", days_of),
        Column("举办单位", lambda t: str(t.organizer)),
        Column("组织层级", lambda t: t.get_level_display()),
        Column("学员", lambda t: t.people, numeric=True),
        Column("状态", lambda t: t.get_state_display(), state_badge),
    ]


def class_facts(training: TrainingClass) -> list[tuple[str, object]]:
    facts = [
        ("状态", state_badge(training)),
        ("日期", days_of(training)),
        ("地点", training.place),
        ("举办单位", str(training.organizer)),
        ("组织层级", training.get_level_display()),
        ("每天学时", f"{training.day_hours} 学时"),
        ("授课人", training.teacher),
        ("培训内容", training.topics),
        ("学习材料", training.materials),
    ]
    if training.cancelled_reason:
        facts.append(("取消原因", training.cancelled_reason))
    if training.confirmed_by is not None:
        facts.append(("确认人", training.confirmed_by.display_name))
    return [(label, value) for label, value in facts if value]


def session_columns(counted: Mapping[int, Mapping[str, int]], *, kept: bool) -> list[Column]:
    """Half-days with the counts of the people whom the reader sees; the roll's page for who keeps the class."""

    def here(session: TrainingSession, *statuses: str) -> int | None:
        found = counted.get(session.pk)
        return None if found is None else sum(found.get(status, 0) for status in statuses)

    columns = [
        Column("半天", lambda s: s.label),
        Column("分钟", lambda s: s.minutes, numeric=True),
        Column("到课", lambda s: here(s, "present", "late"), numeric=True),
        Column("请假", lambda s: here(s, "leave"), numeric=True),
        Column("缺席", lambda s: here(s, "absent"), numeric=True),
    ]
    if kept:
        columns.append(Column("操作", lambda s: "", _roll_link, export=False))
    return columns


def own_session_columns(row: GridRow) -> list[Column]:
    """Half-days for who reads nobody but themselves: the own mark, where counts would say 1 and 0."""
    return [
        Column("半天", lambda s: s.label),
        Column("分钟", lambda s: s.minutes, numeric=True),
        Column("我的情况", lambda s: mark_words(row.marks.get(s.pk))),
    ]


def _roll_link(session: TrainingSession):
    return format_html(
        '<a href="{}">{}<span class="visually-hidden">：{}</span></a>',
        reverse("learning:training-roll", args=[session.uid]),
        "查看、更正" if session.roll_saved_at else "点名",
        session.label,
    )


def grid_columns(grid: Grid, *, several: bool, whole: bool = False) -> list[Column]:
    """The roll as a grid; `whole` (paper, .xlsx) has a column for each half-day with the words of the mark."""
    columns = [
        Column("序号", lambda row: row.enrollment.number, numeric=True),
        Column("姓名", lambda row: row.enrollment.member.name),
    ]
    if several:
        columns.append(Column("党支部", lambda row: str(row.enrollment.branch)))
    if whole:
        columns += [_session_column(session) for session in grid.sessions]
    else:
        columns.append(Column("未到课", lambda row: _away(row, grid)))
    total = len(grid.sessions)
    return [
        *columns,
        Column("到课半天", lambda row: f"{row.attended}/{total}", numeric=True),
        Column("分钟", lambda row: row.minutes, numeric=True),
        Column("学时", lambda row: row.hours, lambda row: show(row.hours), numeric=True),
    ]


def _session_column(session: TrainingSession) -> Column:
    return Column(session.label, lambda row: mark_words(row.marks.get(session.pk)))


def mark_words(mark: TrainingMark | None) -> str:
    """到课, 病假, 缺席（外出）; nothing where the roll is not taken."""
    if mark is None:
        return ""
    label = mark_label(mark.status, mark.leave_type)
    return label if mark.reason in ("", label) else f"{label}（{mark.reason}）"


def _away(row: GridRow, grid: Grid) -> str:
    marks = ((session, row.marks.get(session.pk)) for session in grid.sessions)
    return "；".join(
        f"{session.label}{mark_words(mark)}"
        for session, mark in marks
        if mark is not None and mark.status != TrainingMark.Status.PRESENT
    )
