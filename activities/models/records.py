"""活动记录: what is written down of a gathering, one record per cadence rule that it satisfies."""

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from activities.models.bigrams import SEARCHED, Bigrams
from activities.models.gatherings import GatheringBranch
from activities.models.kinds import ActivityKind
from activities.rules.states import COUNTING
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class ActivityRecordQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "cell")
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """Who keeps or supervises the rolls reads every record; a plain member what is written down of the branch's life.

        Drafts are not yet anybody's word, and what a branch committee says of people is not for all of them.
        """
        written = (
            ~Q(state=ActivityRecord.State.DRAFT)
            & ~Q(kind=ActivityKind.COMMITTEE_MEETING)
            & ~Q(held_as=ActivityRecord.HeldAs.COMMITTEE)
        )
        return self.filter(
            self._in_scope(user, Permission.VIEW_ROLLS)
            | (self._in_scope(user, self.view_permission) & written)
        )

    def counted(self):
        """Records from 已记录 on: cadence and hours count from there (domain 4.5)."""
        return self.filter(state__in=COUNTING)

    def newest_first(self):
        return self.order_by("-on_date", "-pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ActivityRecord(UidModel):
    """One kind's record of one branch's share: draft → recorded (recorder) → confirmed (chair) → archived, or returned.

    `on_date` is copied from the gathering for the list indexes. `version` is the optimistic lock.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        RECORDED = "recorded", "待确认"
        CONFIRMED = "confirmed", "已确认"
        RETURNED = "returned", "退回修改"
        ARCHIVED = "archived", "已归档"

    class HeldAs(models.TextChoices):
        """An org-life meeting is held as one of these (Art. 17)."""

        GENERAL = "general", "支部党员大会"
        COMMITTEE = "committee", "支部委员会会议"
        CELL = "cell", "党小组会"

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.PROTECT, related_name="records", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="records", verbose_name="党支部"
    )
    cell = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cell_records",
        verbose_name="党小组",
    )
    kind = models.CharField("类型", max_length=24, choices=ActivityKind.choices)
    on_date = models.DateField("日期")
    title = models.CharField("主题", max_length=120)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    number = models.PositiveSmallIntegerField("本年度第几次", null=True, blank=True)
    assessment_year = models.PositiveSmallIntegerField("所属年度")
    held_as = models.CharField("召开形式", max_length=10, choices=HeldAs.choices, blank=True)
    preparation = models.TextField("会前准备", max_length=5000, blank=True)
    content = models.TextField("内容", max_length=20000, blank=True)
    summary = models.TextField("小结", max_length=5000, blank=True)
    lecturer = models.CharField("主讲人", max_length=60, blank=True)
    material = models.CharField("讲稿、学习材料", max_length=200, blank=True)
    study_minutes = models.PositiveSmallIntegerField("学习分钟数", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="记录提交人",
    )
    recorded_at = models.DateTimeField("记录时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="归档人",
    )
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)
    content_hash = models.CharField("内容校验值", max_length=64, blank=True)
    verify_code = models.CharField("查验码", max_length=10, blank=True)
    returned_reason = models.CharField("退回意见", max_length=300, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    return_due_on = models.DateField("修改期限", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动记录"
        indexes = [
            models.Index(fields=["branch", "-on_date", "-id"], name="record_branch_date"),
            models.Index(fields=["-on_date", "-id"], name="record_date"),
            models.Index(fields=["return_due_on"], name="record_returned", condition=Q(state="returned")),
            models.Index(fields=["branch", "assessment_year", "kind"], name="record_branch_year_kind"),
            # Written at once: a list that waits would be read whole by every search.
            GinIndex(Bigrams(*SEARCHED), name="record_bigrams", fastupdate=False),
        ]
        constraints = [
            models.UniqueConstraint(fields=["share", "kind"], name="record_kind_once_a_share"),
            models.CheckConstraint(
                name="record_cell_iff_of_cell",
                condition=Q(kind="cell_meeting", cell__isnull=False)
                | Q(kind="org_life_meeting", held_as="cell", cell__isnull=False)
                | (~Q(kind="cell_meeting") & ~Q(held_as="cell") & Q(cell__isnull=True)),
            ),
            models.CheckConstraint(
                name="record_held_as_iff_org_life",
                condition=(Q(kind="org_life_meeting") & ~Q(held_as=""))
                | (~Q(kind="org_life_meeting") & Q(held_as="")),
            ),
            models.CheckConstraint(
                name="record_recorded_by_and_at",
                condition=Q(recorded_by__isnull=True, recorded_at__isnull=True)
                | Q(recorded_by__isnull=False, recorded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="record_confirmed_by_and_at",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="record_confirmed_has_signature",
                condition=~Q(state__in=["confirmed", "archived"]) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="record_counted_has_recorder",
                condition=~Q(state__in=["recorded", "confirmed", "archived"]) | Q(recorded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="record_archived_is_sealed",
                condition=~Q(state="archived")
                | (~Q(content_hash="") & ~Q(verify_code="") & Q(archived_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["verify_code"], name="record_code_once", condition=~Q(verify_code="")
            ),
            models.CheckConstraint(
                name="record_return_due_iff_returned",
                condition=Q(return_due_on__isnull=True) | Q(state="returned"),
            ),
            models.CheckConstraint(
                name="record_returned_has_reason_and_time",
                condition=~Q(state="returned") | (~Q(returned_reason="") & Q(returned_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.uid}"
