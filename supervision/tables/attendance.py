"""到会情况 as columns: branches, sums, kinds, and the gatherings of one branch."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.html import format_html

from activities.models import ActivityRecord
from branch_portal.tables import Column, Table
from supervision.queries.attendance import Attendance, AttendanceRow
from supervision.queries.subtree import Child
from supervision.rules.watch import ATTENDANCE
from supervision.tables.watch import child_cell, child_name, mark, per_cent


def _columns(figures: Callable[..., Attendance], *, leaders: bool = True) -> list[Column]:
    def word(row) -> str:
        return ATTENDANCE.word(figures(row).present, figures(row).expected)

    def leaders_word(row) -> str:
        return ATTENDANCE.word(figures(row).leaders_present, figures(row).leaders_expected)

    columns = [
        Column("活动次数", lambda row: figures(row).gatherings, numeric=True),
        Column("应到（人次）", lambda row: figures(row).expected, numeric=True),
        Column("实到", lambda row: figures(row).present, numeric=True),
        Column("请假", lambda row: figures(row).leave, numeric=True),
        Column("缺席", lambda row: figures(row).absent, numeric=True),
        Column("到会率", lambda row: per_cent(figures(row).present, figures(row).expected), numeric=True),
        Column("提示", word, lambda row: mark(word(row))),
    ]
    if leaders:
        columns += [
            Column(
                "党员领导干部到会率",
                lambda row: per_cent(figures(row).leaders_present, figures(row).leaders_expected),
                numeric=True,
            ),
            Column("领导干部提示", leaders_word, lambda row: mark(leaders_word(row))),
        ]
    return columns


def branch_table(rows: Sequence[AttendanceRow], *, year: int, kind: str, first_number: int = 1) -> Table:
    def link(row: AttendanceRow):
        address = reverse("supervision:attendance-branch", args=[row.uid, year])
        return format_html('<a href="{}{}">{}</a>', address, f"?kind={kind}" if kind else "", row.name)

    return Table(
        [Column("党支部", lambda row: row.name, link), *_columns(lambda row: row.figures)],
        rows,
        caption=f"{year} 年各党支部到会情况",
        first_number=first_number,
    )


def line_table(
    lines: Sequence[tuple[Child, Attendance]], *, year: int, link: Callable[[Child], str]
) -> Table:
    return Table(
        [Column("党组织", child_name, child_cell(link)), *_columns(lambda row: row[1])],
        lines,
        caption=f"{year} 年各党组织到会情况",
        numbered=False,
    )


def kind_table(kinds: Sequence[tuple[str, Attendance]], *, year: int) -> Table:
    return Table(
        [Column("类型", lambda row: row[0]), *_columns(lambda row: row[1], leaders=False)],
        kinds,
        caption=f"{year} 年各类活动到会情况",
        numbered=False,
        table_id="attendance-kinds",
    )


def gathering_table(records: Sequence[ActivityRecord]) -> Table:
    """One line a record; a lecture within a meeting has the meeting's roll."""

    def link(record: ActivityRecord):
        return format_html(
            '<a href="{}">{}</a>', reverse("activities:record", args=[record.uid]), record.title
        )

    def figures(record: ActivityRecord) -> Attendance:
        share = record.share
        return Attendance(1, share.expected_count, share.present_count, share.leave_count, share.absent_count)

    return Table(
        [
            Column("日期", lambda record: record.on_date),
            Column("类型", lambda record: record.get_kind_display()),
            Column("主题", lambda record: record.title, link),
            Column("党小组", lambda record: record.cell.name if record.cell else ""),
            *_columns(figures, leaders=False)[1:],
        ],
        records,
        caption="各次活动到会情况",
    )
