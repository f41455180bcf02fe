"""What the timetable does about backups where `PORTAL_BACKUP_DIR` is set: one a night, a drill a week, and a look between.

Asked every ten minutes rather than told at one minute: a computer that was off at half past one makes it up when it is on.
"""

import datetime
import logging
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from branch_portal.backup import BackupError
from branch_portal.backup.configured import backup_folder, backup_key, backup_now
from branch_portal.backup.drill import drill
from branch_portal.backup.folder import all_stored, newest
from branch_portal.dates import SHANGHAI
from branch_portal.models import BackupRun

logger = logging.getLogger(__name__)
_AGAIN = datetime.timedelta(hours=1)
_DRILL_AFTER = datetime.timedelta(hours=2)
_SUNDAY = 6
GONE = "这份备份已不在备份文件夹中。"


def keep(now: datetime.datetime) -> None:
    """Whatever is due; how it ends is noted by the work itself."""
    at = backup_time()
    if not settings.PORTAL_BACKUP_DIR:
        return
    watch(backup_folder())
    if at is None:
        return
    if due(BackupRun.Kind.BACKUP, last_slot(now, at), now):
        _try(lambda: backup_now(backup_folder(), backup_key()))
    slot = last_slot(now - _DRILL_AFTER, at, weekday=_SUNDAY) + _DRILL_AFTER
    if due(BackupRun.Kind.DRILL, slot, now) and all_stored(backup_folder()):
        _try(lambda: drill(lambda: newest(backup_folder()), backup_key(), tell=logger.info))


def _try(work: Callable[[], object]) -> None:
    try:
        work()
    except BackupError as error:
        logger.error("%s", error)


def backup_time() -> datetime.time | None:
    """The hour of the settings; None where the system's timer does it. What is no time is said at the start (checks)."""
    try:
        return datetime.time.fromisoformat(settings.PORTAL_BACKUP_AT)
    except ValueError:
        return None


def last_slot(now: datetime.datetime, at: datetime.time, *, weekday: int | None = None) -> datetime.datetime:
    """The latest moment, not after now, that has this time of day (and this day of the week) in the portal's zone."""
    local = now.astimezone(SHANGHAI)
    day = local.date()
    while True:
        slot = datetime.datetime.combine(day, at, tzinfo=SHANGHAI)
        if slot <= local and weekday in (None, day.weekday()):
            return slot
        day -= datetime.timedelta(days=1)


def due(kind: str, slot: datetime.datetime, now: datetime.datetime) -> bool:
    """Nothing good since the slot, and no failure within the hour."""
    runs = BackupRun.objects.unscoped("the clock asks what was done").filter(kind=kind)
    if runs.exclude(outcome=BackupRun.Outcome.FAILED).filter(started_at__gte=slot).exists():
        return False
    return not runs.filter(outcome=BackupRun.Outcome.FAILED, finished_at__gt=now - _AGAIN).exists()


def watch(target: Path) -> list[str]:
    """Backups that were said to be there and are not: the newest one, and those before it until one is found."""
    lying = {each.name for each in all_stored(target)}
    lost = []
    good = BackupRun.objects.unscoped("the clock looks after what was made").filter(
        kind=BackupRun.Kind.BACKUP,
        tool="portal",
        outcome__in=[BackupRun.Outcome.DONE, BackupRun.Outcome.WARNING],
    )
    for run in good.order_by("-finished_at")[:20]:
        if run.name in lying:
            break
        good.filter(pk=run.pk).update(outcome=BackupRun.Outcome.FAILED, words=GONE)
        lost.append(run.name)
    return lost
