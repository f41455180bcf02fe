"""What the retention job last did, for the operator."""

import datetime

from branch_portal.dates import to_local
from branch_portal.health import Alarm, Figure, Readings, age, health_source, span
from branch_portal.models import RetentionRun

#: The run comes at night; one that was missed is made up for by day.
_NIGHT = range(1, 6)
_SAME_NIGHT = datetime.timedelta(hours=12)
_MISSED = datetime.timedelta(hours=30)
#: The operator hears of it when nothing was cleared for two days.
_LATE = datetime.timedelta(days=2)


def last_run() -> RetentionRun | None:
    return RetentionRun.objects.order_by("-started_at", "-pk").first()


def retention_is_due(now: datetime.datetime) -> bool:
    last = last_run()
    if last is None:
        return True
    since = now - last.started_at
    return since > _MISSED or (since > _SAME_NIGHT and to_local(now).hour in _NIGHT)


@health_source("retention_failed", "retention_late")
def retention(now: datetime.datetime) -> Readings:
    """保存期限. One query."""
    last = last_run()
    if last is None:
        return Readings()
    readings = Readings(
        figures=[
            Figure(
                "portal_retention_age_seconds",
                "Seconds since the last run over what has been kept long enough.",
                age(last.started_at, now),
                "上次按保存期限清理距今",
                seconds=True,
            ),
            Figure(
                "portal_retention_removed", "Rows that the last run removed.", last.total, "上次清理的条数"
            ),
        ]
    )
    if last.failed:
        readings.alarms.append(
            Alarm(
                "retention_failed",
                f"上次按保存期限清理时有 {len(last.failed)} 项没有完成。",
                "请查看系统日志；下一次会从没有完成的地方继续。",
            )
        )
    if now - last.started_at > _LATE:
        readings.alarms.append(
            Alarm(
                "retention_late",
                f"已有 {span(now - last.started_at)}没有按保存期限清理。",
                "请查看处理后台任务的进程是否在运行，或执行 manage.py retention。",
            )
        )
    return readings
