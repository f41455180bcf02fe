"""One cell at a time: from what a spreadsheet holds to what the portal stores, or a sentence about why not.

A reader returns the value, or None for an empty cell; it raises CellError with words that stand after the cell's address.
Words about identity numbers and telephones never repeat them.
"""

import datetime
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from branch_portal.dates import DateError, parse_date
from members.models import Affiliation, Member
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


def is_unsaved_formula(cell: Any) -> bool:
    return isinstance(cell, dict) and "f" in cell


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


def _choice(labels: Mapping[str, Any], advice: str) -> Callable[[Any], Any]:
    def read(cell: Any) -> str | None:
        if isinstance(cell, str) and cell in labels:
            return labels[cell]
        text = "".join(unicodedata.normalize("NFKC", _text(cell)).split())
        if text not in labels:
            raise CellError(f"写作 {text[:20]}，{advice}")
        return labels[text]

    return read


def _coded(table: str, advice: str) -> Callable[[Any], str | None]:
    """A word of a code table, with the words that people use for it."""
    labels = {half_width(label): code for label, code in codes_by_label(table).items()}
    if table == "ethnicity":
        labels = {label.removesuffix("族"): code for label, code in labels.items()} | labels
    return _choice(_EVERYDAY.get(table, {}) | labels, advice)


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


_YES_NO = {
    "是": True,
    "√": True,
    "✓": True,
    "Y": True,
    "1": True,
    "否": False,
    "N": False,
    "0": False,
    "×": False,
}
#: The ways of coming, with what registers call them.
_GAINS = {label: value for value, label in Affiliation.Gain.choices} | {
    "转入": "transferred_in", "组织关系转入": "transferred_in", "新发展": "admitted", "发展": "admitted", "其他": "other",
}  # fmt: skip
_GENDERS = {label: value for value, label in Member.Gender.choices}
_CATEGORIES = {label: value for value, label in Member.Category.choices} | {
    "正式": "full", "中共党员": "full", "中共正式党员": "full", "预备": "probationary", "中共预备党员": "probationary",
}  # fmt: skip
#: Everyday words for entries of the code tables, which decide themselves where they know the word.
_EVERYDAY = {
    "education": {
    "本科": "21", "大学本科": "21", "专科": "22", "大学专科": "22", "中专": "41", "职高": "42", "技校": "43", "高中": "61",
    "博士": "11", "硕士": "12",
    },
    "degree": {"学士学位": "4", "硕士学位": "3", "博士学位": "2", "名誉博士学位": "1"},
    "admission_type": {"发展入党": "1", "正常发展": "1"},
}  # fmt: skip


def make_readers() -> dict[str, Callable[[Any], Any]]:
    """Key → reader, with the code tables as they stand now; made once for all rows of a file."""
    return {
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
        "degree": _coded("degree", "不在学位名称之内，例如 学士、硕士"),
        "new_stratum": _coded("new_stratum", "不在新社会阶层类型之内，请按模板“填写说明”填写"),
        "admission_type": _coded("admission_type", "不在入党类型之内，例如 一般发展"),
        "professional_title": _limited(40),
        "native_place": _limited(40),
        "registered_address": _limited(120),
        "admitted_branch": _limited(80),
        "is_migrant_worker": _choice(_YES_NO, "应为是或否"),
        "is_leading_official": _choice(_YES_NO, "应为是或否"),
        "extension_until": read_date,
        "applied_on": read_date,
        "work_started_on": read_date,
        "gain": _choice(
            _GAINS, "应为建立名册、发展党员、恢复党籍、转入组织关系、支部间调整、整建制转入或其他原因增加"
        ),
    }
