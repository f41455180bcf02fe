"""Word documents laid out as official paper is (GB/T 9704-2012): page, grid of 22 lines × 28 characters, fonts by name.

Fonts are named and never embedded; the font table gives each an ordinary one to stand in where it is not installed.
Paragraphs and rows are made as elements, because the library looks a table through for every cell.
"""

import io
import re
from collections.abc import Iterable, Sequence

from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from branch_portal.paper_styles import FONT_TABLE, SETTINGS, STYLES

#: 225 mm in 22 lines, in twips. The 28 characters of a line come from the styles, which set each 16 pt character a quarter
#: of a point closer: LibreOffice gives a character that is wider than its cell of the grid two of them.
LINE_PITCH = 579
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNUSED = ("stylesWithEffects", "customXml", "thumbnail", "webSettings", "/numbering", "/theme")


def clean(text: str) -> str:
    """The text without what XML cannot hold (control characters, half surrogates), its lines ended by one sign."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class Paper:
    """One document, written from top to bottom."""

    def __init__(self, title: str) -> None:
        self.document = Document()
        self._body = self.document.element.body
        self._lay_out()
        core = self.document.core_properties
        core.title, core.author, core.comments, core.language = clean(title)[:250], "", "", "zh-CN"
        self._bookmarks = 0

    # --- what is written ---

    def paragraph(self, text: str = "", style: str = "Normal", **more):
        """One paragraph; line ends in the text stay line ends inside it."""
        element = paragraph(text, style, **more)
        self._body.insert(len(self._body) - 1, element)
        return element

    def text(self, text: str) -> None:
        """Running text: each line a paragraph, indented by two characters."""
        for line in clean(text).strip("\n").split("\n"):
            self.paragraph(line.strip(" \u3000"), "Text")

    def heading(self, text: str, level: int = 1) -> None:
        self.paragraph(text, f"Heading{level}")

    def table(
        self,
        widths: Sequence[int],
        rows: Iterable[Sequence[str]],
        *,
        header: Sequence[str] | None = None,
        left: Sequence[int] = (),
        style: str = "Cell",
    ) -> None:
        """A ruled table; `widths` in mm, the header repeated on every page, no row broken. `left` columns are left-aligned."""
        table = _table(widths)
        if header:
            table.append(_row(widths, header, "CellHead", (), header=True))
        for row in rows:
            table.append(_row(widths, row, style, left))
        self._add_table(table)

    def facts(self, rows: Iterable[Sequence[str]]) -> None:
        """Rows of label and value (over the whole width) or of two labels and two values."""
        widths = (26, 52, 26, 52)
        table = _table(widths)
        for row in rows:
            line = OxmlElement("w:tr")
            line.append(_whole_row())
            spans = (1, 3) if len(row) == 2 else (1, 1, 1, 1)
            for place, (text, span) in enumerate(zip(row, spans, strict=True)):
                label = place % 2 == 0
                width = sum(widths[1:]) if span == 3 else widths[place]
                line.append(_cell(text, width, "FactHead" if label else "Fact", span))
            table.append(line)
        self._add_table(table)

    def picture(self, png: bytes, millimetres: int, text: Sequence[str]) -> None:
        """A picture with lines of text beside it, in a table without rules that stays on one page."""
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        for column, width in zip(table.columns, (millimetres + 6, 150 - millimetres), strict=True):
            column.width = column.cells[0].width = Mm(width)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        holder = table.cell(0, 0).paragraphs[0]
        holder.style = self.document.styles["Picture"]
        holder.add_run().add_picture(io.BytesIO(png), width=Mm(millimetres))
        side = table.cell(0, 1)._tc
        side.remove(side.p_lst[0])
        for line in text:
            side.append(paragraph(line, "Small"))

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # --- how the page is laid out ---

    def _lay_out(self) -> None:
        part, package = self.document.part, self.document.part.package
        for relations in (part.rels, package.rels):
            for key, relation in list(relations.items()):
                if any(word in relation.reltype + str(relation.target_ref) for word in _UNUSED):
                    del relations[key]
        styles = self.document.styles.element
        for child in list(styles):
            styles.remove(child)
        for child in list(_parsed(STYLES)):
            styles.append(child)
        settings = self.document.settings.element
        compat = settings.find(qn("w:compat"))
        for child in list(settings):
            settings.remove(child)
        for child in list(_parsed(SETTINGS)):
            settings.append(child)
        for child in list(compat):
            if child.get(qn("w:name")) == "compatibilityMode":
                child.set(qn("w:val"), "15")
            elif child.tag == qn("w:useFELayout"):
                compat.remove(child)
        settings.append(compat)
        for other in package.iter_parts():
            if str(other.partname) == "/word/fontTable.xml":
                other._blob = _declared(FONT_TABLE).encode()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(23)
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(LINE_PITCH))
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            _page_number(footer, side)

    def _add_table(self, table) -> None:
        self._body.insert(len(self._body) - 1, table)

    # --- a table of contents that knows its pages ---

    def anchor(self, element, name: str) -> None:
        """Mark a paragraph so that a page number can point to it."""
        self._bookmarks += 1
        for tag, place in (("w:bookmarkStart", 1), ("w:bookmarkEnd", len(element) + 1)):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self._bookmarks))
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), name)
            element.insert(place, mark)

    def contents_line(self, text: str, name: str) -> None:
        """A line of the contents: text, dots, and the page of the anchor; Word works the number out when it opens the file."""
        element = self.paragraph(text, "Contents")
        run = OxmlElement("w:r")
        run.append(OxmlElement("w:tab"))
        element.append(run)
        _append_field(element, f"PAGEREF {name} \\h", "1", dirty=True)


def paragraph(
    text: str, style: str = "Normal", *, align: str = "", keep: bool = False, new_page: bool = False
):
    """A paragraph element with its text; the hint keeps Chinese quotation marks and dashes at full width."""
    element = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    if style != "Normal":
        named = OxmlElement("w:pStyle")
        named.set(qn("w:val"), style)
        properties.append(named)
    if keep:
        properties.append(OxmlElement("w:keepNext"))
    if new_page:
        properties.append(OxmlElement("w:pageBreakBefore"))
    if align:
        side = OxmlElement("w:jc")
        side.set(qn("w:val"), align)
        properties.append(side)
    element.append(properties)
    if text:
        element.append(_run(text))
    return element


def _run(text: str):
    run = OxmlElement("w:r")
    properties, fonts = OxmlElement("w:rPr"), OxmlElement("w:rFonts")
    fonts.set(qn("w:hint"), "eastAsia")
    properties.append(fonts)
    run.append(properties)
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                run.append(OxmlElement("w:tab"))
            if piece:
                word = OxmlElement("w:t")
                word.text = piece
                word.set(qn("xml:space"), "preserve")
                run.append(word)
    return run


def _table(widths: Sequence[int]):
    table = _parsed(
        '<w:tbl><w:tblPr><w:tblStyle w:val="Ruled"/><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid/></w:tbl>'
    )
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(Mm(width).twips))
        table.find(qn("w:tblGrid")).append(column)
    return table


def _whole_row(header: bool = False):
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    return properties


def _row(
    widths: Sequence[int], texts: Sequence[str], style: str, left: Sequence[int], *, header: bool = False
):
    row = OxmlElement("w:tr")
    row.append(_whole_row(header))
    for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
        row.append(_cell(text, width, style, align="left" if place in left else ""))
    return row


def _cell(text: str, width: int, style: str, span: int = 1, align: str = ""):
    cell = OxmlElement("w:tc")
    properties, measure = OxmlElement("w:tcPr"), OxmlElement("w:tcW")
    measure.set(qn("w:w"), str(Mm(width).twips))
    measure.set(qn("w:type"), "dxa")
    properties.append(measure)
    if span > 1:
        over = OxmlElement("w:gridSpan")
        over.set(qn("w:val"), str(span))
        properties.append(over)
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)
    cell.append(properties)
    cell.append(paragraph(text, style, align=align))
    return cell


def _page_number(footer, side: str) -> None:
    """— 1 —, on the outer side of the page."""
    footer.is_linked_to_previous = False
    element = footer.paragraphs[0]._p
    for child in list(element):
        element.remove(child)
    fresh = paragraph("— ", "PageNumber", align=side)
    for child in list(fresh):
        element.append(child)
    _append_field(element, "PAGE", "1")
    element.append(_run(" —"))


def _append_field(element, instruction: str, shown: str, *, dirty: bool = False) -> None:
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = OxmlElement("w:r")
        if kind == "instruction":
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = f" {instruction} "
        elif kind == "shown":
            part = OxmlElement("w:t")
            part.text = shown
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
            if dirty and kind == "begin":
                part.set(qn("w:dirty"), "true")
        run.append(part)
        element.append(run)


def _declared(xml: str) -> str:
    """The constant with its namespace, which the library knows."""
    head, _, rest = xml.partition(">")
    return f"{head} {nsdecls('w')}>{rest}" if not head.endswith("/") else xml


def _parsed(xml: str):
    return parse_xml(_declared(xml))
