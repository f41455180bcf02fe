"""Celery's door to what the learning app tidies by itself."""

from celery import shared_task
from django.utils import timezone

from branch_portal.dates import today_shanghai
from learning.actions.external import expire_files
from learning.actions.uploads import tidy_uploads
from learning.actions.years import open_branch_years


@shared_task(name="learning.tidy")
def tidy() -> None:
    """Empty yearly files that nobody confirmed in time, drop uploads that nobody went on with, make the new year's rows of
    branches; the next round finds what this one misses."""
    now = timezone.now()
    expire_files(now=now)
    tidy_uploads(now=now)
    open_branch_years(by=None, day=today_shanghai())
