"""The audit's anchors: whoever alters, removes or slips in a row, or touches an anchor, is named; the site itself cannot."""

import datetime
import io
import resource
import time

import pytest
import time_machine
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from branch_portal.actions_audit_chain import anchor_audit
from branch_portal.audit_chain import audit_tables
from branch_portal.health import look
from branch_portal.models import AuditAnchor
from branch_portal.queries_audit_chain import Verification
from members.actions.audit import record_access
from members.actions.security_events import record_event
from members.models import SecurityEvent
from tests.harness.databases import run_sql

BEGIN = datetime.datetime(2026, 6, 1, 2, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def findings() -> list[tuple[str, object, str]]:
    return [(finding.table, finding.key, finding.words) for finding in Verification().findings()]


def some_days(world) -> None:
    """Two days of events at the doors and of opened items, anchored on the third."""
    for day in range(2):
        with time_machine.travel(BEGIN + day * DAY, tick=False):
            for _ in range(3):
                record_event(SecurityEvent.Kind.SIGN_IN, user=world.member_a, by=world.member_a)
                record_access(by=world.secretary_a, action="reveal", field="手机", reason="办理介绍信")


# --- What is anchored ---


def test_every_table_of_the_audit_is_anchored(db):
    names = {table.name for table in audit_tables()}
    assert {"pghistory_context", "members_securityevent", "members_personaldataaccess"} < names
    assert {"members_memberevent", "activities_activityrecordevent"} < names
    assert "branch_portal_auditanchor" not in names
    for table in audit_tables():
        assert {table.key, table.at} <= set(table.columns)


def test_days_are_closed_once_and_only_when_they_are_over(world):
    some_days(world)
    assert anchor_audit(now=BEGIN + 14 * datetime.timedelta(hours=1)) == 0  # the first day is not over
    begin = AuditAnchor.objects.count()
    assert begin == 0
    just_after_midnight = datetime.datetime(2026, 6, 1, 17, 0, tzinfo=datetime.UTC)
    assert anchor_audit(now=just_after_midnight) == 0  # what began before midnight may still be under way
    assert anchor_audit(now=BEGIN + 2 * DAY) == 2
    assert anchor_audit(now=BEGIN + 2 * DAY) == 0
    days = AuditAnchor.objects.filter(table="members_securityevent").order_by("day")
    assert [(anchor.day.day, anchor.row_count) for anchor in days] == [(1, 3), (2, 3)]
    assert findings() == []


def test_a_table_that_gained_a_column_is_still_verified(world):
    some_days(world)
    anchor_audit(now=BEGIN + 2 * DAY)
    anchor = AuditAnchor.objects.filter(table="members_securityevent").first()
    assert "detail" in anchor.columns and "user_label" in anchor.columns
    verification = Verification()
    assert list(verification.findings()) == []
    assert verification.rows >= 12


def test_the_command_says_what_it_compared(world):
    some_days(world)
    with time_machine.travel(BEGIN + 2 * DAY, tick=False):
        call_command("anchor_audit", stdout=(told := io.StringIO()))
        assert told.getvalue() == "固定了 2 天的审计记录。\n"
    call_command("verify_audit", stdout=(told := io.StringIO()))
    assert "与锚点一致" in told.getvalue()


@pytest.mark.parametrize("verb", ["UPDATE {} SET day = day", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_site_cannot_touch_an_anchor(db, verb):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format("branch_portal_auditanchor"))


def test_the_alarm_when_nobody_anchors(world):
    keys = {alarm.key for alarm in look(BEGIN).alarms}
    assert "audit_unanchored" not in keys
    some_days(world)
    with time_machine.travel(BEGIN + 2 * DAY, tick=False):
        anchor_audit(now=BEGIN + 2 * DAY)
    assert "audit_unanchored" not in {alarm.key for alarm in look(BEGIN + 4 * DAY).alarms}
    assert "audit_unanchored" in {alarm.key for alarm in look(BEGIN + 5 * DAY).alarms}


# --- What the owner of the database does to it ---


@pytest.fixture
def anchored(committed_db):
    """Events at the doors of two days, committed and anchored; yields statements as the owner."""
    for day in range(2):
        with time_machine.travel(BEGIN + day * DAY, tick=False):
            for _ in range(3):
                record_event(SecurityEvent.Kind.SIGN_IN)
    anchor_audit(now=BEGIN + 2 * DAY)
    assert findings() == []
    return lambda statement, *values: run_sql(committed_db.owner_url, statement, *values)


def test_what_the_owner_of_the_database_does_is_named(anchored):
    """One database for all of them: each is undone before the next."""
    keys = list(SecurityEvent.objects.order_by("pk").values_list("pk", flat=True))
    third, table = keys[2], "members_securityevent"

    anchored("UPDATE members_securityevent SET ip = '10.1.1.1' WHERE id = %s", third)
    assert findings() == [(table, third, "内容被改动")]
    output = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stdout=output)
    assert ended.value.code == 1
    assert output.getvalue() == f"2026-06-01 {table} 第 {third} 行：内容被改动\n"
    anchored("UPDATE members_securityevent SET ip = NULL WHERE id = %s", third)
    assert findings() == []

    # To another day: altered where it was, and a stranger nowhere, as that day has no more rows than before.
    anchored("UPDATE members_securityevent SET at = at + interval '1 day' WHERE id = %s", third)
    assert (table, third, "内容被改动") in findings()
    anchored("UPDATE members_securityevent SET at = at - interval '1 day' WHERE id = %s", third)

    anchored("INSERT INTO members_securityevent SELECT 900001, at, kind, user_id, user_label, by_id, by_label, detail, device,"
             " ip, request FROM members_securityevent WHERE id = %s", third)  # fmt: skip
    assert findings() == [(table, 900001, "事后补入")]
    anchored("DELETE FROM members_securityevent WHERE id = 900001")
    assert findings() == []

    anchored("DELETE FROM members_securityevent WHERE id = %s", third)
    assert findings() == [(table, third, "被删除")]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE branch_portal_auditanchor SET leaves = ''::bytea WHERE number = 1", "第 1 个锚点被改动，或密钥文件不是原来的"),
        ("DELETE FROM branch_portal_auditanchor WHERE number = 2", "第 2 个锚点缺失或次序不对"),
        ("UPDATE branch_portal_auditanchor SET day = day - 1, mac = previous WHERE number = 1", "第 1 个锚点被改动，或密钥文件不是原来的"),
    ],
    ids=["altered", "removed", "made anew without the key"],
)  # fmt: skip
def test_an_anchor_that_was_touched_breaks_the_chain(anchored, statement, words):
    anchored(statement)
    assert findings() == [("", None, words)]


@pytest.mark.long
def test_the_cost_of_a_hundred_thousand_events(committed_db):
    """Not a limit of time (the machine decides that) but of memory; the figures stand in docs/operations.md."""
    run_sql(
        committed_db.owner_url,
        "INSERT INTO members_securityevent (at, kind, user_label, by_label, detail, device, request)"
        " SELECT '2026-06-01 02:00+00'::timestamptz + n * interval '0.1 s', 'sign_in', '安某（anmou）', '', '说明', 'Firefox', ''"
        " FROM generate_series(1, 100000) n",
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    assert anchor_audit(now=BEGIN + 2 * DAY) == 2
    anchored_in = time.perf_counter() - begun
    begun = time.perf_counter()
    verification = Verification()
    assert list(verification.findings()) == []
    verified_in = time.perf_counter() - begun
    assert verification.rows == 100_000
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    [(size,)] = run_sql(
        committed_db.owner_url, "SELECT sum(octet_length(leaves)) FROM branch_portal_auditanchor"
    )
    print(
        f"anchored in {anchored_in:.2f} s, verified in {verified_in:.2f} s, {size} bytes, memory +{grown:.0f} MB"
    )
    assert grown < 100
    assert size == 100_000 * 24
