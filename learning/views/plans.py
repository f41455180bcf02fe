"""学习计划 as it is made: the plans of a year, one with its topics, publishing, and what covered a topic."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from learning.actions.plan import (
    PlanRefused,
    cover_topic,
    make_plan,
    publish_plan,
    remove_topic,
    rename_plan,
    write_topic,
)
from learning.forms.plan import (
    CoverageForm,
    NewPlanForm,
    PlanBranchForm,
    PlanTitleForm,
    PlanYearFilter,
    TopicForm,
)
from learning.models import LearningPlan, PlanTopic
from learning.plan_tables import plan_columns, topic_columns
from learning.presentation import tabs
from learning.queries.plan import (
    confirmed_members,
    linked_sources,
    listed_plans,
    offered_sources,
    plan_writers,
)
from learning.queries.progress import members_of, reviewed_branches

CRUMBS = [("工作台", "/"), ("学习", "/learning/")]


def _trail() -> list[tuple[str, str]]:
    return [*CRUMBS, ("学习计划", reverse("learning:plans"))]


def _plan_url(plan: LearningPlan) -> str:
    return reverse("learning:plan", args=[plan.uid])


@require_safe
def plans(request):
    """What the organisations above have handed down, and the own ones."""
    if not request.user.may(Permission.VIEW_STUDY):
        raise PermissionDenied
    form = PlanYearFilter(request.GET)
    year = form.chosen()
    context = {
        "page_title": "学习计划",
        "breadcrumbs": [*CRUMBS, ("学习计划", None)],
        "tabs": tabs(request.user, "plans"),
        "form": form,
        "year": year,
        "table": Table(plan_columns(), listed_plans(request.user, year), caption="学习计划"),
        "may_write": bool(plan_writers(request.user)),
    }
    return render(request, "learning/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request):
    writers = plan_writers(request.user)
    if not writers:
        raise PermissionDenied
    year = today_shanghai().year
    acting = request.acting.organization if request.acting else None
    initial = {
        "organization": acting.uid if acting in writers else writers[0].uid,
        "year": year,
        "title": f"{year}年学习计划",
    }
    form = NewPlanForm(request.POST or None, user=request.user, writers=writers, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("submission_key")
        try:
            with transaction.atomic():
                if url := earlier_result(key, request.user):
                    return redirect(url)
                url = _plan_url(make_plan(by=request.user, **values))
                remember_result(key, url)
            return redirect(url)
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, "新建学习计划", reverse("learning:plans"), "保存，接着写专题")


@require_safe
def plan(request, uid):
    """One plan with its topics."""
    rows = LearningPlan.objects.visible_to(request.user).select_related("organization")
    row = get_object_or_404(rows, uid=uid)
    editable = _may_write(request, row)
    published = row.state == LearningPlan.State.PUBLISHED
    coverable = published and request.user.may(Permission.MANAGE_STUDY)
    columns = topic_columns(editable=editable, coverable=coverable)
    context = {
        "page_title": row.title,
        "breadcrumbs": [*CRUMBS, ("学习计划", reverse("learning:plans")), (row.title, None)],
        "plan": row,
        "published": published,
        "editable": editable,
        "table": Table(columns, row.topics.all(), caption="专题"),
    }
    return render(request, "learning/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request, uid):
    row = _writable(request, uid)
    form = PlanTitleForm(request.POST or None, user=request.user, initial={"title": row.title})
    if request.method == "POST" and form.is_valid():
        rename_plan(by=request.user, plan=row, **form.cleaned_data)
        return redirect(_plan_url(row))
    return _form_page(request, form, "修改名称", _plan_url(row), "保存")


@require_POST
def publish(request, uid):
    row = _writable(request, uid)
    try:
        publish_plan(by=request.user, plan=row)
        messages.success(request, "已发布，所属党支部和党员都能看到。")
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_plan_url(row))


@require_http_methods(["GET", "HEAD", "POST"])
def new_topic(request, uid):
    row = _writable(request, uid)
    form = TopicForm(request.POST or None, user=request.user, year=row.year)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        with transaction.atomic():
            if url := earlier_result(key, request.user):
                return redirect(url)
            write_topic(by=request.user, plan=row, facts=form.facts)
            remember_result(key, _plan_url(row))
        messages.success(request, "专题已保存。")
        return redirect(_plan_url(row))
    return _form_page(request, form, "增加专题", _plan_url(row), "保存")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_topic(request, uid):
    topic = _topic(request, uid)
    if not _may_write(request, topic.plan):
        raise PermissionDenied
    names = (
        "title",
        "hours",
        "audience",
        "posts",
        "categories",
        "due_on",
        "means",
        "mandatory",
        "note",
        "position",
    )
    initial = {name: getattr(topic, name) for name in names}
    form = TopicForm(request.POST or None, user=request.user, year=topic.plan.year, initial=initial)
    if request.method == "POST" and form.is_valid():
        write_topic(by=request.user, plan=topic.plan, topic=topic, facts=form.facts)
        messages.success(request, "专题已保存。")
        return redirect(_plan_url(topic.plan))
    return _form_page(request, form, "修改专题", _plan_url(topic.plan), "保存", topic=topic)


@require_POST
def drop_topic(request, uid):
    topic = _topic(request, uid)
    if not _may_write(request, topic.plan):
        raise PermissionDenied
    try:
        remove_topic(by=request.user, topic=topic)
        messages.success(request, f"已删除专题“{topic.title}”。")
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_plan_url(topic.plan))


@require_http_methods(["GET", "HEAD", "POST"])
def coverage(request, uid):
    """登记完成: which of the branch's gatherings dealt with the topic, and who has done it otherwise."""
    topic, branch = _covered(request, uid)
    year = topic.plan.year
    members = sorted(members_of(branch, year, today_shanghai()), key=lambda member: member.name_pinyin)
    confirmed = confirmed_members(topic, [member.pk for member in members])
    initial = {
        "sources": sorted(linked_sources(topic, branch)),
        "members": [str(member.uid) for member in members if member.pk in confirmed],
    }
    form = CoverageForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        offers=offered_sources(branch, year),
        members=members,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        cover_topic(by=request.user, topic=topic, branch=branch, **form.chosen)
        messages.success(request, f"已登记“{topic.title}”的完成情况。")
        return redirect(reverse("learning:matrix") + f"?branch={branch.uid}&year={year}")
    lead = f"{branch} · {topic.title}。计划由{topic.plan.organization}制定。"
    return _form_page(request, form, "登记完成", _plan_url(topic.plan), "保存", lead=lead)


