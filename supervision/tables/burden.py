"""减负台账 as columns."""

from collections.abc import Sequence

from branch_portal.tables import Column, Table
from supervision.queries.burden import BranchBurden, Burden, SenderRow


def _sums(of) -> list[Column]:
    return [
        Column("要求（项）", lambda row: of(row).requests, numeric=True),
        Column("办理的党支部（次）", lambda row: of(row).branches, numeric=True),
        Column("填报内容（项次）", lambda row: of(row).fields, numeric=True),
        Column("系统代填（项次）", lambda row: of(row).known, numeric=True),
        Column("支部要填（项次）", lambda row: of(row).typed, numeric=True),
        Column("系统代填占比", lambda row: of(row).share, numeric=True),
    ]


def months_table(rows: Sequence[tuple[int, Burden]]) -> Table:
    return Table(
        [Column("月份", lambda row: f"{row[0]}月"), *_sums(lambda row: row[1])],
        rows,
        caption="各月工作要求",
        numbered=False,
        table_id="burden-months",
    )


def senders_table(rows: Sequence[SenderRow]) -> Table:
    return Table(
        [
            Column("月份", lambda row: f"{row.month}月"),
            Column("党组织", lambda row: row.organization),
            Column("发出人", lambda row: row.account),
            *_sums(lambda row: row.burden),
        ],
        rows,
        caption="各月、各发出人的工作要求",
    )


def branches_table(rows: Sequence[BranchBurden], *, first_number: int = 1) -> Table:
    return Table(
        [
            Column("党支部", lambda row: row.branch.name, lambda row: str(row.branch)),
            Column("收到要求（项）", lambda row: row.requests, numeric=True),
            Column("填报内容（项次）", lambda row: row.fields, numeric=True),
            Column("系统代填（项次）", lambda row: row.known, numeric=True),
            Column("支部要填（项次）", lambda row: row.typed, numeric=True),
        ],
        rows,
        caption="各党支部本月收到的工作要求",
        first_number=first_number,
    )
