"""填表 as columns, and a blank form as a grid that can be clicked."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from branch_portal.dates import to_local
from branch_portal.tables import Column, Table
from supervision.forms.fill import choice_of
from supervision.models import FormBinding, FormRun, FormTemplate
from supervision.queries.fill_sources import label_of
from supervision.rules.form_places import cell_text, letters, shown_place

# Constant markup, nothing of a form in it.
_CHOOSABLE = SafeString(" data-form-grid")
_FORMULA = SafeString(' class="is-formula"')


def forms_table(templates: Sequence[FormTemplate]) -> Table:
    return Table(
        [
            Column("名称", lambda t: t.name, _form_link),
            Column("类型", lambda t: t.get_kind_display()),
            Column("所属党组织", lambda t: str(t.organization)),
            Column("版本", lambda t: t.version_count, numeric=True),
            Column("已绑定", lambda t: t.binding_count, numeric=True),
            Column("状态", lambda t: "已停用" if t.withdrawn_at else "使用中"),
            Column("操作", lambda t: "", _form_actions, export=False),
        ],
        templates,
        caption="填报表格",
    )


def _form_link(template: FormTemplate):
    return format_html('<a href="{}">{}</a>', reverse("supervision:form", args=[template.uid]), template.name)


def _form_actions(template: FormTemplate):
    return format_html(
        '<a href="{}">预览<span class="visually-hidden">{}</span></a> <a href="{}">填表<span class="visually-hidden">{}</span></a>',
        reverse("supervision:form-preview", args=[template.uid]),
        template.name,
        reverse("supervision:form-fill", args=[template.uid]),
        template.name,
    )


def bindings_table(template: FormTemplate, bindings: Sequence[FormBinding], sheets: Sequence[str]) -> Table:
    return Table(
        [
            Column("位置", lambda b: shown_place(template.kind, b.sheet, b.place)),
            Column("填什么", lambda b: b.words or label_of(b.source, b.column)),
            Column("时段", lambda b: b.get_span_display() if b.span != FormBinding.Span.PERIOD else ""),
            Column("预留行数", lambda b: b.spare if b.column else "", numeric=True),
            Column("操作", lambda b: "", lambda b: _binding_actions(template, b, sheets), export=False),
        ],
        bindings,
        caption="已绑定的位置",
    )


def _binding_actions(template: FormTemplate, binding: FormBinding, sheets: Sequence[str]):
    number = sheets.index(binding.sheet) + 1 if binding.sheet in sheets else 1
    return format_html(
        '<a href="{}?sheet={}&amp;place={}#bind">修改<span class="visually-hidden">{}</span></a> '
        '<button class="link-button" form="unbind" formaction="{}">移除<span class="visually-hidden">{}</span></button>',
        reverse("supervision:form", args=[template.uid]),
        number,
        binding.place,
        binding.place,
        reverse("supervision:form-unbind", args=[binding.uid]),
        binding.place,
    )


def runs_table(runs: Iterable[FormRun]) -> Table:
    return Table(
        [
            Column("表格", lambda r: r.version.template.name),
            Column("党组织", lambda r: str(r.organization)),
            Column("方式", lambda r: r.get_mode_display()),
            Column("份数", lambda r: r.form_count or "", numeric=True),
            Column("申请时间", lambda r: f"{to_local(r.created_at):%Y-%m-%d %H:%M}"),
            Column("结果", lambda r: "", _result, export=False),
        ],
        runs,
        caption="填好的表格",
    )


def _result(run: FormRun):
    if run.stored_name:
        url = reverse("supervision:form-run", args=[run.uid])
        return format_html('<a href="{}" download aria-label="下载 {}">下载</a>', url, run.file_name)
    if run.file_name:
        return "已过期，请重新填表"
    if run.job is None:
        return "未完成"
    return format_html(
        '<a href="{}">{}</a>', reverse("jobs:progress", args=[run.job.uid]), run.job.get_state_display()
    )


# --- the form itself ---


def sheet_grid(kind: str, sheet: dict[str, Any], bindings: Iterable[FormBinding] | None = None):
    """One sheet as a table. With bindings each cell can be chosen, and shows what is bound to it; without, it is for reading."""
    bound = {binding.place: binding for binding in bindings or ()}
    lettered = kind == "xlsx"
    columns = max((len(row) for row in sheet["grid"]), default=0)
    head = format_html_join(
        "", '<th scope="col">{}</th>', ((letters(number),) for number in range(1, columns + 1))
    )
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (number, _cells(kind, row, number, bound, choosable=bindings is not None))
            for number, row in enumerate(sheet["grid"], start=1)
        ),
    )
    return format_html(
        '<table class="form-grid-sheet"{}><caption class="visually-hidden">{}</caption>'
        '<colgroup><col width="44">{}</colgroup>{}<tbody>{}</tbody></table>',
        _CHOOSABLE if bindings is not None else "",
        sheet["name"],
        format_html_join("", '<col width="{}">', ((max(width, 24),) for width in sheet["widths"])),
        format_html("<thead><tr><td></td>{}</tr></thead>", head) if lettered else "",
        rows,
    )


def _cells(kind: str, row: Sequence[Any], number: int, bound: dict[str, FormBinding], *, choosable: bool):
    return format_html_join(
        "",
        "<td{}{}>{}{}</td>",
        (
            (
                _attributes(kind, f"{letters(column)}{number}", cell, bound, choosable=choosable),
                _spread(cell),
                _shown_text(cell, choosable=choosable),
                _mark(bound.get(f"{letters(column)}{number}")),
            )
            for column, cell in enumerate(row, start=1)
            if cell is not None
        ),
    )


def _attributes(kind: str, place: str, cell: Any, bound: dict[str, FormBinding], *, choosable: bool):
    formula = isinstance(cell, dict) and cell.get("f")
    if not choosable:
        return _FORMULA if formula else ""
    if formula:
        return format_html(' id="c-{}" class="is-formula"', place)
    binding = bound.get(place)
    shown = shown_place(kind, "", place).strip()
    if binding is None:
        return format_html(' id="c-{}" data-place="{}" data-shown="{}"', place, place, shown)
    return format_html(
        ' id="c-{}" class="is-bound" data-place="{}" data-shown="{}" data-source="{}" data-span="{}"'
        ' data-spare="{}" data-keep="{}" data-words="{}"',
        place,
        place,
        shown,
        choice_of(binding),
        binding.span,
        binding.spare,
        "1" if binding.keep else "",
        binding.words,
    )


def _spread(cell: Any):
    if not isinstance(cell, dict) or "s" not in cell:
        return ""
    height, width = cell["s"]
    return format_html(' rowspan="{}" colspan="{}"', height, width)


def _shown_text(cell: Any, *, choosable: bool) -> str:
    if isinstance(cell, dict) and cell.get("f") and not choosable:
        return "公式"
    return cell_text(cell)


def _mark(binding: FormBinding | None):
    if binding is None:
        return ""
    if binding.column:
        label = label_of(binding.source, binding.column).partition("·")[2]
        return format_html('<span class="bound">逐行：{}</span>', label)
    return format_html('<span class="bound">{}</span>', binding.words or label_of(binding.source, ""))
