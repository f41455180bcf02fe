"""The key file as two sealed shares: either alone says nothing, both together are the file (reliability 5.2).

One share is random, the other is the file's content combined with it bit by bit. Each carries a checksum of the whole, so
that a mistyped letter or halves of two different files are noticed. Written in Base32, in groups that can be read aloud.
"""

import base64
import hashlib
import json
import secrets
import zlib
from pathlib import Path

from branch_portal.keys import KeysRefused, read_ring

_GROUP, _LINE = 4, 8
_MARK = 4


def split(path: Path) -> tuple[str, str]:
    read_ring(path)
    stored = json.loads(path.read_text())
    content = zlib.compress(json.dumps(stored, separators=(",", ":")).encode(), 9)
    mark = hashlib.sha256(content).digest()[:_MARK]
    pad = secrets.token_bytes(len(content))
    other = bytes(a ^ b for a, b in zip(content, pad, strict=True))
    return _written(1, mark, pad), _written(2, mark, other)


def join(one: str, two: str) -> str:
    """The key file's content; KeysRefused in words where the shares do not belong together."""
    (number, mark, first), (second_number, second_mark, second) = _read(one), _read(two)
    if {number, second_number} != {1, 2}:
        raise KeysRefused("需要第一份和第二份各一份。")
    if mark != second_mark or len(first) != len(second):
        raise KeysRefused("两份密钥不属于同一个密钥文件，请核对。")
    content = bytes(a ^ b for a, b in zip(first, second, strict=True))
    if hashlib.sha256(content).digest()[:_MARK] != mark:
        raise KeysRefused("两份密钥合不成原来的文件，可能有字抄错，请逐组核对。")
    return zlib.decompress(content).decode()


def _written(number: int, mark: bytes, share: bytes) -> str:
    text = base64.b32encode(bytes([number]) + mark + share).decode().rstrip("=")
    groups = [text[start : start + _GROUP] for start in range(0, len(text), _GROUP)]
    return "\n".join(" ".join(groups[start : start + _LINE]) for start in range(0, len(groups), _LINE))


def _read(text: str) -> tuple[int, bytes, bytes]:
    letters = "".join(text.split()).upper()
    try:
        share = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise KeysRefused("其中一份密钥抄写有误：只应有字母 A–Z 和数字 2–7，请逐组核对。") from error
    if len(share) <= _MARK + 1:
        raise KeysRefused("其中一份密钥不完整，请核对。")
    return share[0], share[1 : _MARK + 1], share[_MARK + 1 :]
