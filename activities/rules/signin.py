"""The rotating code of a sign-in, the token that carries it, the code on a printed sheet: arithmetic of time and a key, no storage.

A code is an HMAC over the opening and the twenty seconds it belongs to. The current and the previous window are accepted, so a
code lives at most forty seconds; a photograph of the screen is worth nothing afterwards.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import unicodedata
import uuid
from dataclasses import dataclass

STEP = 20
LATE_AFTER = datetime.timedelta(minutes=15)
_CODE_LENGTH = 12
#: No letters that paper and handwriting confuse.
_SHEET_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SHEET_CODE_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Token:
    """What the QR leads to: which opening, and the code of the moment."""

    opening: uuid.UUID
    code: str


def slot_of(moment: datetime.datetime) -> int:
    return int(moment.timestamp()) // STEP


def code_of(key: bytes, opening: uuid.UUID, slot: int) -> str:
    digest = hmac.new(key, opening.bytes + slot.to_bytes(8, "big"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:_CODE_LENGTH]


def code_is_current(key: bytes, token: Token, moment: datetime.datetime) -> bool:
    """Whether the code is that of this window or of the one before; both are computed, so the time tells nothing."""
    slot = slot_of(moment)
    results = [
        hmac.compare_digest(code_of(key, token.opening, window), token.code) for window in (slot, slot - 1)
    ]
    return any(results)


def write_token(key: bytes, opening: uuid.UUID, moment: datetime.datetime) -> str:
    """The end of the link: 22 characters that name the opening, 12 of code."""
    name = base64.urlsafe_b64encode(opening.bytes).decode().rstrip("=")
    return f"{name}{code_of(key, opening, slot_of(moment))}"


def read_token(text: str) -> Token | None:
    """None for whatever was never a token."""
    if len(text) != 22 + _CODE_LENGTH or not text.isascii():
        return None
    try:
        return Token(uuid.UUID(bytes=base64.urlsafe_b64decode(text[:22] + "==")), text[22:])
    except ValueError:
        return None


def is_late(signed_at: datetime.datetime, started_at: datetime.datetime) -> bool:
    """迟到, as a suggestion only."""
    return signed_at > started_at + LATE_AFTER


def sheet_code(share: uuid.UUID, signature: str) -> str:
    """Five letters and figures that name one list of one gathering."""
    number = int.from_bytes(hashlib.sha256(f"{share.hex}:{signature}".encode()).digest()[:8], "big")
    letters = []
    for _ in range(SHEET_CODE_LENGTH):
        number, place = divmod(number, len(_SHEET_LETTERS))
        letters.append(_SHEET_LETTERS[place])
    return "".join(letters)


def typed_sheet_code(text: str) -> str:
    """As people type it: small and full-width letters, gaps, hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isalnum())[:12]
