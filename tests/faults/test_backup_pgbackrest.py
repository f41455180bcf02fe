"""F41–F43 with the real pgBackRest, as `deploy/pgbackrest/` sets it up; skipped where it is not installed."""

import datetime
import io
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from django.core.management import call_command

from branch_portal.local.paths import ROOT
from branch_portal.models import BackupRun
from branch_portal.queries_backups import ARCHIVER, archive_alarm
from tests.faults.backup_tools import flip
from tests.faults.pgbackrest_tools import SHIPPED, Server, programs

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        programs() is None,
        reason="pgbackrest or Debian's postgresql is not installed (apt-get install pgbackrest)",
    ),
]
HASH = "SELECT count(*), md5(string_agg(t::text, '' ORDER BY id)) FROM thing t"
INSERT = "INSERT INTO thing SELECT n, md5(n::text) FROM generate_series({}, {}) n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pgbackrest")
    server = Server(folder, programs())
    server.start()
    server.pgbackrest("stanza-create")
    server.sql("CREATE TABLE thing (id int PRIMARY KEY, words text)")
    server.sql(INSERT.format(1, 50_000))
    yield server
    server.stop()


@pytest.mark.fault("F41", "误删之后恢复到删除前一刻")
def test_back_to_just_before_a_bad_delete(server, measured):
    for repo in ("1", "2"):
        server.pgbackrest("--type=full", f"--repo={repo}", "backup")
    server.sql(INSERT.format(50_001, 60_000))
    server.pgbackrest("--type=diff", "--repo=1", "backup")
    server.sql(INSERT.format(60_001, 61_000))  # in the WAL alone
    good = server.sql(HASH)
    time.sleep(1.1)
    [(moment,)] = server.sql("SELECT now()::text")
    time.sleep(1.1)
    server.sql("DELETE FROM thing WHERE id % 2 = 0")
    server.sql("SELECT pg_switch_wal()")
    server.sql("CHECKPOINT")
    server.pgbackrest("check")
    server.stop()
    began = time.monotonic()
    server.pgbackrest("--type=time", f"--target={moment}", "--target-action=promote", "--delta", "restore")
    server.start()
    server.wait_for("SELECT NOT pg_is_in_recovery()", "the end of recovery")
    took = time.monotonic() - began
    assert server.sql(HASH) == good

    # The same from the repository elsewhere, on a machine that has nothing else.
    server.stop()
    shutil.rmtree(server.data)
    (server.folder / "repo1").rename(server.folder / "repo1.gone")
    server.run("mkdir", "-m", "0700", server.data)
    # The restore before this one began a new time line, on which nothing was written up to that moment.
    first = ("--target-timeline=1", f"--target={moment}")
    server.pgbackrest("--repo=2", "--type=time", *first, "--target-action=promote", "restore")
    (server.folder / "repo1.gone").rename(server.folder / "repo1")
    server.start()
    server.wait_for("SELECT NOT pg_is_in_recovery()", "the end of recovery")
    assert server.sql(HASH) == good
    measured(f"the same rows by hash after {took:.1f} s, and from the second repository on an empty machine")


