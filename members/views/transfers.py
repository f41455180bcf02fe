"""组织关系转接: the list of both sides, one letter, its steps and its paper."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from members.actions import transfers as actions
from members.actions.audit import note_reason
from members.forms.transfers import AcceptForm, CloseForm, IssueForm, RequestTransferForm, TransferFilter
from members.models import Member
from members.queries.dictionaries import label_of
from members.queries.transfers import may_step, next_steps, transfers_of
from members.rules.transfers import CLAUSE, STEPS
from members.tables import transfer_columns
from members.views.small_forms import editable_or_403, form_page, small_form

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_ORDER = ("-requested_on", "-pk")


def _trail(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [("工作台", reverse("workbench")), ("党员", reverse("members:roster")), *more]


def _transfer_or_404(request, uid):
    return get_object_or_404(transfers_of(request.user), uid=uid)


@require_safe
def transfers(request):
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    form = TransferFilter(request.GET)
    asked = form.values()
    rows = transfers_of(request.user, state=asked.get("state") or "", direction=asked.get("direction") or "")
    page = keyset_page(rows, cursor=asked.get("cursor"), fields=_ORDER, size=50)
    return render(
        request,
        "members/transfers.html",
        {
            "page_title": "组织关系转接",
            "form": form,
            "page": page,
            "filtered": bool(asked.get("state") or asked.get("direction")),
            "table": Table(transfer_columns(), page.rows, caption="组织关系转接"),
            "breadcrumbs": _trail(("组织关系转接", None)),
        },
    )


@_FORM_METHODS
def request_transfer(request, uid):
    member = editable_or_403(request, uid)
    form = RequestTransferForm(request.POST or None, user=request.user)
    return small_form(
        request,
        member,
        form,
        title="申请转接组织关系",
        button="提交申请",
        tab="floating",
        lead="介绍信由上级党组织开出；对方接收以前，党员仍由本支部管理。",
        act=lambda _: (
            actions.request_transfer(by=request.user, member=member, **form.asked()) and "已提交申请。"
        ),
    )


@require_safe
def transfer(request, uid):
    found = _transfer_or_404(request, uid)
    return render(
        request,
        "members/transfer.html",
        {
            "page_title": f"{found.member.name}的组织关系转接",
            "transfer": found,
            "member": found.member,
            "reason": label_of("transfer_reason", found.reason),
            "steps": [
                {"label": step.label, "url": reverse(f"members:transfer-{key}", args=[found.uid])}
                for key, step in next_steps(request.user, found)
            ],
            "sees_card": Member.objects.visible_to(request.user).filter(pk=found.member_id).exists(),
            "late": found.state == "issued" and found.valid_until < today_shanghai(),
            "clause": CLAUSE,
            "breadcrumbs": _trail(("组织关系转接", reverse("members:transfers")), (found.member.name, None)),
        },
    )


@require_safe
def letter(request, uid):
    """The three coupons on one sheet; a letter that was not issued has no paper."""
    found = get_object_or_404(transfers_of(request.user).exclude(letter_no=""), uid=uid)
    back = reverse("members:transfer-detail", args=[found.uid])
    return render(
        request,
        "members/transfer_print.html",
        {
            "page_title": "组织关系介绍信",
            "transfer": found,
            "member": found.member,
            "to_name": found.to_branch.name if found.to_branch else found.to_name,
            "reason": label_of("transfer_reason", found.reason),
            "back_url": back,
        },
    )


def _step_page(request, uid, key: str, form_of, act, *, lead: str = ""):
    """One step of one letter: 404 for who does not see it, 403 for who sees it from the other side."""
    found = _transfer_or_404(request, uid)
    if not may_step(request.user, found, key):
        raise PermissionDenied
    back = reverse("members:transfer-detail", args=[found.uid])
    label = STEPS[key].label
    return form_page(
        request,
        form_of(request.POST or None, found),
        title=label,
        subtitle=f"{found.member.name}的组织关系转接",
        button=label,
        back=back,
        trail=_trail((found.member.name, back), (label, None)),
        lead=lead,
        act=lambda cleaned: act(found, cleaned),
    )


@_FORM_METHODS
def issue(request, uid):
    def act(found, cleaned):
        if said := cleaned.pop("warnings_reason"):
            note_reason(f"核实说明：{said}")
        actions.issue_transfer(by=request.user, transfer=found, **cleaned)

    return _step_page(
        request,
        uid,
        "issue",
        lambda posted, found: IssueForm(posted, user=request.user, transfer=found),
        act,
    )


@_FORM_METHODS
def accept(request, uid):
    return _step_page(
        request,
        uid,
        "accept",
        lambda posted, found: AcceptForm(posted, user=request.user, transfer=found),
        lambda found, cleaned: actions.accept_transfer(by=request.user, transfer=found, **cleaned),
        lead="接收后党员的组织关系转入，在原党支部的职务同日结束。",
    )


@_FORM_METHODS
def send_back(request, uid):
    return _step_page(
        request,
        uid,
        "return",
        lambda posted, _: CloseForm(posted, user=request.user, asks_reason=True),
        lambda found, cleaned: actions.return_transfer(by=request.user, transfer=found, **cleaned),
        lead="没有正当理由不得拒绝接收，请写明退回的原因。",
    )


@_FORM_METHODS
def withdraw(request, uid):
    return _step_page(
        request,
        uid,
        "withdraw",
        lambda posted, _: CloseForm(posted, user=request.user, asks_reason=True),
        lambda found, cleaned: actions.withdraw_transfer(by=request.user, transfer=found, **cleaned),
    )


@_FORM_METHODS
def expire(request, uid):
    return _step_page(
        request,
        uid,
        "expire",
        lambda posted, _: CloseForm(posted, user=request.user, asks_reason=False),
        lambda found, cleaned: actions.expire_transfer(by=request.user, transfer=found, **cleaned),
        lead="登记过期后，需要转接的可以重新申请、另开介绍信。",
    )
