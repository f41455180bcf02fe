"""Workbooks that were built to hurt whoever opens them: written part by part, as no library would."""

import io
import struct
import zipfile
from collections.abc import Iterable

TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    b'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    b"</Types>"
)
_NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % _R
)
BOOK_RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>'
    b'<Relationship Id="r2" Type="%s/sharedStrings" Target="sharedStrings.xml"/></Relationships>' % (_R, _R)
)
BOOK = b'<?xml version="1.0"?><workbook %s xmlns:r="%s"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>' % (_NS, _R)  # fmt: skip
Pieces = Iterable[bytes]


def workbook(
    rows: Pieces = (), *, strings: Pieces = (), head: bytes = b"", parts: dict[str, bytes] | None = None
) -> bytes:
    """`rows` are what stands in sheetData, `strings` in sst; `head` comes before the sheet's root, `parts` are more of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        fixed = {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELS,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": BOOK_RELS,
        }
        for name, content in (fixed | (parts or {})).items():
            archive.writestr(name, content)
        _write(
            archive,
            "xl/worksheets/sheet1.xml",
            [head, b"<worksheet %s><sheetData>" % _NS, *rows, b"</sheetData></worksheet>"],
        )
        _write(archive, "xl/sharedStrings.xml", [b"<sst %s>" % _NS, *strings, b"</sst>"])
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, pieces: Pieces) -> None:
    with archive.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece)


def inline(text: bytes, place: bytes = b"A1") -> bytes:
    return b'<row><c r="%s" t="inlineStr"><is><t>%s</t></is></c></row>' % (place, text)


def long_string(megabytes: int = 400) -> bytes:
    block = b"a" * (1 << 20)
    return workbook([b'<row><c r="A1" t="inlineStr"><is><t>', *[block] * megabytes, b"</t></is></c></row>"])


def many_rows(rows: int = 1_000_000) -> bytes:
    return workbook([b"<row><c><v>1</v></c></row>" * 1000] * (rows // 1000))


def corners(last: bytes) -> bytes:
    """Two cells: the first, and the one named."""
    row = last.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return workbook(
        [b'<row r="1"><c r="A1"><v>1</v></c></row><row r="%s"><c r="%s"><v>1</v></c></row>' % (row, last)]
    )


def one_text_everywhere(rows: int = 20_000, columns: int = 100) -> bytes:
    """A megabyte that names one text of 500 characters two million times."""
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * columns + b"</row>"
    return workbook([row * 100] * (rows // 100), strings=[b"<si><t>" + b"x" * 500 + b"</t></si>"])


def claims_four_billion_strings() -> bytes:
    content = b'<sst %s count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>' % _NS
    return _replaced(workbook([inline(b"x")]), "xl/sharedStrings.xml", content)


def with_doctype(declarations: bytes, use: bytes) -> bytes:
    return workbook([inline(use)], head=b"<!DOCTYPE x [%s]>" % declarations)


LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (97 + each, b"&%c;" % (96 + each) * 10) for each in range(1, 12)
)


def quadratic() -> bytes:
    return with_doctype(b'<!ENTITY a "%s">' % (b"x" * 100_000), b"&a;" * 20_000)


def _replaced(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return out.getvalue()


def lying(content: bytes, says: int = 1000) -> bytes:
    """The same archive whose directory claims that nothing in it is larger than so many bytes."""
    changed, at = bytearray(content), 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        if struct.unpack_from("<L", content, at + 24)[0] > says:
            struct.pack_into("<L", changed, at + 24, says)
        at += 4
    return bytes(changed)


def nested() -> bytes:
    """An archive in the archive, in the archive."""
    inner = workbook([inline(b"x")])
    for _ in range(3):
        inner = workbook([inline(b"x")], parts={"xl/media/inner.zip": inner})
    return inner


def overlapping() -> bytes:
    """Two names in the directory that lead to the same bytes."""
    content = bytearray(workbook([inline(b"x")]))
    places, at = [], 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        places.append(at)
        at += 4
    content[places[-1] + 42 : places[-1] + 46] = content[places[-2] + 42 : places[-2] + 46]
    return bytes(content)


def other(main: str, **parts: bytes) -> bytes:
    """An archive of another kind, whatever its name says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(main, b"<x/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()
