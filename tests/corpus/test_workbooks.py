"""Cases D: workbooks built to hurt, at each of the three doors that take one: an import, a blank form, an attachment."""

import io
import socket
import threading
from collections.abc import Callable

import pytest

from branch_portal.blank_forms import read_blank
from branch_portal.files import FileRefused, keep_file
from branch_portal.tables import xlsx_bytes
from members.imports import reader
from tests.corpus import workbooks as made
from tests.corpus.bounds import bounded
from tests.corpus.cases import case

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000
BROKEN, BIG = "无法读取", "展开后过大|无法读取|解压后过大"


def imported(content: bytes):
    try:
        return reader.read_workbook(io.BytesIO(content))
    except reader.FileRefused as refused:
        raise FileRefused(str(refused)) from refused


def kept(content: bytes):
    return keep_file(io.BytesIO(content), name="表.xlsx", folder="records", office=True)


def blank(content: bytes):
    return read_blank(io.BytesIO(content), name="表.xlsx")


DOORS: dict[str, Callable] = {"import": imported, "attachment": kept, "blank form": blank}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def at_doors(number: str, what: str, make: Callable[[], bytes], **words: str) -> list:
    """One case for each door that is named; what the refusal says, or "" where the file is taken."""
    return [
        case(number, f"{what}: {door}", DOORS[door.replace("_", " ")], make, said)
        for door, said in words.items()
    ]


CASES = [
    *at_doors("D53", "one string of 400 MB", made.long_string, **{"import": BIG, "attachment": BIG, "blank_form": BIG}),
    *at_doors("D53", "one text two million times", made.one_text_everywhere, **{"import": BIG, "attachment": BIG}),
    *at_doors("D55", "first and last cell", lambda: made.corners(b"XFD1048576"), **{"import": BROKEN, "attachment": "", "blank_form": ""}),
    *at_doors("D56", "200 columns and 200,000 rows, two cells", lambda: made.corners(b"GR199999"), **{"import": BIG, "attachment": ""}),
    *at_doors("D58", "a directory that lies", lambda: made.lying(made.long_string(60)), **{"import": BROKEN, "attachment": BIG, "blank_form": BIG}),
    *at_doors("D59", "archives in archives", made.nested, **{"import": "", "attachment": ""}),
    *at_doors("D59", "entries that overlap", made.overlapping, **{"import": BROKEN, "attachment": BROKEN, "blank_form": BROKEN}),
    *at_doors("D60", "a billion laughs", lambda: made.with_doctype(made.LAUGHS, b"&l;"), **{"import": BROKEN, "attachment": BROKEN, "blank_form": BROKEN}),
    *at_doors("D60", "quadratic", made.quadratic, **{"import": BROKEN, "attachment": BROKEN, "blank_form": BROKEN}),
    *at_doors("D62", "four billion strings", made.claims_four_billion_strings, **{"import": BROKEN, "attachment": ""}),
    *at_doors("D63", "xlsm", lambda: made.workbook([made.inline(b"x")], parts={"xl/vbaProject.bin": b"x"}), **{"import": "宏", "attachment": "宏", "blank_form": "宏"}),
    *at_doors("D63", "xlsb", lambda: made.other("xl/workbook.bin", **{"[Content_Types].xml": b"<x/>"}), **{"import": "不是 Excel", "attachment": "只能上传", "blank_form": "不是 .xlsx"}),
    *at_doors("D63", "ods", lambda: made.other("content.xml"), **{"import": "不是 Excel", "attachment": "只能上传", "blank_form": "不是 .xlsx"}),
    *at_doors("D63", "html", lambda: b"<html><table><tr><td>x</td></tr></table></html>", **{"import": "不是 Excel", "attachment": "只能上传", "blank_form": "不是 .xlsx"}),
    *at_doors("D63", "xls", lambda: OLE, **{"import": "旧版", "attachment": "只能上传", "blank_form": "旧版"}),
    *at_doors("D64", "locked by a password", lambda: OLE, **{"import": "密码", "blank_form": "密码"}),
]  # fmt: skip
# Every shape of D54 and D56 is read in full before it is known to be too much, so these cost seconds.
CASES += at_doors("D54", "a million rows", made.many_rows, **{"import": "", "attachment": ""})


@pytest.mark.parametrize(("door", "make", "words"), CASES)
def test_at_each_door(door, make, words, request, tmp_path):
    content = make()
    with bounded(request.node.callspec.id):
        if not words:
            door(content)
            return
        with pytest.raises(FileRefused, match=words) as refused:
            door(content)
    assert any("\u4e00" <= each <= "\u9fff" for each in str(refused.value))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_is_too_large_says_so():
    """Read without an error is not taken for good: a million rows come as the first ones of a sheet that is too large."""
    (sheet,) = imported(made.many_rows())
    assert sheet.too_large and len(sheet.rows) <= 20_500


@pytest.mark.parametrize(
    "content",
    [case("D54", "csv of five million lines", b"a,b\n" + b",\n" * 4_900_000), case("D54", "csv of one long line", b"," * 9_000_000)],
)  # fmt: skip
def test_a_csv_is_read_no_further_than_needed(content, request):
    with bounded(request.node.callspec.id):
        (sheet,) = imported(content)
    assert len(sheet.rows) <= 20_500 and max(map(len, sheet.rows)) <= 100


@pytest.fixture
def listener():
    """A local server that counts who comes."""
    calls = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                server.accept()[0].close()
            except OSError:
                return
            calls.append(1)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], calls
    server.close()


@pytest.mark.parametrize(
    "door", [case("D61", f"outer entities: {name}", door) for name, door in DOORS.items()]
)
def test_no_entity_is_fetched(door, listener, tmp_path):
    port, calls = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("FileSecret")
    for source in (secret.as_uri(), f"http://127.0.0.1:{port}/x"):
        content = made.with_doctype(b'<!ENTITY e SYSTEM "%s">' % source.encode(), b"&e;")
        try:
            found = door(content)
        except FileRefused:
            continue
        assert door is imported and "FileSecret" not in str(found)
    assert calls == []


@pytest.mark.parametrize("length", [case("D76", "a cell of 40,000 characters", 40_000)])
def test_a_cell_too_long_for_a_workbook_says_that_it_is_cut(length):
    """Out: cut where Excel's own limit is, and it says so. In: what is longer than any field is refused by its row."""
    (sheet,) = imported(xlsx_bytes(["正文"], [["长" * length]], sheet="s"))
    assert sheet.rows[1][0].startswith("长" * 400)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(["正文"], [["长" * length]], sheet="s"))) as book:
        text = book.read("xl/sharedStrings.xml").decode()
    assert "（超长，后面略去）</t>" in text
