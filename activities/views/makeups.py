"""补课: set by the branch for all who were away, handed in by the member, accepted or returned."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from activities.actions.makeups import (
    USUAL_DAYS,
    NotOpen,
    accept_make_up,
    hand_in,
    return_make_up,
    set_make_ups,
)
from activities.actions.records import NotEditable
from activities.forms.leave import DecideMakeUpForm, HandInForm, MakeUpsForm
from activities.models import MakeUp
from activities.queries.lessons import lessons_of
from activities.queries.reach import may_log
from activities.queries.records import visible_record
from activities.queries.subjects import make_up_url, record_url
from activities.views.target import target_of_record
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]


@require_http_methods(["GET", "HEAD", "POST"])
def make_ups(request, uid):
    """安排补课: material and deadline, once for everybody who was away."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    target_of_record(request, record)
    form = MakeUpsForm(request.POST or None, user=request.user, initial=_usual(request, record))
    if request.method == "POST" and form.is_valid():
        try:
            asked = set_make_ups(by=request.user, record=record, **form.cleaned_data)
        except NotOpen:
            messages.error(request, "没有安排：记录还是草稿，请先保存记录。")
        else:
            messages.success(
                request, f"已为 {asked} 人安排补课，并通知本人。" if asked else "没有需要安排补课的人。"
            )
        return redirect(record_url(record))
    context = {
        "page_title": "安排补课",
        "breadcrumbs": [*CRUMBS, (record.title, record_url(record)), ("安排补课", None)],
        "lead": f"{record.title}：请假和缺席的党员都会收到；已经提交或通过的不受影响。通过后，到会情况改为“已补课”，学时随之计入。",
        "form": form,
        "submit": "安排补课",
        "back_url": record_url(record),
    }
    return render(request, "activities/reason_form.html", context)


def _usual(request, record) -> dict:
    """“Like last time” for a make-up: the record itself to read, its lessons, two weeks from today."""
    lessons = "".join(
        f"，学习云端党课 {reverse('learning:lesson', args=[lesson.uid])}"
        for lesson in lessons_of(record, request.user)
    )
    material = f"阅读本次活动记录 {record_url(record)}{lessons}" + (
        f"，学习材料：{record.material}" if record.material else ""
    )
    return {"material": material[:500], "due_on": today_shanghai() + datetime.timedelta(days=USUAL_DAYS)}


@require_http_methods(["GET", "HEAD", "POST"])
def make_up(request, uid):
    """One make-up: the member reads and hands in, the branch reads and decides."""
    row = _visible(request, uid)
    own = row.member_id == request.user.member_id
    form = HandInForm(request.POST or None, user=request.user, initial={"note": row.note})
    if request.method == "POST":
        if not own:
            raise PermissionDenied
        if form.is_valid():
            return _handed_in(request, row, form)
    context = {
        "page_title": "补课",
        "breadcrumbs": [*CRUMBS, ("补课", None)],
        "row": row,
        "gathering": row.share.gathering,
        "form": form,
        "open": own and row.state in MakeUp.MEMBERS_TURN,
        "may_decide": row.state == MakeUp.State.HANDED_IN and _may_decide(request.user, row),
        "material": _pieces(row.material),
        "own": own,
    }
    return render(request, "activities/make_up.html", context)


def _handed_in(request, row: MakeUp, form: HandInForm):
    try:
        hand_in(by=request.user, make_up=row, note=form.cleaned_data["note"])
        messages.success(request, "已提交，等待党支部审核。")
    except NotOpen:
        messages.warning(request, "没有改动：已经提交过或者已经通过。")
    return redirect(make_up_url(row))


@require_POST
def decide_make_up(request, uid):
    """通过 or 退回."""
    row = get_object_or_404(
        MakeUp.objects.editable_by(request.user).select_related("share__gathering"), uid=uid
    )
    form = DecideMakeUpForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect(make_up_url(row))
    if not _may_decide(request.user, row):
        messages.error(request, "没有审核：本人的补课请由支部书记（副书记）审核。")
        return redirect(make_up_url(row))
    try:
        if row.handed_in_at is None or form.cleaned_data["seen"] != row.handed_in_at.isoformat():
            raise NotOpen
        if form.cleaned_data["decision"] == "accept":
            accept_make_up(by=request.user, make_up=row)
            messages.success(request, "补课已通过，到会情况和学时已更新。")
        else:
            return_make_up(by=request.user, make_up=row, reason=form.cleaned_data["reason"])
            messages.success(request, "已退回本人补充。")
    except NotOpen:
        messages.warning(request, "没有改动：打开页面以后情况有变化，请看最新内容。")
    except NotEditable:
        messages.error(request, "没有通过：这次活动的记录已归档，到会情况不能再改。")
    return redirect(make_up_url(row))


def _may_decide(user, row: MakeUp) -> bool:
    """Whoever keeps the roll, but the own hours only who also signs records: a small branch may have nobody else."""
    if row.member_id == user.member_id and not user.access.may(Permission.CONFIRM_RECORDS, row.share.branch):
        return False
    return may_log(user, row.share)


def _pieces(material: str) -> list[dict]:
    """Addresses within the portal become links, everything else stays text."""
    return [{"text": word, "link": _is_inside(word)} for word in material.replace("，", " ， ").split(" ")]


def _is_inside(word: str) -> bool:
    # A browser drops tabs and line ends from an address: what has one is none of the portal's.
    whole = word.split() == [word] and "\\" not in word
    return whole and word.startswith("/") and not word.startswith("//") and len(word) > 1


def _visible(request, uid) -> MakeUp:
    rows = MakeUp.objects.visible_to(request.user).select_related(
        "share__gathering", "share__branch", "share__cell", "member", "decided_by"
    )
    return get_object_or_404(rows, uid=uid)
