"""转正, 流动与失联 as columns: counted by branch and organisation, and by name for whoever reads the roster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column, Table
from members.models import PartyOrganization
from members.queries.attention import CONTACT, LOST, REMOVE
from members.queries.milestones import CONFIRMATION
from supervision.queries.people import Case, CaseCounts
from supervision.queries.subtree import Child
from supervision.tables.watch import child_cell, child_name, mark

LATE, SOON = "已到期", "将到期"


@dataclass(frozen=True)
class Kind:
    """One reason to look at a member: its words, and where the member's card tells more."""

    label: str
    late: str
    soon: str
    tab: str = ""

    @property
    def late_words(self) -> str:
        return f"{self.label}：{self.late}" if self.late else self.label

    @property
    def soon_words(self) -> str:
        """Nothing where a case is there only once it is due."""
        return f"{self.label}：{self.soon}" if self.soon else ""


KINDS = {
    CONFIRMATION: Kind("预备期满", "已满未讨论", "六十天内期满"),
    CONTACT: Kind("外出党员应联系", "联系超期", "十四天内应联系", "floating"),
    LOST: Kind("失去联系满六个月", "", "", "floating"),
    REMOVE: Kind("因失联停止党籍满两年", "", "", "floating"),
}


def _count_columns(keys: Sequence[str], counts: Callable[..., CaseCounts]) -> list[Column]:
    def late(key: str) -> Column:
        return Column(
            KINDS[key].late_words,
            lambda row: counts(row).overdue.get(key, 0),
            numeric=True,
        )

    def soon(key: str) -> Column:
        return Column(
            KINDS[key].soon_words,
            lambda row: counts(row).of.get(key, 0) - counts(row).overdue.get(key, 0),
            numeric=True,
        )

    return [column for key in keys for column in ([late(key), soon(key)] if KINDS[key].soon else [late(key)])]


def branch_table(
    rows: Sequence[tuple[PartyOrganization, CaseCounts]],
    keys: Sequence[str],
    *,
    title: str,
    link: Callable[[PartyOrganization], str],
    first_number: int = 1,
) -> Table:
    return Table(
        [
            Column(
                "党支部",
                lambda row: row[0].name,
                lambda row: format_html('<a href="{}">{}</a>', link(row[0]), row[0]),
            ),
            *_count_columns(keys, lambda row: row[1]),
        ],
        rows,
        caption=f"各党支部{title}（人）",
        first_number=first_number,
    )


def line_table(
    lines: Sequence[tuple[Child, CaseCounts]],
    keys: Sequence[str],
    *,
    title: str,
    link: Callable[[Child], str],
) -> Table:
    return Table(
        [Column("党组织", child_name, child_cell(link)), *_count_columns(keys, lambda row: row[1])],
        lines,
        caption=f"各党组织{title}（人）",
        numbered=False,
    )


def case_table(cases: Sequence[Case], *, title: str, first_number: int = 1) -> Table:
    """Names with the card behind them: only for who reads the roster."""

    def card(case: Case):
        address = reverse("members:card", args=[case.member.uid])
        tab = KINDS[case.key].tab
        return format_html('<a href="{}{}">{}</a>', address, f"?tab={tab}" if tab else "", case.member.name)

    def word(case: Case) -> str:
        return LATE if case.overdue else SOON

    return Table(
        [
            Column("姓名", lambda case: case.member.name, card),
            Column("党支部", lambda case: str(case.branch)),
            Column("情形", lambda case: KINDS[case.key].label),
            Column("起算日期", lambda case: case.since),
            Column("到期日期", lambda case: case.due_on),
            Column("状态", word, lambda case: mark(word(case), "late" if case.overdue else "wait")),
        ],
        cases,
        caption=f"{title}名单",
        first_number=first_number,
    )
