"""Foreign Word templates: checked by content and filled in by a throw-away process, never opened in this one."""

import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path
from typing import Any, BinaryIO

from branch_portal.files import FileRefused, refuse_marked_name, refuse_marked_office, scan

MAX_BYTES = 5 * 1024 * 1024
_SECONDS = 40
_CHILD = Path(__file__).with_name("docx_child.py")
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BROKEN = "文件无法读取，可能已损坏或内容异常。请用 Word 或 WPS 打开后另存为新的 .docx 再上传。"
_WORDS = {
    "kind": "不是 Word 文档（.docx）。请在 Word 或 WPS 中另存为 .docx 后重新上传。",
    "large": "文件展开后过大，或填写后的内容过大，无法处理。请删去图片等多余内容后重新上传。",
    "macro": "文件带有宏或控件。请另存为不带宏的 .docx 后重新上传。",
    "object": "文件中嵌有其他文件或对象。请删去嵌入的对象后重新上传。",
    "doctype": "文件中含有不允许的声明。请用 Word 或 WPS 另存为新的 .docx 再上传。",
    "external": "文件链接了外部的图片、模板或网址（{}）。请改为插入图片、取消超链接后重新上传。",
    "field": "文件中有会读取外部内容的域（{}）。请删去这个域后重新上传。",
    "unsafe": "占位符中有不允许的写法。只能使用占位符一览中的名称，不能调用方法或下划线开头的名称。",
    "unknown": "占位符中有平台不认识的名称：{}。请对照占位符一览改正后重新上传。",
    "syntax": "占位符写法有误。请检查花括号是否成对、循环和条件是否结束（endfor、endif）、是否用了一览以外的写法，改正后重新上传。",
    "broken": _BROKEN,
}


def read_upload(file: BinaryIO, *, name: str) -> bytes:
    """The bytes of an upload that may be a .docx; FileRefused otherwise. Its inside is looked at by `placeholders_of`."""
    refuse_marked_name(name)
    file.seek(0, 2)
    if file.tell() == 0:
        raise FileRefused("文件是空的，请重新选择。")
    if file.tell() > MAX_BYTES:
        raise FileRefused("文件超过 5 MB。模板一般只有几十 KB，请删去图片等多余内容后重新上传。")
    scan(file)
    content = file.read()
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("文件是旧版 .doc 或加了密码。请去掉密码，另存为 .docx 后重新上传。")
    if not content.startswith(b"PK"):
        raise FileRefused(_WORDS["kind"])
    refuse_marked_office(content)
    return content


def placeholders_of(content: bytes, sample: dict[str, Any]) -> list[str]:
    """The names that a template asks for, after it was filled in with sample values; FileRefused when it cannot be."""
    return json.loads(_child("check", content, sample))["placeholders"]


def filled(content: bytes, values: dict[str, Any]) -> bytes:
    """The template with these values, as a .docx; FileRefused when it cannot be filled in."""
    return _child("fill", content, values)


def _child(task: str, content: bytes, values: dict[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-form-") as folder:
        path, context = Path(folder) / "form.docx", Path(folder) / "values.json"
        path.write_bytes(content)
        context.write_text(json.dumps(_clean(values), ensure_ascii=False), encoding="utf-8")
        try:
            ended = subprocess.run(
                [sys.executable, "-I", "-B", str(_CHILD), task, str(path), str(context)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env={"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
            )
        except subprocess.TimeoutExpired as error:
            raise FileRefused(_WORDS["large"]) from error
    if ended.returncode == 3:
        raise FileRefused(_refusal(ended.stderr))
    if ended.returncode != 0 or not ended.stdout:
        # Killed by its limits, most likely.
        raise FileRefused(_WORDS["large"] if ended.returncode < 0 else _BROKEN)
    return ended.stdout


def _refusal(said: bytes) -> str:
    try:
        answer = json.loads(said.splitlines()[-1])
        detail = "".join(c for c in answer["detail"] if unicodedata.category(c)[0] != "C")
        quoted = re.search(r"'([^']{1,60})' is undefined|has no attribute '([^']{1,60})'", detail)
        if quoted:
            detail = quoted[1] or quoted[2]
        return _WORDS[answer["reason"]].replace("{}", detail[:80])
    except (ValueError, KeyError, IndexError):
        return _BROKEN


def _clean(value: Any) -> Any:
    """Values without what XML cannot hold."""
    if isinstance(value, str):
        return _NOT_XML.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
