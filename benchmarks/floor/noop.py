"""The floor of reminders: a stock Celery application whose only task does nothing."""

import os
import time

import redis
from celery import Celery

QUEUE = "noop"
app = Celery("noop", broker=os.environ.get("REDIS_URL"))
app.conf.update(task_ignore_result=True, task_default_queue=QUEUE, broker_connection_retry_on_startup=True)


@app.task(name="noop")
def noop() -> None:
    """Nothing."""


def rate(url: str, number: int) -> float:
    """Tasks a second, from the first that is published to the last that is taken."""
    begun = time.perf_counter()
    with app.connection_for_write(url) as connection, app.amqp.Producer(connection) as producer:
        for _ in range(number):
            app.send_task("noop", producer=producer)
    with redis.Redis.from_url(url) as broker:
        while broker.llen(QUEUE):
            time.sleep(0.01)
    return number / (time.perf_counter() - begun)
