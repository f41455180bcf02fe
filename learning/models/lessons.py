"""云端党课: lessons that a branch or a committee offers to its people, and who has completed them (product M5)."""

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from branch_portal.dates import today_shanghai
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.models.rules import StudyCategory
from members.models import Member, PartyOrganization, PostTenure


class LessonSeriesQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.MANAGE_LESSONS

    def visible_to(self, user):
        """The series of the organisations above as well: their lessons are for everyone below."""
        return self.filter(self._in_scope(user, self.view_permission) | _above(user))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LessonSeries(UidModel):
    """专题: lessons that belong together, and a question bank that they share."""

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="lesson_series", verbose_name="党组织"
    )
    title = models.CharField("专题名称", max_length=80)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = LessonSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "云端党课专题"
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "title"], name="lesson_series_title_once")
        ]

    def __str__(self):
        return f"专题 {self.uid}"


class LessonQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.MANAGE_LESSONS

    def visible_to(self, user):
        """Published for the asker, completed by the asker (also when withdrawn since), or the asker's to manage."""
        mine = LessonCompletion.objects.filter(
            member_id=getattr(user, "member_id", None), completed_on__isnull=False
        )
        managed = self._in_scope(user, Permission.MANAGE_LESSONS)
        return self.filter(managed | self._offered_to(user) | Q(pk__in=mine.values("lesson")))

    def offered_to(self, user):
        """Published for the asker: what a member's catalogue lists."""
        return self.filter(self._offered_to(user))

    def open_to(self, member: Member):
        """Published for a member of a branch and not completed yet."""
        if member.branch is None:
            return self.none()
        path, step = member.branch.path, PartyOrganization.steplen
        line = [path[:end] for end in range(step, len(path) + 1, step)]
        done = LessonCompletion.objects.filter(member=member, completed_on__isnull=False)
        return self.filter(
            _meant_for_member(member), state=Lesson.State.PUBLISHED, organization__path__in=line
        ).exclude(pk__in=done.values("lesson"))

    def _offered_to(self, user) -> Q:
        within = self._in_scope(user, self.view_permission) | _above(user)
        return Q(state=Lesson.State.PUBLISHED) & within & _meant_for(user)


def _above(user) -> Q:
    """Kept by an organisation above the asker's own place."""
    if not getattr(user, "is_authenticated", False):
        return Q(pk__in=[])
    above = user.access.scope(Permission.VIEW_RECORDS).paths_above(PartyOrganization.steplen)
    return Q(organization__path__in=above)


def _meant_for(user) -> Q:
    """The audience that the asker belongs to; who is no member belongs to 全体 only."""
    if getattr(user, "member_id", None) is None:
        return Q(audience=Lesson.Audience.ALL)
    return _meant_for_member(user.member)


