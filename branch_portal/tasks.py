"""Celery's door to the job engine."""

from celery import shared_task

from branch_portal.jobs import run_one
from branch_portal.kept import drop_old_forms

#: A worker process goes on to other queues after so many.
_BATCH = 20


@shared_task(name="branch_portal.tidy")
def tidy() -> None:
    """Drop what was typed long ago and never sent."""
    drop_old_forms()


# Long work has its own limits; a job that outlives them is told so by its row.
@shared_task(name="branch_portal.run_jobs", soft_time_limit=1800, time_limit=1860)
def run_jobs() -> int:
    """Run what is waiting; returns how many."""
    count = 0
    while count < _BATCH and run_one():
        count += 1
    return count
