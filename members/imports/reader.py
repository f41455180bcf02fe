"""A foreign .xlsx becomes sheets of cells: checked by content, opened only in a throw-away process with limits."""

import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 150 * 1024 * 1024
MAX_PARTS = 2000
_SECONDS = 30
_CHILD = Path(__file__).with_name("child.py")

_NOT_XLSX = "不是 Excel 工作簿（.xlsx）。请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。"
_UNREADABLE = "文件无法读取，可能已损坏或内容异常。请用 Excel 或 WPS 打开后另存为新的 .xlsx 再上传。"


class FileRefused(Exception):
    """The file as a whole cannot be taken; the message is Chinese and says how to mend it."""


@dataclass(frozen=True)
class Sheet:
    """A visible sheet: rows from row 1 on, each a list of cells (text, number, bool, or {"d": iso date})."""

    name: str
    rows: list[list[Any]]
    too_large: bool = False


def read_workbook(file: BinaryIO) -> list[Sheet]:
    """The visible sheets of an uploaded workbook; FileRefused otherwise. The name's ending is not looked at."""
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise FileRefused("文件超过 10 MB。名册一般只有几百 KB，请删去图片等多余内容后重新上传。")
    file.seek(0)
    _check_container(file)
    file.seek(0)
    with tempfile.TemporaryDirectory(prefix="portal-import-") as folder:
        path = Path(folder) / "upload.xlsx"
        with path.open("wb") as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)
        return _read_in_child(path)


def _check_container(file: BinaryIO) -> None:
    """Only a zip that is a plain workbook, and small when unpacked; what the headers claim is held to by the child's limits."""
    start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("文件是旧版 .xls 或加了密码。请去掉密码，另存为 .xlsx 后重新上传。")
    if not start.startswith(b"PK"):
        raise FileRefused(_NOT_XLSX)
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
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused("文件展开后过大，无法处理。请只保留名册所在的工作表后重新上传。")


def _read_in_child(path: Path) -> list[Sheet]:
    try:
        ended = subprocess.run(
            [sys.executable, "-I", str(_CHILD), str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(_UNREADABLE) from error
    if ended.returncode != 0:
        raise FileRefused(_UNREADABLE)
    return [Sheet(**sheet) for sheet in json.loads(ended.stdout)]