def _covered(request, uid):
    """The topic of a published plan, and a branch of the asker's for which it holds."""
    topic = _topic(request, uid)
    branches = [
        branch
        for branch in reviewed_branches(request.user)
        if branch.path.startswith(topic.plan.organization.path)
    ]
    if not branches or topic.plan.state != LearningPlan.State.PUBLISHED:
        raise PermissionDenied
    acting = request.acting.organization if request.acting else None
    asked = PlanBranchForm(request.GET).values().get("branch")
    chosen = [branch for branch in branches if branch.uid == asked]
    return topic, (chosen or [branch for branch in branches if branch == acting] or branches)[0]


def _topic(request, uid) -> PlanTopic:
    rows = PlanTopic.objects.visible_to(request.user).select_related("plan__organization")
    return get_object_or_404(rows, uid=uid)


def _writable(request, uid) -> LearningPlan:
    rows = LearningPlan.objects.visible_to(request.user).select_related("organization")
    row = get_object_or_404(rows, uid=uid)
    if not _may_write(request, row):
        raise PermissionDenied
    return row


def _may_write(request, row: LearningPlan) -> bool:
    return LearningPlan.objects.editable_by(request.user).filter(pk=row.pk).exists()


def _form_page(request, form, title: str, back_url: str, submit: str, *, lead: str = "", topic=None):
    context = {
        "page_title": title,
        "breadcrumbs": [*_trail(), (title, None)],
        "form": form,
        "back_url": back_url,
        "submit": submit,
        "lead": lead,
        "topic": topic,
    }
    return render(request, "learning/plan_form.html", context)
