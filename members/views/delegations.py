"""授权委托: who acts for whom until when; given and taken back here."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table
from members.actions.delegation import delegate, end_delegation
from members.forms.delegations import DelegationForm, EndDelegationForm, WhereForm
from members.fresh import fresh_sign_in
from members.models import RoleGrant
from members.queries.delegations import delegations_of, organizations_to_delegate
from members.views.small_forms import form_page

_LIMIT = 200
_TRAIL = [("党员", "members:roster"), ("授权委托", "members:delegations")]


def _require_delegate(request) -> None:
    if not request.user.may(Permission.DELEGATE):
        raise PermissionDenied


def _crumbs(*more):
    trail = [("工作台", reverse("workbench")), *((words, reverse(route)) for words, route in _TRAIL)]
    return [*trail, *more] if more else [*trail[:-1], ("授权委托", None)]


def _state(grant: RoleGrant) -> str:
    today = today_shanghai()
    if grant.valid_from > today:
        return "未生效"
    return "已结束" if grant.valid_to < today else "生效中"


def _end_link(grant: RoleGrant):
    if _state(grant) == "已结束":
        return ""
    return format_html(
        '<a href="{}">收回<span class="visually-hidden">{}</span></a>',
        reverse("members:delegation-end", args=[grant.uid]),
        grant.user.display_name,
    )


_COLUMNS = [
    Column("受委托人", lambda grant: grant.user.display_name),
    Column("权限", lambda grant: grant.get_role_display()),
    Column("党组织", lambda grant: str(grant.organization)),
    Column("开始日期", lambda grant: grant.valid_from),
    Column("截止日期", lambda grant: grant.valid_to),
    Column("状态", _state),
    Column("委托人", lambda grant: grant.granted_by.display_name),
    Column("事由", lambda grant: grant.reason),
    Column("操作", lambda grant: "", _end_link, export=False),
]


@require_safe
def delegations(request):
    _require_delegate(request)
    context = {
        "page_title": "授权委托",
        "table": Table(_COLUMNS, delegations_of(request.user)[:_LIMIT], caption="授权委托"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "members/delegations.html", context)


@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """One form for the organisation one works for, or the one that the address names."""
    _require_delegate(request)
    organization = WhereForm(request.GET, user=request.user).values().get("organization")
    if organization is None:
        reach = organizations_to_delegate(request.user)
        acting = request.acting.organization if request.acting else None
        organization = reach.filter(pk=getattr(acting, "pk", None)).first() or reach.first()
    if organization is None:
        raise Http404

    @transaction.atomic
    def act(cleaned):
        key = cleaned.pop("submission_key")
        if not earlier_result(key, request.user):
            delegate(by=request.user, organization=organization, **cleaned)
            remember_result(key, reverse("members:delegations"))

    return form_page(
        request,
        DelegationForm(request.POST or None, user=request.user, organization=organization),
        title="新建委托",
        subtitle=organization.name,
        button="保存委托",
        back=reverse("members:delegations"),
        trail=_crumbs(("新建委托", None)),
        act=act,
    )


@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request, uid):
    _require_delegate(request)
    grant = get_object_or_404(delegations_of(request.user), uid=uid)
    return form_page(
        request,
        EndDelegationForm(request.POST or None, user=request.user),
        title="收回委托",
        subtitle=f"{grant.user.display_name} · {grant.get_role_display()}",
        button="收回",
        back=reverse("members:delegations"),
        trail=_crumbs(("收回委托", None)),
        act=lambda cleaned: end_delegation(by=request.user, grant=grant, **cleaned),
    )
