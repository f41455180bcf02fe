"""发布预告: a gathering to come, its page, and moving or cancelling it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.facts import Facts
from activities.actions.gatherings import (
    announce_gathering,
    cancel_gathering,
    postpone_gathering,
    reschedule_gathering,
)
from activities.forms.announce import AnnounceForm, AnnounceKindForm, PostponeForm, RescheduleForm
from activities.forms.gathering import ReasonForm
from activities.forms.lists import PrefillForm
from activities.models import GatheringBranch
from activities.page_panels import gathering_extras
from activities.queries.defaults import announcement_defaults
from activities.queries.joint import is_guest
from activities.queries.reach import may_log
from activities.queries.records import first_record
from activities.queries.subjects import gathering_url, share_subject
from activities.rules.kinds import KINDS
from activities.rules.states import GATHERING, PLANNED, STATE_LABELS, TransitionError, steps_from
from activities.views.shares import loggable_share, visible_share
from activities.views.target import log_target
from branch_portal.dates import to_local, today_shanghai
from branch_portal.once import earlier_result, remember_result
from notices.queries.receipts import receipts

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request):
    """Choose the kind, then say when, where and what."""
    prefill = PrefillForm(request.GET)
    target = log_target(request, prefill)
    kind = AnnounceKindForm(request.GET, kinds=target.kinds).kind
    cells = target.cells_for(kind)
    common = {"user": request.user, "kind": kind, "branch": target.branch, "cells": cells}
    if request.method == "POST":
        form = AnnounceForm(request.POST, **common)
        if form.is_valid():
            return _announced(request, target, form)
    else:
        day = prefill.values().get("date")
        cell = cells[0] if cells else None
        form = AnnounceForm(
            initial=announcement_defaults(kind, target.branch, cell, today_shanghai(), day), **common
        )
    context = {
        "page_title": "发布预告",
        "breadcrumbs": [*CRUMBS, ("发布预告", None)],
        "form": form,
        "info": KINDS[kind],
        "kinds": [KINDS[key] for key in target.kinds],
        "branch": target.branch,
    }
    return render(request, "activities/announce.html", context)


def _announced(request, target, form: AnnounceForm):
    key = form.cleaned_data["submission_key"]
    if url := earlier_result(key, request.user):
        return redirect(url)
    values = form.cleaned_data
    facts = Facts(
        kind=form.kind,
        theme=values["theme"],
        on_date=values["on_date"],
        started_at=values["started_at"],
        ended_at=values["ended_at"],
        place=values["place"],
        cell=form.chosen_cell,
    )
    share = announce_gathering(by=request.user, branch=target.branch, facts=facts, note=values["note"])
    remember_result(key, gathering_url(share))
    messages.success(request, "预告已发布，已列入相关党员的工作台；站内提醒的时间见下方“通知情况”。")
    return redirect(gathering_url(share))


@require_safe
def gathering_page(request, uid):
    """The page that the notice links to: when, where, what to prepare; officers see the next steps."""
    share = visible_share(request, uid)
    record = first_record(share)
    gathering = share.gathering
    keeps = may_log(request.user, share)
    allowed = {step.action for step in steps_from(GATHERING, gathering.state)} if keeps else set()
    if is_guest(share):
        allowed &= {"hold"}  # time and place are the host's
    context = {
        "page_title": f"{KINDS[record.kind].label}{'计划' if gathering.state == PLANNED else '预告'}",
        "breadcrumbs": [*CRUMBS, (gathering.theme, None)],
        "share": share,
        "gathering": gathering,
        "record": record,
        "info": KINDS[record.kind],
        "state_label": STATE_LABELS[GATHERING][gathering.state],
        "allowed": allowed,
        "may_log": keeps,
        "receipts": receipts(share_subject(share)) if keeps else [],
        "may_announce": gathering.started_at > timezone.now(),
        "may_drop": gathering.state == PLANNED and gathering.announced_at is None,
        "may_record": "hold" in allowed and gathering.on_date <= today_shanghai(),
        **gathering_extras(request, share),
    }
    return render(request, "activities/gathering.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request, uid):
    """延期, with the new time when it is known."""
    share = _movable(request, uid)
    form = PostponeForm(request.POST or None, user=request.user, kind="", branch=share.branch)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        return _step(
            request,
            share,
            "活动已延期。"
            if values.get("started_at")
            else "活动已延期，新的时间未定。定下以后请回到本页“重新排期”。",
            lambda: postpone_gathering(
                by=request.user,
                share=share,
                reason=values["reason"],
                started_at=values.get("started_at"),
                ended_at=values.get("ended_at"),
                place=values.get("place", ""),
            ),
        )
    return _reason_page(
        request,
        share,
        form,
        "延期",
        "原定时间的提醒会取消，已收到通知的党员会马上收到延期通知；填写新时间的，按新时间再提醒。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request, uid):
    """重新排期 after it was put off."""
    share = _movable(request, uid)
    gathering = share.gathering
    initial = {
        "start": to_local(gathering.started_at).time(),
        "end": to_local(gathering.ended_at).time(),
        "place": gathering.place,
    }
    form = RescheduleForm(
        request.POST or None, user=request.user, kind="", branch=share.branch, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        times = {name: values[name] for name in ("started_at", "ended_at", "place")}
        return _step(
            request,
            share,
            "已重新排期，提醒会按新时间送达。",
            lambda: reschedule_gathering(by=request.user, share=share, **times),
        )
    return _reason_page(
        request, share, form, "重新排期", "写明新的时间和地点，参加的党员会按新时间收到提醒。"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, uid):
    """取消活动."""
    share = _movable(request, uid)
    form = ReasonForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _step(
            request,
            share,
            "活动已取消。",
            lambda: cancel_gathering(by=request.user, share=share, reason=reason),
        )
    return _reason_page(
        request,
        share,
        form,
        "取消活动",
        "取消以后不再提醒，已收到通知的党员会马上收到取消通知；原因写在活动页面上，请勿写个人隐私。",
    )


def _step(request, share: GatheringBranch, done: str, action):
    try:
        action()
        messages.success(request, done)
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect(gathering_url(share))


def _reason_page(request, share: GatheringBranch, form, title: str, lead: str):
    context = {
        "page_title": title,
        "breadcrumbs": [*CRUMBS, (share.gathering.theme, gathering_url(share)), (title, None)],
        "lead": f"{share.gathering.theme}：{lead}",
        "form": form,
        "submit": title,
        "back_url": gathering_url(share),
    }
    return render(request, "activities/reason_form.html", context)


def _movable(request, uid) -> GatheringBranch:
    """The host's keepers move a gathering and call it off; an invited branch cannot."""
    share = loggable_share(request, uid)
    if is_guest(share):
        raise PermissionDenied
    return share
