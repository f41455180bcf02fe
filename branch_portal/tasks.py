"""Celery's door to the job engine."""

import time

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from branch_portal.actions_audit_chain import anchor_audit
from branch_portal.backup.clock import keep
from branch_portal.jobs import run_one
from branch_portal.media_sweep import sweep_media
from branch_portal.pulse import forget_silent
from branch_portal.queries_retention import retention_is_due
from branch_portal.retention import apply_short_rules, run_retention

#: A task takes up no further job after this, so that each has nearly the whole of the time limit.
_BATCH_SECONDS = 60


@shared_task(name="branch_portal.tidy")
def tidy() -> None:
    """Forget processes that have long gone, and empty what is kept for a day or less; the rest goes by night (`retention`)."""
    forget_silent()
    apply_short_rules()


@shared_task(name="branch_portal.anchor_audit")
def anchor_days() -> int:
    """Close yesterday's audit; whatever is left over is done the next hour."""
    return anchor_audit(now=timezone.now(), seconds=40)


@shared_task(name="branch_portal.keep_backups", soft_time_limit=6 * 3600, time_limit=6 * 3600 + 60)
def keep_backups() -> None:
    """The nightly backup and the weekly drill, when they are due."""
    keep(timezone.now())


# Batches of their own transactions: whatever the limit cuts off, the next run goes on with.
@shared_task(name="branch_portal.retention", soft_time_limit=1800, time_limit=1860)
def retention() -> None:
    """The nightly run over 保存期限, if this night's has not been."""
    if retention_is_due(timezone.now()):
        run_retention()


# Long work has its own limits; a job that outlives them is told so by its row.
@shared_task(name="branch_portal.run_jobs", soft_time_limit=1800, time_limit=1860)
def run_jobs() -> int:
    """Run what is waiting; returns how many."""
    count, until = 0, time.monotonic() + _BATCH_SECONDS
    while time.monotonic() < until and run_one(overtime=(SoftTimeLimitExceeded,)):
        count += 1
    return count


# Walks through the whole media folder.
@shared_task(name="branch_portal.sweep_media", soft_time_limit=1800, time_limit=1860)
def sweep() -> None:
    """Set files aside that no row knows, in the night."""
    sweep_media()
