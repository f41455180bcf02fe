"""运行状态 for system administrators, `/metrics` for machines, and what becomes of jobs that were set aside."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from branch_portal import jobs
from branch_portal.health import look
from branch_portal.metrics import CONTENT_TYPE, may_read, metrics_text
from branch_portal.models import Job
from branch_portal.permissions import Permission
from branch_portal.queries_health import process_rows
from branch_portal.queries_retention import last_run
from branch_portal.tables import Table
from branch_portal.tables_operations import figure_columns, process_columns

_DECIDED = "这项任务已经处理过了。"
_SHOWN = 50


def operators_page(view):
    """For whoever keeps the portal running; 403 for everybody else."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.may(Permission.CONFIGURE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@operators_page
def status(request):
    """Alarms first, then jobs that wait for a decision, then every figure."""
    now = timezone.now()
    health = look(now)
    set_aside = Job.objects.permitted(request.user, Permission.CONFIGURE).order_by("finished_at", "pk")
    context = {
        "page_title": "运行状态",
        "breadcrumbs": [("工作台", "/"), ("运行状态", None)],
        "health": health,
        "retention": last_run(),
        "set_aside": list(set_aside[:_SHOWN]),
        "processes": Table(process_columns(now), process_rows(), caption="后台进程", numbered=False),
        "figures": Table(
            figure_columns(),
            [figure for figure in health.figures if figure.label],
            caption="各项数字",
            numbered=False,
        ),
    }
    return render(request, "operations/status.html", context)


@require_POST
@operators_page
def release(request, uid):
    """重新处理."""
    return _decided(request, uid, jobs.release, "任务已重新排队，很快会开始处理。")


@require_POST
@operators_page
def close(request, uid):
    """结束."""
    return _decided(request, uid, jobs.close, "任务已结束，提交人会收到通知。")


def _decided(request, uid, decide: Callable[..., bool], done: str):
    """A second press, or one after somebody else's, finds the job no longer set aside, and says so."""
    job = Job.objects.permitted(request.user, Permission.CONFIGURE).filter(uid=uid).first()
    if job is not None and decide(by=request.user, job=job):
        messages.success(request, done)
    else:
        messages.info(request, _DECIDED)
    return redirect("operations:status")


@login_not_required
@require_safe
def metrics(request):
    if not may_read(request):
        return HttpResponse("from this machine, or with the token\n", status=403, content_type="text/plain")
    return HttpResponse(metrics_text(look()), content_type=CONTENT_TYPE)
