"""Blank forms of a superior (.xlsx, .docx): looked into and filled in by a throw-away process, never opened in this one.

A plan says what goes where; both kinds understand the same one:

    {"cells":  [{"sheet", "place": "B4", "value", "keep"}],
     "blocks": [{"sheet", "row": 5, "spare": 1, "columns": [{"column": "A", "values": [value, …], "keep"}]}],
     "marks":  {"{{支部名称}}": value}}

A value is {"s": text}, {"n": number} or {"d": "2026-04-13"}; `keep` writes behind the form's own words. A block's `row` is
repeated for each value; `spare` rows of it stand in the form already. In a .docx the sheets are its tables, 表1, 表2 …, and a
column is the number of the cell in its row.
"""

import datetime
import io
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from branch_portal import markings_found
from branch_portal.disk import DISK_REFUSAL, takes_uploads
from branch_portal.files import FileRefused, refuse_marked_name, scan

MAX_BYTES = 5 * 1024 * 1024
#: Filled in by one process before the next one starts.
BATCH = 10
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_SECONDS = 90
_CHILD = Path(__file__).with_name("form_child.py")
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BROKEN = "文件无法读取，可能已损坏。请用 Excel、WPS 或 Word 打开后另存为新的 .xlsx 或 .docx 再上传。"
_WORDS = {
    "unknown": "不是 .xlsx 或 .docx 文件。请在 Excel、WPS 或 Word 中另存为这两种格式后重新上传。",
    "macro": "文件带有宏或控件。请另存为不带宏的 .xlsx 或 .docx 后重新上传。",
    "embedded": "文件中嵌有其他文件或对象。请删去嵌入的对象后重新上传。",
    "object": "文件中嵌有其他文件或对象。请删去嵌入的对象后重新上传。",
    "external": "文件引用了外部的工作簿、图片或数据。请断开链接后重新上传。",
    "doctype": "文件中含有不允许的声明。请用 Excel、WPS 或 Word 另存为新的文件再上传。",
    "field": "文件中有会读取外部内容的域（{}）。请删去这个域后重新上传。",
    "function": "文件中有会连接外部的公式（{}）。请删去这个公式后重新上传。",
    "bomb": "文件展开后过大，或填写后的内容过多，无法处理。请删减内容，或缩小填报范围后再试。",
    "large": "文件展开后过大，无法处理。请删减内容后再试。",
    "secret": "文件内容带有密级标志，本系统为非涉密系统，不能保存。",
    "unfilled": "这份表格按现在的绑定填写时出错。请打开绑定页核对，或把表格另存为新的文件后上传新版。",
    "broken": _BROKEN,
}


@dataclass(frozen=True)
class Blank:
    """A form that may be kept: its bytes, xlsx or docx, and what stands in it."""

    content: bytes
    kind: str
    layout: dict[str, Any]


def read_blank(file: BinaryIO, *, name: str) -> Blank:
    """Look into an upload; FileRefused otherwise."""
    if not takes_uploads():
        raise FileRefused(DISK_REFUSAL)
    refuse_marked_name(name)
    file.seek(0, 2)
    if file.tell() == 0:
        raise FileRefused("文件是空的，请重新选择。")
    if file.tell() > MAX_BYTES:
        raise FileRefused("文件超过 5 MB。空白表一般只有几十 KB，请删去图片等多余内容后重新上传。")
    scan(file)
    content = file.read()
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("文件是旧版 .xls、.doc 或加了密码。请去掉密码，另存为 .xlsx 或 .docx 后重新上传。")
    if not content.startswith(b"PK\x03\x04"):
        raise FileRefused(_WORDS["unknown"])
    kind = _kind(content)
    return Blank(content, kind, layout_of(content, kind))


def layout_of(content: bytes, kind: str) -> dict[str, Any]:
    """{"sheets": [{name, grid, widths, more}], "marks": [{place, text}], "losses": [what will not be kept]}."""
    return json.loads(_child("look", kind, content))


def filled(content: bytes, kind: str, plans: list[dict[str, Any]]) -> list[bytes]:
    """One form for each plan, at most BATCH; FileRefused when they cannot be filled in."""
    if len(plans) > BATCH:
        raise ValueError(f"at most {BATCH} at a time")
    answer = _child("fill", kind, content, plans)
    with zipfile.ZipFile(io.BytesIO(answer)) as archive:
        return [archive.read(str(number)) for number in range(len(plans))]


def value_of(found: Any) -> dict[str, Any]:
    """A value as plans have it."""
    if isinstance(found, bool) or found is None:
        return {"s": "" if found is None else ("是" if found else "否")}
    if isinstance(found, int | float):
        return {"n": found}
    if isinstance(found, Decimal):
        return {"n": int(found) if found == found.to_integral_value() else float(found)}
    if isinstance(found, datetime.date):
        return {"d": found.isoformat()[:10]}
    return {"s": _NOT_XML.sub("", str(found).replace("\r\n", "\n").replace("\r", "\n"))}


def _kind(content: bytes) -> str:
    """By what is in it, not by its name; the process judges the rest."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise FileRefused(_BROKEN) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    raise FileRefused(_WORDS["unknown"])


def _child(task: str, kind: str, content: bytes, plans: list[dict[str, Any]] | None = None) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-form-") as folder:
        path, wanted = Path(folder) / f"form.{kind}", Path(folder) / "plans.json"
        path.write_bytes(content)
        wanted.write_text(json.dumps(plans or [], ensure_ascii=False), encoding="utf-8")
        try:
            ended = subprocess.run(
                [sys.executable, "-I", "-B", str(_CHILD), task, kind, str(path), str(wanted)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env={"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "TMPDIR": folder},
            )
        except subprocess.TimeoutExpired as error:
            raise FileRefused(_WORDS["bomb"]) from error
    if ended.returncode == 3:
        if b'"secret"' in ended.stderr:
            markings_found.note("空白表", content)
        raise FileRefused(_refusal(ended.stderr))
    if ended.returncode != 0 or not ended.stdout:
        # Killed by its limits, most likely.
        raise FileRefused(_WORDS["bomb"] if ended.returncode < 0 else _BROKEN)
    return ended.stdout


def _refusal(said: bytes) -> str:
    try:
        answer = json.loads(said.splitlines()[-1])
        detail = "".join(c for c in answer["detail"] if unicodedata.category(c)[0] != "C")
        return _WORDS[answer["reason"]].replace("{}", detail[:80])
    except (ValueError, KeyError, IndexError):
        return _BROKEN
