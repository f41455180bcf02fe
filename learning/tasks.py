"""Celery's door to what the lessons tidy by themselves."""

from celery import shared_task
from django.utils import timezone

from learning.actions.uploads import tidy_uploads


@shared_task(name="learning.tidy")
def tidy() -> None:
    """Drop uploads that nobody went on with; the next round finds what this one misses."""
    tidy_uploads(now=timezone.now())
