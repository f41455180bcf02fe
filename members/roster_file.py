"""The roster as .xlsx: its columns, and the sheet that says who took it out and why."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from branch_portal.dates import to_local
from branch_portal.tables import Table, xlsx_bytes
from members.models import User
from members.queries.asked_roster import AskedRoster
from members.queries.lines import RosterLine
from members.tables import full_columns, paper_columns

CONTENT = {"masked": "遮盖", "full": "完整"}


def file_name(asked: AskedRoster) -> str:
    return f"{asked.title}{asked.day:%Y%m%d}.xlsx"


def roster_workbook(
    asked: AskedRoster,
    chunks: Iterable[Sequence[RosterLine]],
    *,
    by: User,
    content: str,
    reason: str,
    filters: str,
    count: int,
    streamed: bool = False,
) -> bytes:
    """`content` is a key of CONTENT; `filters` says in words what was asked; `streamed` for very many lines."""
    columns = (full_columns if content == "full" else paper_columns)(several_branches=asked.several)
    notes = [
        ("名称", asked.title),
        ("截至日期", asked.day),
        ("内容", CONTENT[content]),
        ("筛选", filters),
        ("人数", count),
        ("导出人", f"{by.display_name}（{by.username}）"),
        ("导出时间", f"{to_local(timezone.now()):%Y-%m-%d %H:%M}"),
        ("导出事由", reason),
        ("提示", "含个人信息，仅限上述事由使用，用毕删除，不得外传。"),
    ]
    headers, _ = Table(columns, []).export_rows()

    def rows():
        number = 1
        for chunk in chunks:
            yield from Table(columns, chunk, first_number=number).export_rows()[1]
            number += len(chunk)

    return xlsx_bytes(headers, rows(), sheet="党员名册", notes=notes, streamed=streamed)
