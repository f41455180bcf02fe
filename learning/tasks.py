"""Celery's door to what the learning app tidies by itself."""

from celery import shared_task
from django.utils import timezone

from branch_portal.dates import today_shanghai
from learning.actions.uploads import drop_stray_files
from learning.actions.years import open_branch_years


@shared_task(name="learning.tidy")
def tidy() -> None:
    """Drop the bytes of uploads without a row, make the new year's rows of branches; the next round finds what this one misses."""
    drop_stray_files(now=timezone.now())
    open_branch_years(by=None, day=today_shanghai())
