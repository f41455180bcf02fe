"""Who has reached the year's hours, as columns: sums by organisation, then branches."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column, Table
from learning.rules.hours import StudyRequirement
from supervision.queries.study import StudyFigures, StudyLine, StudyRow
from supervision.queries.subtree import Child
from supervision.rules.watch import study_word
from supervision.tables.grid import ratio
from supervision.tables.watch import child_cell, child_name, mark

LINES_ID = "study-lines"


def hours_words(hours: Decimal) -> str:
    """56 学时, 37.5 学时."""
    return f"{hours.normalize():f} 学时"


def _columns(requirement: StudyRequirement, year: int, day: datetime.date) -> list[Column]:
    """The figures' columns; what officers and others owe are the numbers in force in that year."""

    def word(row) -> str:
        figures: StudyFigures = row.figures
        return study_word(figures.reached, figures.members, year=year, day=day)

    officers, others = hours_words(requirement.officer_hours), hours_words(requirement.member_hours)
    return [
        Column("党员", lambda row: row.figures.members, numeric=True),
        Column(
            f"书记和委员达标（{officers}）",
            lambda row: ratio(row.figures.officers_reached, row.figures.officers),
            numeric=True,
        ),
        Column(
            f"其他党员达标（{others}）",
            lambda row: ratio(row.figures.ordinary_reached, row.figures.ordinary),
            numeric=True,
        ),
        Column("已达标", lambda row: row.figures.sure, numeric=True),
        Column("达标待确认", lambda row: row.figures.waiting, numeric=True),
        Column("未达标", lambda row: row.figures.short, numeric=True),
        Column("其中尚无学时", lambda row: row.figures.without_hours, numeric=True),
        Column("待确认学时", lambda row: row.figures.pending_hours, numeric=True),
        Column("提示", word, lambda row: mark(word(row))),
    ]


def line_table(
    lines: Sequence[StudyLine],
    requirement: StudyRequirement,
    *,
    year: int,
    day: datetime.date,
    link: Callable[[Child], str],
) -> Table:
    """Columns 1 to 9: the chart above it draws 已达标, 达标待确认 and 未达标 (6, 7, 8)."""
    return Table(
        [
            Column("党组织", child_name, child_cell(link)),
            Column("党支部", lambda line: line.branches, numeric=True),
            *_columns(requirement, year, day),
        ],
        lines,
        caption=f"{year} 年各党组织学时达标情况",
        numbered=False,
        table_id=LINES_ID,
    )


def study_table(
    rows: Sequence[StudyRow],
    requirement: StudyRequirement,
    *,
    year: int,
    day: datetime.date,
    first_number: int = 1,
) -> Table:
    def sheet(row: StudyRow):
        """The branch's own list of members with what each lacks."""
        address = f"{reverse('learning:branch')}?branch={row.uid}&year={year}"
        return format_html('<a href="{}">{}</a>', address, row.name)

    return Table(
        [Column("党支部", lambda row: row.name, sheet), *_columns(requirement, year, day)],
        rows,
        caption=f"{year} 年各党支部学时达标情况",
        first_number=first_number,
    )
