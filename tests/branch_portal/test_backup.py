"""Sealed streams, which backups are kept, what is due when, and what the operator is told."""

import datetime
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_portal.backup import BackupError, cipher, clock, folder, keys
from branch_portal.backup.cipher import PIECE, Damaged, Sealer, opened
from branch_portal.health import look
from branch_portal.models import BackupRun

KEY = b"k" * 32
NOW = datetime.datetime(2030, 5, 15, 4, 0, tzinfo=datetime.UTC)  # a Wednesday, noon in Shanghai


# --- Seal ---


def sealed(plain: bytes, label: str = "a") -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, KEY, label)
    for start in range(0, len(plain), 700_000):
        sealer.write(plain[start : start + 700_000])
    sealer.close()
    return target.getvalue()


def opens(content: bytes, label: str = "a", key: bytes = KEY) -> bytes:
    return b"".join(opened(io.BytesIO(content), key, label))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5])
def test_what_is_sealed_opens_again_and_only_whole(size):
    plain = bytes(i % 251 for i in range(size))
    content = sealed(plain)
    assert opens(content) == plain
    assert plain[:64] not in content or size == 0 or size == 1
    # Cut at the end of a piece and anywhere else, and with something behind it.
    for wrong in (content[:-1], content[: 20 + PIECE + 16], content[:20], content[:7], content + b"x"):
        if wrong != content:
            with pytest.raises(Damaged):
                opens(wrong)


@given(st.data())
def test_one_flipped_bit_anywhere_is_seen(data):
    content = sealed(b"minutes of the meeting" * 20)
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    wrong = bytearray(content)
    wrong[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Damaged):
        opens(bytes(wrong))


def test_pieces_cannot_be_exchanged_or_left_out_or_come_from_another_file():
    content = sealed(b"x" * (3 * PIECE))
    head, size = content[:20], PIECE + 16
    first, second, third = (content[20 + i * size : 20 + (i + 1) * size] for i in range(3))
    for wrong in (head + second + first + third, head + first + third, head + first + first + third):
        with pytest.raises(Damaged):
            opens(wrong)
    with pytest.raises(Damaged):
        opens(sealed(b"x", "b"), "a")
    with pytest.raises(Damaged):
        opens(sealed(b"x"), key=b"K" * 32)


def test_a_pipe_that_gives_little_at_a_time():
    class Drip(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 9000))

    plain = b"y" * (PIECE + 100)
    assert b"".join(cipher.opened(Drip(sealed(plain)), KEY, "a")) == plain


# --- Key ---


def test_a_key_file_is_made_once_and_is_private(tmp_path):
    path = tmp_path / "apart" / "key.json"
    made = keys.create_key(path)
    assert path.stat().st_mode & 0o777 == 0o400
    assert keys.read_key(path) == made
    assert made.secret.hex() not in repr(made)
    with pytest.raises(BackupError, match="已存在"):
        keys.create_key(path)


def test_a_key_file_that_is_missing_or_broken_says_what_to_do(tmp_path):
    with pytest.raises(BackupError, match="backup_key"):
        keys.read_key(tmp_path / "none.json")
    for content in ("{", "[]", '{"number": "b1", "key": "短"}', '{"number": "b1", "key": "AAAA"}'):
        (tmp_path / "key.json").write_text(content)
        with pytest.raises(BackupError, match="密钥"):
            keys.read_key(tmp_path / "key.json")


def test_field_keys_are_proved_without_being_told():
    checks = keys.field_key_checks()
    keys.compare_field_keys(checks)
    with pytest.raises(BackupError, match="缺少 k9"):
        keys.compare_field_keys({**checks, "k9": "00"})
    name = next(iter(checks))
    with pytest.raises(BackupError, match=f"{name} 不是备份时的那一把"):
        keys.compare_field_keys({**checks, name: "0" * 16})


# --- Retention ---


@given(st.lists(st.integers(0, 60 * 24), min_size=1, max_size=80))
def test_what_is_kept(hours):
    made = [NOW - datetime.timedelta(hours=each) for each in hours]
    kept = folder.to_keep(made, NOW)
    assert kept <= set(made)
    assert max(made) in kept
    days = {at.astimezone(folder.SHANGHAI).date() for at in made if NOW - at <= datetime.timedelta(days=35)}
    kept_days = {at.astimezone(folder.SHANGHAI).date() for at in kept}
    assert set(sorted(days)[-7:]) <= kept_days  # the last seven days that have one
    assert len(kept) <= 7 + 5 + 1
    assert all(NOW - at <= datetime.timedelta(days=35) or at == max(made) for at in kept)


