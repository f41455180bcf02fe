"""F40, F42, F44: a backup restored on an empty machine, bytes flipped in it, and backups that vanish.

The first test runs with every submission; the others restore the demo data and take their time.
"""

import os
import shutil
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from branch_portal.backup.keys import create_key
from branch_portal.local.postgres import OWNER_ROLE, WEB_ROLE
from branch_portal.models import BackupRun
from members.models import Member
from tests.faults.backup_tools import Portal, flip, marks, odd_rows
from tests.harness.databases import run_sql
from tests.personas import build_world


@pytest.fixture
def empty_database(servers):
    """A database with roles and nothing in it, as on a machine that was just set up."""
    name = f"empty_{uuid.uuid4().hex[:8]}"
    servers.cluster.ensure_database(
        name, owner_password=servers.plan["owner"], web_password=servers.plan["web"]
    )
    yield servers.database(name)
    servers.cluster.drop(name)


@pytest.fixture
def portal(settings, tmp_path):
    """Folders of a portal of its own: media, keys, backups."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PORTAL_BACKUP_DIR = str(tmp_path / "backups")
    settings.PORTAL_BACKUP_KEY = tmp_path / "keys" / "backup-key.json"
    create_key(settings.PORTAL_BACKUP_KEY)
    portal = Portal(tmp_path)
    portal.write_media()
    return portal


@pytest.mark.fault("F40", "在空机器上恢复昨夜的备份")
def test_a_backup_restored_elsewhere_is_the_same(committed_db, empty_database, portal, capsys, measured):
    """Rows, audit, media, rights; what is not the portal's database any more refuses; a flipped byte is named."""
    build_world()
    odd_rows()
    before, number = marks(committed_db), Member.objects.exclude(id_number=b"").first()
    call_command("backup")
    [backup] = portal.backups()
    assert portal.plain_words_in(backup) == []
    run = BackupRun.objects.get(kind="backup")
    assert (run.outcome, run.name) == ("done", backup.name)
    call_command("verify_backup")
    call_command("backups")
    shown = capsys.readouterr().out
    assert f"备份 {backup.name} 完好" in shown and "检查完好" in shown

    elsewhere = portal.folder / "elsewhere"
    began = time.monotonic()
    call_command("restore", "newest", into=empty_database.owner_url, media=str(elsewhere))
    took = time.monotonic() - began
    # The run itself was noted after the snapshot.
    assert marks(empty_database) == before
    assert portal.same_media(elsewhere)
    assert "逐一相符" in capsys.readouterr().out

    # The web role may work again, and still may not rewrite the audit.
    read = "SELECT count(*) > 0 FROM members_memberevent"
    assert run_sql(empty_database.web_url, read) == [(False,)]  # nobody has a scope yet
    assert run_sql(empty_database.web_url, f"SELECT set_config('portal.scope', 'all', false); {read}") == [
        (True,)
    ]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run_sql(empty_database.web_url, "DELETE FROM members_memberevent")
    assert Member.objects.get(pk=number.pk).id_number == number.id_number

    with pytest.raises(CommandError, match=r"里已有内容.*--replace"):
        call_command("restore", "newest", into=empty_database.owner_url, media=str(elsewhere))
    flip(backup / "database.pbk", -200)
    with pytest.raises(CommandError, match=r"database.pbk 已损坏"):
        call_command("restore", "newest", into=empty_database.owner_url, media=str(elsewhere), replace=True)
    assert marks(empty_database) == before
    measured(f"{len(before)} marks of rows alike, media alike, restored in {took:.1f} s")


@pytest.mark.long
@pytest.mark.fault("F40", "演示数据：备份、演练、替换恢复、换错密钥、更新版本的备份")
def test_the_demo_goes_round(committed_demo_db, empty_database, portal, settings, capsys, measured):
    before = marks(committed_demo_db)
    call_command("backup")
    call_command("restore_drill")
    assert "打开 100 项个人信息字段" in capsys.readouterr().out
    assert BackupRun.objects.get(kind="drill").outcome == "done"

    # Into a database and a folder that hold something: only when told to, and then nothing of it is left.
    call_command("restore", "newest", into=empty_database.owner_url, media=str(portal.folder / "m2"))
    run_sql(empty_database.owner_url, "CREATE TABLE left_over (id int)")
    run_sql(empty_database.owner_url, "UPDATE members_partyorganization SET name = name || '改'")
    (portal.folder / "m2" / "extra.bin").write_bytes(b"not in the backup")
    call_command(
        "restore", "newest", into=empty_database.owner_url, media=str(portal.folder / "m2"), replace=True
    )
    assert marks(empty_database) == before
    assert portal.same_media(portal.folder / "m2")

    # Another key file for the fields: refused before anything is touched.
    other = portal.folder / "other-keys.json"
    keyring = settings.PORTAL_KEYRING
    call_command("ensure_keys") if keyring.exists() else None
    settings.PORTAL_KEYRING = other
    call_command("ensure_keys")
    settings.PORTAL_KEYRING = keyring
    with pytest.raises(CommandError, match="字段密钥文件与备份不符"):
        call_command("restore", "newest", into=empty_database.owner_url, keyring=str(other), replace=True)
    settings.PORTAL_KEYRING = keyring

    # A key that is another one, or none.
    create_key(portal.folder / "wrong.json")
    with pytest.raises(CommandError, match="用 --key 指明正确的备份密钥文件"):
        call_command(
            "restore", "newest", into=empty_database.owner_url, key=str(portal.folder / "wrong.json")
        )
    settings.PORTAL_BACKUP_KEY.unlink()
    with pytest.raises(CommandError, match="找不到备份密钥文件"):
        call_command("restore", "newest", into=empty_database.owner_url, replace=True)
    measured("the demo backed up, drilled and restored over another; wrong and missing keys refused")


