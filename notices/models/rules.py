import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ReminderRule(models.Model):
    """One kind of reminder as data: whether it is on, how long before the anchor it fires, by which outside channels.

    What it says, to whom and until when is code, registered under the same key (`notices.registry`).
    """

    key = models.CharField("键", max_length=60, unique=True)
    name = models.CharField("名称", max_length=60)
    clause = models.CharField("依据", max_length=120, blank=True)
    enabled = models.BooleanField("启用", default=True)
    offsets_minutes = ArrayField(
        models.IntegerField(), verbose_name="提前量（分钟）", default=list, blank=True
    )
    offsets_months = ArrayField(models.IntegerField(), verbose_name="提前量（月）", default=list, blank=True)
    email = models.BooleanField("同时发电子邮件", default=True)
    urgent = models.BooleanField("不避开夜间", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒规则"
        ordering = ["key"]

    def __str__(self):
        return self.name
