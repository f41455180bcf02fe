"""Long work: queued as a row, claimed with a lease, run in one transaction, told by its row.

The web calls `enqueue` and nothing else. A worker claims (`FOR UPDATE SKIP LOCKED`, attempt + 1), renews the lease while it
runs, and commits the work together with the row's end, on condition that the attempt is still its own. A worker that was
killed leaves a lease that runs out, and the job is taken up once more; one that only lost its lease finds no row to end and
rolls its work back. So the work happens once, or the row says why it did not. A job that was lost with its worker twice is
set aside: it may be what kills them, so it waits for an administrator. Whoever asked is told each end in the inbox.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from branch_portal.database import set_context
from branch_portal.heartbeat import Heartbeat
from branch_portal.models import Job
from branch_portal.permissions import Permission
from branch_portal.registries import Message, send_message

logger = logging.getLogger(__name__)

#: How long a lost worker's job waits; the pulse renews it every second. Tests wait less.
LEASE_SECONDS = float(os.environ.get("PORTAL_JOB_LEASE_SECONDS", "60"))
MAX_UNFINISHED = 2
RULE_KEY = "job_ended"
_QUOTA = f"您已有 {MAX_UNFINISHED} 项任务未完成，请等其中一项结束后再提交。"
_SET_ASIDE = (
    "处理这项任务的后台进程连续两次中断，已停止重试，没有保存任何内容。请联系管理员，并告知任务编号 {}。"
)
_CLOSED_BY_ADMIN = "处理中断，管理员已结束这项任务，没有保存任何内容。请减少内容后重新提交。"
_BROKEN = "处理时出错，没有保存任何内容；请联系管理员，并告知任务编号 {}。"
_TOO_LONG = "处理时间过长，已停止，没有保存任何内容；请减少内容后重新提交。"
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
    if Job.objects.visible_to(by).unfinished().count() >= MAX_UNFINISHED:
        raise JobQuotaExceeded(_QUOTA)
    return Job.objects.create(owner=by, kind=kind, title=title, arguments=arguments)


def cancel(*, by, job: Job) -> bool:
    """Cancel unfinished work; the worker finds its row gone and rolls back. False when it had already ended."""
    return (
        Job.objects.visible_to(by)
        .filter(pk=job.pk)
        .unfinished()
        .update(state=Job.State.CANCELLED, finished_at=timezone.now(), lease_until=None)
        == 1
    )


@transaction.atomic
def release(*, by, job: Job) -> bool:
    """Let a job that was set aside run again: what it met twice is mended. False when somebody decided already."""
    logger.info("job %s is let run again by account %s", job.uid, by.pk)
    return (
        Job.objects.permitted(by, Permission.CONFIGURE)
        .filter(pk=job.pk)
        .update(state=Job.State.QUEUED, finished_at=None, error="", forgiven=F("attempt"))
        == 1
    )


@transaction.atomic
def close(*, by, job: Job) -> bool:
    """End a job that was set aside, and tell its owner. False when somebody decided already."""
    logger.info("job %s is closed by account %s", job.uid, by.pk)
    closed = (
        Job.objects.permitted(by, Permission.CONFIGURE)
        .filter(pk=job.pk)
        .update(state=Job.State.FAILED, finished_at=timezone.now(), error=_CLOSED_BY_ADMIN)
    )
    if closed:
        _tell_owner(job.pk)
    return closed == 1


_CLAIM = """
UPDATE branch_portal_job SET state = 'running', attempt = attempt + 1, done_count = 0,
       lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
       started_at = coalesce(started_at, clock_timestamp())
WHERE id = (
    SELECT id FROM branch_portal_job
    WHERE state = 'queued'
       OR (state = 'running' AND lease_until < clock_timestamp() AND attempt - forgiven < %(most)s)
    ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
_LOST_TOO_OFTEN = """
SELECT id FROM branch_portal_job
WHERE state = 'running' AND lease_until < clock_timestamp() AND attempt - forgiven >= %(most)s
FOR UPDATE SKIP LOCKED
"""


@transaction.atomic
def claim_next() -> Job | None:
    """Take the oldest waiting job, or one whose worker stopped renewing its lease; None when there is none.

    A job that was lost with its worker MAX_ATTEMPTS times is set aside first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOST_TOO_OFTEN, {"most": Job.MAX_ATTEMPTS})
        lost = [pk for (pk,) in cursor.fetchall()]
    for each in Job.objects.filter(pk__in=lost):
        _set_aside(each)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"lease": LEASE_SECONDS, "most": Job.MAX_ATTEMPTS})
        row = cursor.fetchone()
    return Job.objects.select_related("owner").get(pk=row[0]) if row else None


def run_one(*, overtime: tuple[type[Exception], ...] = ()) -> bool:
    """Claim one job and see it through; False when none was waiting.

    `overtime` is what whoever calls raises inside the work when its time is up.
    """
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
    except overtime:
        logger.warning("job %s took too long", claimed.uid)
        _fail(claimed, _TOO_LONG)
    except Exception:
        # Whatever a runner raises, its owner must read an end; the log has the rest.
        logger.exception("job %s failed", claimed.uid)
        _fail(claimed, _BROKEN.format(claimed.number))
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
        access = owner.access
        set_context(user=owner, scope=access.widest, editable=access.widest_editable, job=str(claimed.uid))
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
        _tell_owner(claimed.pk)


def _own(claimed: Job):
    """The row while it is still this attempt's."""
    return Job.objects.filter(pk=claimed.pk, attempt=claimed.attempt, state=Job.State.RUNNING)


def _end(claimed: Job, state: str, error: str) -> None:
    ended = _own(claimed).update(state=state, finished_at=timezone.now(), lease_until=None, error=error[:500])
    if ended:
        _tell_owner(claimed.pk)


@transaction.atomic
def _fail(claimed: Job, error: str) -> None:
    _end(claimed, Job.State.FAILED, error)


def _set_aside(lost: Job) -> None:
    logger.error("job %s was lost with its worker %s times and is set aside", lost.uid, Job.MAX_ATTEMPTS)
    _end(lost, Job.State.QUARANTINED, _SET_ASIDE.format(lost.number))


def _tell_owner(pk: int) -> None:
    """A message about the end; part of the transaction that ends the job, and no reason to undo it."""
    ended = Job.objects.select_related("owner").get(pk=pk)
    title = f"{ended.title[:100]}：{ended.get_state_display()}"
    try:
        with transaction.atomic():
            send_message(
                by=ended.owner,
                message=Message(
                    rule_key=RULE_KEY,
                    subject=f"jobs.job:{ended.uid}:{ended.state}",
                    organization=None,
                    member_ids=(),
                    account_ids=(ended.owner_id,),
                    title=title,
                    body=(ended.error or ended.result.get("summary", ""))[:500],
                    link=reverse("jobs:progress", args=[ended.uid]),
                ),
            )
    except Exception:
        # The work itself is good, and its page says the same as the message would have.
        logger.exception("the owner of job %s could not be told", ended.uid)
