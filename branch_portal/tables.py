"""Lists declared once, as columns in Python; rendered from that as table, phone cards, print view and .xlsx.

Rows are put together here, text by text: a Django template variable costs about 15 µs, and a page has hundreds.
"""

import datetime
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from branch_portal.dates import to_local

# Constant markup, nothing of a row in it.
_NUMERIC = SafeString(' class="num"')
_NUMBER_HEAD = SafeString('<th scope="col" class="num">序号</th>')
_UNBROKEN = SafeString('<span class="text-nowrap">'), SafeString("</span>")
_EMPTY = SafeString('<span class="text-body-secondary">—</span>')

_MOST_IN_A_CELL, _CUT = 32767, "（超长，后面略去）"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """One column: `value(row)` for export and sorting, `cell(row)` for HTML where it differs (must be escaped or safe)."""

    header: str
    value: Callable[[Any], Any]
    cell: Callable[[Any], Any] | None = None
    numeric: bool = False
    export: bool = True
    screen: bool = True


class Table:
    """Columns over rows. 序号 comes first by itself and counts from `first_number`."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterable[Any],
        *,
        caption: str = "",
        first_number: int = 1,
        numbered: bool = True,
        table_id: str = "",
    ):
        self.columns = columns
        self.rows = list(rows)
        self.caption = caption
        self.first_number = first_number
        self.numbered = numbered
        self.table_id = table_id  # for a chart that is drawn from it

    def __bool__(self) -> bool:
        return bool(self.rows)

    def html(self) -> SafeString:
        """The table; each cell names its column, so that the style sheet can lay rows out as cards on a phone."""
        columns = [column for column in self.columns if column.screen]
        head = format_html_join(
            "",
            '<th scope="col"{}>{}</th>',
            ((_NUMERIC if column.numeric else "", column.header) for column in columns),
        )
        # Every piece is markup of ours or went through `_markup`.
        body = SafeString("".join(self._row_markup(columns)))
        return format_html(
            '<table class="portal-table"{}>{}<thead><tr>{}{}</tr></thead><tbody>{}</tbody></table>',
            format_html(' id="{}"', self.table_id) if self.table_id else "",
            format_html('<caption class="visually-hidden">{}</caption>', self.caption)
            if self.caption
            else "",
            _NUMBER_HEAD if self.numbered else "",
            head,
            body,
        )

    def _row_markup(self, columns) -> Iterator[str]:
        # What is the same in every row is put together once: a page has hundreds of cells.
        opened = [
            (
                format_html('<td data-label="{}"{}>', column.header, _NUMERIC if column.numeric else ""),
                column.cell or (lambda row, value=column.value: _shown(value(row))),
            )
            for column in columns
        ]
        for number, row in enumerate(self.rows, start=self.first_number):
            yield f'<tr><td class="num" data-label="序号">{number}</td>' if self.numbered else "<tr>"
            for opening, cell in opened:
                yield f"{opening}{_markup(cell(row))}</td>"
            yield "</tr>"

    def export_rows(self) -> tuple[list[str], list[list[Any]]]:
        """(headers, rows of plain values) of the columns that are exported."""
        columns = [column for column in self.columns if column.export]
        headers = (["序号"] if self.numbered else []) + [column.header for column in columns]
        rows = [
            ([number] if self.numbered else []) + [column.value(row) for column in columns]
            for number, row in enumerate(self.rows, start=self.first_number)
        ]
        return headers, rows


def _shown(value: Any) -> Any:
    if value is None or value == "":
        return _EMPTY
    if isinstance(value, datetime.datetime):
        return _unbroken(f"{to_local(value):%Y-%m-%d %H:%M}")
    if isinstance(value, datetime.date):
        return _unbroken(value.isoformat())
    if isinstance(value, Decimal):
        return f"{value:.2f}".removesuffix("0")
    return value


def _unbroken(moment: str) -> SafeString:
    """A date or time, digits and hyphens alone, on one line."""
    opening, closing = _UNBROKEN
    return opening + SafeString(moment) + closing


def _markup(value: Any) -> str:
    """What `format_html` makes of a value, without its cost: markup stays, everything else is text."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula, without the control characters that .xlsx forbids."""
    text = "".join(character for character in text if character >= " " or character in "\n\t")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def xlsx_bytes(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str,
    notes: Sequence[tuple[str, Any]] = (),
    streamed: bool = False,
) -> bytes:
    """A workbook: real dates and numbers, everything else as text, formulas impossible.

    `notes` (who took it out, when, why) become a second sheet, 导出说明, and the foot of the printed page. `streamed`
    holds one row at a time, for very long lists; the columns then keep one width for all.
    """
    import xlsxwriter  # half of its import time would be paid by every page otherwise

    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with (
        tempfile.TemporaryDirectory(prefix="portal-xlsx-") as folder,
        xlsxwriter.Workbook(
            buffer,
            options | ({"constant_memory": True, "tmpdir": folder} if streamed else {"in_memory": True}),
        ) as book,
    ):
        bold = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(sheet[:31])
        page.write_row(0, 0, [safe_text(header) for header in headers], bold)
        page.freeze_panes(1, 0)
        if streamed:
            page.set_column(0, len(headers) - 1, 14)
        _write_rows(book, page, rows, first=1)
        if not streamed:
            page.autofit()
        if notes:
            said = dict(notes)
            foot = " ".join(str(said[name]) for name in ("导出人", "导出时间", "导出事由") if name in said)
            page.set_footer(f"&L{safe_text(foot).replace('&', '&&')[:200]}&R&P / &N")
            page.repeat_rows(0)
            about = book.add_worksheet("导出说明")
            about.set_column(0, 0, 12)
            about.set_column(1, 1, 60)
            _write_rows(book, about, notes, first=0)
    return buffer.getvalue()


def _write_rows(book, page, rows: Iterable[Sequence[Any]], *, first: int) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for index, row in enumerate(rows, start=first):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, datetime.datetime):
                page.write_datetime(index, column, to_local(value).replace(tzinfo=None), moment)
            elif isinstance(value, datetime.date):
                page.write_datetime(index, column, datetime.datetime.combine(value, datetime.time()), day)
            elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                page.write_number(index, column, float(value))
            else:
                page.write_string(index, column, _fitting(safe_text(str(value))))


def _fitting(text: str) -> str:
    """Excel takes so much in a cell and no more; what is cut says that it is."""
    return text if len(text) <= _MOST_IN_A_CELL else text[: _MOST_IN_A_CELL - len(_CUT)] + _CUT


def xlsx_response(table: Table, filename: str, *, sheet: str = "名单") -> HttpResponse:
    """The table as a download; `filename` without the ending, Chinese allowed."""
    headers, rows = table.export_rows()
    response = HttpResponse(
        xlsx_bytes(headers, rows, sheet=sheet),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{filename}.xlsx")
    return response
