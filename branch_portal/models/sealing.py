"""What the database knows of the keys (never the keys themselves), and of what the retention job removed."""

from django.db import models


class SealingKey(models.Model):
    """A key that sealed something here, by its id and a check value: a wrong key file is recognised before it is used."""

    kid = models.CharField("编号", max_length=16, unique=True)
    check_value = models.BinaryField("校验值")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "加密密钥登记"

    def __str__(self):
        return f"加密密钥 {self.pk}"


class KeyEvent(models.Model):
    """密钥变更记录: a key was registered, put in force, has sealed everything anew, or was retired. Append-only."""

    class What(models.TextChoices):
        REGISTERED = "registered", "登记"
        ACTIVATED = "activated", "启用"
        RESEALED = "resealed", "重新加密"
        RETIRED = "retired", "停用"

    at = models.DateTimeField("时间", auto_now_add=True)
    what = models.CharField("事项", max_length=12, choices=What.choices)
    kid = models.CharField("密钥编号", max_length=16)
    rows = models.PositiveBigIntegerField("行数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "密钥变更记录"
        indexes = [models.Index(fields=["-at"], name="key_event_recent")]

    def __str__(self):
        return f"密钥变更记录 {self.pk}"


class RetentionRun(models.Model):
    """One run over the rules of 保存期限: what each of them removed, and what went wrong."""

    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    removed = models.JSONField("清理条数", default=dict)
    failed = models.JSONField("未完成", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "保存期限执行记录"
        indexes = [models.Index(fields=["-started_at"], name="retention_run_recent")]

    def __str__(self):
        return f"保存期限执行记录 {self.pk}"

    @property
    def total(self) -> int:
        return sum(self.removed.values())
