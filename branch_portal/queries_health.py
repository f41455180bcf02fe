"""What the portal's own processes and jobs say about their health."""

import datetime
from collections.abc import Iterable

from django.db.models import Count, Min, Q

from branch_portal.health import (
    LONGEST_WAIT,
    SILENT,
    Alarm,
    Figure,
    Readings,
    age,
    ahead,
    health_source,
    span,
)
from branch_portal.models import Job, ProcessBeat, TickerBeat

#: What each queue is there for, in the words of whoever waits.
QUEUES = {"default": "发送提醒和邮件", "jobs": "处理导入、导出、记录册等后台任务"}
_RESTART = "请重新启动它。它做到一半的工作会由其他进程接手，不会丢失，也不会重做。"


@health_source("worker_silent", "worker_missing", "beat_silent", "broker_unreachable", "clock_moved")
def processes(now: datetime.datetime) -> Readings:
    """Workers and beat by their pulse. One query."""
    rows = list(ProcessBeat.objects.order_by("kind", "name"))
    readings = Readings()
    for row in rows:
        readings.figures.append(
            Figure(
                "portal_process_age_seconds",
                "Seconds since a background process last showed that it lives.",
                age(row.beat_at, now),
                seconds=True,
                labels=(("process", row.name), ("kind", row.kind)),
            )
        )
    readings.alarms += _clock(rows, now)
    readings.alarms += _workers([row for row in rows if row.kind == ProcessBeat.Kind.WORKER], now)
    readings.alarms += _beat([row for row in rows if row.kind == ProcessBeat.Kind.BEAT], now)
    return readings


def _clock(rows: list[ProcessBeat], now: datetime.datetime) -> list[Alarm]:
    if not any(ahead(row.beat_at, now) for row in rows):
        return []
    return [
        Alarm("clock_moved", "服务器的时钟被调回过，或几台服务器的时钟不一致。", "请检查时间同步（NTP）。")
    ]


def is_silent(row: ProcessBeat, now: datetime.datetime) -> bool:
    return now - row.beat_at > SILENT


def _workers(rows: list[ProcessBeat], now: datetime.datetime) -> list[Alarm]:
    """Each worker that fell silent without saying goodbye, and each queue that nobody serves."""
    dead = [row for row in rows if is_silent(row, now) and row.stopped_at is None]
    alarms = [
        Alarm("worker_silent", f"后台进程 {row.name} 已 {span(now - row.beat_at)}没有响应。", _RESTART)
        for row in dead
    ]
    known_dead = _served(dead)
    alive = _served(row for row in rows if not is_silent(row, now))
    return alarms + [
        Alarm("worker_missing", f"没有后台进程在{duty}。", "请启动后台进程（Celery worker）。")
        for queue, duty in QUEUES.items()
        if queue not in alive and queue not in known_dead
    ]


def _served(rows: Iterable[ProcessBeat]) -> set[str]:
    return {queue for row in rows for queue in row.queues}


def _beat(rows: list[ProcessBeat], now: datetime.datetime) -> list[Alarm]:
    newest = max(rows, key=lambda row: row.beat_at, default=None)
    if newest is None or is_silent(newest, now):
        since = f"已 {span(now - newest.beat_at)}没有响应" if newest else "没有启动"
        return [
            Alarm(
                "beat_silent",
                f"定时调度（beat）{since}。",
                "请启动 Celery beat。在此之前，提醒由系统定时器（manage.py tick）每分钟处理；没有设定时器的，提醒会推迟，不会丢失。",
            )
        ]
    if now - (newest.published_at or newest.started_at) > SILENT:
        return [
            Alarm(
                "broker_unreachable",
                "定时调度派发不出任务，可能是连不上 Redis。",
                "请检查 Redis 服务。提醒和任务都保存在数据库中，恢复后会自动继续。",
            )
        ]
    return []


@health_source("jobs_waiting", "jobs_set_aside")
def jobs(now: datetime.datetime) -> Readings:
    """导入、导出等后台任务. One query, over the few that are not finished."""
    found = Job.objects.filter(
        Q(state__in=[Job.State.QUEUED, Job.State.RUNNING]) | Q(state=Job.State.QUARANTINED)
    ).aggregate(
        queued=Count("pk", filter=Q(state=Job.State.QUEUED)),
        running=Count("pk", filter=Q(state=Job.State.RUNNING)),
        aside=Count("pk", filter=Q(state=Job.State.QUARANTINED)),
        # One that was let run again was asked for long ago and has not waited all that time.
        oldest=Min("created_at", filter=Q(state=Job.State.QUEUED, forgiven=0)),
    )
    count_help, states = "Jobs that have not ended, and those set aside.", Job.State
    readings = Readings(
        figures=[
            Figure("portal_jobs", count_help, found[name], label, labels=(("state", state.value),))
            for name, state, label in (
                ("queued", states.QUEUED, "排队中的任务"),
                ("running", states.RUNNING, "处理中的任务"),
                ("aside", states.QUARANTINED, "已搁置的任务"),
            )
        ]
        + [
            Figure(
                "portal_job_oldest_waiting_seconds",
                "Seconds that the oldest queued job has waited.",
                age(found["oldest"], now),
                "最早的任务已排队",
                seconds=True,
            )
        ]
    )
    if found["oldest"] and now - found["oldest"] > LONGEST_WAIT:
        readings.alarms.append(
            Alarm(
                "jobs_waiting",
                f"有后台任务已排队 {span(now - found['oldest'])}。",
                "请查看处理后台任务的进程是否在运行；任务多时可以多启动一个。",
            )
        )
    if found["aside"]:
        readings.alarms.append(
            Alarm(
                "jobs_set_aside",
                f"有 {found['aside']} 项后台任务连续两次使后台进程中断，已搁置。",
                "请在“运行状态”页决定重新处理还是结束；常见原因是内存不足。",
            )
        )
    return readings


def process_rows() -> list[ProcessBeat]:
    return list(ProcessBeat.objects.order_by("kind", "name"))


def ticker_rows() -> list[TickerBeat]:
    return list(TickerBeat.objects.order_by("ticker"))
