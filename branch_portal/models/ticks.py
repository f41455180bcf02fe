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
