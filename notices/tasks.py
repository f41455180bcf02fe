"""Celery's door to the outbox."""

from celery import shared_task

from notices.actions.tick import tick


@shared_task(name="notices.tick")
def notices_tick() -> None:
    """One round of the outbox; losing one is no loss, the next finds the same rows."""
    tick(ticker="notices.tick@worker")
