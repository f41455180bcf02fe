"""Where backups lie: one folder each, media beside them once for all, and which are kept how long.

    20260312-013000-4f1a/head.json      what is said without a key: when, which version, which key, how large
                         manifest.pbk   what must be found again, sealed
                         database.pbk   the dump, sealed
    media/4f/4f1a….pbk                  each media file once, sealed, however many backups have it

A backup is written as `.name.part` and renamed when every byte is on the disk, so that half of one is never taken for whole.
"""

import contextlib
import datetime
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from branch_portal.backup import BackupError
from branch_portal.dates import SHANGHAI

FORMAT = 1
DAILY = 7
WEEKLY = 5
_NAME = "%Y%m%d-%H%M%S"
_HEAD, _VERIFIED = "head.json", "verified.json"
_TEMPORARY_AGE = 24 * 3600


@dataclass(frozen=True)
class Stored:
    """One whole backup as it lies there."""

    path: Path
    head: dict

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def made_at(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.head["made_at"])

    @property
    def size(self) -> int:
        """Database and media together: what a restore brings back."""
        return int(self.head.get("database_bytes", 0)) + int(self.head.get("media_bytes", 0))

    @property
    def manifest(self) -> Path:
        return self.path / "manifest.pbk"

    @property
    def database(self) -> Path:
        return self.path / "database.pbk"

    @property
    def media(self) -> Path:
        return self.path.parent / "media"

    @property
    def verified_at(self) -> datetime.datetime | None:
        try:
            return datetime.datetime.fromisoformat(
                json.loads((self.path / _VERIFIED).read_text(encoding="utf-8"))["verified_at"]
            )
        except (OSError, ValueError, KeyError):
            return None

    def note_verified(self, now: datetime.datetime) -> None:
        # Whoever checks may have no right to write there; the check itself is none the worse.
        with contextlib.suppress(OSError):
            write_whole(self.path / _VERIFIED, json.dumps({"verified_at": now.isoformat()}).encode())


def stored(path: Path) -> Stored:
    """The backup in a folder; refused when it is none, or of a format that this version does not know."""
    try:
        head = json.loads((path / _HEAD).read_text(encoding="utf-8"))
        found = Stored(path.resolve(), head)
        _ = found.made_at, head["number"], head["key"], head["check"]
    except FileNotFoundError:
        raise BackupError(f"{path} 不是备份：里面没有 {_HEAD}。请用 manage.py backups 查看现有备份") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"备份 {path.name} 的 {_HEAD} 已损坏（{error}），请改用另一份备份") from None
    if head.get("format") != FORMAT:
        raise BackupError(
            f"备份 {path.name} 的格式（{head.get('format')}）本版本不认识，请用制作它的版本或更新的版本恢复"
        )
    return found


def all_stored(folder: Path) -> list[Stored]:
    """Whole backups, the newest first; what is unreadable is left out here and named by `verify_backup`."""
    found = []
    for path in folder.glob("[0-9]*-*"):
        with contextlib.suppress(BackupError):
            found.append(stored(path))
    return sorted(found, key=lambda each: (each.made_at, each.name), reverse=True)


def newest(folder: Path) -> Stored:
    found = all_stored(folder)
    if not found:
        raise BackupError(f"{folder} 中没有完整的备份，请先执行 manage.py backup")
    return found[0]


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One backup or clearing out at a time; the kernel frees the lock however its holder ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = (folder / "lock").open("a")
    except OSError as error:
        raise BackupError(
            f"备份文件夹 {folder} 写不进去（{error.strerror}）：请检查是否挂载、权限和剩余空间"
        ) from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError("另一次备份正在进行，请等它结束后再试") from None
        _drop_leftovers(folder)
        yield


def draft(folder: Path, now: datetime.datetime) -> Path:
    """An empty folder for a backup in the making."""
    path = folder / f".{now.astimezone(SHANGHAI):{_NAME}}-{secrets.token_hex(2)}.part"
    path.mkdir(mode=0o700)
    return path


def final_name(part: Path) -> str:
    return part.name.removeprefix(".").removesuffix(".part")


def publish(part: Path, head: dict) -> Stored:
    """Say what it is, see that it is on the disk, and give it its name."""
    write_whole(part / _HEAD, json.dumps(head, ensure_ascii=False, indent=1).encode())
    _sync_folder(part)
    target = part.with_name(final_name(part))
    part.rename(target)
    _sync_folder(target.parent)
    return Stored(target, head)


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_leftovers(folder: Path) -> None:
    """What a killed backup left: nobody else is at work here, the lock is ours."""
    for path in (*folder.glob(".*.part"), *folder.glob(".*.gone")):
        shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob("media/*/.*"):
        path.unlink(missing_ok=True)


def to_keep(made: list[datetime.datetime], now: datetime.datetime) -> set[datetime.datetime]:
    """The newest of each of the last seven days that have one and of the last five weeks, within 35 days; and the newest."""
    recent = sorted((at for at in made if now - at <= datetime.timedelta(days=7 * WEEKLY)), reverse=True)
    days: dict[object, datetime.datetime] = {}
    weeks: dict[object, datetime.datetime] = {}
    for at in recent:
        local = at.astimezone(SHANGHAI)
        days.setdefault(local.date(), at)
        weeks.setdefault(local.isocalendar()[:2], at)
    # The last one of all stays however old it is: better than none.
    return {*list(days.values())[:DAILY], *list(weeks.values())[:WEEKLY], *sorted(made)[-1:]}


def drop_old(folder: Path, now: datetime.datetime) -> list[str]:
    """Remove the backups that are not to be kept; returns their names. The caller holds the lock."""
    found = all_stored(folder)
    kept = to_keep([each.made_at for each in found], now)
    dropped = []
    for each in found:
        if each.made_at not in kept:
            gone = each.path.with_name(f".{each.name}.gone")
            each.path.rename(gone)  # at once no backup any more, whatever happens to the clearing away
            shutil.rmtree(gone, ignore_errors=True)
            dropped.append(each.name)
    return dropped
