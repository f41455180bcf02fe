"""How minutes become hours and how many are owed, as versioned data (domain 6.1–6.3)."""

import pghistory
from django.db import models


class StudyCategory(models.TextChoices):
    CENTRAL_TRAINING = "central_training", "集中培训"
    GENERAL_MEETING_STUDY = "general_meeting_study", "党员大会学习"
    CELL_STUDY = "cell_study", "党小组学习"
    PARTY_LECTURE = "party_lecture", "党课"
    THEME_DAY = "theme_day", "主题党日"
    COLLECTIVE_STUDY = "collective_study", "集中学习日"
    ONLINE_COURSE = "online_course", "网络课程"
    SELF_STUDY = "self_study", "个人自学"
    XUEXI_QIANGGUO = "xuexi_qiangguo", "学习强国"
    TEACHING = "teaching", "授课"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudyRule(models.Model):
    """How one category counts from a year on; the newest row with `from_year` ≤ the credit's year is in force."""

    category = models.CharField("类别", max_length=30, choices=StudyCategory.choices)
    from_year = models.PositiveSmallIntegerField("自年度")
    minutes_per_hour = models.PositiveSmallIntegerField("每学时分钟数", default=45)
    step = models.DecimalField("计算步长（学时）", max_digits=3, decimal_places=2, default="0.50")
    counts_toward_required = models.BooleanField("计入应完成学时", default=True)
    annual_cap = models.DecimalField(
        "年度上限（学时）", max_digits=6, decimal_places=2, null=True, blank=True
    )
    per_item_cap = models.DecimalField(
        "单项上限（学时）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    block_minutes = models.PositiveSmallIntegerField(
        "固定时段（分钟）", null=True, blank=True, help_text="例如半天 240 分钟；不填则按分钟计算。"
    )
    block_hours = models.DecimalField("固定时段学时", max_digits=5, decimal_places=2, null=True, blank=True)
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学时规则"
        ordering = ["category", "-from_year"]
        constraints = [
            models.UniqueConstraint(fields=["category", "from_year"], name="study_rule_version"),
            models.CheckConstraint(
                name="study_rule_positive", condition=models.Q(minutes_per_hour__gt=0, step__gt=0)
            ),
            models.CheckConstraint(
                name="study_rule_block_whole",
                condition=models.Q(block_minutes__isnull=True, block_hours__isnull=True)
                | models.Q(block_minutes__gt=0, block_hours__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.category} {self.from_year}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudyRequirement(models.Model):
    """Hours owed in a year from `from_year` on: by members, and by secretaries and committee members (domain 6.1)."""

    from_year = models.PositiveSmallIntegerField("自年度", unique=True)
    member_hours = models.DecimalField("党员学时", max_digits=5, decimal_places=2, default=32)
    officer_hours = models.DecimalField("书记和委员学时", max_digits=5, decimal_places=2, default=56)
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学时要求"
        ordering = ["-from_year"]

    def __str__(self):
        return f"{self.from_year}"
