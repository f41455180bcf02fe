"""Telephone numbers as stored, and the masked forms in which lists show personal data."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"[\s\-‐‑–—−_.()]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([2-9][0-9]{6,7})(?:(?:转|-|EXT|X|,)([0-9]{1,6}))?")
STAR = "*"


class PhoneError(ValueError):
    """A number that cannot be taken; the message is Chinese and does not repeat the number."""


def normalise_mobile(value: object) -> str:
    """Eleven digits, from what people type (+86, spaces, dashes, full-width) or a numeric cell.

    Raises PhoneError for anything else, saying what it looks like.
    """
    digits = _DASHES.sub("", _text(value))
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits[len(prefix) :]
    if _MOBILE.fullmatch(digits):
        return digits
    if not digits:
        raise PhoneError("没有填写手机号码")
    if digits.startswith(("+852", "00852", "+853", "00853", "+886", "00886")):
        raise PhoneError("是港澳台号码，手机号码一栏请填 11 位内地号码，其他号码填在固定电话一栏")
    if digits.startswith("0") and _is_digits(digits):
        raise PhoneError("像是固定电话，请填在固定电话一栏")
    if not _is_digits(digits):
        raise PhoneError("含有数字以外的字符，手机号码应为 11 位数字")
    if len(digits) != 11:
        raise PhoneError(f"应为 11 位数字，现在是 {len(digits)} 位")
    raise PhoneError("不是有效的手机号段，请核对")


def normalise_landline(value: object) -> str:
    """``0571-87654321`` or ``0571-87654321-801``; PhoneError unless it has its area code."""
    text = re.sub(r"[\s()–—−]+", "-", _text(value).upper()).strip("-")
    text = re.sub(r"-?(转|EXT\.?|X)-?", "转", re.sub(r"^(\+?86|0086)-?(?=0)", "", text))
    match = _LANDLINE.fullmatch(text)
    if not match:
        raise PhoneError("请写区号和号码，例如 0571-87654321")
    return "-".join(part for part in match.groups() if part)


def mask_mobile(number: str) -> str:
    """138****5678; anything shorter keeps its last two digits only."""
    return _mask(number, 3, 4) if len(number) == 11 else _mask(number, 0, 2)


def mask_landline(number: str) -> str:
    """0571-******21: the area code says no more than the branch does."""
    area, dash, rest = number.partition("-")
    return f"{area}-{_mask(rest, 0, 2)}" if dash else _mask(number, 0, 2)


def mask_id_number(number: str) -> str:
    """110***********0011 hides place, birth date and sex: the first three and the last four characters
    stay."""
    return _mask(number, 3, 4) if len(number) == 18 else STAR * len(number)


def mask_name(name: str) -> str:
    """张*, 欧**: one star for each hidden character, at most three; of a name with · only its first
    character stays."""
    return name[:1] + STAR * min(len(name) - 1, 3) if len(name) > 1 else STAR * len(name)


def mask_address(address: str) -> str:
    """The first six characters (province and city, as a rule), then three stars; a short one is hidden
    whole."""
    text = address.strip()
    return text[:6] + STAR * 3 if len(text) > 8 else STAR * min(len(text), 3)


def _mask(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < 1:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail :]


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        # A numeric cell: eleven digits are safe in a float, the decimals only come from the reader.
        value = int(value) if value.is_integer() else value
    text = unicodedata.normalize("NFKC", str(value))
    return "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cc"} or c.isspace()).strip()


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
