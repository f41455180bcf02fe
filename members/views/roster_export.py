"""导出名册: a reason is asked, what goes out is recorded, and the file says who took it out and why."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from branch_portal.dates import to_local
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_bytes
from members.actions.audit import record_access
from members.forms.roster import ExportForm
from members.models import Member
from members.tables import full_columns, paper_columns
from members.views.roster import EXPORT_LIMIT, asked_roster

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTENT = {"masked": "遮盖", "full": "完整"}


@require_http_methods(["GET", "HEAD", "POST"])
def export(request):
    asked = asked_roster(request)
    form = ExportForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        lines = asked.first_lines(EXPORT_LIMIT + 1)
        full = form.cleaned_data["content"] == "full"
        if refusal := _refusal(request.user, lines, full=full):
            form.add_error(None, refusal)
        else:
            return _download(request, asked, lines, form.cleaned_data)
    title = f"导出{asked.title}"
    return render(
        request,
        "members/export.html",
        {
            "page_title": title,
            "asked": asked,
            "form": form,
            "filters": _filters(asked),
            "back_url": asked.url("members:roster"),
            "breadcrumbs": [
                ("工作台", reverse("workbench")),
                ("党员", asked.url("members:roster")),
                ("导出名册", None),
            ],
        },
    )


def _refusal(user, lines, *, full: bool) -> str:
    """Why these rows may not go out; sealed items are opened here, for all of them or for none."""
    if len(lines) > EXPORT_LIMIT:
        return f"一次最多导出 {EXPORT_LIMIT} 人，请先返回名册，按党组织或人员类别筛选。"
    if not full:
        return ""
    allowed = Member.objects.permitted(user, Permission.REVEAL_PERSONAL_DATA).filter(
        Q(pk__in=[line.member.pk for line in lines])
    )
    opened = {member.pk: member for member in allowed}
    beyond = sum(line.member.pk not in opened for line in lines)
    if beyond:
        return f"名单中有 {beyond} 人不在您可以查看完整信息的范围内，请缩小筛选，或选择遮盖的内容。"
    for line in lines:
        line.member = opened[line.member.pk]
    return ""


def _filters(asked) -> str:
    """The filter in words, as it stood on the form."""
    words = []
    for name, field in asked.form.fields.items():
        value = asked.form.values().get(name)
        if value and name not in ("cursor", "day"):
            labels = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
            words.append(f"{field.label}：{labels.get(value, value)}")
    return "；".join(words) or "无"


def _download(request, asked, lines, cleaned) -> HttpResponse:
    content = _CONTENT[cleaned["content"]]
    record_access(
        by=request.user,
        action="export",
        field=f"党员名册（{content}）",
        reason=cleaned["reason"],
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=asked.organization.pk if asked.organization else None,
        row_count=len(lines),
    )
    columns = full_columns if cleaned["content"] == "full" else paper_columns
    headers, rows = Table(columns(several_branches=asked.several), lines).export_rows()
    notes = [
        ("名称", asked.title),
        ("截至日期", asked.day),
        ("内容", content),
        ("筛选", _filters(asked)),
        ("人数", len(lines)),
        ("导出人", f"{request.user.display_name}（{request.user.username}）"),
        ("导出时间", f"{to_local(timezone.now()):%Y-%m-%d %H:%M}"),
        ("导出事由", cleaned["reason"]),
        ("提示", "含个人信息，仅限上述事由使用，用毕删除，不得外传。"),
    ]
    response = HttpResponse(xlsx_bytes(headers, rows, sheet="党员名册", notes=notes), content_type=_TYPE)
    name = f"{asked.title}{asked.day:%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
