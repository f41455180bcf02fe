"""学员: choosing them by branch, post or names, taking them off again, and asking other branches to send theirs."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from learning.actions.training import ask_branch, unask_branch
from learning.actions.training_roll import enroll, take_off
from learning.forms.training import AskBranchForm, BranchSearchForm, EnrollForm, PeopleFilter, TakeOffForm
from learning.keepers import keeps
from learning.models import TrainingEnrollment
from learning.queries.training import (
    MOST_CANDIDATES,
    branch_to_ask,
    branches_to_ask,
    candidates,
    sending_branches,
)
from learning.queries.training_subjects import class_url
from learning.views.training_access import crumbs, kept_class, sending_class
from members.actions.errors import ActionRefused


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, uid):
    """选学员: POST looks for them (a pasted list is too long for an address) and changes nothing."""
    training = sending_class(request, uid)
    branches = sending_branches(request.user, training)
    form = PeopleFilter(request.POST or None, branches=branches)
    found, asked = [], {}
    if request.method == "POST":
        asked = form.asked()
        found = list(candidates(request.user, training, **asked)[: MOST_CANDIDATES + 1])
    context = {
        "page_title": "学员名单",
        "breadcrumbs": crumbs(training, ("学员名单", None)),
        "training": training,
        "form": form,
        "searched": bool(asked),
        "found": _offered(found[:MOST_CANDIDATES], asked),
        "more": len(found) > MOST_CANDIDATES and MOST_CANDIDATES,
        "missing": _missing(asked, found),
        "rows": _listed(request.user, training).select_related("member", "branch").in_order(),
        "kept": keeps(request.user, training.organizer),
        "back_url": class_url(training),
    }
    return render(request, "learning/training_people.html", context)


def _offered(found, asked) -> list[dict]:
    """Who is offered, ticked where the search already said who: by post, or by a name that only one has."""
    names = [member.name for member in found]
    return [
        {
            "member": member,
            "branch": str(member.branch),
            "namesake": names.count(member.name) > 1,
            "ticked": bool(asked.get("post") or (asked.get("names") and names.count(member.name) == 1)),
        }
        for member in found
    ]


def _missing(asked, found) -> list[str]:
    there = {member.name for member in found}
    return [name for name in asked.get("names", ()) if name not in there]


@require_POST
def add(request, uid):
    training = sending_class(request, uid)
    form = EnrollForm(request.POST, user=request.user, people=candidates(request.user, training))
    if not form.is_valid():
        messages.error(request, "；".join(form.errors["members"]))
        return redirect("learning:training-people", training.uid)
    try:
        members = list(form.cleaned_data["members"].order_by("branch__sort_number", "name_pinyin", "pk"))
        rows = enroll(by=request.user, training=training, members=members)
        messages.success(request, f"已登记 {len(rows)} 名学员，未开班的会收到通知。")
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("learning:training-people", training.uid)


@require_POST
def remove(request, uid):
    training = sending_class(request, uid)
    form = TakeOffForm(request.POST, user=request.user, rows=_listed(request.user, training))
    if not form.is_valid():
        messages.error(request, "；".join(form.errors["enrollments"]))
        return redirect("learning:training-people", training.uid)
    try:
        gone = take_off(
            by=request.user, training=training, enrollments=list(form.cleaned_data["enrollments"])
        )
        messages.success(request, f"已移出 {gone} 名学员，其他人的序号不变。")
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("learning:training-people", training.uid)


def _listed(user, training):
    """Who is on the list, as far as the user may change it: everybody, or the people of the own branch."""
    rows = TrainingEnrollment.objects.visible_to(user).filter(training=training)
    if keeps(user, training.organizer):
        return rows
    return rows.filter(branch__in=sending_branches(user, training).order_by().values("pk"))


@require_http_methods(["GET", "HEAD", "POST"])
def branches(request, uid):
    """邀请党支部: for a class that several branches hold together."""
    training = kept_class(request, uid)
    if request.method == "POST":
        return _changed(request, training, ask_branch, "已邀请{}，由该党支部登记自己的学员。")
    form = BranchSearchForm(request.GET)
    text = form.values().get("q") or ""
    context = {
        "page_title": "邀请党支部",
        "breadcrumbs": crumbs(training, ("邀请党支部", None)),
        "training": training,
        "form": form,
        "text": text,
        "found": branches_to_ask(training, text),
        "asked": [row.branch for row in training.branches.select_related("branch").order_by("pk")],
        "back_url": reverse("learning:training-people", args=[training.uid]),
    }
    return render(request, "learning/training_branches.html", context)


@require_POST
def unask(request, uid):
    return _changed(request, kept_class(request, uid), unask_branch, "已收回对{}的邀请。")


def _changed(request, training, action, words: str):
    form = AskBranchForm(request.POST, user=request.user)
    branch = branch_to_ask(training, form.cleaned_data["branch"]) if form.is_valid() else None
    try:
        if branch is None:
            raise ActionRefused("没有找到这个党支部，请重新查询。")
        action(by=request.user, training=training, branch=branch)
        messages.success(request, words.format(branch))
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("learning:training-branches", training.uid)
