"""The empty workbook for download: the columns, the words that they take, and two rows that show how."""

import io

from members.imports.columns import LABELS
from members.models import Affiliation, Member
from members.queries.dictionaries import choices_of

REQUIRED = {"name", "id_number", "category", "admitted_on"}
_ORDER = [
    "name", "id_number", "gender", "ethnicity", "birth_date", "native_place", "registered_address", "education", "degree",
    "category", "branch", "cell", "applied_on", "admitted_on", "confirmed_on", "extension_until", "admission_type",
    "admitted_branch", "since", "gain", "work_started_on", "job_post", "professional_title", "new_stratum", "is_migrant_worker",
    "is_leading_official", "employer", "mobile", "landline", "home_address", "standing_correction", "lost_contact_on",
    "floating_since", "floating_destination",
]  # fmt: skip
_NOTES = {
    "name": "必填。",
    "id_number": "新增党员必填，18 位。整列已设为文本，请勿改成数字。",
    "gender": "男或女；不填时取自公民身份号码。",
    "ethnicity": "例如 汉族；不填为汉族。",
    "birth_date": "写成 1990.1.2、1990-01-02 或 1990年1月2日都可以；不填时取自公民身份号码。",
    "education": "从学历名称中选填。",
    "category": "正式党员或预备党员。",
    "cell": "本支部已设的党小组名称。",
    "admitted_on": "必填。支部党员大会通过接收为预备党员的日期。",
    "confirmed_on": "正式党员必填，预备党员不填。",
    "branch": "导入到党委或党总支时必填：党支部的全称、简称或组织代码。",
    "degree": "从学位名称中选填。",
    "extension_until": "延长预备期的填写，其他不填。",
    "admission_type": "从入党类型中选填。",
    "new_stratum": "从新社会阶层类型中选填。",
    "is_migrant_worker": "是或否；不填为否。",
    "is_leading_official": "是或否；不填为否。",
    "since": "组织关系转入本支部的日期；不填时用上传页面所填的日期。",
    "gain": "起始日期在本年内的填写，例如 转入组织关系；以前的不填，记为建立名册。",
    "job_post": "从工作岗位名称中选填。",
    "mobile": "11 位数字。",
    "landline": "区号和号码，例如 0571-87654321。",
    "standing_correction": "以年计，一般不填。",
    "lost_contact_on": "未失联的不填。",
    "floating_since": "未外出的不填。",
}


def template_bytes() -> bytes:
    """An .xlsx of three sheets: 党员名册 to fill in, 填写说明 and 代码表 to look up."""
    import xlsxwriter  # needed by this download only
    from xlsxwriter.utility import xl_range_formula

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("党员名册")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        for column, key in enumerate(_ORDER):
            page.write_string(0, column, LABELS[key] + ("*" if key in REQUIRED else ""), bold)
            page.set_column(
                column, column, 22 if key in ("id_number", "employer", "home_address") else 14, text
            )
        page.freeze_panes(1, 1)
        for key, words in _lists().items():
            column = _ORDER.index(key)
            # A list inside the rule may have 255 characters; a longer one refers to the sheet of code tables.
            place = list(_lists()).index(key)
            there = xl_range_formula("代码表", 1, place, len(words), place)
            source = words if len(",".join(words)) < 255 else f"={there}"
            page.data_validation(1, column, 2000, column, {"validate": "list", "source": source})
        _write_notes(book.add_worksheet("填写说明"), bold)
        _write_tables(book.add_worksheet("代码表"), bold)
    return buffer.getvalue()


def _lists() -> dict[str, list[str]]:
    """Key → the words that the column takes."""
    tables = ("ethnicity", "education", "degree", "job_post", "new_stratum", "admission_type")
    yes_no = ["是", "否"]
    return {
        "gender": Member.Gender.labels,
        "category": Member.Category.labels,
        "gain": Affiliation.Gain.labels,
        "is_migrant_worker": yes_no,
        "is_leading_official": yes_no,
    } | {table: [label for _, label in choices_of(table)] for table in tables}


def _write_notes(page, bold) -> None:
    page.write_row(0, 0, ["列名", "怎样填写"], bold)
    for row, key in enumerate(_ORDER, start=1):
        page.write_row(row, 0, [LABELS[key], _NOTES.get(key, "可不填。")])
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 60)


def _write_tables(page, bold) -> None:
    for column, (key, words) in enumerate(_lists().items()):
        page.write_string(0, column, LABELS[key] + "可填写的内容", bold)
        page.write_column(1, column, words)
    page.set_column(0, len(_lists()), 24)
