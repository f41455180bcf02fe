"""集中培训班: the list, one class, and what changes it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.forms import CursorFilter
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from learning.actions.training import cancel_class, change_class, plan_class, set_half_days
from learning.actions.training_roll import confirm_class, what_is_missing
from learning.forms.training import (
    CancelClassForm,
    ChangeClassForm,
    ConfirmClassForm,
    HalfDaysForm,
    PlanClassForm,
)
from learning.keepers import confirms, keeps, keeps_any
from learning.models import TrainingClass
from learning.presentation import tabs
from learning.queries.training import classes_of, grid_of, sending_branches, session_counts
from learning.queries.training_subjects import class_url
from learning.tables_training import (
    class_columns,
    class_facts,
    grid_columns,
    own_session_columns,
    session_columns,
)
from learning.views.training_access import crumbs, kept_class, visible_class
from members.actions.errors import ActionRefused


@require_safe
def classes(request):
    """Classes that the reader holds, sends people to, or is enrolled in."""
    cursor = CursorFilter(request.GET).values().get("cursor")
    page = keyset_page(classes_of(request.user), cursor=cursor, fields=("-first_on", "-pk"))
    may_plan = keeps_any(request.user)
    context = {
        "page_title": "集中培训班",
        "breadcrumbs": crumbs(),
        "tabs": tabs(request.user, "training"),
        "page": page,
        "table": Table(class_columns(), page.rows, caption="集中培训班"),
        "new_url": reverse("learning:training-new") if may_plan else "",
    }
    return render(request, "learning/trainings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request):
    if not keeps_any(request.user):
        raise PermissionDenied
    form = PlanClassForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if earlier := earlier_result(form.cleaned_data["submission_key"], request.user):
            return redirect(earlier)
        training = plan_class(by=request.user, organizer=form.cleaned_data["organizer"], facts=form.facts())
        url = reverse("learning:training-people", args=[training.uid])
        remember_result(form.cleaned_data["submission_key"], url)
        messages.success(request, "培训班已登记，请选择学员。")
        return redirect(url)
    context = {
        "page_title": "登记集中培训班",
        "breadcrumbs": crumbs(None, ("登记", None)),
        "form": form,
        "back_url": reverse("learning:trainings"),
        "submit": "保存并选择学员",
    }
    return render(request, "learning/training_form.html", context)


@require_safe
def detail(request, uid):
    """The class with the half-days and the people whom the reader sees."""
    training = visible_class(request, uid)
    user, grid = request.user, grid_of(request.user, training)
    kept = keeps(user, training.organizer)
    own = next((row for row in grid.rows if row.enrollment.member_id == user.member_id), None)
    several = len({row.enrollment.branch_id for row in grid.rows}) > 1
    reads_people = kept or any(row is not own for row in grid.rows)
    if own is not None and not reads_people:
        columns = own_session_columns(own)
    else:
        columns = session_columns(session_counts(user, training), kept=kept)
    context = {
        "page_title": training.title,
        "breadcrumbs": crumbs(training),
        "training": training,
        "facts": class_facts(training),
        "grid": grid,
        "own": own,
        "sessions": Table(columns, grid.sessions, caption="半天", numbered=False),
        "people": Table(grid_columns(grid, several=several), grid.rows, caption="学员", numbered=False),
        "reads_people": reads_people,
        "kept": kept,
        "may_send": kept or sending_branches(user, training).exists(),
        "may_confirm": confirms(user, training.organizer) and training.state == TrainingClass.State.HELD,
    }
    return render(request, "learning/training.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, uid):
    training = kept_class(request, uid)
    form = ChangeClassForm(request.POST or None, user=request.user, training=training)
    if request.method == "POST" and form.is_valid():
        try:
            change_class(
                by=request.user,
                training=training,
                version=form.cleaned_data["version"],
                facts=form.facts(),
            )
            messages.success(request, "培训班已修改。")
            return redirect(class_url(training))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "page_title": "修改培训班",
        "breadcrumbs": crumbs(training, ("修改", None)),
        "form": form,
        "back_url": class_url(training),
        "submit": "保存",
    }
    return render(request, "learning/training_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def half_days(request, uid):
    """半天安排: how long each half-day is, and which are not held."""
    training = kept_class(request, uid)
    form = HalfDaysForm(
        request.POST or None, user=request.user, training=training, sessions=training.sessions.all()
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_half_days(by=request.user, training=training, minutes=form.minutes())
            messages.success(request, "半天安排已保存。")
            return redirect(class_url(training))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    lead = "填每个半天的学习分钟数；不安排的半天填 0。"
    return _small(request, training, "半天安排", form, lead=lead, submit="保存")


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, uid):
    training = kept_class(request, uid)
    form = CancelClassForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_class(by=request.user, training=training, reason=form.cleaned_data["reason"])
            messages.success(request, "培训班已取消，学员会收到通知。")
            return redirect(class_url(training))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    lead = "取消后学员会收到通知，不能恢复；已经开班的不能取消。"
    return _small(request, training, "取消培训班", form, lead=lead, submit="取消培训班")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, uid):
    """确认: what each member will get, once more, then the credits are written."""
    training = kept_class(request, uid)
    if not confirms(request.user, training.organizer):
        raise PermissionDenied
    form = ConfirmClassForm(request.POST or None, user=request.user, initial={"version": training.version})
    if request.method == "POST" and form.is_valid():
        try:
            confirm_class(by=request.user, training=training, version=form.cleaned_data["version"])
            messages.success(request, "已确认，学时已记入学员的学时档案。")
            return redirect(class_url(training))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    grid = grid_of(request.user, training)
    context = {
        "page_title": "确认培训班",
        "breadcrumbs": crumbs(training, ("确认", None)),
        "training": training,
        "form": form,
        "missing": what_is_missing(training) if training.is_open else "",
        "people": Table(grid_columns(grid, several=True), grid.rows, caption="学员", numbered=False),
    }
    return render(request, "learning/training_confirm.html", context)


def _small(request, training, title: str, form, *, lead: str, submit: str):
    context = {
        "page_title": title,
        "subtitle": training.title,
        "breadcrumbs": crumbs(training, (title, None)),
        "form": form,
        "lead": lead,
        "submit": submit,
        "back_url": class_url(training),
    }
    return render(request, "learning/training_small.html", context)
