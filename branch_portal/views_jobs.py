"""Long work, for its owner: the list, and the page of one piece."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from branch_portal import jobs
from branch_portal.forms_jobs import JobFilter
from branch_portal.models import Job
from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from branch_portal.tables_operations import job_columns

_ORDER = ("-created_at", "-pk")


@require_safe
def own(request):
    """我的任务, the newest first."""
    cursor = JobFilter(request.GET).values().get("cursor")
    page = keyset_page(Job.objects.visible_to(request.user), cursor=cursor, fields=_ORDER)
    context = {
        "page_title": "我的任务",
        "breadcrumbs": [("工作台", reverse("workbench")), ("我的任务", None)],
        "page": page,
        "table": Table(job_columns(), page.rows, caption="我的任务", numbered=False),
    }
    return render(request, "jobs/list.html", context)


@require_safe
def progress(request, uid):
    """Progress, then the result; htmx asks for the fragment every two seconds until the end."""
    job = get_object_or_404(Job.objects.visible_to(request.user), uid=uid)
    context = {"job": job, "unfinished": job.state in (Job.State.QUEUED, Job.State.RUNNING)}
    if request.htmx:
        return render(request, "jobs/_progress.html", context)
    context |= {"page_title": job.title, "breadcrumbs": _crumbs(job)}
    return render(request, "jobs/progress.html", context)


def _crumbs(job: Job) -> list[tuple[str, str | None]]:
    return [("工作台", reverse("workbench")), ("我的任务", reverse("jobs:own")), (job.title, None)]


@require_POST
def cancel(request, uid):
    job = get_object_or_404(Job.objects.visible_to(request.user), uid=uid)
    if jobs.cancel(by=request.user, job=job):
        messages.success(request, "任务已取消，没有保存任何内容。")
    else:
        messages.info(request, "任务已经结束，无法取消。")
    return redirect("jobs:progress", uid=job.uid)
