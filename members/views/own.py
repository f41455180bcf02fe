"""我的信息: a member's own record, who has looked into it, and a copy to take away (reliability 5.4)."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.registries import own_data_sections
from branch_portal.tables import xlsx_bytes
from members.actions.audit import record_access
from members.card_tabs import commendations
from members.cards import further_facts, national_facts
from members.forms.corrections import item_label
from members.fresh import fresh_sign_in
from members.models import Member
from members.queries.cards import affiliations_of, tenures_of
from members.queries.own_data import accesses_to, own_data


def _self_or_404(request) -> Member:
    if request.user.member_id is None:
        raise Http404
    return request.user.member


@require_safe
def own(request):
    member = _self_or_404(request)
    context = {
        "page_title": "我的信息",
        "member": member,
        "own": True,
        "may_edit": False,
        "facts": national_facts(member),
        "further": further_facts(member),
        "affiliations": affiliations_of(member),
        "tenures": tenures_of(member),
        **commendations(request, member)[1],
        "corrections": [(row, item_label(row.field)) for row in member.corrections.order_by("-asked_at")],
        "erasures": member.erasure_requests.order_by("-asked_at"),
        "erased": member.erasures.order_by("-at").first(),
        "accesses": accesses_to(member),
        "breadcrumbs": [("工作台", reverse("workbench")), ("我的信息", None)],
    }
    return render(request, "members/own.html", context)


def _recorded_copy(request) -> dict:
    """The open values; taking them out is recorded, and the copy itself says so too the next time."""
    member = _self_or_404(request)
    copy = own_data(member) | own_data_sections(user=request.user, member=member)
    record_access(
        by=request.user,
        action="export",
        field="本人信息",
        reason="本人下载",
        ip=request.META.get("REMOTE_ADDR", ""),
        member_uid=member.uid,
        branch_id=member.branch_id,
    )
    return copy


@fresh_sign_in
@require_POST
def as_xlsx(request):
    rows = [
        [section, number, label, value]
        for section, entries in _recorded_copy(request).items()
        for number, entry in enumerate(entries, start=1)
        for label, value in entry.items()
    ]
    return _download(
        HttpResponse(
            xlsx_bytes(["分类", "序号", "项目", "内容"], rows, sheet="我的信息"),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "xlsx",
    )


@fresh_sign_in
@require_POST
def as_json(request):
    options = {"ensure_ascii": False, "indent": 2}
    return _download(JsonResponse(_recorded_copy(request), json_dumps_params=options), "json")


def _download(response: HttpResponse, ending: str) -> HttpResponse:
    name = f"我的信息{today_shanghai():%Y%m%d}.{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
