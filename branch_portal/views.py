"""Pages that know no domain: the workbench's frame, health, and the answers to errors."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.health import look
from branch_portal.metrics import may_read
from branch_portal.middleware import NO_DATABASE
from branch_portal.migrating import applied_to, newer_than_code, on_disk
from branch_portal.permissions import Permission
from branch_portal.registries import workbench_panels
from branch_portal.views_errors import error_page

#: What is due and not yet done, by the name of its figure.
_PENDING = (
    "portal_slot_oldest_seconds",
    "portal_delivery_oldest_seconds",
    "portal_job_oldest_waiting_seconds",
)


@require_safe
def workbench(request):
    """工作台: what is due, waiting and coming up for whoever signs in; the panels come from the apps."""
    panels = workbench_panels(request)
    context = {
        "page_title": "工作台",
        "panels": panels,
        "today": today_shanghai(),
        "idle": not any(panel.order < 100 for panel in panels),
        "may_use_admin": request.user.may(Permission.USE_ADMIN),
    }
    return render(request, "workbench.html", context)


@login_not_required
@require_safe
def privacy(request):
    """个人信息处理规则: what the law wants everybody to be able to read (PIPL 7, 17)."""
    context = {
        "page_title": "个人信息处理规则",
        "operator": settings.PORTAL_OPERATOR,
        "contact": settings.PORTAL_CONTACT,
    }
    return render(request, "privacy.html", context)


@login_not_required
@require_safe
def readyz(request):
    """Database reachable and migrated; 503 with the reason's name otherwise (no data in either).

    Whoever may read the metrics is told alarms, room on the disk and what has waited longest too. They leave the answer at 200: pages work without workers.
    """
    try:
        applied, known = applied_to(connection), on_disk()
    except Exception:
        # Whatever the driver raises, the answer is the same: not ready.
        return JsonResponse(NO_DATABASE, status=503)
    if newer_than_code(applied, known):
        return JsonResponse({"ready": False, "reason": "database is newer"}, status=503)
    if not known.issubset(applied):
        return JsonResponse({"ready": False, "reason": "migrations"}, status=503)
    answer: dict[str, object] = {"ready": True}
    if may_read(request):
        health = look()
        answer["alarms"] = sorted({alarm.key for alarm in health.alarms})
        answer["disk_free_percent"] = health.largest("portal_disk_free_percent")
        answer["oldest_pending_seconds"] = health.largest(*_PENDING)
    return JsonResponse(answer)


@login_not_required
def csrf_failure(request, reason=""):
    return error_page(request, "403_csrf.html", 403, bare=False, security_event="csrf_failed")