@pytest.mark.long
@pytest.mark.fault("F42", "备份、媒体中翻转一个字节")
def test_a_flipped_byte_is_named_wherever_it_is(committed_db, portal, capsys, measured):
    build_world()
    call_command("backup")
    [backup] = portal.backups()
    flipped = 0
    for path in [*backup.glob("*.pbk"), *(backup.parent / "media").rglob("*.pbk")]:
        for place in (0, 3, 25, path.stat().st_size // 2, path.stat().st_size - 1):
            flip(path, place)
            with pytest.raises(CommandError, match="已损坏，不能用于恢复"):
                call_command("verify_backup")
            assert path.name in capsys.readouterr().out
            flip(path, place)
            flipped += 1
    call_command("verify_backup")

    # A media file that the disk damaged: the backup keeps the content of the night before, and says so.
    victim = next(path for path in portal.media.rglob("*.jpg"))
    good, times = victim.read_bytes(), victim.stat()
    flip(victim, 10)
    os.utime(victim, ns=(times.st_atime_ns, times.st_mtime_ns))
    call_command("backup")
    run = BackupRun.objects.filter(kind="backup").latest("finished_at")
    assert run.outcome == "warning" and victim.name in run.words
    call_command("restore_drill")
    victim.write_bytes(good)
    measured(f"{flipped} of {flipped} flipped bytes of a backup named, and a damaged picture")


@pytest.mark.long
@pytest.mark.fault("F44", "备份被清空")
def test_emptied_backups_are_noticed_and_the_next_one_is_whole(committed_db, portal, capsys, measured):
    build_world()
    call_command("backup")
    for path in Path(portal.backup_folder).iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(CommandError, match="登记过的备份不见了"):
        call_command("backups")
    assert BackupRun.objects.get(kind="backup").outcome == "failed"
    with pytest.raises(SystemExit):
        call_command("health")
    assert "最近一次备份失败：这份备份已不在备份文件夹中" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有完整的备份"):
        call_command("restore_drill")
    call_command("backup")
    call_command("restore_drill")
    assert BackupRun.objects.filter(kind="drill").latest("finished_at").outcome == "done"
    measured("an emptied folder is an alarm, the drill refuses, the next backup is whole")


@contextmanager
def bound_by_row_security(servers):
    """The owner is; a role belongs to the whole cluster, so that the tests after this one would have it too."""
    servers.cluster.execute(f"ALTER ROLE {OWNER_ROLE} NOBYPASSRLS")
    try:
        yield
    finally:
        servers.cluster.execute(f"ALTER ROLE {OWNER_ROLE} BYPASSRLS")


@pytest.mark.long
@pytest.mark.fault("F42", "备份途中被杀、角色看不全")
def test_a_backup_that_did_not_end_well_is_none(committed_db, servers, portal, settings, measured):
    """Killed in the middle, refused by row-level security: nothing that looks like a backup is left."""
    build_world()
    killed = portal.start_and_kill(servers, committed_db)
    assert killed and portal.backups() == []
    run_sql(committed_db.owner_url, "ALTER TABLE members_member ENABLE ROW LEVEL SECURITY")
    run_sql(committed_db.owner_url, "ALTER TABLE members_member FORCE ROW LEVEL SECURITY")
    settings.DATABASE_BACKUP_URL = committed_db.owner_url
    with bound_by_row_security(servers), pytest.raises(CommandError, match="行级安全"):
        call_command("backup")
    assert portal.backups() == []
    assert WEB_ROLE in committed_db.web_url
    settings.DATABASE_BACKUP_URL = servers.cluster.url(
        "postgres", servers.plan["superuser"], committed_db.name
    )
    call_command("backup")
    call_command("restore_drill")
    assert len(portal.backups()) == 1
    assert not [path for path in portal.backup_folder.iterdir() if path.name.startswith(".")]
    measured("killed in the middle and half seen: no backup is left, the next is whole")
