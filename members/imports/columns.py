"""The columns that the roster import knows, by the names that people give them, and where they are in a sheet."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Key → the portal's own name first, then the names met in the field.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "党员姓名", "名字"),
    "id_number": (
        "公民身份号码", "身份证号", "身份证号码", "身份证", "公民身份证号码", "公民身份证号", "居民身份证号码", "居民身份证号",
    ),
    "gender": ("性别",),
    "ethnicity": ("民族",),
    "birth_date": ("出生日期", "出生年月", "出生年月日", "出生时间", "生日"),
    "education": ("学历", "文化程度"),
    "category": ("人员类别", "党员类别", "党员类型"),
    "branch": ("所在党支部", "党支部", "所属党支部", "所在支部", "支部"),
    "cell": ("党小组", "所在党小组", "所属党小组"),
    "admitted_on": ("入党日期", "入党时间", "加入党组织日期", "加入党组织时间", "入党年月"),
    "confirmed_on": ("转正日期", "转为正式党员日期", "转为正式党员时间", "转正时间"),
    "since": ("转入日期", "组织关系转入日期", "组织关系起始日期", "转入时间"),
    "job_post": ("工作岗位", "岗位"),
    "employer": ("工作单位及职务", "工作单位", "单位及职务", "工作单位和职务"),
    "mobile": ("手机号", "手机", "手机号码", "联系电话", "联系方式", "电话", "移动电话"),
    "landline": ("固定电话", "座机", "固话"),
    "home_address": ("家庭住址", "住址", "家庭地址", "现居住地"),
    "standing_correction": ("党龄校正值",),
    "lost_contact_on": ("失去联系日期", "失联日期"),
    "floating_since": ("外出日期", "外出时间"),
    "floating_destination": ("外出流向", "流向"),
}  # fmt: skip
LABELS = {key: names[0] for key, names in COLUMNS.items()}
_BY_NAME = {name: key for key, names in COLUMNS.items() for name in names}
#: Columns of our own export that say nothing to store, and the counter; not worth a word.
_QUIET = {"序号", "编号", "操作", "出生年份", "年龄", "党龄"}
_HEADER_ROWS = 5


@dataclass(frozen=True)
class Header:
    """Where the header stands: `row` from 0, `places` key → column index, `written` index → text in the sheet."""

    row: int
    places: dict[str, int]
    written: dict[int, str]
    ignored: list[str]
    doubled: list[str]


def clean_header(cell: Any) -> str:
    """公 民身份\n号码（必填）* → 公民身份号码."""
    if not isinstance(cell, str):
        return ""
    text = "".join(unicodedata.normalize("NFKC", cell).split())
    return re.sub(r"\([^)]*\)$", "", text.strip("*:")).strip("*:")


def find_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The first of the top rows that names 姓名 and one more column; None when there is none."""
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        header = _read_header(index, row)
        if "name" in header.places and len(header.places) > 1:
            return header
    return None


def _read_header(index: int, row: Sequence[Any]) -> Header:
    places: dict[str, int] = {}
    written: dict[int, str] = {}
    ignored: list[str] = []
    doubled: list[str] = []
    for column, cell in enumerate(row):
        name = clean_header(cell)
        if not name:
            continue
        written[column] = name
        key = _BY_NAME.get(name)
        if key is None:
            if name not in _QUIET:
                ignored.append(name)
        elif key in places:
            doubled.append(name)
        else:
            places[key] = column
    return Header(index, places, written, ignored, doubled)


def letter(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
