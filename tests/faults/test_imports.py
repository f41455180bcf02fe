"""F34, F35: an import killed after the first row, in the middle and before the end; one file imported by two people at once."""

import datetime
import os
import subprocess
import sys
import threading

import pytest
from django.db import connection
from django.utils import timezone

from branch_portal.jobs import enqueue
from branch_portal.local.paths import ROOT
from branch_portal.models import Job
from members.actions.errors import ActionRefused
from members.actions.imports import JOB_KIND, apply_import, queue_import, start_import
from members.models import ImportBatch, Member
from tests.members.test_import_job import sheet
from tests.personas import build_world

ROWS = 30


def uploaded(world, by) -> ImportBatch:
    since = datetime.date(2025, 12, 31)
    return start_import(by=by, branch=world.branch_a, file=sheet(ROWS), file_name="x.xlsx", since=since)


def entered() -> int:
    return Member.objects.filter(name__startswith="郑").count()


def run_in_a_process(servers, database, last: int) -> int:
    """The exit code of a worker that is killed at this step, 0 for none."""
    code = f"from tests.faults.crashing import run; run({last})"
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT, env={**os.environ, **servers.environment(database)}, capture_output=True,
    ).returncode  # fmt: skip


@pytest.mark.long
@pytest.mark.stack
@pytest.mark.fault("F34", "killed in the middle of an import")
def test_killed_in_the_middle(servers, committed_db, measured):
    world = build_world()
    batch = uploaded(world, world.officer_a)
    queue_import(by=world.officer_a, batch=batch)
    arguments = {"batch": str(batch.uid), "only_good": False, "url": f"/members/import/{batch.uid}/"}
    job = enqueue(by=world.officer_a, kind=JOB_KIND, title="导入名册", arguments=arguments)
    # Judging the rows is steps 1 to 30, writing them 31 to 60: after the first chunk, and with all rows written.
    for last in (1, ROWS + 10, 2 * ROWS):
        assert run_in_a_process(servers, committed_db, last) == -9
        job.refresh_from_db()
        assert (job.state, entered()) == ("running", 0)
        # The lease of the dead runs out; an administrator lets it run once more after the second time.
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now(), forgiven=job.attempt - 1)
    assert run_in_a_process(servers, committed_db, 0) == 0
    job.refresh_from_db()
    assert (job.state, entered()) == ("done", ROWS)
    assert run_in_a_process(servers, committed_db, 0) == 0
    assert entered() == ROWS
    measured(
        f"killed at rows 1, {ROWS // 3} and {ROWS} of {ROWS}: 0 rows each time, then {ROWS}, in attempt {job.attempt}"
    )


@pytest.mark.long
@pytest.mark.fault("F35", "one file imported by two people at once")
def test_two_people_import_one_file(committed_db, measured):
    world = build_world()
    pairs = [(by, uploaded(world, by)) for by in (world.secretary_a, world.officer_a)]
    said: list[str] = []

    def confirm(by, batch) -> None:
        try:
            figures = apply_import(by=by, batch=batch, only_good=False).figures
            said.append(str(figures))
        except ActionRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert entered() == ROWS
    assert len(said) == 2 and said[0] != said[1]
    measured(f"{ROWS} rows once; the second was told {said[1][:80]}")
