"""Blank forms as a superior sends them, written as flat OpenDocument; LibreOffice makes .xlsx and .docx of them."""

from html import escape

_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2"'
)
_STYLES = """
<number:percentage-style style:name="N1"><number:number number:decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>
<style:style style:name="co" style:family="table-column"><style:table-column-properties style:column-width="3.2cm"/></style:style>
<style:style style:name="high" style:family="table-row"><style:table-row-properties style:row-height="1.1cm" style:use-optimal-row-height="false"/></style:style>
<style:style style:name="box" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>
<style:style style:name="rate" style:family="table-cell" style:data-style-name="N1"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>
<style:style style:name="title" style:family="table-cell"><style:text-properties fo:font-size="18pt" style:font-size-asian="18pt"/></style:style>
"""


def _cell(cell) -> str:
    """A cell: text, number, `=formula`, ("text", columns, rows, style), or None where a merge covers it."""
    if cell is None:
        return "<table:covered-table-cell/>"
    value, columns, rows, style = cell if isinstance(cell, tuple) else (cell, 1, 1, "box")
    attributes = f' table:style-name="{style}"'
    if (columns, rows) != (1, 1):
        attributes += f' table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
    if isinstance(value, int | float):
        return f'<table:table-cell{attributes} office:value-type="float" office:value="{value}"/>'
    if value.startswith("="):
        return f'<table:table-cell{attributes} table:formula="of:{escape(value)}" office:value-type="float"/>'
    if not value:
        return f"<table:table-cell{attributes}/>"
    return f'<table:table-cell{attributes} office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def _table(name: str, rows: list[list], high: tuple[int, ...] = ()) -> str:
    made = "".join(
        f"<table:table-row{' table:style-name=' + chr(34) + 'high' + chr(34) if number in high else ''}>"
        + "".join(map(_cell, row))
        + "</table:table-row>"
        for number, row in enumerate(rows, start=1)
    )
    columns = f'<table:table-column table:style-name="co" table:number-columns-repeated="{len(rows[0])}"/>'
    return f'<table:table table:name="{name}">{columns}{made}</table:table>'


def workbook(sheets: dict[str, list[list]], *, high: tuple[int, ...] = ()) -> bytes:
    """A .fods."""
    tables = "".join(_table(name, rows, high) for name, rows in sheets.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMES} '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document>"
    ).encode()


def text_document(lines: list[str], rows: list[list]) -> bytes:
    """A .fodt with lines and one table."""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMES} '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:body><office:text>{paragraphs}{_table('表', rows)}</office:text></office:body></office:document>"
    ).encode()


#: One branch's month: merged title and heads, formulas over figures, a second sheet that reads the first.
MONTHLY = {
    "月报": [
        [("党支部基本情况月报", 4, 1, "title"), None, None, None],
        [("填报单位：", 2, 1, "box"), None, ("填报时段：", 2, 1, "box"), None],
        [("党员", 1, 3, "box"), "正式党员", "", ("=[.C3]+[.C4]", 1, 2, "box")],
        [None, "预备党员", "", None],
        [None, "其中女党员", "", ("=IF([.D3]>0;[.C5]/[.D3];0)", 1, 1, "rate")],
        [("到会", 1, 2, "box"), "应到人次", "", ("=IF([.C6]>0;[.C7]/[.C6];0)", 1, 2, "rate")],
        [None, "实到人次", "", None],
        ["书记", ("", 3, 1, "box"), None, None],
    ],
    "摘要": [["党员合计", "=[$月报.D3]"], ["每百名党员到会", "=ROUND([$月报.C7]/[$月报.D3]*100;0)"]],
}

#: A roster with one row to be repeated, with a merge in it and a formula, and sums under it.
ROSTER = {
    "花名册": [
        [("党员花名册", 6, 1, "title"), None, None, None, None, None],
        ["序号", "姓名", ("现任职务", 2, 1, "box"), None, "出生年份", "年龄"],
        ["", "", ("", 2, 1, "box"), None, "", "=2026-[.E3]"],
        [("合计", 2, 1, "box"), None, "人数", "=COUNTA([.B3:.B3])", "平均", "=AVERAGE([.F3])"],
        [("年龄总和", 5, 1, "box"), None, None, None, None, "=SUM([.F3:.F3])"],
    ]
}

#: A committee's summary: two rows stand ready, one branch each; shares of the total, running totals, totals.
SUMMARY = {
    "汇总": [
        [("各党支部汇总表", 6, 1, "title"), None, None, None, None, None],
        ["序号", "党组织全称", "党员总数", "占比", "累计", "人均"],
        ["", "", "", ("=[.C3]/SUM([.C$3:.C$4])", 1, 1, "rate"), "=SUM([.C$3:.C3])", "=[.C3]/2"],
        ["", "", "", ("=[.C4]/SUM([.C$3:.C$4])", 1, 1, "rate"), "=SUM([.C$3:.C4])", "=[.C4]/2"],
        [("总计", 2, 1, "box"), None, "=SUM([.C3:.C4])", ("=SUM([.D3:.D4])", 1, 1, "rate"), "=MAX([.C3:.C4])", "=[.C5]/[.C6]"],
        [("党支部数", 2, 1, "box"), None, "=COUNT([.C3:.C4])", ("", 3, 1, "box"), None, None],
    ]
}  # fmt: skip
