"""What health says about backups: only where they are configured, or where the portal is in earnest."""

import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min, Q

from branch_portal.health import Alarm, Figure, Readings, age, health_source, span
from branch_portal.models import BackupRun

OLDEST_BACKUP = datetime.timedelta(hours=26)
OLDEST_DRILL = datetime.timedelta(days=8)
_MAKE = "请检查备份盘和备份定时任务，并执行一次 manage.py backup（docs/backup.md）。"
_GOOD = Q(outcome__in=[BackupRun.Outcome.DONE, BackupRun.Outcome.WARNING])
_BAD = Q(outcome=BackupRun.Outcome.FAILED)
_BACKUP = Q(kind=BackupRun.Kind.BACKUP)
_DRILL = Q(kind=BackupRun.Kind.DRILL)


def expected() -> bool:
    return bool(settings.PORTAL_BACKUP_DIR or settings.PORTAL_HTTPS)


#: WAL may wait so long for its archive; after that, what is lost with the machine grows.
LONGEST_ARCHIVING = datetime.timedelta(minutes=15)
ARCHIVER = """
SELECT current_setting('archive_mode') <> 'off', last_failed_time, coalesce(last_archived_time, stats_reset)
FROM pg_stat_archiver
"""


@health_source("backup_late", "backup_failed", "backup_warning", "drill_failed", "drill_late")
def backups(now: datetime.datetime) -> Readings:
    """Two queries, and one more for the words of what went wrong."""
    if not expected():
        return Readings()
    runs = BackupRun.objects.unscoped("health is about the portal, not about a person")
    found = runs.aggregate(
        first=Min("finished_at", filter=_BACKUP & _GOOD),
        good=Max("finished_at", filter=_BACKUP & _GOOD),
        bad=Max("finished_at", filter=_BACKUP & _BAD),
        drill=Max("finished_at", filter=_DRILL & _GOOD),
        bad_drill=Max("finished_at", filter=_DRILL & _BAD),
    )
    newest = runs.filter(_BACKUP & _GOOD).order_by("-finished_at").first()
    readings = Readings(figures=_figures(found, newest, now))
    for key, what, good, bad in (
        ("backup_failed", "备份", found["good"], found["bad"]),
        ("drill_failed", "恢复演练", found["drill"], found["bad_drill"]),
    ):
        if bad and (good is None or bad > good):
            kind = _BACKUP if key == "backup_failed" else _DRILL
            why = runs.filter(kind & _BAD).order_by("-finished_at").first()
            words = why.words.rstrip("。") if why else ""
            readings.alarms.append(Alarm(key, f"最近一次{what}失败：{words}。", _MAKE))
    readings.alarms += _late(found, now)
    if newest and newest.outcome == BackupRun.Outcome.WARNING:
        readings.alarms.append(
            Alarm(
                "backup_warning",
                f"最近一次备份有问题：{newest.words}。",
                "请检查磁盘，并从备份取回损坏的文件。",
            )
        )
    return readings


def _late(found: dict, now: datetime.datetime) -> list[Alarm]:
    good, drill = found["good"], found["drill"]
    alarms = []
    if good is None:
        alarms.append(Alarm("backup_late", "还没有一份可以恢复的备份。", _MAKE))
    elif now - good > OLDEST_BACKUP:
        alarms.append(Alarm("backup_late", f"最近一份可以恢复的备份是 {span(now - good)}以前的。", _MAKE))
    since = drill or found["first"]
    if since and now - since > OLDEST_DRILL:
        words = f"已 {span(now - since)}没有做过恢复演练。"
        alarms.append(
            Alarm("drill_late", words, "请执行 manage.py restore_drill；没有演练过的备份不能算备份。")
        )
    return alarms


def _figures(found: dict, newest: BackupRun | None, now: datetime.datetime) -> list[Figure]:
    return [
        Figure(
            "portal_backup_age_seconds",
            "Seconds since the last good backup ended.",
            age(found["good"], now),
            "最近一份备份已过",
            seconds=True,
        ),
        Figure(
            "portal_drill_age_seconds",
            "Seconds since the last good restore drill ended.",
            age(found["drill"], now),
            "最近一次恢复演练已过",
            seconds=True,
        ),
        Figure(
            "portal_backup_bytes",
            "Bytes that the last good backup brings back.",
            newest.size_bytes if newest else None,
        ),
    ]


@health_source("archive_failing")
def archiving(now: datetime.datetime) -> Readings:
    """Where PostgreSQL hands its WAL to an archive (pgBackRest): whether it is taken. One query of the server's own state."""
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVER)
        on, failed, archived = cursor.fetchone()
    alarm = archive_alarm(on, failed, archived, now)
    return Readings(alarms=[alarm] if alarm else [])


def archive_alarm(
    on: bool, failed: datetime.datetime | None, archived: datetime.datetime | None, now: datetime.datetime
) -> Alarm | None:
    """Red when the last try failed and none has succeeded for a quarter of an hour."""
    if not (on and failed and (archived is None or failed > archived)):
        return None
    if archived and now - archived < LONGEST_ARCHIVING:
        return None
    since = f"已 {span(now - archived)}" if archived else "一直"
    return Alarm(
        "archive_failing",
        f"数据库的日志（WAL）{since}没有归档成功。",
        "请检查备份盘是否挂载、有无空间（pgbackrest check）；恢复后会自动补上，在此之前日志会占用数据盘。",
    )
