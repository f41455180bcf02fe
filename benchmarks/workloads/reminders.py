"""P7: very many reminders in the portal that are due at once, told by the ticker's own code, beside as many Celery tasks that do
nothing and beside one SQL statement that writes the same rows.

In a copy of the empty tables with 100 branches' worth of people for every 3 000 reminders: everybody has an account and one
reminder, as when a whole city's meetings are announced for one day.
"""

import os
import statistics
import sys
import time

from benchmarks.apart import apart
from benchmarks.measure import Row
from benchmarks.scales import TODAY, Scale
from benchmarks.stack import EMPTY, Stack
from branch_portal.local import processes
from branch_portal.local.paths import ROOT

IDS = {"P7"}
BRANCHES = {"S": 100, "M": 3_334, "L": 3_334}
MEMBERS = 30
TASKS = 3_000
ROUNDS = 5
_SCRATCH = "portal_bench_reminders"

#: The same rows, to everybody in the branch that the reminder is of; who wants what and who is away is not asked.
_AT_ONCE = """
INSERT INTO notices_delivery
    (id, slot_id, recipient_id, branch_id, channel, status, attempts, daily, last_error, provider_id, sent_at, created_at)
SELECT gen_random_uuid(), slot.id, account.id, member.branch_id, 'inapp', 'sent', 0, false, '', '', now(), now()
FROM notices_reminderslot slot
JOIN members_member member ON member.branch_id = slot.organization_id
JOIN members_user account ON account.member_id = member.id
WHERE slot.state = 'open' AND slot.due_at <= now();
UPDATE notices_reminderslot SET state = 'told' WHERE state = 'open' AND due_at <= now()
"""


def run(stack: Stack, scale: Scale) -> list[Row]:
    count = BRANCHES[scale.name] * MEMBERS
    with stack.copy_of(EMPTY, _SCRATCH) as name:
        _fill(stack, name, BRANCHES[scale.name])
        environment = {**stack.environment, **stack.addresses(name)}
        seen = {"tell": [], "at_once": [], "noop": []}
        worker = _worker(stack)
        try:
            for _ in range(ROUNDS):
                for work in ("tell", "at_once"):
                    _reopen(stack, name)
                    told = apart(f"benchmarks.workloads.reminders:{work}", environment)
                    if told.answer["told"] != count:
                        raise RuntimeError(f"{work}: {told.answer['told']} of {count} reminders")
                    seen[work].append(told.answer)
                seen["noop"].append({"seconds": TASKS / _noop_rate(stack), "cpu": 0.0})
        finally:
            processes.stop(worker)
    ours, one, noop = (
        _rate(seen[name], number) for name, number in (("tell", count), ("at_once", count), ("noop", TASKS))
    )
    what = f"{count} reminders due at once"
    return [
        Row("P7", f"{what} beside no-op tasks", *_said(ours, noop), "≥ 50 times their rate", "/s", ours[0] >= 50 * noop[0],
            f"spread {ours[1]:.0%} / {noop[1]:.0%}; {TASKS} tasks, two children"),
        Row("P7", f"{what} beside one statement", *_said(ours, one), "≥ 0.6 of its rate", "/s", ours[0] >= 0.6 * one[0],
            f"spread {ours[1]:.0%} / {one[1]:.0%}"),
    ]  # fmt: skip


def _said(ours: tuple[float, float], floor: tuple[float, float]) -> tuple[float, float, float]:
    return ours[0], floor[0], ours[0] / floor[0]


def _rate(seen: list[dict], number: int) -> tuple[float, float]:
    """(median number a second, spread)."""
    rates = [number / each["seconds"] for each in seen]
    middle = statistics.median(rates)
    return middle, (max(rates) - min(rates)) / middle


def _fill(stack: Stack, name: str, branches: int) -> None:
    """Branches, members and accounts by COPY, and a reminder of each branch that is due."""
    from benchmarks.copying import copy
    from benchmarks.generate import World, _organizations, _people, uid
    from members.models import User
    from notices.models import ReminderSlot

    world = World(Scale("reminders", branches, districts=20, members=MEMBERS))
    with stack.cluster.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _organizations(cursor, world)
        _people(cursor, world)
        accounts = ((n, uid(5, n), "!", f"m{n}", "党员", n, TODAY) for n in range(1, branches * MEMBERS + 1))
        copy(
            cursor,
            User,
            ("id", "uid", "password", "username", "display_name", "member_id", "date_joined"),
            accounts,
        )
        cursor.execute("SELECT id FROM notices_reminderrule WHERE key = 'meeting_notice'")
        rule = cursor.fetchone()[0]
        slots = (
            (n, uid(10, n), rule, f"bench:{n}", "1", branch, f"{TODAY} 09:00+08", f"{TODAY.year + 5}-01-01 00:00+08", "open",
             {"kind": "branch_members", "organization": branch}, "主题党日：11月", "地点：党群服务中心。", "/activities/", TODAY)
            for n, branch in enumerate(world.branches, 1)
        )  # fmt: skip
        copy(
            cursor, ReminderSlot,
            ("id", "uid", "rule_id", "subject", "due_key", "organization_id", "due_at", "not_after", "state", "audience", "title",
             "body", "link", "created_at"),
            slots,
        )  # fmt: skip
    connection.close()
    stack.cluster.execute("VACUUM ANALYZE", database=name)


def _reopen(stack: Stack, name: str) -> None:
    stack.cluster.execute(
        "TRUNCATE notices_delivery CASCADE",
        "UPDATE notices_reminderslot SET state = 'open'",
        "VACUUM ANALYZE notices_reminderslot",
        "CHECKPOINT",
        database=name,
    )


def _told(seconds: float, cpu: float) -> dict:
    from notices.models import Delivery

    return {
        "seconds": seconds,
        "cpu": cpu,
        "told": Delivery.objects.filter(status=Delivery.Status.SENT).count(),
    }


def tell() -> dict:
    """Everything that is due, in the ticker's short transactions."""
    from django.utils import timezone

    from notices.actions.telling import tell_due_slots
    from notices.models import ReminderSlot

    ReminderSlot.objects.open().count()  # the connection is there before the clock runs
    begun, cpu = time.perf_counter(), time.process_time()
    tell_due_slots(timezone.now)
    return _told(time.perf_counter() - begun, time.process_time() - cpu)


def at_once() -> dict:
    """One transaction, written for this one audience."""
    from django.db import connection, transaction

    from notices.models import ReminderSlot

    ReminderSlot.objects.open().count()
    begun, cpu = time.perf_counter(), time.process_time()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'")
        cursor.execute(_AT_ONCE)
    return _told(time.perf_counter() - begun, time.process_time() - cpu)


def _worker(stack: Stack):
    command = [
        sys.executable, "-m", "celery", "-A", "benchmarks.floor.noop", "worker", "--loglevel", "WARNING", "--without-gossip",
        "--without-mingle", "--without-heartbeat", "--concurrency", "2", "-n", "noop@%h",
    ]  # fmt: skip
    worker = processes.start(
        command, log=stack.folder / "noop.log", cwd=ROOT, env={**os.environ, **stack.environment}
    )
    _noop_rate(stack, 100)  # until it is there
    return worker


def _noop_rate(stack: Stack, number: int = TASKS) -> float:
    from benchmarks.floor.noop import rate

    return rate(stack.valkey.url, number)
