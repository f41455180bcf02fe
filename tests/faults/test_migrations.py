"""F37–F39: migrations while people work, killed half-way, and a program that is older than its database."""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from branch_portal.local.paths import ROOT
from tests.faults.limits import within
from tests.harness.databases import run_sql

FUTURE = "INSERT INTO django_migrations (app, name, applied) VALUES ('members', '9999_future', now())"
ROWS = 200_000
APPLIED = "SELECT name FROM django_migrations WHERE app = 'upgrade' ORDER BY id"


class Upgrade:
    """A database with the table of `tests/faults/upgrade`, and its migrator as a process."""

    def __init__(self, servers, database) -> None:
        self.database = database
        self.environment = {
            **os.environ,
            **servers.environment(database),
            "DJANGO_SETTINGS_MODULE": "tests.faults.upgrade_settings",
        }
        self.migrated("0001")
        self.sql(f"INSERT INTO upgrade_thing (name) SELECT 'n' || n FROM generate_series(1, {ROWS}) n")

    def sql(self, query: str, *args) -> list[tuple]:
        return run_sql(self.database.owner_url, query, *args)

    def migrate(self, *target: str, pause: float = 0, patience: float = 120) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "upgrade", *target, "--patience", str(patience)],
            cwd=ROOT,
            env={**self.environment, "PORTAL_TEST_PAUSE": str(pause)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def migrated(self, *target: str) -> str:
        return self.ended(self.migrate(*target))

    @staticmethod
    def ended(migrator: subprocess.Popen, *, well: bool = True) -> str:
        output, _ = migrator.communicate(timeout=300)
        assert (migrator.returncode == 0) is well, output
        return output

    def wait_for(self, met: Callable[[], object], what: str, timeout: float = 120) -> None:
        deadline = time.monotonic() + timeout
        while not met():
            assert time.monotonic() < deadline, what
            time.sleep(0.05)


@pytest.fixture
def upgrade(servers, fresh_database):
    return Upgrade(servers, fresh_database)


class People(threading.Thread):
    """The web role reads and writes a row, over and over, with the statements of the old program."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.ended = url, threading.Event()
        self.seconds: list[float] = []
        self.failed: list[str] = []

    def run(self) -> None:
        session = psycopg2.connect(self.url)
        session.autocommit = True
        with session.cursor() as cursor:
            while not self.ended.is_set():
                began = time.monotonic()
                try:
                    cursor.execute("SELECT name FROM upgrade_thing WHERE id = 17")
                    cursor.execute("INSERT INTO upgrade_thing (name) VALUES ('new')")
                except psycopg2.Error as error:
                    self.failed.append(str(error))
                self.seconds.append(time.monotonic() - began)
                self.ended.wait(0.02)
        session.close()


@pytest.mark.long
@pytest.mark.fault("F37", "迁移时有人在用：加列、建索引、加约束，同时有一个长查询")
def test_migrations_under_load_let_people_work(upgrade, measured):
    """A reader holds the table until the ALTER has given way three times instead of keeping everybody behind it."""
    people = [People(upgrade.database.web_url) for _ in range(3)]
    long_read = psycopg2.connect(upgrade.database.web_url)
    with long_read.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM upgrade_thing")
    for each in people:
        each.start()
    migrator = upgrade.migrate()
    lines: list[str] = []
    while sum("次让路" in line for line in lines) < 3 and (line := migrator.stdout.readline()):
        lines.append(line)
    long_read.close()
    output = "".join(lines) + upgrade.ended(migrator)
    for each in people:
        each.ended.set()
        each.join()
    assert "表 upgrade_thing 正被使用，占用它的是进程" in output and "次让路" in output
    assert [name for (name,) in upgrade.sql(APPLIED)][-1] == "0006_data"
    assert [error for each in people for error in each.failed] == []
    seconds = sorted(second for each in people for second in each.seconds)
    p99 = statistics.quantiles(seconds, n=100)[98]
    measured(f"{len(seconds)} rounds of three people: p99 {p99:.2f} s, slowest {seconds[-1]:.2f} s, 0 errors")
    assert p99 < within(2)
    written = sum(len(each.seconds) for each in people)
    assert upgrade.sql("SELECT count(*) FROM upgrade_thing WHERE name = 'new'") == [(written,)]


@pytest.mark.long
@pytest.mark.fault("F38", "迁移途中被杀：建索引时、改数据时、两个迁移同时")
def test_a_killed_migration_is_completed_by_the_next(upgrade, measured):
    # While an index is built concurrently: it waits for a transaction that began before.
    old = psycopg2.connect(upgrade.database.web_url)
    old.set_session(isolation_level="REPEATABLE READ")
    upgrade.migrated("0002")
    with old.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM upgrade_thing")
    migrator = upgrade.migrate("0003")
    broken = "SELECT 1 FROM pg_index WHERE NOT indisvalid"
    upgrade.wait_for(lambda: upgrade.sql(broken), "an index in the making")
    os.killpg(migrator.pid, signal.SIGKILL)
    migrator.communicate()
    following = upgrade.migrate("0003", patience=60)
    time.sleep(5)
    old.close()
    output = upgrade.ended(following)
    assert "清理上次中断留下的无效索引 thing_name" in output
    assert upgrade.sql(broken) == []

    # While rows are changed: nothing of it is kept, and a second migrator waits for its turn.
    upgrade.migrated("0005")
    migrator = upgrade.migrate("0006", pause=60)
    changing = (
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'UPDATE%%upgrade_thing%%' AND state LIKE 'idle in%%'"
    )
    upgrade.wait_for(lambda: upgrade.sql(changing), "rows that are being changed")
    os.killpg(migrator.pid, signal.SIGKILL)
    migrator.communicate()
    assert upgrade.sql("SELECT count(*) FROM upgrade_thing WHERE grade <> 0") == [(0,)]
    both = [upgrade.migrate("0006", pause=4) for _ in range(2)]
    outputs = [upgrade.ended(each) for each in both]
    assert sum("另一个迁移正在进行" in output for output in outputs) == 1
    grades = "SELECT grade, count(*) FROM upgrade_thing GROUP BY grade ORDER BY grade"
    assert upgrade.sql(grades) == [(1, 500), (2, ROWS - 500)]
    measured(f"killed while building an index and while changing {ROWS} rows: completed by the next run")


@pytest.mark.long
@pytest.mark.fault("F38", "索引已建成、还没有登记时被杀")
def test_an_index_that_was_finished_and_not_noted(upgrade, measured):
    upgrade.migrated("0002")
    upgrade.sql("CREATE INDEX thing_name ON upgrade_thing (name)")
    upgrade.migrated()
    measured("killed between an index and its note: completed")


@pytest.mark.long
@pytest.mark.fault("F37", "锁一直不放：迁移按时放弃，什么也没有改")
def test_a_migration_that_never_gets_its_lock_gives_up(upgrade, measured):
    holder = psycopg2.connect(upgrade.database.web_url)
    with holder.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM upgrade_thing")
    output = upgrade.ended(upgrade.migrate("0002", patience=3), well=False)
    holder.close()
    assert "lock timeout" in output
    assert [name for (name,) in upgrade.sql(APPLIED)] == ["0001_initial"]
    upgrade.migrated()
    measured("a lock that is never free: given up in its time, nothing changed")


@pytest.mark.fault("F39", "程序比数据库旧：迁移与就绪检查拒绝")
def test_older_code_is_told_so_and_touches_nothing(committed_db, measured):
    run_sql(committed_db.owner_url, FUTURE)
    applied = run_sql(committed_db.owner_url, "SELECT count(*) FROM django_migrations")
    with pytest.raises(CommandError, match=r"已由更新的版本升级过（members.9999_future）"):
        call_command("migrate", verbosity=0)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "database is newer")
    assert run_sql(committed_db.owner_url, "SELECT count(*) FROM django_migrations") == applied
    measured("migrate and /readyz refuse in words")


@pytest.mark.long
@pytest.mark.fault("F39", "程序比数据库旧：网页、后台进程与定时调度不启动")
def test_older_code_does_not_start(servers, fresh_database, measured):
    run_sql(fresh_database.owner_url, FUTURE)
    celery = [sys.executable, "-m", "celery", "-A", "branch_portal.celery"]
    for command in (
        [
            sys.executable,
            "-m",
            "gunicorn",
            "branch_portal.wsgi:application",
            "--bind",
            "127.0.0.1:0",
            "--config",
            "deploy/gunicorn.conf.py",
        ],
        [*celery, "worker", "--pool", "solo"],
        [*celery, "beat", "--schedule", str(servers.folder / "beat-refused"), "--pidfile", ""],
    ):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **servers.environment(fresh_database)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode != 0
        assert "数据库已由更新的版本升级过（members.9999_future）" in done.stdout + done.stderr
    measured("web, worker and beat do not start")
