"""记录册: a branch's records of a quarter or year in one Word document, with title page and contents."""

from collections.abc import Callable, Sequence

from activities.paper.sheet import write_sheet
from activities.rules.sheet import RecordSheet
from branch_portal.dates import format_date_cn
from branch_portal.paper import Paper

TITLE = "组织生活记录册"


def binder_docx(
    *, branch: str, period: str, made_on: str, sheets: Sequence[RecordSheet], step: Callable[[int], None]
) -> bytes:
    """The sheets in the order given; `step(n)` says that n are written."""
    paper = Paper(f"{branch} {period}{TITLE}")
    _cover(paper, branch, period, made_on, len(sheets))
    paper.paragraph("目　录", "Title", new_page=True)
    paper.paragraph("", "Small")
    for number, sheet in enumerate(sheets, 1):
        series = f"（第{sheet.number}次）" if sheet.number else ""
        cell = f" {sheet.cell}" if sheet.cell else ""
        day = f"{sheet.on_date:%Y-%m-%d}"
        paper.contents_line(
            f"{number}. {day} {sheet.kind_label}{series}{cell}　{_short(sheet.title)}", f"r{number}"
        )
    for number, sheet in enumerate(sheets, 1):
        write_sheet(paper, sheet, anchor=f"r{number}")
        step(number)
    return paper.bytes()


def _cover(paper: Paper, branch: str, period: str, made_on: str, count: int) -> None:
    for _ in range(5):
        paper.paragraph()
    paper.paragraph(TITLE, "Cover")
    paper.paragraph()
    paper.paragraph(period, "Subject")
    for _ in range(8):
        paper.paragraph()
    paper.paragraph(branch, "Subject")
    paper.paragraph(f"共{count}份记录", "Subject")
    paper.paragraph(made_on, "Subject")


def _short(title: str) -> str:
    """One line of the contents."""
    return title if len(title) <= 11 else f"{title[:10]}…"


def made_on(day) -> str:
    return format_date_cn(day).partition("（")[0]
