"""The pulse of a running job: a thread that renews the lease and writes the counts, over a connection of its own."""

import logging
import threading

from django.db import connection

logger = logging.getLogger(__name__)

#: Seconds; so long a cancelled job may go on.
EVERY = 1.0

_BEAT = """
UPDATE branch_portal_job SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
       done_count = %(done)s, total_count = %(total)s
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running'
"""


class Heartbeat:
    """Beats every second while the block runs; sets `progress.lost` when the row is no longer this attempt's."""

    def __init__(self, job, progress, *, lease_seconds: float):
        self._job = job
        self._progress = progress
        self._lease = lease_seconds
        self._every = EVERY
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_ended, name=f"job-{job.pk}", daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self.stop()

    def stop(self) -> None:
        """Beat no more. To be called before the row's end is written, which waits for nobody then."""
        self._ended.set()
        self._thread.join()

    def _beat_until_ended(self) -> None:
        try:
            while not self._ended.wait(self._every):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    _BEAT,
                    {
                        "lease": self._lease,
                        "done": self._progress.done,
                        "total": self._progress.total,
                        "id": self._job.pk,
                        "attempt": self._job.attempt,
                    },
                )
                self._progress.lost = cursor.rowcount == 0
        except Exception:
            # A missed beat is no loss: the lease outlives dozens of them, and the job's end asks the row anyway.
            logger.warning("heartbeat of job %s missed", self._job.uid, exc_info=True)
            connection.close()
