"""Long work: queued as a row, claimed with a lease, run in one transaction, told by its row.

The web calls `enqueue` and nothing else. A worker claims (`FOR UPDATE SKIP LOCKED`, attempt + 1), renews the lease while it
runs, and commits the work together with the row's end, on condition that the attempt is still its own. A worker that was
killed leaves a lease that runs out, and the job is taken up once more; one that only lost its lease finds no row to end and
rolls its work back. So the work happens once, or the row says why it did not.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from branch_portal.database import set_context
from branch_portal.heartbeat import Heartbeat
from branch_portal.models import Job

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120
MAX_UNFINISHED = 2
_QUOTA = f"您已有 {MAX_UNFINISHED} 项任务未完成，请等其中一项结束后再提交。"
_GAVE_UP = "处理中断，已重试仍未完成，请重新提交；再次失败请联系管理员。"
_BROKEN = "处理时出错，没有保存任何内容；请联系管理员，并告知任务编号 {}。"
_CLOSED = "提交任务的账号已停用。"


class JobRefused(Exception):
    """The work cannot be done; the message is Chinese, for the owner. Nothing was written."""


class JobQuotaExceeded(JobRefused):
    """The owner has too many unfinished jobs."""


class JobLost(Exception):
    """The row is no longer this worker's: cancelled, or claimed by another after the lease ran out."""


@dataclass(frozen=True)
class JobResult:
    """What a runner hands back: figures for the page (JSON) and where the result is to be seen."""

    figures: dict[str, Any] = field(default_factory=dict)
    url: str = ""


class Progress:
    """Counts that the runner sets and the heartbeat writes, because the runner's own transaction is not seen outside."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.lost = False

    def start(self, total: int) -> None:
        self.total = total

    def step(self, done: int) -> None:
        """Say how many are done; raises JobLost when the job was cancelled or taken over meanwhile."""
        self.done = done
        if self.lost:
            raise JobLost


Runner = Callable[[Job, Progress], JobResult]
_runners: dict[str, Runner] = {}


def job(kind: str) -> Callable[[Runner], Runner]:
    """Register `run(job, progress) -> JobResult` for a kind; the transaction and the owner's scope are set around it."""

    def register(runner: Runner) -> Runner:
        _runners[kind] = runner
        return runner

    return register


@transaction.atomic
def enqueue(*, by, kind: str, title: str, arguments: dict[str, Any]) -> Job:
    """Queue work for its owner; JobQuotaExceeded when too much of theirs is waiting. `arguments` hold no personal data."""
    if kind not in _runners:
        raise LookupError(f"no runner for {kind!r}; registered: {sorted(_runners)}")
    # The owner's row is the lock, so that two requests at once cannot both find a free place.
    get_user_model()._base_manager.select_for_update(of=("self",)).get(pk=by.pk)
    if Job.objects.filter(owner_id=by.pk).unfinished().count() >= MAX_UNFINISHED:
        raise JobQuotaExceeded(_QUOTA)
    return Job.objects.create(owner=by, kind=kind, title=title, arguments=arguments)


def cancel(*, by, job: Job) -> bool:
    """Cancel unfinished work; the worker finds its row gone and rolls back. False when it had already ended."""
    return (
        Job.objects.filter(pk=job.pk)
        .unfinished()
        .update(state=Job.State.CANCELLED, finished_at=timezone.now(), lease_until=None)
        == 1
    )


_CLAIM = """
UPDATE branch_portal_job SET state = 'running', attempt = attempt + 1, done_count = 0,
       lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
       started_at = coalesce(started_at, clock_timestamp())
WHERE id = (
    SELECT id FROM branch_portal_job
    WHERE state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp() AND attempt < %(most)s)
    ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
_GIVE_UP = """
UPDATE branch_portal_job SET state = 'failed', finished_at = clock_timestamp(), lease_until = NULL, error = %(error)s
WHERE state = 'running' AND lease_until < clock_timestamp() AND attempt >= %(most)s
"""


@transaction.atomic
def claim_next() -> Job | None:
    """Take the oldest waiting job, or one whose worker stopped renewing its lease; None when there is none.

    A job that was taken up MAX_ATTEMPTS times and never ended is given up first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, {"most": Job.MAX_ATTEMPTS, "error": _GAVE_UP})
        cursor.execute(_CLAIM, {"lease": LEASE_SECONDS, "most": Job.MAX_ATTEMPTS})
        row = cursor.fetchone()
    return Job.objects.select_related("owner").get(pk=row[0]) if row else None


def run_one() -> bool:
    """Claim one job and see it through; False when none was waiting."""
    claimed = claim_next()
    if claimed is None:
        return False
    progress = Progress()
    heartbeat = Heartbeat(claimed, progress, lease_seconds=LEASE_SECONDS)
    try:
        with heartbeat:
            _run(claimed, progress, heartbeat)
    except JobLost:
        logger.info("job %s was cancelled or taken over", claimed.uid)
    except JobRefused as refused:
        _fail(claimed, str(refused))
    except Exception:
        # Whatever a runner raises, its owner must read an end; the log has the rest.
        logger.exception("job %s failed", claimed.uid)
        _fail(claimed, _BROKEN.format(str(claimed.uid)[:8]))
    return True


def _run(claimed: Job, progress: Progress, heartbeat: Heartbeat) -> None:
    """The work and its end in one transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Reading a big file between two statements is no idling, and one bulk insert may take its time.
            cursor.execute(
                "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = '10min'"
            )
        owner = claimed.owner
        if not owner.is_active:
            raise JobRefused(_CLOSED)
        set_context(user=owner, scope=owner.access.widest, job=str(claimed.uid))
        result = _runners[claimed.kind](claimed, progress)
        heartbeat.stop()
        ended = _own(claimed).update(
            state=Job.State.DONE,
            finished_at=timezone.now(),
            lease_until=None,
            done_count=progress.total,
            total_count=progress.total,
            result=result.figures,
            result_url=result.url,
        )
        if ended != 1:
            raise JobLost


def _own(claimed: Job):
    """The row while it is still this attempt's."""
    return Job.objects.filter(pk=claimed.pk, attempt=claimed.attempt, state=Job.State.RUNNING)


def _fail(claimed: Job, error: str) -> None:
    _own(claimed).update(
        state=Job.State.FAILED, finished_at=timezone.now(), lease_until=None, error=error[:500]
    )
