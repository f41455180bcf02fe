"""The empty workbook to fill in, and the uploaded one with what cannot be taken marked."""

import io

from learning.external.reading import LABELS

_NOTES = (
    ("姓名*", "必填，与党员名册一致。"),
    ("手机尾号", "可不填；有同名党员时请填写手机号后四位。填写完整手机号的，系统只读取后四位，不保存号码。"),
    ("所在党支部", "可不填；党委上传且有同名党员时请填写。"),
    ("积分", "全年积分；与学时至少填一项。"),
    ("学时", "平台已折算为学时的填写；填写后不再按积分折算。"),
)


def template_bytes() -> bytes:
    """One sheet to fill in and one that says how."""
    import xlsxwriter  # needed by this download only

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("年度学习记录")
        bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        for column, key in enumerate(LABELS):
            page.write_string(0, column, LABELS[key] + ("*" if key == "name" else ""), bold)
            page.set_column(column, column, 18, text if key in ("name", "tail", "branch") else None)
        page.freeze_panes(1, 0)
        notes = book.add_worksheet("填写说明")
        notes.write_row(0, 0, ["列名", "怎样填写"], bold)
        for row, line in enumerate(_NOTES, start=1):
            notes.write_row(row, 0, line)
        notes.set_column(0, 0, 16)
        notes.set_column(1, 1, 70)
    return buffer.getvalue()
