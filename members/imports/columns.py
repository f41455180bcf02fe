"""The columns that the roster import knows, by the names that people give them."""

import re
import unicodedata
from typing import Any

#: Key → the portal's own name first, then the names met in the field.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "党员姓名", "名字"),
    "id_number": (
        "公民身份号码", "身份证号", "身份证号码", "身份证", "公民身份证号码", "公民身份证号", "居民身份证号码", "居民身份证号",
        "证件号码",
    ),
    "gender": ("性别",),
    "ethnicity": ("民族",),
    "birth_date": ("出生日期", "出生年月", "出生年月日", "出生时间", "生日"),
    "native_place": ("籍贯",),
    "registered_address": ("户籍所在地", "户口所在地", "户籍地址", "户籍地"),
    "education": ("学历", "文化程度", "最高学历"),
    "degree": ("学位", "最高学位"),
    "category": ("人员类别", "党员类别", "党员类型"),
    "branch": ("所在党支部", "党支部", "所属党支部", "所在支部", "支部", "所在党组织", "支部名称", "党支部名称"),
    "cell": ("党小组", "所在党小组", "所属党小组"),
    "applied_on": ("申请入党日期", "申请入党时间", "递交入党申请书日期", "递交入党申请书时间"),
    "admitted_on": ("入党日期", "入党时间", "加入党组织日期", "加入党组织时间", "入党年月"),
    "confirmed_on": ("转正日期", "转为正式党员日期", "转为正式党员时间", "转正时间"),
    "extension_until": ("延长预备期至", "预备期延长至", "延长预备期到期日期"),
    "admission_type": ("入党类型", "加入党组织类型", "入党方式"),
    "admitted_branch": ("入党时所在支部", "入党时所在党支部", "入党所在支部"),
    "since": ("转入日期", "组织关系转入日期", "组织关系起始日期", "转入时间"),
    "gain": ("增加方式", "增加原因", "进入党支部方式"),
    "work_started_on": ("参加工作日期", "参加工作时间", "工作时间"),
    "job_post": ("工作岗位", "岗位"),
    "professional_title": ("从事专业技术职务", "专业技术职务", "技术职称", "职称"),
    "new_stratum": ("新社会阶层类型", "新社会阶层"),
    "is_migrant_worker": ("是否农民工", "农民工"),
    "is_leading_official": ("党员领导干部", "是否党员领导干部", "是否领导干部"),
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
BY_NAME = {name: key for key, names in COLUMNS.items() for name in names}
#: Columns of our own export that say nothing to store, and the counter; not worth a word.
QUIET = {"序号", "编号", "操作", "出生年份", "年龄", "党龄", "需要修改"}


def clean_header(cell: Any) -> str:
    """公 民身份\n号码（必填）* → 公民身份号码."""
    if not isinstance(cell, str):
        return ""
    text = "".join(unicodedata.normalize("NFKC", cell).split())
    return re.sub(r"\([^)]*\)$", "", text.strip("*:")).strip("*:")[:60]


def letter(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
