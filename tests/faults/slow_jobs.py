"""Jobs for the tests of lost workers, and the people who ask for them; a worker of a test loads them by `--include`."""

import os
import signal
import time

from django.test import Client
from django.utils import timezone

from branch_portal import jobs
from branch_portal.jobs import JobResult
from branch_portal.models import TickerBeat
from tests import factories as make

STEP_SECONDS = 0.1


@jobs.job("test.steps")
def steps(job, progress):
    """Counts slowly and leaves one row per attempt, which stays only if its transaction does."""
    total = job.arguments["steps"]
    TickerBeat.objects.create(ticker=f"{job.uid}-{job.attempt}"[:40], beat_at=timezone.now())
    progress.start(total)
    for number in range(1, total + 1):
        time.sleep(STEP_SECONDS)
        progress.step(number)
    return JobResult({"summary": f"完成 {total} 项"})


@jobs.job("test.deadly")
def deadly(job, progress):
    """Takes its process with it, as running out of memory would."""
    os.kill(os.getpid(), signal.SIGKILL)


def owner() -> None:
    make.organization("committee")
    make.user("owner")


def administrator_session() -> str:
    """A signed-in administrator's session key, without the password's page."""
    client = Client()
    client.force_login(make.user("administrator", is_superuser=True))
    return client.cookies["sessionid"].value
