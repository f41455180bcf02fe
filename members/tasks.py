"""Celery's door to what the roster tidies by itself: uploads whose day is over, sessions that are. Nothing about a member changes by itself."""

from celery import shared_task
from django.utils import timezone

from members.actions.exports import expire_exports
from members.actions.imports import expire_imports
from members.actions.sessions import drop_expired_sessions


@shared_task(name="members.tidy")
def tidy() -> None:
    """Empty the uploads that nobody confirmed and the exports that nobody fetched in time; the next round finds what this one misses."""
    expire_imports(now=timezone.now())
    expire_exports(now=timezone.now())
    drop_expired_sessions(now=timezone.now())
