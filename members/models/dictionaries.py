"""Code tables as data: the words of the statistics forms change with the years, the codes on members' cards stay."""

import datetime

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from branch_portal.models import UidModel


class DictionaryTable(models.TextChoices):
    ETHNICITY = "ethnicity", "民族"
    EDUCATION = "education", "学历"
    DEGREE = "degree", "学位"
    JOB_POST = "job_post", "工作岗位"
    NEW_STRATUM = "new_stratum", "新社会阶层类型"
    ADMISSION_TYPE = "admission_type", "入党类型"
    EXIT_TYPE = "exit_type", "出党方式"
    FLOATING_REASON = "floating_reason", "外出原因"
    LOST_CONTACT_REASON = "lost_contact_reason", "失去联系情形"
    SUSPENSION_REASON = "suspension_reason", "停止党籍原因"
    TRANSFER_REASON = "transfer_reason", "转接原因"
    COMMENDATION_LEVEL = "commendation_level", "表彰级别"


class DictionaryEntryQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        """The words in force on a day."""
        return self.filter(period__contains=day)

    def in_order(self):
        return self.order_by("table", "sort_number", "code", "period")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DictionaryEntry(UidModel):
    """One version of one entry: its words over `[from, to)`. A new wording ends the old version and begins the next."""

    table = models.CharField("代码表", max_length=24, choices=DictionaryTable.choices)
    code = models.CharField("代码", max_length=4)
    label = models.CharField("名称", max_length=60)
    sort_number = models.PositiveIntegerField("排序号", default=100)
    period = DateRangeField("起止日期")

    objects = DictionaryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代码表"
        constraints = [
            ExclusionConstraint(
                name="dictionary_one_wording_at_a_time",
                expressions=[
                    ("table", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="dictionary_has_start", condition=models.Q(period__lower_inf=False)),
        ]

    def __str__(self):
        return f"{self.table} {self.code}"
