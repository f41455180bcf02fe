"""共建: the host invites, the invited branch answers, each on its own page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.joint import (
    JointRefused,
    accept_invitation,
    decline_invitation,
    invite_branch,
    withdraw_invitation,
)
from activities.forms.joint import BranchSearchForm, DeclineForm, InviteForm
from activities.models import Invitation
from activities.queries.joint import candidate, candidates, guests_of, is_guest
from activities.queries.reach import may_log
from activities.queries.subjects import gathering_url, invitation_url
from activities.rules.joint import OPEN_STATES
from activities.rules.kinds import KINDS
from activities.views.shares import visible_share
from branch_portal.permissions import Permission

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, uid):
    """邀请党支部: look for one by name, and ask it."""
    share = visible_share(request, uid)
    if is_guest(share) or share.cell is not None or not may_log(request.user, share):
        raise PermissionDenied
    if request.method == "POST":
        return _invited(request, share)
    form = BranchSearchForm(request.GET)
    text = form.values().get("q") or ""
    context = {
        "page_title": "邀请党支部共建",
        "breadcrumbs": [*CRUMBS, (share.gathering.theme, gathering_url(share)), ("邀请党支部", None)],
        "share": share,
        "form": form,
        "text": text,
        "found": candidates(share, text),
        "guests": guests_of(share.gathering),
        "open": share.gathering.state in OPEN_STATES,
    }
    return render(request, "activities/invite.html", context)


def _invited(request, share):
    form = InviteForm(request.POST, user=request.user)
    branch = candidate(share, form.cleaned_data["branch"]) if form.is_valid() else None
    try:
        if branch is None:
            raise JointRefused("没有找到这个党支部，请重新查询。")
        invite_branch(by=request.user, share=share, branch=branch)
        messages.success(request, f"邀请已发给{branch}，对方答复后会通知您。")
    except JointRefused as refused:
        messages.error(request, str(refused))
    return redirect("activities:invite", share.uid)


@require_safe
def invitation(request, uid):
    """The invited branch reads what it is asked to."""
    row = _received(request, uid)
    gathering = row.gathering
    context = {
        "page_title": "共建邀请",
        "breadcrumbs": [*CRUMBS, ("共建邀请", None)],
        "invitation": row,
        "gathering": gathering,
        "info": KINDS[row.kind],
        "open": row.state == Invitation.State.PENDING and gathering.state in OPEN_STATES,
        "form": DeclineForm(user=request.user),
    }
    return render(request, "activities/invitation.html", context)


@require_POST
def accept(request, uid):
    """参加: the branch gets its own draft, its members the notice."""
    row = _received(request, uid)
    try:
        share = accept_invitation(by=request.user, invitation=row)
    except JointRefused as refused:
        messages.error(request, str(refused))
        return redirect(invitation_url(row))
    messages.success(request, "已接受邀请，活动已列入本支部的近期活动。到会情况由本支部自己登记、自己确认。")
    return redirect(gathering_url(share))


@require_POST
def decline(request, uid):
    """不参加."""
    row = _received(request, uid)
    form = DeclineForm(request.POST, user=request.user)
    try:
        if not form.is_valid():
            raise JointRefused("说明最多 100 字，请缩短。")
        decline_invitation(by=request.user, invitation=row, reply=form.cleaned_data["reply"])
        messages.success(request, "已答复不参加，主办党支部会收到通知。")
    except JointRefused as refused:
        messages.error(request, str(refused))
    return redirect(invitation_url(row))


@require_POST
def withdraw(request, uid):
    """撤回, by the host."""
    row = _known(request, uid)
    if not _logs_for(request.user, row.gathering.host):
        raise PermissionDenied
    try:
        withdraw_invitation(by=request.user, invitation=row)
        messages.success(request, f"已撤回对{row.branch}的邀请。")
    except JointRefused as refused:
        messages.error(request, str(refused))
    share = row.gathering.shares.filter(branch_id=row.gathering.host_id, cell=None).first()
    if share is None:
        raise Http404
    return redirect(reverse("activities:invite", args=[share.uid]))


def _known(request, uid) -> Invitation:
    rows = Invitation.objects.visible_to(request.user).select_related("gathering__host", "branch", "share")
    return get_object_or_404(rows, uid=uid)


def _received(request, uid) -> Invitation:
    """An invitation of a branch that the user keeps records of; the host knows of it and does not answer it: 403."""
    row = _known(request, uid)
    if not _logs_for(request.user, row.branch):
        raise PermissionDenied
    return row


def _logs_for(user, branch) -> bool:
    return user.access.may(Permission.LOG_GATHERINGS, branch)
