"""A blank .docx in the limited process: its tables, placeholders and blanks, and the form filled in. Knows python-docx.

A form here is no program: names in double braces and blanks are replaced by text, cells of tables get text, rows are copied.
Nothing in it is evaluated.
"""

import datetime
import io
import re
from copy import deepcopy

import docx
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from branch_portal.docx_child import Refused as NotTaken
from branch_portal.docx_child import look_into
from branch_portal.form_child import Refused

MAX_TABLES, MAX_ROWS, MAX_CELLS = 40, 400, 40_000
SHOWN_TEXT = 120
_MARK = re.compile(r"\{\{\s*([^{}]{1,40}?)\s*\}\}|[_＿]{3,}")
_SPACES = re.compile(r"^[ \u00a0\u3000\t]{2,}$")


def look(path: str) -> dict:
    """Tables as grids, a cell by its number in the row as the file has it; placeholders and blanks with what is around them."""
    try:
        look_into(path)
    except NotTaken as refused:
        raise Refused(refused.reason, refused.detail) from refused
    document = docx.Document(path)
    tables = _tables(document)
    if (
        len(tables) > MAX_TABLES
        or sum(len(row.tc_lst) for table in tables for row in table.tr_lst) > MAX_CELLS
    ):
        raise Refused("bomb")
    return {
        "sheets": [
            {"name": f"表{number}", "grid": _grid(table), "widths": [], "more": len(table.tr_lst) > MAX_ROWS}
            for number, table in enumerate(tables, start=1)
        ],
        "marks": _named_marks(document),
        "losses": [],
    }


def _tables(document) -> list:
    """The tables of the text itself; one within a cell belongs to that cell."""
    return [element for element in document.element.body if element.tag == qn("w:tbl")]


def _grid(table) -> list[list]:
    grid: list[list] = []
    open_cells: dict[int, dict] = {}
    for row in table.tr_lst[:MAX_ROWS]:
        shown: list = []
        place = 0
        for cell in row.tc_lst:
            width = cell.grid_span
            merge = cell.vMerge
            if merge == "continue" and place in open_cells:
                open_cells[place]["s"][0] += 1
                shown.append(None)
            else:
                text = _cell_text(cell)[:SHOWN_TEXT]
                entry: dict = {"t": text, "s": [1, width]}
                if merge == "restart":
                    open_cells[place] = entry
                else:
                    open_cells.pop(place, None)
                shown.append(entry)
            place += width
        grid.append(shown)
    return [[_plain(cell) for cell in row] for row in grid]


def _plain(cell):
    return cell["t"] if cell is not None and cell["s"] == [1, 1] else cell


def _cell_text(cell) -> str:
    return "\n".join(
        "".join(part.text or "" for part in p.iter(qn("w:t"))) for p in cell.iter(qn("w:p"))
    ).strip()


# --- placeholders and blanks ---


def _roots(document) -> list:
    roots = [document.element.body]
    for section in document.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not part.is_linked_to_previous:
                roots.append(part._element)
    return roots


def _paragraphs(document):
    for root in _roots(document):
        yield from root.iter(qn("w:p"))


def _named_marks(document) -> list[dict]:
    """Placeholders once each; blanks are counted through the document, for that is all the name they have."""
    found: dict[str, str] = {}
    for name, paragraph, _ in _marks(document):
        found.setdefault(name, "".join(text.text or "" for text in _texts(paragraph)).strip()[:SHOWN_TEXT])
    return [{"place": name, "text": around} for name, around in list(found.items())[:200]]


def _marks(document):
    """(name, paragraph, (start, end) in its text), in the order of the document."""
    blanks = 0
    for paragraph in _paragraphs(document):
        texts = _texts(paragraph)
        whole = "".join(text.text or "" for text in texts)
        places = [(match.start(), match.end(), match[1]) for match in _MARK.finditer(whole)]
        places += [(start, end, None) for start, end in _underlined(texts)]
        for start, end, name in sorted(places, key=lambda place: place[0]):
            if name is None:
                blanks += 1
            yield (f"{{{{{name}}}}}" if name else f"空格{blanks}"), paragraph, (start, end)


def _texts(paragraph) -> list:
    """The paragraph's own texts; those of a text box inside it belong to the box's paragraphs."""
    return [
        text for text in paragraph.iter(qn("w:t")) if next(text.iterancestors(qn("w:p")), None) is paragraph
    ]


