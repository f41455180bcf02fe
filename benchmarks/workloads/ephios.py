"""P13: the page of an event with 50 people and the list of events in ephios from PyPI, beside a record with a roll of 50 and the
list of records here, wall time of one client."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Row, alternate, compared
from benchmarks.peers.venvs import python_of
from benchmarks.scales import Scale
from benchmarks.stack import DATABASE, Stack
from benchmarks.web import Web, signed_in
from branch_portal.local.paths import ROOT
from branch_portal.local.postgres import SUPERUSER

IDS = {"P13"}
PEOPLE, TIMES = 50, 10
_PEER = "portal_bench_ephios"
_MORE = """
INSERT INTO activities_rollentry (share_id, branch_id, member_id, on_date, row_number, name, status, leave_type, reason, minutes,
                                  marked_by_id, marked_at)
SELECT %(share)s, share.branch_id, member.id, gathering.on_date, 1000 + row_number() OVER (ORDER BY member.id), member.name,
       'present', '', '', 90, 3, now()
FROM activities_gatheringbranch share JOIN activities_gathering gathering ON gathering.id = share.gathering_id,
     LATERAL (SELECT id, name FROM members_member WHERE branch_id <> share.branch_id ORDER BY id LIMIT %(more)s) AS member
WHERE share.id = %(share)s
"""


def run(stack: Stack, scale: Scale) -> list[Row]:
    if scale.branches == 1:
        return []
    python = python_of("ephios", stack.folder.parent)
    environment = _environment(stack, python)
    world = _filled(environment, python)
    theirs = Web(
        environment, stack.folder / "ephios.log", "ephios.settings", application="ephios.wsgi:application", python=python,
        headers={"X-Forwarded-Proto": "https"},  # in production it leads everybody to HTTPS
    )  # fmt: skip
    ours = Web(stack.environment, stack.folder / "web.log")
    staff, rows = signed_in("secretary"), []
    try:
        with _a_roll_of(PEOPLE, stack) as record:
            for what, path, peer in (
                (f"a record with a roll of {PEOPLE}", f"/activities/records/{record}/", world["event"]),
                ("25 records", "/activities/", "/events/"),
            ):
                mine, other = alternate(
                    lambda path=path: ours.cost(path, staff, TIMES),
                    lambda peer=peer: theirs.cost(peer, world["cookie"], 3),
                )
                rows.append(compared("P13", f"{what} beside ephios", mine, other, faster=10))
    finally:
        ours.stop()
        theirs.stop()
    return rows


def _environment(stack: Stack, python: Path) -> dict[str, str]:
    if not stack.exists(_PEER):
        stack.cluster.execute(f"CREATE DATABASE {_PEER}")
    data = stack.folder / "ephios"
    data.mkdir(exist_ok=True)
    return {
        "DATABASE_URL": stack.cluster.url(SUPERUSER, stack.cluster.superuser_password, _PEER),
        "DATA_DIR": str(data),
        "ENV_PATH": str(data / "none"),
        "ALLOWED_HOSTS": "*",
        "SITE_URL": "http://127.0.0.1",
        "SECRET_KEY": "of a benchmark, on loopback only",
        "DEBUG": "False",
        "TRUST_X_FORWARDED_PROTO": "True",
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "bench@localhost",
        "SERVER_EMAIL": "bench@localhost",
        "ADMINS": "bench@localhost",
        "CACHE_URL": "locmemcache://",
    }


def _filled(environment: dict[str, str], python: Path) -> dict[str, str]:
    ended = subprocess.run(
        [str(python), "-m", "benchmarks.peers.ephios_world"], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode:
        raise RuntimeError(f"ephios could not be filled: {ended.stderr[-3000:]}")
    return json.loads(ended.stdout.strip().splitlines()[-1])


@contextmanager
def _a_roll_of(people: int, stack: Stack) -> Iterator[str]:
    """A record of the first branch whose roll gets rows of others for a while, as many as are lacking."""
    from activities.models import ActivityRecord
    from members.models import PartyOrganization

    branch = PartyOrganization.objects.branches().order_by("pk").first()
    record = ActivityRecord.objects.filter(branch=branch, share__expected_count__gt=0).order_by("-pk").first()
    connection = stack.cluster.connect(DATABASE)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_MORE, {"share": record.share_id, "more": people - record.share.roll.count()})
        try:
            yield str(record.uid)
        finally:
            cursor.execute(
                "DELETE FROM activities_rollentry WHERE share_id = %s AND row_number > 1000",
                [record.share_id],
            )
            connection.close()
