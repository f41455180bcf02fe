"""Answering an announced gathering, deciding about leave, and names pasted into a roll."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from activities.actions.leave import (
    AnswersClosed,
    NothingToDecide,
    NotOnTheList,
    answer_gathering,
    decide_leave,
)
from activities.forms.aids import read_roll_with_aids
from activities.forms.leave import AnswerForm, DecideLeaveForm, NamesForm
from activities.forms.lists import PrefillForm
from activities.forms.stored import stored_list
from activities.models import LeaveRequest
from activities.queries.eligibility import eligible_members
from activities.queries.records import visible_record
from activities.queries.subjects import gathering_url
from activities.views.shares import visible_share
from activities.views.target import log_target, target_of_record
from branch_portal.dates import today_shanghai


@require_POST
def answer(request, uid):
    """参加 or 请假, by the member."""
    share = visible_share(request, uid)
    form = AnswerForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect(gathering_url(share))
    try:
        row = answer_gathering(by=request.user, share=share, **form.cleaned_data)
    except AnswersClosed:
        messages.error(request, "没有登记：活动已经结束、延期或取消，不再接受答复。")
    except NotOnTheList:
        messages.error(request, "没有登记：这次活动的名单里没有您，如有疑问请联系支部书记。")
    else:
        leave = row.answer == LeaveRequest.Answer.LEAVE
        messages.success(request, "请假已提交，等待批准。" if leave else "已登记：参加。")
    return redirect(gathering_url(share))


@require_POST
def decide(request, uid):
    """批准 or 不批准, by whoever keeps the roll."""
    row = get_object_or_404(LeaveRequest.objects.editable_by(request.user).select_related("share"), uid=uid)
    form = DecideLeaveForm(request.POST, user=request.user)
    try:
        if not form.is_valid() or form.cleaned_data["seen"] != row.answered_at.isoformat():
            raise NothingToDecide
        decide_leave(by=request.user, request=row, approve=form.cleaned_data["decision"] == "approve")
        messages.success(request, "已答复，记录活动时会按此填入。")
    except NothingToDecide:
        messages.warning(request, "没有改动：对方刚刚改过，或者已有人答复，请看下面的最新情况。")
    return redirect(gathering_url(row.share))


@require_POST
def roll_names(request, kind: str):
    """Rows of the roll with pasted names and the printed sheet's numbers applied; nothing is stored."""
    form = NamesForm(request.POST)
    asked, people, branch = form.values(), [], None
    if asked.get("record"):
        record = get_object_or_404(visible_record(request.user), uid=asked["record"])
        target_of_record(request, record)
        people_on, people, _ = stored_list(record)
        people, branch = people_on(asked.get("on_date") or record.on_date, record.cell), record.branch
    else:
        target = log_target(request, PrefillForm(request.GET))
        target.require(kind)
        cells = target.cells_for(kind)
        cell = next((one for one in cells if one.uid.hex == asked.get("cell")), cells[0] if cells else None)
        day, branch = asked.get("on_date") or today_shanghai(), target.branch
        people = eligible_members(kind=kind, branch=branch, day=day, cell=cell)
    roll = read_roll_with_aids(form.data, people, branch)
    roll.box.errors = list(roll.line_errors)
    context = {"roll": roll, "box": roll.box, "said": roll.to_check}
    return render(request, "activities/_roll_filled.html", context)
