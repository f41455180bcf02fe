"""A foreign .xlsx or .csv becomes sheets of cells: checked by content, a workbook opened only in a throw-away process with limits."""

import csv
import io
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from branch_portal import markings_found
from branch_portal.antivirus import VirusRefused, check_for_viruses
from branch_portal.disk import WORK_REFUSAL, takes_uploads
from branch_portal.markings import REFUSAL, is_marked
from members.imports.child import MAX_COLUMNS, MAX_TEXT, TOO_MUCH, unguarded

MAX_PARTS = 2000
#: Titles, empty rows and a header stand above the people, so more rows than people are let through.
_ABOVE = 500
_SECONDS = 90
_CHILD = Path(__file__).with_name("child.py")

_NOT_XLSX = "不是 Excel 工作簿（.xlsx）。请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。"
_TOO_MUCH = "文件展开后过大，无法处理。请只保留名册所在的工作表后重新上传。"
_UNREADABLE = "文件无法读取，可能已损坏或内容异常。请用 Excel 或 WPS 打开后另存为新的 .xlsx 再上传。"


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken: people, its size, its size unpacked (MB)."""

    rows: int
    megabytes: int
    unpacked: int


#: In the web, and from the shell.
WEB = Limits(rows=20_000, megabytes=10, unpacked=150)
SHELL = Limits(rows=100_000, megabytes=60, unpacked=400)


class FileRefused(Exception):
    """The file as a whole cannot be taken; the message is Chinese and says how to mend it."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: rows from row 1 on, each a list of cells (text, number, bool, {"d": iso date} or {"f": 1}).

    `merged` are ranges near the top as [row, column, row, column] from 0. Of a hidden sheet only the name is known.
    """

    name: str
    rows: list[list[Any]]
    too_large: bool = False
    merged: list[list[int]] = field(default_factory=list)
    hidden: bool = False


def read_workbook(file: BinaryIO, *, limits: Limits = WEB) -> list[Sheet]:
    """The sheets of an uploaded file; FileRefused otherwise. The name's ending is not looked at."""
    if not takes_uploads():
        raise FileRefused(WORK_REFUSAL)
    file.seek(0, 2)
    if file.tell() > limits.megabytes * 1024 * 1024:
        raise FileRefused(
            f"文件超过 {limits.megabytes} MB。名册一般只有几百 KB，请删去图片等多余内容后重新上传。"
        )
    try:
        check_for_viruses(file)
    except VirusRefused as error:
        raise FileRefused(str(error)) from error
    sheets = _sheets(file, limits)
    for sheet in sheets:
        _refuse_marked(sheet)
    return sheets


def _refuse_marked(sheet: Sheet) -> None:
    """The whole file is refused, with the place, when a cell carries a secrecy mark."""
    for number, row in enumerate(sheet.rows, start=1):
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        # Cells as lines: one look a row, and a mark in a cell of its own stands on a line of its own.
        if texts and is_marked("\n".join(texts)):
            markings_found.note("导入的表格", "\n".join(texts))
            raise FileRefused(f"工作表“{sheet.name}”第 {number} 行：{REFUSAL}")


def _sheets(file: BinaryIO, limits: Limits) -> list[Sheet]:
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if not start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return [_read_text(file.read(), limits.rows + _ABOVE)]
    _check_container(file, start, limits)
    file.seek(0)
    with tempfile.TemporaryDirectory(prefix="portal-import-") as folder:
        path = Path(folder) / "upload.xlsx"
        with path.open("wb") as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)
        return _read_in_child(path, limits)


def _read_text(content: bytes, most: int) -> Sheet:
    """A .csv in any of the usual encodings, parted by comma, semicolon or tab."""
    text = _decoded(content)
    top = "\n".join(text.split("\n", 20)[:20]) if text else ""
    delimiter = max(",;\t", key=top.count)
    if text is None or "\0" in text or not top.count(delimiter):
        raise FileRefused(_NOT_XLSX)
    try:
        rows = [
            [unguarded(cell)[:MAX_TEXT] for cell in row[:MAX_COLUMNS]]
            for row in itertools.islice(csv.reader(io.StringIO(text), delimiter=delimiter), most + 1)
        ]
    except csv.Error as error:
        raise FileRefused(_UNREADABLE) from error
    return Sheet("CSV", rows[:most], too_large=len(rows) > most)


def _decoded(content: bytes) -> str | None:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _check_container(file: BinaryIO, start: bytes, limits: Limits) -> None:
    """Only a zip that is a plain workbook, and small when unpacked; what the headers claim is held to by the child's limits."""
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("文件是旧版 .xls 或加了密码。请去掉密码，另存为 .xlsx 后重新上传。")
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileRefused(_UNREADABLE) from error
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("文件带有宏（.xlsm）。请另存为不带宏的 .xlsx 后重新上传。")
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise FileRefused(_NOT_XLSX)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > limits.unpacked * 1024 * 1024:
        raise FileRefused(_TOO_MUCH)


def _read_in_child(path: Path, limits: Limits) -> list[Sheet]:
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), str(path), str(limits.rows)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "RUST_BACKTRACE": "0"},
    )
    overdue = threading.Timer(_SECONDS, child.kill)
    overdue.start()
    try:
        with child:
            assert child.stdout is not None  # it is piped
            sheets = _sheets_printed(child.stdout)
    finally:
        overdue.cancel()
    if child.returncode == TOO_MUCH:
        raise FileRefused(_TOO_MUCH)
    if child.returncode != 0:
        raise FileRefused(_UNREADABLE)
    return sheets


def _sheets_printed(lines: Iterable[bytes]) -> list[Sheet]:
    """Sheets and their rows from the lines of the child, as they come; its end says whether they are all."""
    sheets: list[dict[str, Any]] = []
    for line in lines:
        if not line.endswith(b"\n"):
            break  # it was stopped in the middle
        said = json.loads(line)
        if isinstance(said, list):
            sheets[-1]["rows"].append(said)
        elif "name" in said:
            sheets.append({"rows": []} | said)
        else:
            sheets[-1] |= said
    return [Sheet(**sheet) for sheet in sheets]