def _underlined(texts) -> list[tuple[int, int]]:
    """Spaces under a line: what people write by hand on. Neighbouring runs are one blank."""
    found: list[tuple[int, int]] = []
    place = 0
    for text in texts:
        end = place + len(text.text or "")
        run = text.getparent()
        line = run.find(f"{qn('w:rPr')}/{qn('w:u')}") if run is not None else None
        if line is not None and line.get(qn("w:val")) != "none" and _SPACES.match(text.text or ""):
            if found and found[-1][1] == place:
                found[-1] = (found[-1][0], end)
            else:
                found.append((place, end))
        place = end
    return found


def _replace(paragraph, start: int, end: int, words: str) -> None:
    """Put words where the mark stands, in the format that it has; a mark may be spread over several runs."""
    place = 0
    for text in _texts(paragraph):
        own = text.text or ""
        first, last = max(start - place, 0), min(end - place, len(own))
        if first < last or (first == last == 0 and start == end):
            inserted = words if place <= start < place + len(own) else ""
            text.text = own[:first] + inserted + own[last:]
            text.set(qn("xml:space"), "preserve")
        place += len(own)


# --- filling ---


def fill(path: str, plan: dict) -> bytes:
    """Cells and blocks where the blank form has them, then marks; what is written is never looked at again."""
    document = docx.Document(path)
    rows = {f"表{number}": list(table.tr_lst) for number, table in enumerate(_tables(document), start=1)}
    marks = list(_marks(document))
    _fill_marks(marks, plan["marks"])
    for cell in plan["cells"]:
        column, row = _place(cell["place"])
        _write(
            rows[cell["sheet"]][row - 1].tc_lst[column - 1],
            _shown(cell["value"]),
            keep=cell.get("keep", False),
        )
    for block in plan["blocks"]:
        _fill_block(rows[block["sheet"]], block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fill_marks(marks: list, values: dict) -> None:
    """From the end to the beginning, so that the places before stay true."""
    for name, paragraph, (start, end) in sorted(marks, key=lambda mark: -mark[2][0]):
        if name in values:
            _replace(paragraph, start, end, _one_line(_shown(values[name])))


def _fill_block(rows: list, block: dict) -> None:
    """Rows that the form has are used first; more of them are copies of the repeated row, put in right below it."""
    first, spare = block["row"] - 1, max(block["spare"], 1)
    count = max((len(column["values"]) for column in block["columns"]), default=0)
    template, last = rows[first], rows[first]
    blank = deepcopy(template)
    used = [template]
    for _ in range(count - spare):
        made = deepcopy(blank)
        for cell in made.tc_lst:
            if cell.vMerge == "restart":
                cell.vMerge = "continue"
        last.addnext(made)
        last = made
        used.append(made)
    used += rows[first + 1 : first + spare]
    for column in block["columns"]:
        index, _ = _place(f"{column['column']}1")
        for number, value in enumerate(column["values"]):
            if index <= len(used[number].tc_lst):
                _write(
                    used[number].tc_lst[index - 1],
                    _shown(value),
                    keep=column.get("keep", False) and number == 0,
                )


def _place(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column, int(address[len(letters) :])


def _write(cell, words: str, *, keep: bool) -> None:
    """The cell's text in the format of its first run; with `keep` behind what stands there."""
    paragraph = cell.p_lst[0] if not keep else cell.p_lst[-1]
    runs = list(paragraph.r_lst)
    if not keep:
        for other in cell.p_lst[1:]:
            cell.remove(other)
    look_of = runs[-1 if keep else 0].find(qn("w:rPr")) if runs else _paragraph_look(paragraph)
    if not keep:
        for run in runs:
            paragraph.remove(run)
    run = OxmlElement("w:r")
    if look_of is not None:
        made = deepcopy(look_of)
        made.tag = qn("w:rPr")
        run.append(made)
    for number, line in enumerate(words.split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        text = OxmlElement("w:t")
        text.text = line
        text.set(qn("xml:space"), "preserve")
        run.append(text)
    paragraph.append(run)


def _paragraph_look(paragraph):
    """An empty cell keeps its font with the paragraph's mark."""
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")


def _shown(value: dict) -> str:
    if "d" in value:
        day = datetime.date.fromisoformat(value["d"])
        return f"{day.year}年{day.month}月{day.day}日"
    return str(value.get("n", value.get("s", "")))


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))
