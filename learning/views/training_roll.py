"""点名: the roll of a half-day on screen, the empty sheet on paper, the whole roll as .xlsx."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.tables import Table, xlsx_response
from learning.actions.training_roll import save_roll
from learning.forms.training_roll import KEYS, TrainingRollForm, stored_rows
from learning.keepers import keeps
from learning.models import TrainingClass, TrainingSession
from learning.queries.training import grid_of, marks_of
from learning.queries.training_subjects import class_url
from learning.tables_training import days_of, grid_columns
from learning.views.training_access import crumbs, visible_class
from members.actions.audit import record_access
from members.actions.errors import ActionRefused

#: Half-days on one sheet; a longer class has several.
ON_A_SHEET = 8


@require_http_methods(["GET", "HEAD", "POST"])
def roll(request, uid):
    session = _session(request, uid)
    training, (people, marks) = session.training, marks_of(session)
    confirmed = training.state == TrainingClass.State.CONFIRMED
    form = TrainingRollForm(
        request.POST or None,
        user=request.user,
        rows=stored_rows(people, marks),
        confirmed=confirmed,
        initial={"seen": session.roll_saved_at.isoformat() if session.roll_saved_at else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_roll(by=request.user, session=session, marks=form.marks, **form.state)
            messages.success(request, f"{session.label}的点名已保存：{form.sentence}。")
            return redirect(class_url(training))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "page_title": f"{session.label}点名",
        "breadcrumbs": crumbs(training, ("点名", None)),
        "session": session,
        "training": training,
        "form": form,
        "confirmed": confirmed,
        "keys": KEYS,
        "new": len(people) - len(marks) if marks else 0,
        "back_url": class_url(training),
    }
    return render(request, "learning/training_roll.html", context)


def _session(request, uid) -> TrainingSession:
    """A half-day of a class in sight; only who keeps the class opens its roll."""
    visible = TrainingClass.objects.visible_to(request.user)
    training = get_object_or_404(visible.select_related("organizer"), sessions__uid=uid)
    if not keeps(request.user, training.organizer):
        raise PermissionDenied
    if training.state == TrainingClass.State.CANCELLED:
        raise Http404
    session = training.sessions.get(uid=uid)
    session.training = training
    return session


@require_safe
def sheet(request, uid):
    """签到表: the numbers of the list beside room to sign; whoever sees only the own branch prints only its people."""
    training = visible_class(request, uid)
    grid = grid_of(request.user, training)
    _require_list(request, training, grid)
    pages = [grid.sessions[at : at + ON_A_SHEET] for at in range(0, len(grid.sessions), ON_A_SHEET)]
    context = {
        "page_title": f"{training.title}签到表",
        "training": training,
        "days": days_of(training),
        "pages": pages,
        "rows": grid.rows,
        "landscape": True,
        "back_url": class_url(training),
    }
    return render(request, "learning/training_sheet_print.html", context)


@require_safe
def export(request, uid):
    """The roll as .xlsx, as far as the reader sees it; who took it out is recorded."""
    training = visible_class(request, uid)
    grid = grid_of(request.user, training)
    _require_list(request, training, grid)
    record_access(
        by=request.user,
        action="export",
        field="集中培训点名表",
        reason="导出培训点名表",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=training.organizer_id,
        row_count=len(grid.rows),
    )
    table = Table(grid_columns(grid, several=True, whole=True), grid.rows, numbered=False)
    return xlsx_response(table, f"{training.title}点名表", sheet="点名表")


def _require_list(request, training, grid) -> None:
    """A plain member sees the own row on the page and takes out no list."""
    others = any(row.enrollment.member_id != request.user.member_id for row in grid.rows)
    if not (keeps(request.user, training.organizer) or others):
        raise PermissionDenied
