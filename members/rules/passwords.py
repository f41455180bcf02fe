"""What makes a password too weak, as functions of the text alone."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator

_LEAST_DIFFERENT = 5
#: Of what length a name counts: 李 alone would forbid half of all passwords.
_LEAST_LETTERS, _LEAST_HAN = 4, 2
_FAMOUS = {
    "woaini", "woaiwojia", "wodemima", "mima", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "qazwsx",
    "qwer", "asdf", "zxcv", "admin", "administrator", "root", "test", "guest", "welcome", "passwd", "password", "pass", "abc",
    "abcd", "abcdef", "aa", "a", "qq", "wx",
}  # fmt: skip
#: What everybody here would try first.
COMMON_WORDS = (
    "党支部", "党委", "党员", "党组织", "共产党", "学习强国", "不忘初心", "dangzhibu", "dangwei", "dangyuan", "gongchandang",
    "xuexiqiangguo", "buwangchuxin", "zhongguogongchandang",
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """`history`: how many passwords may not come back; `staff_days`: how long one of staff lasts (0: for ever)."""

    length: int
    kinds: int
    history: int
    staff_days: int
    words: str

    def expired(self, *, staff: bool, since: datetime, now: datetime) -> bool:
        return bool(staff and self.staff_days and now - since >= timedelta(days=self.staff_days))


_NO_NAMES = "不能是常见密码，不能含有用户名、姓名、党组织名称"
PROFILES = {
    "djbh": Profile(
        10, 3, 5, 90,
        f"至少 10 位，含大写字母、小写字母、数字、符号（或汉字）中的三种；{_NO_NAMES}；不与最近 5 个相同。",
    ),
    "asvs": Profile(12, 1, 0, 0, f"至少 12 位，可以是一句话；{_NO_NAMES}。"),
}  # fmt: skip


def kinds_of(password: str) -> int:
    """How many of capital letters, small letters, digits and everything else (Chinese included) occur."""
    found = {
        "upper" if char in _UPPER else "lower" if char in _LOWER else "digit" if char in _DIGITS else "other"
        for char in password
    }
    return len(found)


_UPPER, _LOWER, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"


def too_uniform(password: str) -> bool:
    return len(set(password)) < _LEAST_DIFFERENT


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def own_words_in(password: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the password, written as it may be."""
    folded = _folded(password)
    for word in map(_folded, words):
        long_enough = len(word) >= (_LEAST_LETTERS if word.isascii() else _LEAST_HAN)
        if long_enough and word in folded:
            return True
    return False


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | _FAMOUS


def common_core(password: str) -> bool:
    """A listed password, or one listed word with digits and signs around it (`Password2026!`, `Qq123456789!`)."""
    folded = _folded(password)
    if folded in _common():
        return True
    if not folded.isascii():
        return False
    letters = re.sub(r"[^a-z]", "", folded)
    return letters in _common() or re.sub(r"[^a-z0-9]", "", folded) in _common()
