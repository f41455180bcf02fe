"""What the settings say about backups, and the four things done with it; commands and the clock call these."""

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from branch_portal.backup import BackupError, folder
from branch_portal.backup.keys import BackupKey, read_key
from branch_portal.backup.making import clear_out, make_backup
from branch_portal.backup.programs import address
from branch_portal.backup.runs import Ended, noted
from branch_portal.models import BackupRun


def source_database() -> Mapping[str, Any]:
    """The role that sees every row: the backup's own where one is set, otherwise the owner."""
    if settings.DATABASE_BACKUP_URL:
        return address(settings.DATABASE_BACKUP_URL)
    return settings.DATABASES["owner"]


def backup_folder(given: str = "") -> Path:
    named = given or settings.PORTAL_BACKUP_DIR
    if not named:
        raise BackupError("没有指明备份文件夹：请设置 PORTAL_BACKUP_DIR，或写明文件夹")
    return Path(named)


def backup_key(given: str = "") -> BackupKey:
    return read_key(Path(given) if given else settings.PORTAL_BACKUP_KEY)


def key_lies_apart(target: Path, *keys: Path) -> None:
    """Whoever finds the backups must not find the keys beside them."""
    for key in keys:
        if key.resolve().is_relative_to(target.resolve()):
            raise BackupError(f"密钥文件 {key} 放在了备份文件夹里：谁拿到备份谁就能打开。请移到别处再备份")


def backup_now(target: Path, key: BackupKey, *, now: datetime.datetime | None = None) -> Ended:
    """One backup, noted; then those beyond their time are dropped."""
    return noted(BackupRun.Kind.BACKUP, lambda: _backup(target, key, now or timezone.now()))


def _backup(target: Path, key: BackupKey, now: datetime.datetime) -> Ended:
    key_lies_apart(target, settings.PORTAL_KEYRING)
    made, manifest = make_backup(
        target, key, database=source_database(), media_root=Path(settings.MEDIA_ROOT), now=now
    )
    dropped = clear_out(target, key, now)
    rows = sum(mark["rows"] for mark in manifest["tables"].values())
    words = f"{len(manifest['tables'])} 张表 {rows} 行，媒体文件 {len(manifest['media'])} 个"
    if dropped:
        words += f"；清理过期备份 {len(dropped)} 份"
    if damaged := manifest["damaged"]:
        words += (
            f"；{len(damaged)} 个媒体文件的内容被磁盘损坏，备份保留了以前的好内容：{'、'.join(damaged[:3])}"
        )
    return Ended(made.name, made.size, words, bool(damaged))


def chosen(backup: str, target: Callable[[], Path]) -> folder.Stored:
    """By path, by name within the folder, or `newest`."""
    if backup == "newest":
        return folder.newest(target())
    path = Path(backup)
    return folder.stored(path if path.is_dir() else target() / backup)
