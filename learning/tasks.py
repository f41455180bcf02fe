"""Celery's door to what the learning app tidies by itself."""

from celery import shared_task
from django.utils import timezone

from learning.actions.external import expire_files
from learning.actions.uploads import tidy_uploads


@shared_task(name="learning.tidy")
def tidy() -> None:
    """Empty yearly files that nobody confirmed in time, drop uploads that nobody went on with; the next round finds what
    this one misses."""
    now = timezone.now()
    expire_files(now=now)
    tidy_uploads(now=now)
