"""How Celery's processes leave their pulse: a step of every worker, and the scheduler of beat."""

import datetime
import socket
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler
from celery.signals import after_task_publish, worker_shutdown
from django.utils import timezone

from branch_portal.pulse import EVERY, Pulse

_published: dict[str, datetime.datetime] = {}
_pulses: dict[str, Pulse] = {}


class WorkerPulse(bootsteps.StartStopStep):
    """Beats from the loop that takes tasks, not from a thread beside it: a loop that hangs, or waits for Redis, is silent."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer, **kwargs):
        self._timer = None
        super().__init__(consumer, **kwargs)

    def start(self, consumer) -> None:
        queues = consumer.app.amqp.queues.consume_from
        pulse = _pulses.setdefault(consumer.hostname, Pulse(consumer.hostname, "worker", list(queues)))
        pulse.beat()
        self._timer = consumer.timer.call_repeatedly(EVERY, pulse.beat)

    def stop(self, consumer) -> None:
        if self._timer is not None:
            self._timer.cancel()

    shutdown = stop


@worker_shutdown.connect
def _worker_stopped(sender, **kwargs) -> None:
    if pulse := _pulses.get(sender.hostname):
        pulse.stopped()


@after_task_publish.connect
def _note_publication(sender=None, **kwargs) -> None:
    _published["at"] = timezone.now()


class PortalScheduler(PersistentScheduler):
    """Beat that shows that it lives, and does not fall silent when the clock is set back."""

    def __init__(self, *args, **kwargs):
        self._pulse = Pulse(f"beat@{socket.gethostname()}", "beat")
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        self._follow_the_clock()
        self._pulse.beat(published=_published.get("at"))
        return min(super().tick(*args, **kwargs), EVERY)

    def close(self) -> None:
        super().close()
        self._pulse.stopped()

    def _follow_the_clock(self) -> None:
        """What ran "in the future" would not run again until then: count from now instead."""
        now = self.app.now()
        ahead = [
            entry
            for entry in self.schedule.values()
            if entry.last_run_at and entry.last_run_at > now + datetime.timedelta(seconds=1)
        ]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None
