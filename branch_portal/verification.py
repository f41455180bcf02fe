"""查验码: ten characters that people can read out and type; the last one tells a slip from a code that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable

#: No I, L, O, 0, 1. Thirty-one signs: a prime, so every single wrong or swapped sign changes the check sign.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def check_sign(body: str) -> str:
    """The last sign of a code with these first nine."""
    return ALPHABET[sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, 2)) % len(ALPHABET)]


def new_code(choose: Callable[[str], str]) -> str:
    """A code of signs that `choose` picks (`secrets.choice`)."""
    body = "".join(choose(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_sign(body)


def read_code(typed: str) -> str | None:
    """A code as people type it (small letters, spaces, hyphens); None when it cannot be one."""
    code = re.sub(r"[\s\-－—]", "", typed[:40]).upper()
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return None
    return code if check_sign(code[:-1]) == code[-1] else None


def shown_code(code: str) -> str:
    """ABCDE-FGHJK."""
    return f"{code[:5]}-{code[5:]}"
