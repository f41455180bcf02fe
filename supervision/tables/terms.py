"""换届和班子 as columns."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table
from supervision.queries.subtree import Child
from supervision.queries.terms import (
    ENDING,
    EXTENDED,
    INCOMPLETE,
    OVERDUE,
    STATES,
    UNKNOWN,
    TermCounts,
    TermRow,
)
from supervision.tables.watch import child_cell, child_name, marks

MARKS = {OVERDUE: "late", INCOMPLETE: "late", ENDING: "wait", EXTENDED: "wait", UNKNOWN: "plain"}


def term_table(user, rows: Sequence[TermRow], *, first_number: int = 1) -> Table:
    scope = user.access.scope(Permission.MANAGE_ORGANIZATIONS)

    def link(row: TermRow):
        if not scope.covers(row.organization):
            return str(row.organization)
        address = reverse("members:terms", args=[row.organization.uid])
        return format_html('<a href="{}">{}</a>', address, row.organization)

    def words(row: TermRow) -> str:
        return "、".join(STATES[state] for state in row.states)

    return Table(
        [
            Column("党组织", lambda row: row.organization.name, link),
            Column("情形", words, lambda row: marks([(STATES[state], MARKS[state]) for state in row.states])),
            Column("任期届满", lambda row: row.last_day),
            Column("已超过", lambda row: f"{row.days_late} 天" if row.days_late else ""),
            Column("班子情况", lambda row: "；".join(row.lacks)),
        ],
        rows,
        caption="换届和班子需要关注的党组织",
        first_number=first_number,
    )


def line_table(lines: Sequence[tuple[Child, TermCounts]], *, link: Callable[[Child], str]) -> Table:
    def count(state: str) -> Column:
        return Column(STATES[state], lambda row: row[1].of[state], numeric=True)

    return Table(
        [Column("党组织", child_name, child_cell(link)), *(count(state) for state in STATES)],
        lines,
        caption="各党组织换届和班子情况（个）",
        numbered=False,
    )
