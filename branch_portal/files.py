"""Uploads that people may keep: PDF and pictures, judged by content, stored under names that say nothing.

A picture is opened only in a throw-away process with limits, and what is stored is drawn anew there: turned upright, shrunk,
without EXIF, place, maker's notes or anything that was hidden behind it. A PDF is kept as it is unless it can act by itself.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

MAX_BYTES = 20 * 1024 * 1024
_SECONDS = 30
_CHILD = Path(__file__).with_name("files_child.py")

_KINDS = "只能上传 PDF、JPEG、PNG 或 WebP 文件。"
_BROKEN = "文件无法读取，可能已损坏、尺寸过大或内容异常。请重新扫描或另存后再上传。"
_MARKED = "文件名带有密级标志，本系统为非涉密系统，不能保存。"
#: What makes a PDF act by itself or carry other files.
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
SECRECY_MARK = re.compile(r"(绝密|机密|秘密)\s*[★☆*]|密级[:：]|内部资料.{0,6}(不得|严禁)外传|不予公开")


class FileRefused(Exception):
    """The file cannot be kept; the message is Chinese and says why."""


@dataclass(frozen=True)
class StoredFile:
    """What was kept: `stored_name` is the path below MEDIA_ROOT, `file_name` what people read."""

    stored_name: str
    file_name: str
    content_type: str
    size: int
    sha256: str


def keep_file(file: BinaryIO, *, name: str, folder: str) -> StoredFile:
    """Check, clean and store an upload; FileRefused otherwise. If the transaction rolls back, an orphan may stay behind."""
    shown = display_name(name)
    if SECRECY_MARK.search(unicodedata.normalize("NFKC", name)):
        raise FileRefused(_MARKED)
    file.seek(0, os.SEEK_END)
    if file.tell() == 0:
        raise FileRefused("文件是空的，请重新选择。")
    if file.tell() > MAX_BYTES:
        raise FileRefused("文件超过 20 MB，请压缩后重新上传。")
    file.seek(0)
    content = file.read()
    if content.startswith(b"%PDF-"):
        if _ACTIVE_PDF.search(content):
            raise FileRefused("PDF 中含有脚本或嵌入的文件，请打印成新的 PDF 后再上传。")
        suffix, content_type = ".pdf", "application/pdf"
    elif suffix := _picture_suffix(content):
        content = _redrawn(content)
        content_type = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        suffix = ".png" if content_type == "image/png" else ".jpg"
    else:
        raise FileRefused(_KINDS)
    stored_name = keep_made_file(content, folder=folder, suffix=suffix)
    return StoredFile(
        stored_name,
        f"{Path(shown).stem or '附件'}{suffix}"[:120],
        content_type,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def read_file(stored_name: str) -> bytes | None:
    """The bytes, or None when they are gone."""
    try:
        return (Path(settings.MEDIA_ROOT) / stored_name).read_bytes()
    except FileNotFoundError:
        return None


def drop_file(stored_name: str) -> None:
    """Remove the bytes once the transaction has committed."""
    transaction.on_commit(lambda: (Path(settings.MEDIA_ROOT) / stored_name).unlink(missing_ok=True))


def display_name(name: str) -> str:
    """The last part of a name as people read it: one line, no control characters, at most 100 characters."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    clean = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[:90]}.{ending[:8]}" if dot else clean[:100]


def _picture_suffix(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    return ".webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def _redrawn(content: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-picture-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        try:
            ended = subprocess.run(
                [sys.executable, "-I", str(_CHILD), str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env={"LANG": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired as error:
            raise FileRefused(_BROKEN) from error
    if ended.returncode != 0 or not ended.stdout:
        raise FileRefused(_BROKEN)
    return ended.stdout


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
