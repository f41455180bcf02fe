"""User names that can be read out, and one-time tokens that can be typed off a slip."""

import re
import secrets
from collections.abc import Iterable

from members.rules.pinyin import name_pinyin

#: Neither 0 and o nor 1, l and i: 31 signs, so 28 of them are 138 bits, and 10 are 49.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
#: (how many signs, how many in a group)
_TOKEN, _CODE = (28, 4), (10, 5)


def base_name(name: str) -> str:
    """张三 → zhangsan; what has no pinyin becomes dangyuan."""
    spelled = re.sub(r"[^a-z0-9]", "", name_pinyin(name))
    return spelled[:40] or "dangyuan"


def user_names(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """One free user name for each, in their order: the pinyin, and a number from 2 on where somebody has it."""
    used, chosen = set(taken), []
    for name in names:
        base = candidate = base_name(name)
        number = 1
        while candidate in used:
            number += 1
            candidate = f"{base}{number}"
        used.add(candidate)
        chosen.append(candidate)
    return chosen


def new_token() -> str:
    """Signs in groups of four, as they stand on a slip."""
    return _new(*_TOKEN)


def new_recovery_code() -> str:
    return _new(*_CODE)


def read_signs(typed: str, length: int) -> str:
    """What was typed without hyphens, blanks and capitals; empty when it cannot be one of ours."""
    signs = re.sub(r"[\s\-]", "", typed[:200]).lower()
    return signs if len(signs) == length and all(sign in _SIGNS for sign in signs) else ""


def read_token(typed: str) -> str:
    return read_signs(typed, _TOKEN[0])


def read_recovery_code(typed: str) -> str:
    return read_signs(typed, _CODE[0])


def _new(length: int, group: int) -> str:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(length))
    return "-".join(signs[at : at + group] for at in range(0, length, group))
