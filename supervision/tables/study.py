"""Who has reached the year's hours, as columns."""

from collections.abc import Sequence

from branch_portal.tables import Column, Table
from supervision.queries.study import StudyRow
from supervision.tables.grid import ratio


def study_table(rows: Sequence[StudyRow], *, first_number: int = 1) -> Table:
    return Table(
        [
            Column("党支部", lambda row: row.branch.name),
            Column("党员", lambda row: row.members, numeric=True),
            Column(
                "书记和委员达标（56 学时）",
                lambda row: ratio(row.officers_reached, row.officers),
                numeric=True,
            ),
            Column(
                "其他党员达标（32 学时）",
                lambda row: ratio(row.ordinary_reached, row.ordinary),
                numeric=True,
            ),
            Column("待确认学时", lambda row: row.pending_hours, numeric=True),
            Column("尚无学时", lambda row: row.without_hours, numeric=True),
            Column("未达标", lambda row: row.short, numeric=True),
        ],
        rows,
        caption="各党支部学时达标情况",
        first_number=first_number,
    )
