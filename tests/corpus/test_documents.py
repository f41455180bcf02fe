"""Cases E: documents. What can act by itself, reaches outside, unpacks to too much or is infected is refused, in words."""

import io
import socket
import struct
import threading
import zlib
from pathlib import Path

import pytest

from branch_portal.antivirus import INFECTED, SILENT
from branch_portal.blank_forms import read_blank
from branch_portal.docx_forms import read_upload
from branch_portal.files import FileRefused, check_pdf, keep_file
from members.imports import reader
from tests.activities.uploads import PDF, external, office, picture
from tests.corpus.bounds import bounded
from tests.corpus.cases import case


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


def kept(content: bytes):
    return keep_file(io.BytesIO(content), name="材料.docx", folder="records", office=True)


def blank(content: bytes):
    return read_blank(io.BytesIO(content), name="表.docx")


def nothing_stays(settings) -> bool:
    return not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:settings>&e;</w:settings>'
REFUSED = [
    case("E79", "docm", lambda: office(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "宏"),
    case("E79", "macros under the name of a docx", lambda: office(word__vbaProject_dot_bin="x"), "宏"),
    case("E80", "template from outside", lambda: office(word___rels__settings_dot_xml_dot_rels=external("attachedTemplate", "http://h/a.dotm")), "外部"),
    case("E80", "object inside", lambda: office(word__embeddings__oleObject1_dot_bin="x"), "嵌"),
    case("E80", "activex", lambda: office(word__activeX__activeX1_dot_xml="<x/>"), "宏"),
    case("E81", "a part of 60 MB", lambda: office(word__media__a_dot_xml="0" * 60_000_000), "过大"),
    case("E82", "outer entity in the settings", lambda: office(word__settings_dot_xml=XXE), "无法读取|损坏|不允许"),
    case("E85", "rtf called docx", lambda: b"{\\rtf1 {\\object\\objemb x}}", "只能上传|不是"),
    case("E85", "html called docx", lambda: b"<html><script>alert(1)</script></html>", "只能上传|不是"),
]  # fmt: skip


@pytest.mark.parametrize("door", [kept, blank], ids=["attachment", "blank form"])
@pytest.mark.parametrize(("make", "words"), REFUSED)
def test_refused_in_words(door, make, words, request, settings):
    content = make()
    with bounded(request.node.callspec.id), pytest.raises(FileRefused, match=words):
        door(content)
    assert nothing_stays(settings)


# --- PDF ---


def pdf(*objects: bytes) -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer <</Root 1 0 R>>\n%%EOF"


def packed(objects: bytes, more: bytes = b"") -> bytes:
    """An object stream, the way current writers store everything."""
    data = zlib.compress(objects)
    return b"<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d%s>>\nstream\n%s\nendstream" % (
        len(data), more, data,
    )  # fmt: skip


CATALOG = b"<</Type /Catalog /Pages 2 0 R>>"
ACTIVE = "脚本或嵌入的文件"
PDFS = [
    case("E83", "script", pdf(CATALOG, b"<</S /JavaScript /JS (app.alert(1))>>"), ACTIVE),
    case("E83", "script, letters as numbers", pdf(CATALOG, b"<</S /J#61vaScr#69pt /JS (x)>>"), ACTIVE),
    case("E83", "script without a blank", pdf(CATALOG, b"<</S/JavaScript/JS(x)>>"), ACTIVE),
    case("E83", "launch", pdf(b"<</Type /Catalog /OpenAction <</S /Launch /F (cmd.exe)>>>>"), ACTIVE),
    case("E83", "a file inside", pdf(CATALOG, b"<</Type /EmbeddedFile>>"), ACTIVE),
    case("E83", "names of files inside", pdf(b"<</Type /Catalog /Names <</EmbeddedFiles 3 0 R>>>>"), ACTIVE),
    case("E83", "script in an object stream", pdf(CATALOG, packed(b"7 0 <</S /JavaScript /JS (x)>>")), ACTIVE),
    case("E83", "script in the second of two streams", pdf(CATALOG, packed(b"7 0 <</A 1>>"), packed(b"8 0 <</S/Launch>>")), ACTIVE),
    case("E83", "a bomb as object stream", pdf(CATALOG, packed(b"\0" * 150_000_000)), "无法读取"),
    case("E83", "an object stream in another code", pdf(CATALOG, b"<</Type /ObjStm /Filter /LZWDecode>>\nstream\nxx\nendstream"), "无法读取"),
    case("E83", "locked", pdf(CATALOG, b"<</Type /ObjStm /Filter /FlateDecode>>\nstream\n\x01\x02\x03\nendstream", b"<</Encrypt 9 0 R>>"), "加了密"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), PDFS)
def test_a_pdf_that_acts_is_refused(content, words, request, settings):
    with bounded(request.node.callspec.id), pytest.raises(FileRefused, match=words):
        kept(content)
    assert nothing_stays(settings)


@pytest.mark.parametrize(
    "content",
    [
        case("E83", "plain", PDF),
        case("E83", "object streams without any of it", pdf(CATALOG, packed(b"7 0 <</JSX (JavaScript) /Launcher 1>>"))),
        case("E83", "the bytes of a picture", pdf(CATALOG, b"<</Length 99>>\nstream\n/JS \x9c/JS/\xff\nendstream")),
        case("E84", "10,000 pages", pdf(CATALOG, b"<</Type /Pages /Count 10000>>", *[b"<</Type /Page>>"] * 10_000)),
    ],
)  # fmt: skip
def test_an_ordinary_pdf_is_kept_as_it_came(content, request):
    with bounded(request.node.callspec.id):
        stored = kept(content)
    assert (stored.content_type, stored.size) == ("application/pdf", len(content))


def test_a_large_pdf_is_judged_without_being_held(tmp_path):
    """As courses have them: 150 MB of scans; neither refused by chance nor read into this process."""
    path = tmp_path / "scan.pdf"
    noise = zlib.compress(bytes(range(256)) * 4096) + b"/JS [/JS(" + bytes(range(256)) * 4096
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n1 0 obj\n<</Length 1>>\nstream\n")
        for _ in range(150):
            file.write(noise)
        file.write(b"\nendstream\nendobj\n%%EOF")
    with bounded("E83 a PDF of 150 MB"):
        check_pdf(path)


# --- The virus scanner ---

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """Speaks clamd's INSTREAM as its manual describes it, and knows one signature. `behave` makes it fail."""

    def __init__(self, server: socket.socket):
        self.server, self.seen, self.behave = server, [], ""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                talk, _ = self.server.accept()
            except OSError:
                return
            with talk:
                talk.sendall(self._answer(talk.makefile("rb")))

    def _answer(self, sent) -> bytes:
        if self.behave == "hang up":
            return b""
        assert sent.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", sent.read(4))[0]:
            content += sent.read(length)
            if self.behave == "limit":
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@pytest.fixture(params=["unix socket", "port"])
def scanner(request, settings, tmp_path):
    if request.param == "port":
        server = socket.create_server(("127.0.0.1", 0))
        settings.PORTAL_CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
    else:
        settings.PORTAL_CLAMD = str(tmp_path / "clamd.ctl")
        server = socket.socket(socket.AF_UNIX)
        server.bind(settings.PORTAL_CLAMD)
        server.listen()
    yield Scanner(server)
    server.close()


DOORS = {
    "attachment": lambda content: keep_file(io.BytesIO(content), name="a.pdf", folder="records", office=True),
    "blank form": lambda content: read_blank(io.BytesIO(content), name="表.xlsx"),
    "template": lambda content: read_upload(io.BytesIO(content), name="表.docx"),
    "import": lambda content: reader.read_workbook(io.BytesIO(content)),
}


@pytest.mark.parametrize("door", [case("E86", f"EICAR as {name}", door) for name, door in DOORS.items()])
def test_what_is_infected_is_refused_before_anything_else_looks(door, scanner, settings):
    with pytest.raises((FileRefused, reader.FileRefused), match=INFECTED):
        door(EICAR)
    assert scanner.seen == [EICAR]
    assert nothing_stays(settings)


def test_what_is_clean_is_kept_and_was_seen_whole(scanner):
    large = picture(size=(1200, 900), quality=100)
    kept(large)
    assert scanner.seen == [large]


@pytest.mark.parametrize("behave", ["hang up", "limit"])
def test_a_scanner_that_does_not_say_clean_means_no(scanner, behave, settings):
    scanner.behave = behave
    with pytest.raises(FileRefused, match=SILENT):
        kept(PDF)
    assert nothing_stays(settings)


def test_a_scanner_that_is_not_there_means_no(settings, tmp_path):
    for address in (str(tmp_path / "nobody.ctl"), "127.0.0.1:1", "nonsense"):
        settings.PORTAL_CLAMD = address
        with pytest.raises(FileRefused, match=SILENT):
            kept(PDF)
    assert nothing_stays(settings)
