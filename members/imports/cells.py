"""One cell at a time: from what a spreadsheet holds to what the portal stores, or a sentence about why not.

A reader returns the value, or None for an empty cell; it raises CellError with words that stand after the cell's address.
Words about identity numbers and telephones never repeat them.
"""

import datetime
import unicodedata
from collections.abc import Callable
from typing import Any

from branch_portal.dates import DateError, parse_date
from members.models import Member
from members.names import plain_text, tidy_name
from members.queries.dictionaries import codes_by_label
from members.rules import national_id
from members.rules.phone import STAR, PhoneError, normalise_landline, normalise_mobile


class CellError(ValueError):
    """A cell that cannot be taken."""


def _text(cell: Any) -> str:
    if isinstance(cell, dict):
        return str(cell["d"])
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return plain_text(str(cell))


def is_masked(cell: Any) -> bool:
    """A value as our own lists print it, 138****0001: it says "unchanged"."""
    return isinstance(cell, str) and STAR * 2 in cell


def read_name(cell: Any) -> str | None:
    if not isinstance(cell, str):
        raise CellError(f"写作 {_text(cell)}，不是姓名")
    name = tidy_name(cell)
    if name and not 2 <= len(name) <= 60:
        raise CellError("姓名应为 2–60 个字")
    return name or None


def read_id_number(cell: Any) -> str | None:
    if problems := national_id.check(cell):
        raise CellError("；".join(problems))
    return national_id.normalise(cell)


def read_date(cell: Any) -> datetime.date | None:
    try:
        return parse_date(datetime.date.fromisoformat(cell["d"]) if isinstance(cell, dict) else cell)
    except DateError as error:
        raise CellError(str(error)) from error


def read_mobile(cell: Any) -> str | None:
    try:
        return normalise_mobile(cell)
    except PhoneError as error:
        raise CellError(str(error)) from error


def read_landline(cell: Any) -> str | None:
    try:
        return normalise_landline(_text(cell))
    except PhoneError as error:
        raise CellError(str(error)) from error


def _choice(labels: dict[str, str], advice: str) -> Callable[[Any], str | None]:
    def read(cell: Any) -> str | None:
        text = "".join(unicodedata.normalize("NFKC", _text(cell)).split())
        if text not in labels:
            raise CellError(f"写作 {text[:20]}，{advice}")
        return labels[text]

    return read


def _coded(table: str, advice: str) -> Callable[[Any], str | None]:
    """A word of a code table, with the words that people use for it."""

    def read(cell: Any) -> str | None:
        labels = {half_width(label): code for label, code in codes_by_label(table).items()}
        if table == "ethnicity":
            labels = {label.removesuffix("族"): code for label, code in labels.items()} | labels
        elif table == "education":
            labels = _EVERYDAY_EDUCATIONS | labels
        return _choice(labels, advice)(cell)

    return read


def half_width(text: str) -> str:
    """（ → (, without blanks: as cells are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _limited(length: int) -> Callable[[Any], str | None]:
    def read(cell: Any) -> str | None:
        text = " ".join(_text(cell).split())
        if len(text) > length:
            raise CellError(f"有 {len(text)} 个字，最多 {length} 个字")
        return text or None

    return read


def read_correction(cell: Any) -> int | None:
    text = _text(cell)
    try:
        years = int(unicodedata.normalize("NFKC", text))
    except ValueError as error:
        raise CellError(f"写作 {text[:20]}，应为整数年数，例如 0 或 -1") from error
    if not -60 <= years <= 60:
        raise CellError(f"写作 {text[:20]}，应在 -60 与 60 之间")
    return years


_GENDERS = {label: value for value, label in Member.Gender.choices}
_CATEGORIES = {label: value for value, label in Member.Category.choices} | {
    "正式": "full", "中共党员": "full", "中共正式党员": "full", "预备": "probationary", "中共预备党员": "probationary",
}  # fmt: skip
#: Everyday words for entries of the code tables, which decide themselves where they know the word.
_EVERYDAY_EDUCATIONS = {
    "本科": "21", "大学本科": "21", "专科": "22", "大学专科": "22", "中专": "41", "职高": "42", "技校": "43", "高中": "61",
    "博士": "11", "硕士": "12",
}  # fmt: skip

READERS: dict[str, Callable[[Any], Any]] = {
    "name": read_name,
    "id_number": read_id_number,
    "gender": _choice(_GENDERS, "应为男或女"),
    "ethnicity": _coded("ethnicity", "不在民族名称之内，例如 汉族"),
    "birth_date": read_date,
    "education": _coded("education", "不在学历名称之内，例如 大学、大专、普通高中"),
    "category": _choice(_CATEGORIES, "应为正式党员或预备党员"),
    "branch": _limited(120),
    "cell": _limited(120),
    "admitted_on": read_date,
    "confirmed_on": read_date,
    "since": read_date,
    "job_post": _coded("job_post", "不在工作岗位名称之内，请按模板“填写说明”填写"),
    "employer": _limited(80),
    "mobile": read_mobile,
    "landline": read_landline,
    "home_address": _limited(120),
    "standing_correction": read_correction,
    "lost_contact_on": read_date,
    "floating_since": read_date,
    "floating_destination": _limited(80),
}
