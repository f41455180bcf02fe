"""记录表模板: the committees' own Word forms, their placeholders, a trial, versions by day."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.paper_templates import add_template, withdraw_template
from activities.forms.paper import TemplateForm
from activities.models import PaperTemplate
from activities.paper.form_values import PLACEHOLDERS, form_values, sample_sheet
from activities.paper.sheet import sheet_docx
from activities.views.sheets import docx_response
from branch_portal.dates import today_shanghai
from branch_portal.docx_forms import filled
from branch_portal.files import FileRefused, read_file
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table

LIST_LIMIT = 200


def _require_committee(request) -> None:
    if not request.user.may(Permission.EDIT_DICTIONARIES):
        raise PermissionDenied


def _crumbs(*more):
    here = ("记录表模板", reverse("activities:templates") if more else None)
    return [("工作台", "/"), ("组织生活", "/activities/"), here, *more]


def _template_or_404(request, uid) -> PaperTemplate:
    _require_committee(request)
    rows = PaperTemplate.objects.visible_to(request.user).select_related("organization")
    return get_object_or_404(rows, uid=uid)


@require_safe
def templates(request):
    _require_committee(request)
    rows = PaperTemplate.objects.visible_to(request.user).select_related("organization")[:LIST_LIMIT]
    context = {
        "page_title": "记录表模板",
        "breadcrumbs": _crumbs(),
        "table": Table(_COLUMNS, rows, caption="记录表模板"),
    }
    return render(request, "activities/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request):
    _require_committee(request)
    form = TemplateForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        return redirect("activities:templates")
    context = {
        "page_title": "上传记录表模板",
        "form": form,
        "back_url": reverse("activities:templates"),
        "breadcrumbs": _crumbs(("上传", None)),
    }
    return render(request, "activities/template_form.html", context)


def _added(request, form: TemplateForm) -> bool:
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier_result(cleaned["submission_key"], request.user):
                return True
            add_template(
                by=request.user,
                organization=cleaned["organization"],
                kind=cleaned["kind"],
                name=cleaned["name"],
                active_from=cleaned["active_from"],
                file=cleaned["file"],
                file_name=cleaned["file"].name,
            )
            remember_result(cleaned["submission_key"], reverse("activities:templates"))
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return False
    messages.success(request, "模板已保存，请先试填一份核对版式。")
    return True


@require_safe
def placeholders(request):
    """占位符一览: what a form may ask for, with the value that the trial shows."""
    _require_committee(request)
    values = form_values(sample_sheet())
    columns = [
        Column("写法", lambda p: _spelling(p)),
        Column("含义", lambda p: p.meaning),
        Column("示例", lambda p: _example(values[p.name])),
    ]
    context = {
        "page_title": "占位符一览",
        "table": Table(columns, PLACEHOLDERS, caption="占位符"),
        "breadcrumbs": _crumbs(("占位符一览", None)),
    }
    return render(request, "activities/template_placeholders.html", context)


def _spelling(placeholder) -> str:
    if not placeholder.parts:
        return "{{ %s }}" % placeholder.name  # noqa: UP031  braces of its own
    return f"循环 {placeholder.name}：" + "、".join("{{ 项.%s }}" % part for part in placeholder.parts)  # noqa: UP031


def _example(value) -> str:
    if isinstance(value, list):
        first = value[0] if value else ""
        return "、".join(str(part) for part in first.values()) if isinstance(first, dict) else str(first)
    return str(value).partition("\n")[0]


@require_safe
def own_layout(request):
    """The portal's own layout with sample values."""
    _require_committee(request)
    return docx_response(sheet_docx(sample_sheet()), "平台版式记录表（示例）.docx")


@require_safe
def trial(request, uid):
    """The form filled in with sample values."""
    template = _template_or_404(request, uid)
    content = read_file(template.stored_name)
    if content is None:
        raise Http404
    try:
        made = filled(content, form_values(sample_sheet(template.kind or "general_meeting")))
    except FileRefused as refused:
        messages.error(request, f"试填没有成功：{refused}")
        return redirect("activities:templates")
    return docx_response(made, f"试填 {template.file_name}")


@require_safe
def original(request, uid):
    """The form as it was uploaded."""
    template = _template_or_404(request, uid)
    content = read_file(template.stored_name)
    if content is None:
        raise Http404
    return docx_response(content, template.file_name)


@require_POST
def withdraw(request, uid):
    template = _template_or_404(request, uid)
    if withdraw_template(by=request.user, template=template):
        messages.success(request, f"模板“{template.name}”已停用，此后下载的记录表不再使用。")
    else:
        messages.info(request, "这个模板已经停用。")
    return redirect("activities:templates")


def _state(template: PaperTemplate) -> str:
    if template.withdrawn_at:
        return "已停用"
    return "启用" if template.active_from <= today_shanghai() else "未到启用日期"


def _actions(template: PaperTemplate):
    trial_url = reverse("activities:template-trial", args=[template.uid])
    original_url = reverse("activities:template-original", args=[template.uid])
    detail_url = reverse("activities:template", args=[template.uid])
    return format_html(
        '<a href="{}" download>试填</a> <a href="{}" download>原件</a> <a href="{}">查看</a>',
        trial_url,
        original_url,
        detail_url,
    )


@require_safe
def template_page(request, uid):
    """One version: where and from when it applies, what it asks for."""
    template = _template_or_404(request, uid)
    context = {
        "page_title": template.name,
        "template": template,
        "state": _state(template),
        "breadcrumbs": _crumbs((template.name, None)),
    }
    return render(request, "activities/template.html", context)


_COLUMNS = [
    Column("名称", lambda t: t.name),
    Column("类型", lambda t: t.kind_label),
    Column("适用党组织", lambda t: str(t.organization)),
    Column("启用日期", lambda t: t.active_from),
    Column("状态", _state),
    Column("操作", lambda t: "", cell=_actions, export=False),
]
