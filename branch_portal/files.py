"""Uploads that people may keep: PDF, pictures and office files, judged by content, stored under names that say nothing.

A picture is opened only in a throw-away process with limits, and what is stored is drawn anew there: turned upright, shrunk,
without EXIF, place, maker's notes or anything that was hidden behind it. A PDF, .docx or .xlsx is kept as it is unless it can
act by itself; office files are looked into only in a process of their own too.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from branch_portal import markings_found
from branch_portal.antivirus import VirusRefused, check_for_viruses
from branch_portal.disk import DISK_REFUSAL, takes_uploads
from branch_portal.markings import is_marked
from branch_portal.security_log import security_event

MAX_BYTES = 20 * 1024 * 1024
_SECONDS = 30
_PIECE = 256 * 1024
_PICTURE_CHILD = Path(__file__).with_name("files_child.py")
_PDF_CHILD = Path(__file__).with_name("files_pdf_child.py")
_OFFICE_CHILD = Path(__file__).with_name("files_office_child.py")
_PDF_TEXT_CHILD = Path(__file__).with_name("files_pdf_text_child.py")
#: The longer side of a stored picture and of its small copy, in pixels.
_LONGEST, _THUMB = 2560, 320
_TOO_MANY_PIXELS = 3

_KINDS = "只能上传 PDF、JPEG、PNG、WebP 或 HEIC 文件。"
_KINDS_WITH_OFFICE = "只能上传照片（JPEG、PNG、WebP、HEIC）、PDF、Word（.docx）或 Excel（.xlsx）文件。"
_LARGE_PICTURE = "照片超过 4000 万像素，请缩小尺寸后再上传。"
_BROKEN = "文件无法读取，可能已损坏、尺寸过大或内容异常。请重新扫描或另存后再上传。"
MARKED = "文件名带有密级标志，本系统为非涉密系统，不能保存。"
_PDF_REFUSALS = {
    "active": "PDF 中含有脚本或嵌入的文件，请打印成新的 PDF 后再上传。",
    "encrypted": "PDF 加了密，无法检查里面的内容。请打印成新的 PDF 后再上传。",
}
_OFFICE_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OFFICE_REFUSALS = {
    "unknown": _KINDS_WITH_OFFICE,
    "macro": "文件中含有宏，请另存为不含宏的 .docx 或 .xlsx 后再上传。",
    "embedded": "文件中嵌入了其他文件或对象，请删除后另存再上传。",
    "external": "文件中引用了外部模板、图片或数据，请断开链接后另存再上传。",
    "bomb": "文件解压后过大，不能保存。请删减内容后再上传。",
    "secret": "文件内容带有密级标志，本系统为非涉密系统，不能保存。",
}
#: What a file of the HEIF family calls itself when it holds the HEVC pictures of phones.
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


class FileRefused(Exception):
    """The file cannot be kept; the message is Chinese and says why."""

    def __init__(self, *words: object) -> None:
        super().__init__(*words)
        security_event("upload_refused", what=type(self).__name__)


class SecrecyMarked(FileRefused):
    """Its name or content carries a secrecy mark, so the name is not repeated anywhere."""


@dataclass(frozen=True)
class StoredFile:
    """What was kept: `stored_name` is the path below MEDIA_ROOT, `file_name` what people read."""

    stored_name: str
    file_name: str
    content_type: str
    size: int
    sha256: str


def keep_file(file: BinaryIO, *, name: str, folder: str, office: bool = False) -> StoredFile:
    """Check, clean and store an upload; FileRefused otherwise. If the transaction rolls back, an orphan may stay behind.

    `office` also takes .docx and .xlsx.
    """
    shown = display_name(name)
    if not takes_uploads():
        raise FileRefused(DISK_REFUSAL)
    refuse_marked_name(name)
    file.seek(0, os.SEEK_END)
    if file.tell() == 0:
        raise FileRefused("文件是空的，请重新选择。")
    if file.tell() > MAX_BYTES:
        raise FileRefused("文件超过 20 MB，请压缩后重新上传。")
    scan(file)
    content = file.read()
    content, content_type, suffix = _judged(content, office=office)
    stored_name = keep_made_file(content, folder=folder, suffix=suffix)
    return StoredFile(
        stored_name,
        f"{Path(shown).stem or '附件'}{suffix}"[:120],
        content_type,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def refuse_marked_name(name: str) -> None:
    """SecrecyMarked when a file's name carries a mark."""
    if is_marked(Path(name).stem) or is_marked(name):
        markings_found.note("上传文件的名称", name)
        raise SecrecyMarked(MARKED)


def refuse_marked_office(content: bytes) -> None:
    """SecrecyMarked when the text of a .docx or .xlsx carries a mark."""
    if _in_child(_OFFICE_CHILD, content)[1] == b"secret":
        refuse_marked_content("上传的文件", content)


def refuse_marked_content(place: str, content: Path | bytes) -> NoReturn:
    markings_found.note(place, content if isinstance(content, bytes) else content.read_bytes())
    raise SecrecyMarked(_OFFICE_REFUSALS["secret"])


def keep_thumb(stored: StoredFile) -> str:
    """Store the small copy of a stored picture; its name, or "" for what is no picture."""
    content = read_file(stored.stored_name)
    if content is None or not stored.content_type.startswith("image/"):
        return ""
    small = _redrawn(content, longest=_THUMB)
    name = str(Path(stored.stored_name).with_name(f"{uuid.uuid4().hex}{_picture_suffix(small)}"))
    _write(Path(settings.MEDIA_ROOT) / name, small)
    return name