@pytest.mark.fault("F42", "pgBackRest 的备份或数据页中翻转一个字节")
def test_a_flipped_byte_in_repository_and_data_page_is_named(server, measured):
    server.pgbackrest("--type=full", "--repo=1", "backup")
    assert "invalid" not in server.pgbackrest("--repo=1", "verify", "--log-level-console=info").replace(
        "checksum invalid: 0", ""
    )
    newest = sorted((server.folder / "repo1" / "backup" / "portal").glob("*F"))[-1]
    victim = max((path for path in newest.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    flip(victim, victim.stat().st_size // 2)
    said = server.pgbackrest("--repo=1", "verify", "--log-level-console=info", check=False)
    assert "checksum invalid: 0" not in said and "invalid" in said, said
    flip(victim, victim.stat().st_size // 2)

    [(relation,)] = server.sql("SELECT pg_relation_filepath('thing')")
    server.stop()
    page = server.data / relation
    flip(page, 8192 * 3 + 4000)
    done = server.run(server.bin / "pg_checksums", "--check", "-D", server.data, check=False)
    assert done.returncode != 0 and page.name in done.stdout + done.stderr
    flip(page, 8192 * 3 + 4000)
    server.start()
    measured("one byte in the repository and one in a data page: both named")


@pytest.mark.fault("F43", "归档目标不在：继续写入、告警、恢复后补上")
def test_an_archive_that_is_away_is_told_and_made_up_for(server, measured):
    server.pgbackrest("check")
    [row] = server.sql(ARCHIVER)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=16)
    assert archive_alarm(*row, later) is None
    for repo in ("repo1", "repo2"):
        (server.folder / repo).rename(server.folder / f"{repo}.away")
        (server.folder / repo).write_text("not a folder")
    # Another one in between, so that a failure is noted after the last success.
    for number in range(3):
        server.sql(INSERT.format(100_000 + number * 100, 100_099 + number * 100))
        server.sql("SELECT pg_switch_wal()")
    server.wait_for(
        "SELECT coalesce(last_failed_time > last_archived_time, false) FROM pg_stat_archiver", "a failure"
    )
    [row] = server.sql(ARCHIVER)
    assert archive_alarm(*row, datetime.datetime.now(datetime.UTC)) is None
    alarm = archive_alarm(*row, later)
    assert alarm and "没有归档成功" in alarm.words
    for repo in ("repo1", "repo2"):
        (server.folder / repo).unlink()
        (server.folder / f"{repo}.away").rename(server.folder / repo)
    server.wait_for(
        "SELECT last_archived_time > last_failed_time AND last_archived_wal >= pg_walfile_name(pg_switch_wal())"
        " OR last_archived_time > last_failed_time FROM pg_stat_archiver",
        "the archive that caught up",
        timeout=240,
    )
    server.pgbackrest("check")
    [row] = server.sql(ARCHIVER)
    assert archive_alarm(*row, later) is None
    measured("16 minutes without an archive (the clock is the test's): alarm; caught up, alarm gone")


@pytest.mark.fault("F44", "运行状态页读到 pgBackRest 的备份；演练脚本")
def test_what_pgbackrest_has_is_on_the_health_page(server, db, monkeypatch, measured):
    def tell(text: str, **options) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        call_command("note_pgbackrest", **options)

    for repo in ("1", "2"):
        server.pgbackrest("--type=full", f"--repo={repo}", "backup")
    info = server.pgbackrest("--output=json", "info")
    tell(info)
    tell(info)
    [found] = json.loads(info)
    rows = BackupRun.objects.filter(tool="pgbackrest", kind="backup", outcome="done")
    assert sorted(rows.values_list("name", flat=True)) == sorted(each["label"] for each in found["backup"])
    found["backup"], found["status"] = [], {"code": 2, "message": "no valid backups"}
    tell(json.dumps([found]))
    kept = list(BackupRun.objects.values_list("outcome", "words"))
    assert kept == [("failed", "pgBackRest 报告：no valid backups")]
    measured("an empty pgBackRest repository is told as failed")


@pytest.mark.fault("F40", "服务器上的恢复演练脚本：真实的门户库")
def test_the_drill_of_the_server_case(server, committed_db, servers, measured):
    """The portal's own schema on Debian's PostgreSQL, backed up, and drilled by the shipped script."""
    server.sql("CREATE ROLE portal_owner LOGIN")
    server.sql("CREATE ROLE portal_web LOGIN")
    server.sql("CREATE DATABASE portal OWNER portal_owner TEMPLATE template0")
    server.sql("ALTER SCHEMA public OWNER TO portal_owner", "portal")
    owner = f"postgres://portal_owner:x@127.0.0.1:{server.port}/portal"
    there = {
        **os.environ,
        "DATABASE_OWNER_URL": owner,
        "DATABASE_URL": owner.replace("portal_owner", "portal_web"),
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=there, check=True
    )
    server.pgbackrest("--type=full", "--repo=1", "backup")
    done = subprocess.run(
        ["sh", SHIPPED / "restore-drill.sh"],
        capture_output=True,
        text=True,
        env={
            **there,
            "AS_POSTGRES": " ".join(server.who.prefix),
            "PORTAL_MANAGE": f"{sys.executable} {ROOT / 'manage.py'}",
            "PG_BIN": str(server.bin),
            "PGHOST": str(server.folder / "socket"),
            "DRILL_FOLDER": str(server.folder / "drill"),
            "DRILL_PORT": str(server.port + 1),
            "PGBACKREST_CONFIG": str(server.config),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"pending": 0' in done.stdout
    noted = server.sql("SELECT kind, outcome, tool FROM branch_portal_backuprun", "portal")
    assert noted == [("drill", "done", "pgbackrest")]
    assert not (server.folder / "drill").exists()
    measured("the drill of a server: done, noted, nothing left")
