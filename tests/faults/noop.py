"""The floor that reminders are measured against: a Celery task that does nothing, with the same broker and workers."""

import time

import redis
from celery import shared_task

from branch_portal.celery import app


@shared_task(name="test.noop")
def noop() -> None:
    """Nothing."""


def noop_rate(url: str, number: int) -> float:
    """Tasks a second, from the first that is published to the last that is taken."""
    begun = time.monotonic()
    with app.connection_for_write(url) as connection, app.amqp.Producer(connection) as producer:
        for _ in range(number):
            app.send_task("test.noop", producer=producer, queue="default")
    with redis.Redis.from_url(url) as broker:
        while broker.llen("default"):
            time.sleep(0.02)
    return number / (time.monotonic() - begun)
