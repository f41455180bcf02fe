"""我的到会记录 in all branches, and “这条不对” with the branch's answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.disputes import Answered, NotDisputable, answer_dispute, raise_dispute
from activities.actions.records import NotEditable
from activities.forms.leave import AnswerDisputeForm, DisputeForm
from activities.forms.lists import RecordFilterForm
from activities.models import ActivityRecord, AttendanceDispute
from activities.queries.makeups import latest_disputes, own_attendance, own_make_ups
from activities.queries.reach import may_log
from activities.queries.subjects import dispute_url
from activities.rules.roll import mark_label
from activities.rules.states import CONFIRMED_STATES
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table

ORDER = ("-on_date", "-pk")
PAGE_SIZE = 25
CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]
MINE = ("我的到会记录", "/activities/mine/")


@require_safe
def mine(request):
    """Every row about oneself, whatever branch it was in."""
    cursor = RecordFilterForm(request.GET).values().get("cursor")
    page = keyset_page(own_attendance(request.user), cursor=cursor, fields=ORDER, size=PAGE_SIZE)
    disputes = latest_disputes(request.user.member_id, [row.share_id for row in page.rows])
    context = {
        "page_title": "我的到会记录",
        "breadcrumbs": [*CRUMBS, (MINE[0], None)],
        "page": page,
        "table": Table(_columns(disputes), page.rows, numbered=False, caption="我的到会记录"),
        "make_ups": own_make_ups(request.user.member_id) if request.user.member_id else [],
    }
    return render(request, "activities/mine.html", context)


def _columns(disputes: dict[int, AttendanceDispute]) -> list[Column]:
    def doubt(entry):
        dispute = disputes.get(entry.share_id)
        if dispute is None:
            url, label = reverse("activities:raise-dispute", args=[entry.share.uid]), "这条不对"
        else:
            url, label = dispute_url(dispute), f"异议：{dispute.get_state_display()}"
        return format_html(
            '<a href="{}" aria-label="{} {}">{}</a>', url, entry.on_date.isoformat(), label, label
        )

    return [
        Column("日期", lambda e: e.on_date),
        Column("党支部", lambda e: str(e.branch)),
        Column("主题", lambda e: e.share.gathering.theme),
        Column("到会情况", lambda e: mark_label(e.status, e.leave_type)),
        Column("原因", lambda e: e.reason),
        Column("学习分钟", lambda e: e.minutes, numeric=True),
        Column("操作", lambda e: "", cell=doubt, export=False),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def raise_view(request, uid):
    """“这条不对” about one's own counted row."""
    entry = get_object_or_404(own_attendance(request.user), share__uid=uid)
    form = DisputeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            dispute = raise_dispute(by=request.user, share=entry.share, **form.cleaned_data)
        except NotDisputable:
            messages.warning(request, "这条登记已有一个没有答复的异议，请等党支部答复。")
            return redirect("activities:mine")
        messages.success(request, f"已提交，党支部应在 {dispute.due_on:%Y-%m-%d} 以前答复。")
        return redirect(dispute_url(dispute))
    context = {
        "page_title": "对到会情况提出异议",
        "breadcrumbs": [*CRUMBS, MINE, ("提出异议", None)],
        "lead": f"{entry.on_date}“{entry.share.gathering.theme}”，登记为：{mark_label(entry.status, entry.leave_type)}。",
        "form": form,
        "submit": "提交",
        "back_url": MINE[1],
    }
    return render(request, "activities/reason_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request, uid):
    """The dispute with its answer: both sides read it, the branch answers."""
    rows = AttendanceDispute.objects.visible_to(request.user).select_related(
        "share__gathering", "share__branch", "share__cell", "member", "answered_by"
    )
    row = get_object_or_404(rows, uid=uid)
    answers = may_log(request.user, row.share)
    form = AnswerDisputeForm(request.POST or None, user=request.user, initial={"finding": row.claimed})
    if request.method == "POST":
        if not answers:
            raise PermissionDenied
        if form.is_valid() and _answered(request, row, form):
            return redirect(dispute_url(row))
    context = {
        "page_title": "到会情况异议",
        "breadcrumbs": [*CRUMBS, ("到会情况异议", None)],
        "row": row,
        "gathering": row.share.gathering,
        "form": form,
        "may_answer": answers and row.state == AttendanceDispute.State.OPEN,
        "own": row.member_id == request.user.member_id,
    }
    return render(request, "activities/dispute.html", context)


def _answered(request, row: AttendanceDispute, form: AnswerDisputeForm) -> bool:
    """False leaves the page with what was typed."""
    accept = form.cleaned_data["decision"] == "accept"
    if accept and _signed(row) and not request.user.access.may(Permission.CONFIRM_RECORDS, row.share.branch):
        form.add_error("decision", "记录已由主持人确认，更正到会情况须由支部书记（副书记）答复。")
        return False
    status, leave_type = form.status if accept else ("", "")
    words = form.cleaned_data["answer"]
    try:
        answer_dispute(
            by=request.user, dispute=row, answer=words, accept=accept, status=status, leave_type=leave_type
        )
        messages.success(request, "已答复，并通知本人。")
    except Answered:
        messages.warning(request, "没有改动：已有人答复。")
    except NotEditable:
        form.add_error("decision", "记录已归档，或者名单里已没有这一行，不能更正；请说明情况后选“不予更正”。")
        return False
    return True


def _signed(row: AttendanceDispute) -> bool:
    """Whether the chair has signed a record of that gathering."""
    signed = ActivityRecord.objects.unscoped("asked of the dispute's own gathering").filter(
        share_id=row.share_id, state__in=CONFIRMED_STATES
    )
    return signed.exists()
