"""报名: one tap for the member; terms, list, export and answering for others for the officers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.signup import SignUpRefused, needs_leave, open_sign_up, sign_up, withdraw
from activities.forms.signup import LeaveForm, OfferForm, SignForForm
from activities.models import GatheringBranch, SignUp
from activities.queries.reach import may_log, reaches
from activities.queries.signup import (
    addable_members,
    counts_of,
    listed_signups,
    member_of_branch,
    offer_of,
    own_signup,
)
from activities.queries.subjects import gathering_url
from activities.views.shares import loggable_share, visible_share
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table, xlsx_response
from members.actions.audit import record_access

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]
_STATES = {"going": "is-done", "waiting": "is-wait", "withdrawn": "is-plain", "on_leave": "is-late"}


@require_POST
def join(request, uid):
    """报名, for oneself."""
    share, member = _own(request, uid)
    try:
        row = sign_up(by=request.user, share=share, member=member)
        if row.state == SignUp.State.GOING:
            messages.success(request, "报名成功。不能参加时请在本页取消。")
        else:
            messages.success(request, "名额已满，您已进入候补；有人取消时按顺序递补，递补后会收到通知。")
    except SignUpRefused as refused:
        messages.error(request, str(refused))
    return redirect(gathering_url(share))


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request, uid):
    """取消报名, for oneself; with a reason once sign-up has closed."""
    share, member = _own(request, uid)
    own, offer = own_signup(request.user, share), offer_of(share)
    if own is None or offer is None or own.state not in (SignUp.State.GOING, SignUp.State.WAITING):
        return redirect(gathering_url(share))
    late = needs_leave(own, offer, share.gathering, timezone.now())
    form = LeaveForm(request.POST or None, user=request.user)
    if late:
        form.fields["reason"].required = True
    if request.method == "POST" and (not late or form.is_valid()):
        return _withdrawn(request, share, member, form.cleaned_data["reason"] if late else "")
    context = {
        "page_title": "请假" if late else "取消报名",
        "breadcrumbs": [*CRUMBS, (share.gathering.theme, gathering_url(share)), ("取消报名", None)],
        "lead": "报名已截止，不能参加的请写明原因；空出的名额会由候补的党员递补。"
        if late
        else "取消以后，空出的名额会由候补的党员递补。",
        "form": form,
        "submit": "请假" if late else "取消报名",
        "back_url": gathering_url(share),
    }
    return render(request, "activities/reason_form.html", context)


def _withdrawn(request, share: GatheringBranch, member, reason: str):
    try:
        row = withdraw(by=request.user, share=share, member=member, reason=reason)
        late = row is not None and row.state == SignUp.State.ON_LEAVE
        messages.success(request, "已登记请假。" if late else "已取消报名。")
    except SignUpRefused as refused:
        messages.error(request, str(refused))
    return redirect(gathering_url(share))


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request, uid):
    """开放报名, or change how many and until when."""
    share = loggable_share(request, uid)
    offer = offer_of(share)
    form = OfferForm(request.POST or None, user=request.user, gathering=share.gathering, offer=offer)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            open_sign_up(
                by=request.user, share=share, capacity=values["capacity"], closes_at=values["closes_at"]
            )
            messages.success(request, "报名设置已保存，党员在活动页面点“报名”即可。")
            return redirect(gathering_url(share))
        except SignUpRefused as refused:
            form.add_error(None, str(refused))
    title = "报名设置" if offer else "开放报名"
    context = {
        "page_title": title,
        "breadcrumbs": [*CRUMBS, (share.gathering.theme, gathering_url(share)), (title, None)],
        "lead": "报名情况只有本支部能看到；报名的党员会自动列入到会登记。",
        "form": form,
        "submit": "保存",
        "back_url": gathering_url(share),
    }
    return render(request, "activities/reason_form.html", context)


@require_safe
def signups(request, uid):
    """报名名单, for whoever keeps or supervises the rolls."""
    share = _readable(request, uid)
    offer, rows = offer_of(share), listed_signups(request.user, share)
    may_change = offer is not None and may_log(request.user, share)
    people = addable_members(share) if may_change else []
    context = {
        "page_title": "报名名单",
        "breadcrumbs": [*CRUMBS, (share.gathering.theme, gathering_url(share)), ("报名名单", None)],
        "share": share,
        "offer": offer,
        "counts": counts_of(share),
        "table": Table(signup_columns(), rows, caption="报名名单"),
        "form": SignForForm(user=request.user, people=people) if people else None,
        "removable": [row for row in rows if may_change and row.withdrawn_at is None],
    }
    return render(request, "activities/signups.html", context)


@require_safe
def signups_export(request, uid):
    """The same list as .xlsx."""
    share = _readable(request, uid)
    rows = listed_signups(request.user, share)
    table = Table(signup_columns(), rows)
    record_access(
        by=request.user,
        action="export",
        field="报名名单",
        reason="导出报名名单",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=share.branch_id,
        row_count=len(rows),
    )
    return xlsx_response(
        table, f"报名名单 {share.gathering.on_date} {share.gathering.theme}", sheet="报名名单"
    )


@require_POST
def add(request, uid):
    """代为报名."""
    share = loggable_share(request, uid)
    form = SignForForm(request.POST, user=request.user, people=addable_members(share))
    if not form.is_valid():
        messages.error(request, "没有报名：请先选择党员。")
        return redirect("activities:signups", share.uid)
    try:
        member = member_of_branch(share, form.cleaned_data["member"])
        sign_up(by=request.user, share=share, member=member)
        messages.success(request, "已代为报名。")
    except SignUpRefused as refused:
        messages.error(request, str(refused))
    return redirect("activities:signups", share.uid)


@require_POST
def remove(request, uid):
    """代为取消, for who cannot do it."""
    row = get_object_or_404(
        SignUp.objects.visible_to(request.user).select_related(
            "share__gathering", "share__branch", "share__cell", "member"
        ),
        uid=uid,
    )
    if not may_log(request.user, row.share):
        raise PermissionDenied
    try:
        withdraw(by=request.user, share=row.share, member=row.member, reason="代为请假")
        messages.success(request, "已代为取消。")
    except SignUpRefused as refused:
        messages.error(request, str(refused))
    return redirect("activities:signups", row.share.uid)


def signup_columns() -> list[Column]:
    return [
        Column("姓名", lambda row: row.member.name),
        Column("状态", lambda row: row.get_state_display(), cell=_badge),
        Column("报名时间", lambda row: row.signed_at),
        Column("递补时间", lambda row: row.moved_up_at),
        Column("取消时间", lambda row: row.withdrawn_at),
        Column("请假原因", lambda row: row.reason),
    ]


def _badge(row: SignUp):
    return format_html('<span class="status {}">{}</span>', _STATES[row.state], row.get_state_display())


def _readable(request, uid) -> GatheringBranch:
    share = visible_share(request, uid)
    if not reaches(request.user, Permission.VIEW_ROLLS, share):
        raise PermissionDenied
    return share


def _own(request, uid):
    """(the share, the asker's own member): only a member of the branch answers."""
    share = visible_share(request, uid)
    member = request.user.member if request.user.member_id else None
    if member is None or member.branch_id != share.branch_id:
        raise PermissionDenied
    return share, member
