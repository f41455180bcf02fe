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
    factor = models.DecimalField(
        "折算系数",
        max_digits=4,
        decimal_places=2,
        default="1.00",
        help_text="分钟先乘以系数再折算；例如授课按 5 倍计的，填 5。",
    )
    partial_attendance = models.BooleanField(
        "迟到按本人分钟计", default=True, help_text="不勾选的，迟到者按全程计。"
    )
    online_counts = models.BooleanField("线上参加计学时", default=True)
    made_up_counts = models.BooleanField("补课计学时", default=True)
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学时规则"
        ordering = ["category", "-from_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "from_year"],
                name="study_rule_version",
                violation_error_message="这个类别在该年度已有一个版本，请修改那一个，或另选年度。",
            ),
            models.CheckConstraint(
                name="study_rule_positive",
                condition=models.Q(minutes_per_hour__gt=0, step__gt=0),
                violation_error_message="每学时分钟数和计算步长都应大于 0。",
            ),
            models.CheckConstraint(
                name="study_rule_factor_positive",
                condition=models.Q(factor__gt=0),
                violation_error_message="折算系数应大于 0；不折算的填 1。",
            ),
            models.CheckConstraint(
                name="study_rule_block_whole",
                condition=models.Q(block_minutes__isnull=True, block_hours__isnull=True)
                | models.Q(block_minutes__gt=0, block_hours__isnull=False),
                violation_error_message="固定时段的分钟数和学时要么都填，要么都不填。",
            ),
        ]

    def __str__(self):
        return f"{self.category} {self.from_year}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudyRequirement(models.Model):
    """What is owed in a year from `from_year` on: hours of members and of secretaries and committee members, the central
    trainings of whom the plan names, and how posts and months are judged (domain 6.1, 6.2)."""

    class OfficerTest(models.TextChoices):
        ANY_DAY = "any_day", "年内任职即按书记和委员要求"
        MAJORITY = "majority", "任职过半年才按书记和委员要求"

    from_year = models.PositiveSmallIntegerField(
        "自年度", unique=True, error_messages={"unique": "该年度已有一个版本，请修改那一个，或另选年度。"}
    )
    member_hours = models.DecimalField("党员学时", max_digits=5, decimal_places=2, default=32)
    officer_hours = models.DecimalField("书记和委员学时", max_digits=5, decimal_places=2, default=56)
    officer_trainings = models.PositiveSmallIntegerField("书记和委员集中培训次数", default=1)
    officer_test = models.CharField(
        "任职怎么算", max_length=10, choices=OfficerTest.choices, default=OfficerTest.ANY_DAY
    )
    prorate = models.BooleanField(
        "按月折算",
        default=False,
        help_text="年中入党、转入的，按本年在党支部的月数折算，不足一学时的进为一学时。",
    )
    prospect_hours = models.DecimalField(
        "发展对象短期集中培训学时", max_digits=5, decimal_places=2, default=24
    )
    new_secretary_months = models.PositiveSmallIntegerField(
        "新任书记任职培训期限（月）", default=6, help_text="填 0 表示不提示。"
    )
    probation_training = models.BooleanField("预备期内参加一次集中培训", default=True)
    first_year_training = models.BooleanField("转正后一年内参加一次集中培训", default=True)
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学时要求"
        ordering = ["-from_year"]
        constraints = [
            models.CheckConstraint(
                name="study_requirement_order",
                condition=models.Q(member_hours__gte=0, officer_hours__gte=models.F("member_hours")),
                violation_error_message="书记和委员的学时不应少于党员的学时。",
            ),
        ]

    def __str__(self):
        return f"{self.from_year}"
