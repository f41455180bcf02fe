"""工作要求: what a committee asks of branches by a day, and what each of them answered.

A request without fields wants something done; one with fields is a form request (填报要求). What the portal holds is a field
too, but nobody types it: the branch looks at it and confirms, or says what is wrong (promise 8).
"""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


def account(name: str, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=name, **options
    )


def perhaps(name: str):
    return account(name, null=True, blank=True)


class WorkRequestQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.REQUEST_WORK
    edit_permission = Permission.REQUEST_WORK

    def visible_to(self, user):
        """The sender's staff and the committees above it; a draft is nobody's word yet but its writers'."""
        own = self.model.objects.editable_by(user).values("pk")
        sent = ~Q(state=WorkRequest.State.DRAFT)
        return self.filter(self._in_scope(user, self.view_permission) & (sent | Q(pk__in=own)))

    def editable_by(self, user):
        """The sender's own staff; a committee above reads what those below it ask for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organization__path__in=user.access.scope(Permission.REQUEST_WORK).paths)

    def sent(self):
        return self.exclude(state=WorkRequest.State.DRAFT)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class WorkRequest(UidModel):
    """One request: draft → sent → closed or withdrawn (`supervision/rules/requests.py`).

    `audience` is {"roots": [ids], "categories": […], "branches": [ids]}, empty lists meaning all branches; resolved at sending
    into `RequestBranch`. `as_of` is the day of the portal's figures, none meaning the day of the answer. `safe_title` is
    the title as mail may carry it, without people's names.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SENT = "sent", "进行中"
        CLOSED = "closed", "已办结"
        WITHDRAWN = "withdrawn", "已撤回"

    organization = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        related_name="work_requests",
        verbose_name="提出要求的党组织",
    )
    title = models.CharField("标题", max_length=80)
    text = models.TextField("内容", max_length=4000)
    deadline = models.DateTimeField("截止时间")
    as_of = models.DateField("数据截止日期", null=True, blank=True)
    audience = models.JSONField("范围", default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_by = account("起草人")
    created_at = models.DateTimeField("起草时间", auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    sent_by = perhaps("发出人")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    safe_title = models.CharField(max_length=120, blank=True, editable=False)
    closed_by = perhaps("办结人")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    withdrawn_by = perhaps("撤回人")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawal_reason = models.CharField("撤回原因", max_length=200, blank=True)
    reminded_at = models.DateTimeField("上次提醒时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = WorkRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作要求"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="request_of_sender"),
            models.Index(fields=["sent_at"], name="request_sent_at"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_sent_iff_no_draft",
                condition=Q(state="draft", sent_at__isnull=True, sent_by__isnull=True)
                | (~Q(state="draft") & Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(safe_title="")),
            ),
            models.CheckConstraint(
                name="request_closed_by_and_at",
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="request_withdrawal_has_reason",
                condition=(
                    Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawal_reason="")
                )
                | (
                    ~Q(state="withdrawn")
                    & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                ),
            ),
            models.CheckConstraint(
                name="request_state_known",
                condition=Q(state__in=["draft", "sent", "closed", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="request_deadline_after_sending",
                condition=Q(sent_at__isnull=True) | Q(deadline__gt=F("sent_at")),
            ),
        ]

    def __str__(self):
        return f"工作要求 {self.uid}"

    @property
    def subject(self) -> str:
        """The name of its messages in the outbox."""
        return f"supervision.request:{self.uid}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == self.State.SENT


class RequestFieldQuerySet(ScopedQuerySet):
    organization_lookups = ("request__organization",)
    view_permission = Permission.REQUEST_WORK


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RequestField(models.Model):
    """One thing that is asked: a figure of the portal (`held_key`, nobody types it) or a free one of a `kind`.

    `same_label` is the label in the one form by which questions are compared; `valid_months` says how long an answer to
    a free field stands, so that nobody asks for it again meanwhile.
    """

    class Kind(models.TextChoices):
        SHORT = "short", "一行文字"
        LONG = "long", "一段文字"
        NUMBER = "number", "数字"
        DATE = "date", "日期"
        YES_NO = "yes_no", "是或否"
        CHOICE = "choice", "选择一项"
        FILE = "file", "附件（可不交）"

    class Validity(models.IntegerChoices):
        MONTH = 1, "一个月内不变"
        QUARTER = 3, "三个月内不变"
        HALF = 6, "半年内不变"
        YEAR = 12, "一年内不变"

    request = models.ForeignKey(
        WorkRequest, on_delete=models.CASCADE, related_name="fields", verbose_name="工作要求"
    )
    position = models.PositiveSmallIntegerField("次序")
    held_key = models.CharField("系统数据", max_length=40, blank=True)
    label = models.CharField("要填的内容", max_length=60)
    same_label = models.CharField(max_length=80, editable=False)
    kind = models.CharField("填写方式", max_length=10, choices=Kind.choices, blank=True)
    choices = models.JSONField("可选项", default=list, blank=True)
    required = models.BooleanField("必填", default=True)
    valid_months = models.PositiveSmallIntegerField(
        "多久内不变", choices=Validity.choices, default=Validity.YEAR
    )

    objects = RequestFieldQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报项目"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["same_label"], name="request_field_same")]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="request_field_place_once"),
            models.UniqueConstraint(fields=["request", "same_label"], name="request_field_asked_once"),
            models.CheckConstraint(
                name="request_field_held_or_free",
                condition=(~Q(held_key="") & Q(kind="")) | (Q(held_key="") & ~Q(kind="")),
            ),
            # 0.1: nobody is made to send a photograph or a file.
            models.CheckConstraint(
                name="request_field_file_never_compulsory", condition=~Q(kind="file") | Q(required=False)
            ),
            models.CheckConstraint(
                name="request_field_choice_has_choices",
                condition=(Q(kind="choice") & ~Q(choices=[])) | (~Q(kind="choice") & Q(choices=[])),
            ),
            models.CheckConstraint(
                name="request_field_validity", condition=Q(valid_months__gte=1, valid_months__lte=12)
            ),
        ]

    def __str__(self):
        return f"填报项目 {self.pk}"

    @property
    def is_held(self) -> bool:
        return bool(self.held_key)
