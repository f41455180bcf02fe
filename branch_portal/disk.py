"""How much room the disk has: an alarm below a fifth, no uploads, imports and made files below a tenth. PostgreSQL stops when
there is none left."""

import datetime
import os
import shutil
from pathlib import Path

from django.conf import settings

from branch_portal.health import Alarm, Figure, Readings, health_source
from branch_portal.jobs import JobRefused

DISK_REFUSAL = (
    "服务器磁盘空间不足，暂时不能上传文件。请联系系统管理员清理磁盘后再试；已填写的内容可以先保存。"
)
#: For what is made or taken apart here: it needs room too, and can wait.
WORK_REFUSAL = "服务器磁盘空间不足，暂时不能导入文件或生成文件。请联系系统管理员清理磁盘后再试。"
_ADVICE = "请清理日志、旧备份等文件或扩大磁盘，做法见 docs/runbooks/disk-full.md。"


def free_percent() -> float:
    """Of the disk that takes the uploads; the nearest folder that is there already."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(os.fspath(folder))
    return 100 * usage.free / usage.total


def takes_uploads() -> bool:
    return free_percent() >= settings.PORTAL_DISK_REFUSE_PERCENT


def refuse_without_room() -> None:
    """JobRefused when the disk is too full to make a file that can be made tomorrow."""
    if not takes_uploads():
        raise JobRefused(WORK_REFUSAL)


@health_source("disk_low", "disk_full")
def disk(now: datetime.datetime) -> Readings:
    free = free_percent()
    readings = Readings(
        figures=[
            Figure(
                "portal_disk_free_percent",
                "Free room of the disk with the uploads.",
                round(free, 1),
                "磁盘剩余（%）",
            )
        ]
    )
    if free < settings.PORTAL_DISK_REFUSE_PERCENT:
        readings.alarms.append(
            Alarm("disk_full", f"磁盘只剩 {free:.0f}%，已暂停上传、导入和生成文件。", _ADVICE)
        )
    elif free < settings.PORTAL_DISK_ALARM_PERCENT:
        readings.alarms.append(Alarm("disk_low", f"磁盘只剩 {free:.0f}%。", _ADVICE))
    return readings