def file_response(
    stored_name: str, *, file_name: str, content_type: str, inline: bool = False
) -> HttpResponseBase | None:
    """The stored bytes as an answer, or None when they are gone. The caller has checked that the asker may have them.

    With PORTAL_ACCEL_PREFIX set, nginx sends them from its internal location; otherwise they are streamed from here.
    """
    path = Path(settings.MEDIA_ROOT) / stored_name
    if not path.is_file():
        return None
    response: HttpResponseBase
    if settings.PORTAL_ACCEL_PREFIX:
        response = HttpResponse()
        response.headers["X-Accel-Redirect"] = f"{settings.PORTAL_ACCEL_PREFIX.rstrip('/')}/{stored_name}"
    else:
        response = StreamingHttpResponse(_pieces(path))
        response.headers["Content-Length"] = str(path.stat().st_size)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = content_disposition_header(not inline, file_name) or "inline"
    response.headers["Cache-Control"] = "private, max-age=3600" if inline else "private, no-store"
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    """The file piece by piece; it is opened by whoever starts reading, so an answer nobody reads holds nothing open."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def read_file(stored_name: str) -> bytes | None:
    """The bytes, or None when they are gone."""
    try:
        return (Path(settings.MEDIA_ROOT) / stored_name).read_bytes()
    except FileNotFoundError:
        return None


def drop_file(stored_name: str) -> None:
    """Remove the bytes once the transaction has committed."""
    if not stored_name:
        return
    transaction.on_commit(lambda: (Path(settings.MEDIA_ROOT) / stored_name).unlink(missing_ok=True))


def drop_made_files(rows) -> int:
    """Remove the bytes of rows that name a made file, and the name; the rows stay. Returns how many."""
    for stored_name in rows.values_list("stored_name", flat=True):
        drop_file(stored_name)
    return rows.update(stored_name="")


def display_name(name: str) -> str:
    """The last part of a name as people read it: one line, no control characters, at most 100 characters."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    clean = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[:90]}.{ending[:8]}" if dot else clean[:100]


def _judged(content: bytes, *, office: bool) -> tuple[bytes, str, str]:
    """(what is stored, its type, its ending), by what the content is, whatever its name says."""
    if content.startswith(b"%PDF-"):
        with _as_file(content) as path:
            check_pdf(path)
        return content, "application/pdf", ".pdf"
    if _picture_suffix(content):
        drawn = _redrawn(content, longest=_LONGEST)
        suffix = _picture_suffix(drawn)
        return drawn, "image/png" if suffix == ".png" else "image/jpeg", suffix
    if office and content.startswith(b"PK\x03\x04"):
        _, found = _in_child(_OFFICE_CHILD, content)
        kind = found.decode(errors="replace")
        if kind == "secret":
            refuse_marked_content("上传的文件", content)
        if kind not in _OFFICE_TYPES:
            raise FileRefused(_OFFICE_REFUSALS.get(kind, _BROKEN))
        return content, _OFFICE_TYPES[kind], f".{kind}"
    raise FileRefused(_KINDS_WITH_OFFICE if office else _KINDS)


def check_pdf(path: Path) -> None:
    """FileRefused when the PDF can act by itself, carries other files, cannot be looked into or says that it is secret."""
    found = _run(_PDF_CHILD, path)[1].decode(errors="replace")
    if found != "pdf":
        raise FileRefused(_PDF_REFUSALS.get(found, _BROKEN))
    # A scan has no text, and what cannot be read is left to people.
    if _run(_PDF_TEXT_CHILD, path, patient=False)[1] == b"marked":
        refuse_marked_content("上传的 PDF", path)


def scan(file: BinaryIO) -> None:
    """Show an upload to the virus scanner, where there is one; it stands at its start after."""
    try:
        check_for_viruses(file)
    except VirusRefused as error:
        raise FileRefused(str(error)) from error
    file.seek(0)


def _picture_suffix(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return ".heic"
    return ".webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def _redrawn(content: bytes, *, longest: int) -> bytes:
    code, drawn = _in_child(_PICTURE_CHILD, content, str(longest))
    if code == _TOO_MANY_PIXELS:
        raise FileRefused(_LARGE_PICTURE)
    if code != 0 or not drawn:
        raise FileRefused(_BROKEN)
    return drawn


def _in_child(script: Path, content: bytes, *arguments: str) -> tuple[int, bytes]:
    """(status, output) of a throw-away process that gets the upload as a file."""
    with _as_file(content) as path:
        return _run(script, path, *arguments)


@contextlib.contextmanager
def _as_file(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="portal-upload-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        yield path


def _run(script: Path, path: Path, *arguments: str, patient: bool = True) -> tuple[int, bytes]:
    """FileRefused when it takes too long; nothing found, where the look is only a net (not `patient`)."""
    try:
        ended = subprocess.run(
            [sys.executable, "-I", str(script), str(path), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        if not patient:
            return 1, b""
        raise FileRefused(_BROKEN) from error
    return ended.returncode, ended.stdout


def keep_made_file(content: bytes, *, folder: str, suffix: str) -> str:
    """Store what the portal made or has checked itself; the path below MEDIA_ROOT."""
    stored_name = f"{folder}/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}{suffix}"
    _write(Path(settings.MEDIA_ROOT) / stored_name, content)
    return stored_name


def _write(path: Path, content: bytes) -> None:
    """All or nothing: a name appears only with its whole content on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
