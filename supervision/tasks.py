"""Celery's door to what supervision tidies by itself."""

from celery import shared_task
from django.utils import timezone

from supervision.actions.form_runs import expire_runs


@shared_task(name="supervision.tidy")
def tidy() -> None:
    """Drop the filled forms that are a day old; the next round finds what this one misses."""
    expire_runs(now=timezone.now())
