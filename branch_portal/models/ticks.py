from django.contrib.postgres.fields import ArrayField
from django.db import models


class TickerBeat(models.Model):
    """When each ticker (beat's worker, the timer's command) last came round; the health page reads it."""

    ticker = models.CharField("触发器", max_length=40, primary_key=True)
    beat_at = models.DateTimeField("最近一次")
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "定时触发记录"

    def __str__(self):
        return self.ticker


class ProcessBeat(models.Model):
    """When a process of the background (a worker, beat, the job runner) last showed that it lives.

    A process that was stopped in order says so; one that was killed leaves a row that grows old, and that is the alarm.
    """

    class Kind(models.TextChoices):
        WORKER = "worker", "后台进程"
        BEAT = "beat", "定时调度"

    name = models.CharField("进程", max_length=160, primary_key=True)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    queues = ArrayField(models.CharField(max_length=40), verbose_name="队列", default=list)
    started_at = models.DateTimeField("启动时间")
    beat_at = models.DateTimeField("最近一次")
    published_at = models.DateTimeField("最近一次派发", null=True)
    stopped_at = models.DateTimeField("停止时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台进程"

    def __str__(self):
        return self.name
