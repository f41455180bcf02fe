"""The columns of yearly files of outside platforms."""

from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column
from learning.models import ExternalFile, ExternalRow
from learning.rules.hours import show

_FILE_CSS = {"pending": "is-wait", "applied": "is-done"}
_ROW_CSS = {"matched": "is-done", "ambiguous": "is-late", "unmatched": "is-late"}


def file_columns() -> list[Column]:
    return [
        Column("年度", lambda f: f.year, lambda f: f"{f.year} 年"),
        Column("来源", lambda f: f.get_source_display(), _file_link),
        Column("党组织", lambda f: str(f.organization)),
        Column("文件", lambda f: f.file_name),
        Column("上传", lambda f: f.uploaded_at),
        Column("登记人数", lambda f: f.figures.get("matched"), numeric=True),
        Column("状态", lambda f: f.get_state_display(), _file_badge),
    ]


def _file_link(file: ExternalFile):
    return format_html(
        '<a href="{}">{}</a>', reverse("learning:external-file", args=[file.uid]), file.get_source_display()
    )


def _file_badge(file: ExternalFile):
    css = _FILE_CSS.get(file.state, "is-plain")
    return format_html('<span class="status {}">{}</span>', css, file.get_state_display())


def row_columns(counted: Mapping[int, Decimal], *, applied: bool) -> list[Column]:
    columns = [
        Column("姓名", lambda r: r.name),
        Column("积分", lambda r: _number(r.points), numeric=True),
        Column("表中学时", lambda r: _number(r.hours), numeric=True),
        Column("党支部", lambda r: str(r.branch) if r.branch else ""),
    ]
    if applied:
        return [*columns, _counted_column(counted)]
    return [
        *columns,
        Column("对应情况", lambda r: r.get_state_display(), _row_badge),
        Column("说明", lambda r: r.why),
    ]


def _counted_column(counted: Mapping[int, Decimal]) -> Column:
    def hours(row: ExternalRow) -> Decimal:
        return counted.get(row.member_id or 0, Decimal(0))

    return Column("记入学时", hours, lambda row: show(hours(row)), numeric=True)


def _row_badge(row: ExternalRow):
    css = _ROW_CSS.get(row.state, "is-plain")
    return format_html('<span class="status {}">{}</span>', css, row.get_state_display())


def own_columns() -> list[Column]:
    return [
        Column("年度", lambda r: r.file.year, lambda r: f"{r.file.year} 年"),
        Column("来源", lambda r: r.file.get_source_display()),
        Column("积分", lambda r: _number(r.points), numeric=True),
        Column("表中学时", lambda r: _number(r.hours), numeric=True),
        Column("登记单位", lambda r: str(r.file.organization)),
    ]


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
