"""A planned gathering: letting it out, changing it while nobody knows of it, taking it off the plan."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from activities.actions.plan import PlanRefused, announce_planned, drop_planned, edit_planned
from activities.forms.plan import EditPlannedForm
from activities.queries.subjects import gathering_url
from activities.rules.states import TransitionError
from activities.views.shares import loggable_share
from branch_portal.dates import to_local


@require_POST
def announce(request, uid):
    """发出通知, in one click: as it stands."""
    share = loggable_share(request, uid)
    try:
        announce_planned(by=request.user, share=share)
        messages.success(request, "通知已安排，已列入相关党员的工作台；站内提醒的时间见下方“通知情况”。")
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect(gathering_url(share))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, uid):
    """修改计划: theme, time, place."""
    share = loggable_share(request, uid)
    gathering = share.gathering
    form = EditPlannedForm(
        request.POST or None, user=request.user, kind="", branch=share.branch, initial=_initial(gathering)
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        names = ("version", "theme", "started_at", "ended_at", "place", "note")
        try:
            edit_planned(by=request.user, share=share, **{name: values[name] for name in names})
            messages.success(request, "计划已修改，尚未通知党员。")
            return redirect(gathering_url(share))
        except (PlanRefused, TransitionError) as error:
            form.add_error(None, str(error))
    context = {
        "page_title": "修改计划",
        "breadcrumbs": [
            ("工作台", "/"),
            ("组织生活", "/activities/"),
            (gathering.theme, gathering_url(share)),
            ("修改计划", None),
        ],
        "lead": "计划尚未通知党员，可以直接改；通知以后请用“延期”。",
        "form": form,
        "submit": "保存计划",
        "back_url": gathering_url(share),
    }
    return render(request, "activities/plan_edit.html", context)


def _initial(gathering) -> dict:
    return {
        "theme": gathering.theme,
        "on_date": gathering.on_date,
        "start": to_local(gathering.started_at).time(),
        "end": to_local(gathering.ended_at).time(),
        "place": gathering.place,
        "note": gathering.note,
        "version": gathering.version,
    }


@require_POST
def drop(request, uid):
    """删除计划: nobody was told, so no reason is owed."""
    share = loggable_share(request, uid)
    try:
        drop_planned(by=request.user, share=share)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect(gathering_url(share))
    messages.success(request, f"计划已删除：{share.gathering.theme}。")
    return redirect("activities:plan")
