"""节假日表: the holidays and make-up workdays of a year, as the State Council announced them; each saving is a new version."""

import pghistory
from django.conf import settings
from django.db import models

from branch_portal.models import UidModel


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class HolidayTable(UidModel):
    """One version of one year. The highest version is in force; earlier ones stay, so that a plan can be understood later.

    `days` are [iso date, name, off] triples in order: read whole and never searched, so rows of their own would gain nothing.
    """

    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本")
    days = models.JSONField("日期")
    source = models.CharField("依据", max_length=120, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日表"
        ordering = ["-year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["year", "version"], name="holiday_table_version"),
        ]

    def __str__(self):
        return f"{self.year} v{self.version}"
