import signal
import socket
import threading

from django.core.management.base import BaseCommand
from django.db import connection

from branch_portal.jobs import run_one
from branch_portal.pulse import EVERY, Pulse


class Command(BaseCommand):
    help = "Run waiting jobs without Celery: until stopped, or with --once until none is left."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="stop when none is waiting")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks")

    def handle(self, *args, once: bool, every: float, **options):
        if once:
            self.stdout.write(f"{self._run_waiting(threading.Event())} job(s) run")
            return
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())  # what runs is finished first
        pulse = Pulse(f"jobs@{socket.gethostname()}", "worker", ["jobs"])
        beating = threading.Thread(target=_beat, args=(pulse, ended), daemon=True)
        beating.start()
        while not ended.is_set():
            self._run_waiting(ended)
            ended.wait(every)
        beating.join()
        pulse.stopped()

    @staticmethod
    def _run_waiting(ended: threading.Event) -> int:
        count = 0
        while not ended.is_set() and run_one():
            count += 1
        return count


def _beat(pulse: Pulse, ended: threading.Event) -> None:
    """From a thread, because a job may take half an hour and has a pulse of its own."""
    while not ended.is_set():
        pulse.beat()
        ended.wait(EVERY)
    connection.close()
