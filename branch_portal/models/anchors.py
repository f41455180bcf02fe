from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuditAnchor(models.Model):
    """Fingerprints of one day's rows of one audit table, chained to the anchor before (`branch_portal.audit_chain`).

    `leaves` holds key and fingerprint of each row. An anchor without a table closes its day. The site's own role may add
    rows and never change or remove one.
    """

    number = models.BigIntegerField("序号", primary_key=True)
    table = models.CharField("表", max_length=63, blank=True)
    day = models.DateField("日期")
    part = models.PositiveIntegerField("部分", default=0)
    row_count = models.PositiveIntegerField("行数", default=0)
    columns = ArrayField(models.CharField(max_length=63), verbose_name="列", default=list)
    leaves = models.BinaryField("逐行指纹", default=b"")
    previous = models.BinaryField("上一锚点", max_length=32)
    mac = models.BinaryField("锚点", max_length=32)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计锚点"
        constraints = [models.UniqueConstraint(name="audit_anchor_once", fields=["table", "day", "part"])]

    def __str__(self):
        return f"{self.number} {self.day}"
