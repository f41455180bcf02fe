"""The page of one long piece of work, for its owner."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from branch_portal import jobs
from branch_portal.models import Job


@require_safe
def progress(request, uid):
    """Progress, then the result; htmx asks for the fragment every two seconds until the end."""
    job = get_object_or_404(Job.objects.visible_to(request.user), uid=uid)
    context = {"job": job, "unfinished": job.state in (Job.State.QUEUED, Job.State.RUNNING)}
    if request.htmx:
        return render(request, "jobs/_progress.html", context)
    context |= {"page_title": job.title, "breadcrumbs": [("工作台", reverse("workbench")), (job.title, None)]}
    return render(request, "jobs/progress.html", context)


@require_POST
def cancel(request, uid):
    job = get_object_or_404(Job.objects.visible_to(request.user), uid=uid)
    if jobs.cancel(by=request.user, job=job):
        messages.success(request, "任务已取消，没有保存任何内容。")
    else:
        messages.info(request, "任务已经结束，无法取消。")
    return redirect("jobs:progress", uid=job.uid)
