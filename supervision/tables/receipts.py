"""What was told and read, as columns."""

from collections.abc import Sequence

from branch_portal.tables import Column, Table
from supervision.queries.receipts import ReceiptRow


def receipts_table(rows: Sequence[ReceiptRow], head: str, *, first_number: int = 1) -> Table:
    return Table(
        [
            Column(head, lambda row: row.name),
            Column("已告知（人次）", lambda row: row.told, numeric=True),
            Column("已阅", lambda row: row.read, numeric=True),
            Column("邮件等已送出", lambda row: row.sent, numeric=True),
            Column("未送达", lambda row: row.failed, numeric=True),
        ],
        rows,
        caption=f"各{head}的送达情况",
        first_number=first_number,
    )
