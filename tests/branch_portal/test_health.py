"""What raises the operator's alarm and when, with the clock in the test's hand; who sees it, and how it reads."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branch_portal.files import FileRefused, keep_file
from branch_portal.health import look, span
from branch_portal.models import Job, ProcessBeat, TickerBeat
from branch_portal.pulse import Pulse, forget_silent

NOW = datetime.datetime(2030, 5, 15, 4, 0, tzinfo=datetime.UTC)


def ago(**parts) -> datetime.datetime:
    return NOW - datetime.timedelta(**parts)


def process(name="worker@host", kind="worker", *, beat, queues=("default", "jobs"), **fields) -> ProcessBeat:
    values = {"started_at": beat, "queues": list(queues) if kind == "worker" else []} | fields
    return ProcessBeat.objects.create(name=name, kind=kind, beat_at=beat, **values)


@pytest.fixture
def all_well(db):
    """A worker, beat and a round of the outbox, all of just now."""
    process(beat=ago(seconds=5))
    process("beat@host", "beat", beat=ago(seconds=5), published_at=ago(seconds=6))
    TickerBeat.objects.create(ticker="notices.tick@worker", beat_at=ago(seconds=10))


def alarms(now=NOW) -> list[str]:
    return [alarm.key for alarm in look(now).alarms]


def test_all_is_well(all_well):
    assert alarms() == []


@pytest.mark.parametrize(("silent", "raised"), [(89, []), (91, ["worker_silent"]), (120, ["worker_silent"])])
def test_a_dead_worker_is_seen_within_two_minutes(all_well, silent, raised):
    """Ninety seconds of silence; a pulse of fifteen seconds comes six times in between."""
    process("second@host", beat=ago(seconds=silent))
    assert alarms() == raised


def test_one_that_was_stopped_in_order_is_not_missed_while_another_does_its_work(all_well):
    process("second@host", beat=ago(hours=1), stopped_at=ago(hours=1))
    assert alarms() == []


def test_a_queue_that_nobody_serves(all_well):
    ProcessBeat.objects.filter(kind="worker").update(queues=["default"])
    [alarm] = look(NOW).alarms
    assert (alarm.key, alarm.words) == (
        "worker_missing",
        "没有后台进程在处理导入、导出、记录册等后台任务。",
    )


@pytest.mark.parametrize(("silent", "raised"), [(89, []), (91, ["beat_silent"])])
def test_a_stopped_beat_is_seen_within_two_minutes(all_well, silent, raised):
    ProcessBeat.objects.filter(kind="beat").update(beat_at=ago(seconds=silent))
    assert alarms() == raised


def test_a_beat_that_publishes_nothing_points_at_redis(all_well):
    ProcessBeat.objects.filter(kind="beat").update(published_at=ago(seconds=91))
    assert alarms() == ["broker_unreachable"]


def test_a_beat_that_never_published_is_given_the_same_time(all_well):
    ProcessBeat.objects.filter(kind="beat").update(published_at=None, started_at=ago(seconds=60))
    assert alarms() == []
    ProcessBeat.objects.filter(kind="beat").update(started_at=ago(seconds=91))
    assert alarms() == ["broker_unreachable"]


def test_a_clock_that_was_set_back(all_well):
    assert alarms(ago(hours=2))[0] == "clock_moved"


def test_an_empty_database_says_what_to_start(db):
    assert alarms() == ["worker_missing", "worker_missing", "beat_silent", "tick_silent"]


@pytest.mark.parametrize(("minutes", "raised"), [(9, []), (11, ["jobs_waiting"])])
def test_jobs_that_wait(all_well, world, minutes, raised):
    job = Job.objects.create(owner=world.staff, kind="test", title="导出名册")
    Job.objects.filter(pk=job.pk).update(created_at=ago(minutes=minutes))
    assert alarms() == raised


def test_a_job_set_aside_is_told_until_somebody_decides(all_well, world, as_user):
    job = Job.objects.create(
        owner=world.staff,
        kind="test",
        title="导出名册",
        state="quarantined",
        attempt=2,
        finished_at=ago(days=3),
    )
    assert alarms() == ["jobs_set_aside"]
    client = as_user(world.superuser)
    page = client.get(reverse("operations:status")).content.decode()
    assert f"编号 {job.number}" in page
    client.post(reverse("operations:release", args=[job.uid]))
    job.refresh_from_db()
    assert (job.state, job.finished_at) == ("queued", None)
    assert alarms() == []
    again = client.post(reverse("operations:close", args=[job.uid]), follow=True)
    assert "这项任务已经处理过了" in again.content.decode()
    job.refresh_from_db()
    assert job.state == "queued"


def test_the_pulse_is_written_told_as_stopped_and_forgotten(db):
    pulse = Pulse("worker@host", "worker", ["jobs", "default"])
    pulse.beat()
    row = ProcessBeat.objects.get()
    assert (row.name, row.kind, row.queues, row.stopped_at) == (
        "worker@host",
        "worker",
        ["default", "jobs"],
        None,
    )
    first = row.beat_at
    pulse.beat()  # too soon for a second one
    pulse.stopped()
    row.refresh_from_db()
    assert row.beat_at > first
    assert row.stopped_at == row.beat_at
    forget_silent()
    assert ProcessBeat.objects.exists()
    ProcessBeat.objects.update(beat_at=timezone.now() - datetime.timedelta(days=8))
    forget_silent()
    assert not ProcessBeat.objects.exists()


def test_the_workbench_tells_administrators_and_nobody_else(world, as_user):
    """Nothing runs in this database: whoever runs the portal reads it at once, everybody else works on undisturbed."""
    page = as_user(world.superuser).get("/").content.decode()
    assert "没有后台进程在发送提醒和邮件。" in page
    assert "请启动后台进程（Celery worker）。" in page
    for other in (world.staff, world.secretary_a, world.member_a):
        assert "运行状态" not in as_user(other).get("/").content.decode()


def test_green_words_when_all_is_well(world, as_user):
    now = timezone.now()
    process(beat=now)
    process("beat@host", "beat", beat=now, published_at=now)
    TickerBeat.objects.create(ticker="notices.tick@worker", beat_at=now)
    client = as_user(world.superuser)
    assert "提醒、邮件和后台任务都在正常运行。" in client.get("/").content.decode()
    page = client.get(reverse("operations:status")).content.decode()
    assert "worker@host" in page
    assert "运行中" in page
    call_command("health")


def test_the_command_ends_with_one_when_something_is_wrong(db, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("health")
    assert ended.value.code == 1
    assert "beat_silent：定时调度（beat）没有启动。" in capsys.readouterr().out


def test_the_page_costs_the_same_however_much_there_is(world, as_user):
    client, url = as_user(world.superuser), reverse("operations:status")
    counts = []
    for number in range(2):
        for index in range(2 * number + 1):
            process(f"w{number}{index}@host", beat=timezone.now())
            Job.objects.create(
                owner=world.staff, kind="test", title="导出", state="quarantined", finished_at=timezone.now()
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Machines ---


def test_metrics_in_prometheus_own_words(all_well, world, client):
    process("second@host", beat=timezone.now() - datetime.timedelta(minutes=5))
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert 'portal_alarm{alarm="worker_silent"} 1' in lines
    assert 'portal_jobs{state="queued"} 0' in lines
    assert "# TYPE portal_slots_due gauge" in lines
    assert len([line for line in lines if line.startswith("# TYPE portal_lateness_seconds")]) == 1
    assert any(
        line.startswith('portal_process_age_seconds{process="second@host",kind="worker"} 30')
        for line in lines
    )


def test_metrics_are_for_this_machine_or_the_token(db, client, settings):
    elsewhere = {"REMOTE_ADDR": "10.1.2.3"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **elsewhere).status_code == 403
    # Behind a web server on the same machine everybody comes from loopback.
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, **elsewhere).status_code == 403
    settings.PORTAL_METRICS_TOKEN = "a-long-secret"
    assert (
        client.get("/metrics", headers={"Authorization": "Bearer a-long-secret"}, **elsewhere).status_code
        == 200
    )
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}, **elsewhere).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer 密"}, **elsewhere).status_code == 403


def test_readyz_stays_ready_and_names_alarms_to_operators_only(db, client):
    assert client.get("/readyz", REMOTE_ADDR="10.1.2.3").json() == {"ready": True}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "beat_silent" in answer.json()["alarms"]


def test_readyz_tells_operators_what_waits_and_what_room_there_is(all_well, world, client):
    Job.objects.create(owner=world.staff, kind="test", title="导出名册")
    Job.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=3))
    answer = client.get("/readyz").json()
    assert 180 <= answer["oldest_pending_seconds"] < 240
    assert 0 <= answer["disk_free_percent"] <= 100
    for elsewhere in ({"REMOTE_ADDR": "10.1.2.3"}, {"HTTP_X_REAL_IP": "10.1.2.3"}):
        assert client.get("/readyz", **elsewhere).json() == {"ready": True}


def test_a_disk_that_fills_up(all_well, settings):
    """First the alarm, then no uploads; the limits move, not the disk."""
    settings.PORTAL_DISK_ALARM_PERCENT = 101
    assert alarms() == ["disk_low"]
    assert keep_file(io.BytesIO(b"%PDF-1.4 test"), name="材料.pdf", folder="records").size
    settings.PORTAL_DISK_REFUSE_PERCENT = 101
    assert alarms() == ["disk_full"]
    with pytest.raises(FileRefused, match="磁盘空间不足"):
        keep_file(io.BytesIO(b"%PDF-1.4 test"), name="材料.pdf", folder="records")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 秒"), (119, "119 秒"), (120, "2 分钟"), (7199, "119 分钟"), (7200, "2 小时"), (172800, "2 天")],
)
def test_spans_in_words(seconds, words):
    assert span(datetime.timedelta(seconds=seconds)) == words