def _meant_for_member(member: Member) -> Q:
    meant = Q(audience=Lesson.Audience.ALL)
    meant |= Q(audience=Lesson.Audience.CATEGORIES, audience_values__contains=[member.category])
    posts = PostTenure.objects.filter(member=member).on(today_shanghai()).values_list("post", flat=True)
    for post in sorted(set(posts)):
        meant |= Q(audience=Lesson.Audience.POSTS, audience_values__contains=[post])
    return meant


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Lesson(UidModel):
    """One lesson. It is withdrawn rather than deleted, because completions and hours name it.

    `text` is the article in the simple markup of `learning.article`, never HTML. `minutes` are what completing it earns,
    whatever time somebody took: nothing counts seconds (domain 0.1). `drawn` questions are asked, `pass_mark` is the
    percentage that passes, `tries` how often (None: as often as one likes).
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", "图文"
        PDF = "pdf", "PDF 课件"
        AUDIO = "audio", "音频"
        VIDEO = "video", "视频"

    class PassBy(models.TextChoices):
        CHECK = "check", "通过小测验"
        CONFIRMATION = "confirmation", "由党支部确认"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已下架"

    class Audience(models.TextChoices):
        ALL = "all", "全体党员"
        POSTS = "posts", "担任指定职务的党员"
        CATEGORIES = "categories", "指定类别的党员"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="lessons", verbose_name="开设组织"
    )
    series = models.ForeignKey(
        LessonSeries,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name="专题",
    )
    position = models.PositiveSmallIntegerField("专题内次序", default=1)
    title = models.CharField("课程名称", max_length=100)
    kind = models.CharField("形式", max_length=10, choices=Kind.choices)
    text = models.TextField("正文", blank=True, max_length=50_000)
    minutes = models.PositiveSmallIntegerField(
        "计入分钟", default=45, validators=[MinValueValidator(0), MaxValueValidator(600)]
    )
    category = models.CharField(
        "学时类别", max_length=30, choices=StudyCategory.choices, default=StudyCategory.ONLINE_COURSE
    )
    pass_by = models.CharField("完成方式", max_length=12, choices=PassBy.choices, default=PassBy.CHECK)
    drawn = models.PositiveSmallIntegerField("每次题数", default=5)
    pass_mark = models.PositiveSmallIntegerField("合格线（%）", default=60)
    tries = models.PositiveSmallIntegerField("可答次数", null=True, blank=True)
    audience = models.CharField("学习对象", max_length=10, choices=Audience.choices, default=Audience.ALL)
    audience_values = models.JSONField("职务或类别", default=list, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("下架时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="创建人"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "云端党课"
        indexes = [models.Index(fields=["organization", "state"], name="lesson_organization_state")]
        constraints = [
            models.CheckConstraint(name="lesson_minutes", condition=Q(minutes__lte=600)),
            models.CheckConstraint(
                name="lesson_check_terms",
                condition=Q(drawn__gte=1, drawn__lte=50, pass_mark__gte=1, pass_mark__lte=100)
                & (Q(tries__isnull=True) | Q(tries__gte=1)),
            ),
            models.CheckConstraint(
                name="lesson_state_dates",
                condition=Q(state="draft", published_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state="published", published_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state="withdrawn", published_at__isnull=False, withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="lesson_audience_named",
                condition=Q(audience="all", audience_values=[])
                | (~Q(audience="all") & ~Q(audience_values=[])),
            ),
        ]

    def __str__(self):
        return f"课程 {self.uid}"

    @property
    def is_media(self) -> bool:
        """Whether the lesson is one file that is looked at or listened to."""
        return self.kind != self.Kind.ARTICLE


class LessonFileQuerySet(ScopedQuerySet):
    organization_lookups = ("lesson__organization",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.MANAGE_LESSONS

    def visible_to(self, user):
        """Whoever may open the lesson may have its files, nobody else."""
        return self.filter(lesson__in=Lesson.objects.visible_to(user).values("pk"))

    def kept(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LessonFile(UidModel):
    """One file of a lesson: what the lesson is (`main`: the PDF, the recording), or what hangs on it."""

    class Role(models.TextChoices):
        MAIN = "main", "课件"
        ATTACHMENT = "attachment", "附件"

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="files", verbose_name="课程")
    role = models.CharField("用途", max_length=10, choices=Role.choices)
    file_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    checksum = models.CharField("校验值", max_length=80, help_text="算法:值")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LessonFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "课程文件"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson"],
                condition=Q(role="main", removed_at__isnull=True),
                name="lesson_one_main_file",
            )
        ]

    def __str__(self):
        return f"课程文件 {self.uid}"

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class LessonCompletionQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY
    edit_permission = Permission.MANAGE_LESSONS

    def done(self):
        return self.filter(completed_on__isnull=False)

    def waiting(self):
        """Said to be completed, not confirmed yet."""
        return self.filter(completed_on__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LessonCompletion(UidModel):
    """One member and one lesson, once for ever: said to be done (`said_on`), then completed by a check or an officer.

    `minutes` and `category` are those of the lesson on that day. The row's uid names the source of its study credit.
    """

    class How(models.TextChoices):
        CHECK = "check", "测验合格"
        CONFIRMED = "confirmed", "党支部确认"

    lesson = models.ForeignKey(
        Lesson, on_delete=models.PROTECT, related_name="completions", verbose_name="课程"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="党员")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    said_on = models.DateField("本人报告学完日期", null=True, blank=True)
    completed_on = models.DateField("完成日期", null=True, blank=True)
    how = models.CharField("完成方式", max_length=10, choices=How.choices, blank=True)
    minutes = models.PositiveSmallIntegerField("计入分钟", default=0)
    category = models.CharField("学时类别", max_length=30, choices=StudyCategory.choices, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LessonCompletionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "课程完成情况"
        indexes = [models.Index(fields=["branch", "lesson"], name="lesson_done_branch")]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "member"], name="lesson_completed_once"),
            models.CheckConstraint(
                name="lesson_done_how",
                condition=Q(completed_on__isnull=True, how="", said_on__isnull=False)
                | Q(completed_on__isnull=False, how="check", confirmed_by__isnull=True)
                | Q(completed_on__isnull=False, how="confirmed", confirmed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"课程完成 {self.uid}"
