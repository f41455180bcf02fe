"""自学申报: what a member learned alone, handed in to the branch, which accepts it, a part of it, or gives it back (M3)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, ScopedQuerySet
from learning.models.plan import PlanTopic
from learning.rules import submissions as rules
from members.models import Member, PartyOrganization

_OPEN = Q(state=rules.SUBMITTED)


class StudySubmissionQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY
    edit_permission = Permission.MANAGE_STUDY

    def waiting(self):
        return self.filter(_OPEN)

    def read_by_branch(self):
        """What has been handed in; a draft is nobody's but the member's."""
        return self.filter(state__in=rules.READ_BY_BRANCH)

    def _in_scope(self, user, permission: Permission) -> Q:
        """What waits follows the member to the present branch; what is decided stays with the branch that decided it."""
        scope = user.access.scope(permission) if getattr(user, "is_authenticated", False) else NOWHERE
        if scope.empty:
            return Q(pk__in=[])
        if scope.everything:
            return Q(state__in=rules.READ_BY_BRANCH)
        kept, moved = scope.q("branch"), scope.q("member__branch")
        waits = _OPEN & (moved | (Q(member__branch__isnull=True) & kept))
        decided = Q(state__in=rules.READ_BY_BRANCH - {rules.SUBMITTED}) & kept
        return waits | decided


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudySubmission(UidModel):
    """One item of own study. Minutes are what the member claims, `accepted_minutes` what the branch has accepted; the ledger
    has those under the source "learning.submission:<uid>". `branch` is the member's at the last handing in, then the one that decided."""

    class Kind(models.TextChoices):
        BOOK = rules.BOOK, rules.KIND_LABELS[rules.BOOK]
        ONLINE = rules.ONLINE, rules.KIND_LABELS[rules.ONLINE]
        RED_BASE = rules.RED_BASE, rules.KIND_LABELS[rules.RED_BASE]
        XUEXI = rules.XUEXI, rules.KIND_LABELS[rules.XUEXI]
        FRAGMENTS = rules.FRAGMENTS, rules.KIND_LABELS[rules.FRAGMENTS]

    class State(models.TextChoices):
        DRAFT = rules.DRAFT, rules.STATE_LABELS[rules.DRAFT]
        SUBMITTED = rules.SUBMITTED, rules.STATE_LABELS[rules.SUBMITTED]
        RETURNED = rules.RETURNED, rules.STATE_LABELS[rules.RETURNED]
        ACCEPTED = rules.ACCEPTED, rules.STATE_LABELS[rules.ACCEPTED]
        PARTLY_ACCEPTED = rules.PARTLY_ACCEPTED, rules.STATE_LABELS[rules.PARTLY_ACCEPTED]
        WITHDRAWN = rules.WITHDRAWN, rules.STATE_LABELS[rules.WITHDRAWN]

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="study_submissions", verbose_name="党员"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    title = models.CharField("内容", max_length=100)
    first_on = models.DateField("开始日期")
    last_on = models.DateField("完成日期")
    year = models.PositiveSmallIntegerField("年度")
    minutes = models.PositiveIntegerField("时长（分钟）")
    organised_by_party = models.BooleanField("由党组织统一组织", default=False)
    organiser = models.CharField("组织单位", max_length=60, blank=True)
    topic = models.ForeignKey(
        PlanTopic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name="学习计划专题",
    )
    note = models.CharField("学习情况", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.DRAFT)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    accepted_minutes = models.PositiveIntegerField("认定时长（分钟）", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核人",
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    remark = models.CharField("审核意见", max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = StudySubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自学申报"
        constraints = [
            models.CheckConstraint(name="submission_dates_in_order", condition=Q(first_on__lte=F("last_on"))),
            models.CheckConstraint(
                name="submission_within_one_year",
                condition=Q(first_on__year=F("year"), last_on__year=F("year")),
            ),
            models.CheckConstraint(name="submission_has_minutes", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="submission_organised_is_online",
                condition=Q(organised_by_party=False) | Q(kind=rules.ONLINE),
            ),
            models.CheckConstraint(
                name="submission_handed_in_at",
                condition=Q(state__in=[rules.DRAFT, rules.WITHDRAWN]) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_decided_by_and_at",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_decision_is_whole",
                condition=Q(
                    state__in=[rules.DRAFT, rules.SUBMITTED, rules.WITHDRAWN], accepted_minutes__isnull=True
                )
                | (
                    Q(state=rules.RETURNED, accepted_minutes__isnull=True, decided_at__isnull=False)
                    & ~Q(remark="")
                )
                | Q(state=rules.ACCEPTED, accepted_minutes=F("minutes"), decided_at__isnull=False)
                | (
                    Q(
                        state=rules.PARTLY_ACCEPTED,
                        accepted_minutes__gt=0,
                        accepted_minutes__lt=F("minutes"),
                        decided_at__isnull=False,
                    )
                    & ~Q(remark="")
                ),
            ),
            # One note a year: it sums the year up, so a second one would count the same hours twice.
            models.UniqueConstraint(
                name="submission_xuexi_once_a_year",
                fields=["member", "year"],
                condition=Q(kind=rules.XUEXI) & ~Q(state=rules.WITHDRAWN),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-last_on", "-id"], name="submission_of_member"),
            models.Index(fields=["branch", "state"], name="submission_of_branch"),
            models.Index(fields=["member"], name="submission_waiting", condition=Q(state=rules.SUBMITTED)),
        ]

    def __str__(self):
        return f"自学申报 {self.uid}"

    @property
    def source(self) -> str:
        """How the ledger names it."""
        return f"learning.submission:{self.uid}"

    @property
    def category(self) -> str:
        return rules.category_of(self.kind, organised=self.organised_by_party)

    @property
    def seen(self) -> str:
        """What a page that shows this row sends back, so that nothing is decided that has changed since."""
        return f"{self.uid}:{self.version}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SubmissionEntry(models.Model):
    """One short entry of 零散自学; the submission's minutes are the sum of them."""

    submission = models.ForeignKey(
        StudySubmission, on_delete=models.CASCADE, related_name="entries", verbose_name="自学申报"
    )
    position = models.PositiveSmallIntegerField("顺序")
    on_date = models.DateField("日期")
    minutes = models.PositiveIntegerField("分钟")
    title = models.CharField("内容", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "零散自学条目"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "position"], name="submission_entry_position"),
            models.CheckConstraint(
                name="submission_entry_minutes", condition=Q(minutes__gt=0, minutes__lte=24 * 60)
            ),
        ]

    def __str__(self):
        return f"条目 {self.pk}"


class SubmissionFileQuerySet(ScopedQuerySet):
    organization_lookups = ("submission__branch",)
    view_permission = Permission.VIEW_STUDY

    def visible_to(self, user):
        """Whoever may read the submission may have its files, nobody else."""
        return self.filter(submission__in=StudySubmission.objects.visible_to(user).values("pk"))

    def kept(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SubmissionFile(UidModel):
    """A photograph, certificate or text added to a submission; never asked for (domain 0.1.3)."""

    submission = models.ForeignKey(
        StudySubmission, on_delete=models.PROTECT, related_name="files", verbose_name="自学申报"
    )
    file_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = SubmissionFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自学申报附件"
        ordering = ["pk"]

    def __str__(self):
        return f"附件 {self.uid}"
