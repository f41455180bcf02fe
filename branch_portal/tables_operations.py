"""The lists of long work and of the background's processes."""

import datetime

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.health import age, span
from branch_portal.models import Job, ProcessBeat
from branch_portal.queries_health import is_silent
from branch_portal.tables import Column

_QUEUE_WORDS = {"default": "提醒和邮件", "jobs": "后台任务"}
_JOB_MARKS = {
    Job.State.DONE: "is-done",
    Job.State.FAILED: "is-error",
    Job.State.QUARANTINED: "is-error",
    Job.State.QUEUED: "is-wait",
    Job.State.RUNNING: "is-wait",
}


def _mark(style: str, word: str):
    return format_html('<span class="status {}">{}</span>', style, word)


def job_columns() -> list[Column]:
    """我的任务."""
    return [
        Column(
            "任务",
            lambda job: job.title,
            cell=lambda job: format_html(
                '<a href="{}">{}</a>', reverse("jobs:progress", args=[job.uid]), job.title
            ),
        ),
        Column(
            "状态",
            lambda job: job.get_state_display(),
            cell=lambda job: _mark(_JOB_MARKS.get(job.state, "is-plain"), job.get_state_display()),
        ),
        Column("进度", _progress),
        Column("提交时间", lambda job: job.created_at),
        Column("结束时间", lambda job: job.finished_at),
        Column("结果", lambda job: job.error or job.result.get("summary", "")),
    ]


def _progress(job: Job) -> str:
    return f"{job.done_count} / {job.total_count}" if job.total_count else ""


def process_columns(now: datetime.datetime) -> list[Column]:
    """Who lives and who does not."""

    def state(row: ProcessBeat) -> tuple[str, str]:
        if row.stopped_at:
            return "is-plain", "已停止"
        return ("is-error", "没有响应") if is_silent(row, now) else ("is-done", "运行中")

    return [
        Column("进程", lambda row: row.name),
        Column("类型", lambda row: row.get_kind_display()),
        Column("负责", lambda row: "、".join(_QUEUE_WORDS.get(queue, queue) for queue in row.queues)),
        Column("状态", lambda row: state(row)[1], cell=lambda row: _mark(*state(row))),
        Column(
            "最近一次响应", lambda row: f"{span(datetime.timedelta(seconds=age(row.beat_at, now) or 0))}前"
        ),
        Column("启动时间", lambda row: row.started_at),
    ]


def figure_columns() -> list[Column]:
    return [
        Column("项目", lambda figure: figure.label),
        Column("当前", lambda figure: figure.shown, numeric=True),
    ]
