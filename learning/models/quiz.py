"""The question bank of lessons and series, and each member's checks as they were put."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.models.lessons import Lesson, LessonSeries
from members.models import Member, PartyOrganization


class QuestionQuerySet(ScopedQuerySet):
    """Questions are seen by who keeps them: a member meets them only in a check."""

    organization_lookups = ("organization",)
    view_permission = Permission.MANAGE_LESSONS
    edit_permission = Permission.MANAGE_LESSONS

    def in_use(self):
        return self.filter(retired_at__isnull=True)

    def for_lesson(self, lesson: Lesson):
        """The lesson's own questions and those of its series."""
        bank = Q(lesson=lesson)
        if lesson.series_id is not None:
            bank |= Q(series_id=lesson.series_id)
        return self.in_use().filter(bank)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Question(UidModel):
    """One question. `answers` are positions in `options`, from 0; of 判断题 the options are 正确 and 错误."""

    class Kind(models.TextChoices):
        SINGLE = "single", "单选题"
        MULTIPLE = "multiple", "多选题"
        TRUE_FALSE = "true_false", "判断题"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党组织"
    )
    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, null=True, blank=True, related_name="questions", verbose_name="课程"
    )
    series = models.ForeignKey(
        LessonSeries,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name="专题",
    )
    kind = models.CharField("题型", max_length=10, choices=Kind.choices)
    text = models.CharField("题目", max_length=400)
    options = models.JSONField("选项", default=list)
    answers = models.JSONField("答案", default=list)
    explanation = models.CharField("解析", max_length=400, blank=True)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "题目"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="question_one_bank",
                condition=Q(lesson__isnull=True, series__isnull=False)
                | Q(lesson__isnull=False, series__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["lesson", "text"],
                condition=Q(retired_at__isnull=True),
                name="question_once_in_lesson",
            ),
            models.UniqueConstraint(
                fields=["series", "text"],
                condition=Q(retired_at__isnull=True),
                name="question_once_in_series",
            ),
        ]

    def __str__(self):
        return f"题目 {self.uid}"


class QuizAttemptQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY

    def open(self):
        return self.filter(submitted_at__isnull=True)

    def submitted(self):
        return self.filter(submitted_at__isnull=False)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class QuizAttempt(UidModel):
    """One member's one try. `sheet` holds the questions as drawn, options shuffled, solutions included (rules.quiz).

    So a reload shows the same, and a question mended later changes no old result.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="attempts", verbose_name="课程")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="党员")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    number = models.PositiveSmallIntegerField("第几次")
    sheet = models.JSONField("题目", default=list)
    given = models.JSONField("作答", default=list)
    right = models.PositiveSmallIntegerField("答对", default=0)
    pass_mark = models.PositiveSmallIntegerField("合格线（%）")
    passed = models.BooleanField("合格", default=False)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    submitted_at = models.DateTimeField("交卷时间", null=True, blank=True)

    objects = QuizAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测验记录"
        constraints = [
            models.UniqueConstraint(fields=["lesson", "member", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["lesson", "member"],
                condition=Q(submitted_at__isnull=True),
                name="attempt_one_open",
            ),
            models.CheckConstraint(
                name="attempt_passed_when_submitted",
                condition=Q(submitted_at__isnull=False) | Q(passed=False),
            ),
        ]

    def __str__(self):
        return f"测验 {self.uid}"

    @property
    def total(self) -> int:
        return len(self.sheet)


class QuestionImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An upload that waits for its confirmation is its uploader's alone."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()


class QuestionImport(UidModel):
    """An uploaded list of questions between preview and confirmation; emptied by the tidy task when nobody confirms."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    series = models.ForeignKey(
        LessonSeries, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField("文件名", max_length=120)
    good = models.JSONField("可导入的题目", default=list)
    problems = models.JSONField("需要修改的行", default=list)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    applied_count = models.PositiveIntegerField("导入题数", default=0)

    objects = QuestionImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "题目导入"
        constraints = [
            models.CheckConstraint(
                name="question_import_one_bank",
                condition=Q(lesson__isnull=True, series__isnull=False)
                | Q(lesson__isnull=False, series__isnull=True),
            )
        ]

    def __str__(self):
        return f"题目导入 {self.uid}"
