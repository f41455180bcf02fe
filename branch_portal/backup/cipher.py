"""Files sealed with AES-256-GCM in pieces, so that gigabytes stream through a megabyte of memory.

Layout: `PBK1` | salt (16) | pieces. A piece is up to 1 MiB of plain text and its tag. Every file has a key of its own
(HKDF over the backup key, the salt and the file's label), and a piece's nonce is its number and whether it is the last one: so
no piece can be altered, moved, repeated, left out or taken from another file, and a file that was cut off has no end.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE = 1024 * 1024
_MAGIC = b"PBK1"
_SALT = 16
_TAG = 16


class Damaged(Exception):
    """The bytes are not those that were written, or not under this key and label; says from which piece on."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def derived(key: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose.encode()).derive(key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Writes plain text sealed to a binary file; `close()` writes the end, without which it is no whole file."""

    def __init__(self, target: BinaryIO, key: bytes, label: str) -> None:
        salt = os.urandom(_SALT)
        self._cipher = AESGCM(derived(key, salt, f"backup file {label}"))
        self._target = target
        self._rest = bytearray()
        self._number = 0
        target.write(_MAGIC + salt)

    def write(self, data: bytes) -> None:
        self._rest += data
        # Strictly more than one piece: the last one is known only when no more comes.
        while len(self._rest) > PIECE:
            self._piece(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]

    def close(self) -> None:
        self._piece(bytes(self._rest), last=True)
        self._rest.clear()

    def _piece(self, plain: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), plain, None))
        self._number += 1


def opened(source: Readable, key: bytes, label: str) -> Iterator[bytes]:
    """The plain pieces in order; `Damaged` at the first one that is wrong, or when the end is missing."""
    head = source.read(len(_MAGIC) + _SALT)
    if len(head) != len(_MAGIC) + _SALT or not head.startswith(_MAGIC):
        raise Damaged("文件开头不对")
    cipher = AESGCM(derived(key, head[len(_MAGIC) :], f"backup file {label}"))
    number, piece = 0, _full(source, PIECE + _TAG)
    while True:
        following = _full(source, PIECE + _TAG) if len(piece) == PIECE + _TAG else b""
        try:
            yield cipher.decrypt(_nonce(number, not following), piece, None)
        except (InvalidTag, ValueError):
            raise Damaged(f"第 {number + 1} 段（每段 1 MB）与写入时不同，或文件不完整") from None
        if not following:
            return
        number, piece = number + 1, following


def _full(source: Readable, size: int) -> bytes:
    """Read on until so much is there or the file ends: a pipe gives less at a time."""
    found = source.read(size)
    while found and len(found) < size and (more := source.read(size - len(found))):
        found += more
    return found