def test_a_backup_a_night_for_two_months_leaves_a_week_of_days_and_a_month_of_weeks():
    made = [NOW - datetime.timedelta(days=each) for each in range(60)]
    ages = sorted((NOW - at).days for at in folder.to_keep(made, NOW))
    # Seven days, and the last of each week before (Sundays).
    assert ages == [0, 1, 2, 3, 4, 5, 6, 10, 17, 24]


def test_dropping_removes_whole_backups_and_leftovers(tmp_path):
    for age in range(60):
        at = NOW - datetime.timedelta(days=age)
        path = tmp_path / f"{at:%Y%m%d-%H%M%S}-0000"
        path.mkdir()
        head = {"format": 1, "number": path.name, "made_at": at.isoformat(), "key": "b", "check": "c"}
        (path / "head.json").write_text(json.dumps(head))
    (tmp_path / ".20300514-040000-0000.part").mkdir()
    with folder.locked(tmp_path):
        assert len(folder.drop_old(tmp_path, NOW)) == 50
        with pytest.raises(BackupError, match="另一次备份正在进行"), folder.locked(tmp_path):
            pass
    assert len(folder.all_stored(tmp_path)) == 10
    assert not list(tmp_path.glob(".*"))


# --- Clock and health ---


def run(kind="backup", outcome="done", *, hours: float, **fields) -> BackupRun:
    at = NOW - datetime.timedelta(hours=hours)
    return BackupRun.objects.create(kind=kind, outcome=outcome, started_at=at, finished_at=at, **fields)


@pytest.mark.parametrize(
    ("weekday", "expected"),
    [(None, "2030-05-14T17:30:00+00:00"), (6, "2030-05-11T17:30:00+00:00"), (2, "2030-05-14T17:30:00+00:00")],
)
def test_the_last_moment_for_a_backup_is_reckoned_in_shanghai(weekday, expected):
    slot = clock.last_slot(NOW, datetime.time(1, 30), weekday=weekday)
    assert slot.astimezone(datetime.UTC).isoformat() == expected


def test_a_backup_is_due_once_a_night_and_a_failed_one_again_after_an_hour(db):
    slot = clock.last_slot(NOW, datetime.time(1, 30))
    assert clock.due("backup", slot, NOW)
    run(outcome="failed", hours=0.5)
    assert not clock.due("backup", slot, NOW)
    assert clock.due("backup", slot, NOW + datetime.timedelta(minutes=31))
    run(hours=10)
    assert not clock.due("backup", slot, NOW + datetime.timedelta(minutes=31))
    assert clock.due("drill", slot, NOW)


@pytest.fixture
def configured(settings, tmp_path):
    settings.PORTAL_BACKUP_DIR = str(tmp_path)
    return tmp_path


def alarms() -> list[str]:
    keys_of_backups = ("backup_late", "backup_failed", "backup_warning", "drill_failed", "drill_late")
    return [alarm.key for alarm in look(NOW).alarms if alarm.key in keys_of_backups]


def test_where_no_backup_is_asked_for_none_is_missed(db, settings):
    assert alarms() == []
    settings.PORTAL_HTTPS = True
    assert alarms() == ["backup_late"]


@pytest.mark.parametrize(("hours", "raised"), [(25, []), (27, ["backup_late"])])
def test_a_backup_older_than_26_hours_is_red(db, configured, hours, raised):
    run(hours=hours)
    assert alarms() == raised


def test_a_failure_is_red_until_a_success_and_says_why(db, configured):
    run(hours=20)
    run(outcome="failed", hours=2, words="备份盘满了。")
    run("drill", "failed", hours=3, words="密钥不对")
    assert alarms() == ["backup_failed", "drill_failed"]
    assert [alarm.words for alarm in look(NOW).alarms if alarm.key.endswith("_failed")] == [
        "最近一次备份失败：备份盘满了。",
        "最近一次恢复演练失败：密钥不对。",
    ]
    run(hours=1)
    run("drill", hours=1)
    assert alarms() == []


def test_a_backup_that_nobody_drilled_for_a_week(db, configured):
    run(hours=9 * 24)
    run(outcome="warning", hours=1, words="一个文件坏了")
    assert alarms() == ["drill_late", "backup_warning"]


def test_a_backup_that_vanished_is_no_backup(db, configured):
    run(hours=1, name="20300515-030000-aaaa")
    run(hours=30, name="20300513-220000-bbbb")
    assert clock.watch(configured) == ["20300515-030000-aaaa", "20300513-220000-bbbb"]
    assert alarms() == ["backup_failed", "backup_late"]


def test_the_operators_page_says_it(db, configured, world, as_user):
    run(hours=1)
    page = as_user(world.superuser).get("/operations/").content.decode()
    assert "最近一份备份已过" in page
