"""Citizen identity numbers: GB 11643 with the check character of ISO 7064 MOD 11-2.

Messages never repeat the number: they end up on pages, in import reports and in logs.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul

from branch_portal.dates import today_shanghai

#: First two digits in use for citizens: provinces, Hong Kong, Macao and Taiwan (81-83 on residence permits).
PROVINCES = frozenset(
    str(code)
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in codes
) | {"71", "81", "82", "83"}
#: Never assigned: demo data use it, so that no demo number can be a real person's.
DEMO_AREA_CODE = "990000"

MALE, FEMALE = "male", "female"

_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_CHECK_CHARACTERS = "10X98765432"

_AS_TEXT = "公民身份号码被表格当成了数字，末几位可能已丢失；请把该列设为文本后重新填写"


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What a valid number says of its bearer."""

    birth_date: date
    sex: str


def normalise(value: object) -> str:
    """The number as stored: half-width, without spaces and separators, X in upper case; "" for an empty
    cell."""
    if value is None:
        return ""
    if isinstance(value, str) and value.isascii() and value.isalnum():
        return value.upper()
    text = unicodedata.normalize("NFKC", str(value)).upper()
    return "".join(
        c for c in text if not c.isspace() and c not in "-—–" and unicodedata.category(c) not in {"Cf", "Cc"}
    )


def check_character(first17: str) -> str:
    """The 18th character for the first seventeen digits."""
    if len(first17) != 17 or not _is_digits(first17):
        raise ValueError("seventeen digits are needed")
    total = sum(map(mul, map(int, first17), _WEIGHTS))
    return _CHECK_CHARACTERS[total % 11]


def check(value: object, *, allow_demo: bool = False, today: date | None = None) -> list[str]:
    """Everything that is wrong with a number, in Chinese; empty when it can be taken.

    ``value`` may come straight from a form or a spreadsheet cell: a numeric cell is refused, since fifteen
    digits are all that Excel keeps. ``allow_demo`` lets DEMO_AREA_CODE pass.
    """
    if isinstance(value, (int, float)) or (isinstance(value, str) and _looks_scientific(value)):
        return [_AS_TEXT]
    number = normalise(value)
    if not number:
        return ["没有填写公民身份号码"]
    if len(number) == 15 and _is_digits(number):
        return ["是 15 位旧号码，请填写身份证上的 18 位公民身份号码"]
    if len(number) != 18:
        return [f"应为 18 位，现在是 {len(number)} 位"]
    if not _is_digits(number[:17]) or not (_is_digits(number[17]) or number[17] == "X"):
        return ["前 17 位应为数字，最后一位应为数字或 X"]
    found = []
    if number[:2] not in PROVINCES and not (allow_demo and number[:6] == DEMO_AREA_CODE):
        found.append("前 6 位不是有效的地区代码，请核对")
    if message := _birth_problem(number, today or today_shanghai()):
        found.append(message)
    if check_character(number[:17]) != number[17]:
        found.append("最后一位校验码不符，请逐位核对")
    return found


def read(value: object, *, allow_demo: bool = False, today: date | None = None) -> NumberFacts:
    """Birth date and sex of a valid number; ValueError with the first problem otherwise."""
    if found := check(value, allow_demo=allow_demo, today=today):
        raise ValueError(found[0])
    return facts_of(normalise(value))


def facts_of(number: str) -> NumberFacts:
    """The same of a number as it is stored, which was checked when it came."""
    birth = _birth_date(number)
    assert birth is not None  # check() has read it
    return NumberFacts(birth, MALE if int(number[16]) % 2 else FEMALE)


def compose(area: str, birth: date, serial: int) -> str:
    """A number with its right check character, for demo data and tests; an odd ``serial`` (0..999) is
    male."""
    first17 = f"{area}{birth:%Y%m%d}{serial:03d}"
    return first17 + check_character(first17)


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _birth_problem(number: str, today: date) -> str:
    birth = _birth_date(number)
    if birth is None:
        return "第 7–14 位的出生日期不存在，请核对"
    if birth.year < 1900 or birth > today:
        return "第 7–14 位的出生日期不在 1900 年至今天之间，请核对"
    return ""


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _looks_scientific(text: str) -> bool:
    clean = normalise(text)
    return "E+" in clean or (clean.endswith(".0") and _is_digits(clean[:-2]))
