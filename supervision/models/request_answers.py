"""What became of a work request: the branches it was sent to, frozen, and what each of them answered."""

import pghistory
from django.db import models
from django.db.models import F, Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, ScopedQuerySet
from members.models import PartyOrganization
from supervision.models.requests import RequestField, WorkRequest, account, perhaps

#: Whoever keeps the branch's records or its roster answers for it.
ANSWERERS = (Permission.LOG_GATHERINGS, Permission.EDIT_ROSTER)


def answers_for(user, lookup: str) -> Q:
    """The branches whose officer the user is, as a condition on `lookup`."""
    access = getattr(user, "access", None) if user.is_authenticated else None
    condition = Q(pk__in=[])
    for permission in ANSWERERS:
        condition |= (access.scope(permission) if access else NOWHERE).q(lookup)
    return condition


class RequestBranchQuerySet(ScopedQuerySet):
    organization_lookups = ("request__organization",)
    view_permission = Permission.REQUEST_WORK
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """The sender's staff and the committees above it; the branch that was asked."""
        return self.filter(self._in_scope(user, self.view_permission) | Q(pk__in=self._received(user)))

    def editable_by(self, user):
        """Who answers: an officer of the branch."""
        return self.filter(pk__in=self._received(user))

    def received_by(self, user):
        """What the user answers for."""
        return self.editable_by(user)

    def _received(self, user):
        asked = self.model.objects.exclude(request__state=WorkRequest.State.DRAFT)
        return asked.filter(answers_for(user, "branch")).values("pk")

    def waiting(self):
        """An answer is still wanted."""
        return self.filter(state__in=RequestBranch.OPEN, request__state=WorkRequest.State.SENT)

    def bothered(self):
        """Branches that had something to do: where everything was known, nobody was asked."""
        return self.exclude(state=RequestBranch.State.KNOWN)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RequestBranch(UidModel):
    """One branch of a request's audience, frozen when it was sent, and how its answer stands.

    `asked_fields` and `known_fields` are what the burden meter adds up: all fields, and those that the portal filled in.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待填报"
        ANSWERED = "answered", "已报"
        RETURNED = "returned", "退回修改"
        KNOWN = "known", "无须再报"

    OPEN = (State.WAITING, State.RETURNED)

    request = models.ForeignKey(
        WorkRequest, on_delete=models.PROTECT, related_name="targets", verbose_name="工作要求"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField("发出时间")
    asked_fields = models.PositiveSmallIntegerField("填报项目数", default=0)
    known_fields = models.PositiveSmallIntegerField("其中系统已有", default=0)
    seen_by = perhaps("签收人")
    seen_at = models.DateTimeField("签收时间", null=True, blank=True)
    note = models.CharField("办理情况", max_length=500, blank=True)
    answered_by = perhaps("填报人")
    answered_at = models.DateTimeField("填报时间", null=True, blank=True)
    returned_by = perhaps("退回人")
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_reason = models.CharField("退回意见", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RequestBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作要求的对象"
        indexes = [models.Index(fields=["branch", "-sent_at", "-id"], name="request_branch_newest")]
        constraints = [
            models.UniqueConstraint(fields=["request", "branch"], name="request_branch_once"),
            models.CheckConstraint(
                name="request_branch_seen_by_and_at",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
            models.CheckConstraint(
                name="request_branch_answered_by_and_at",
                condition=Q(
                    state__in=["waiting", "known"], answered_at__isnull=True, answered_by__isnull=True
                )
                | Q(state__in=["answered", "returned"], answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="request_branch_returned_has_reason",
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, returned_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_reason="")),
            ),
            models.CheckConstraint(
                name="request_branch_returned_state",
                condition=~Q(state="returned") | Q(returned_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_branch_known_within_asked",
                condition=Q(known_fields__lte=F("asked_fields")),
            ),
        ]

    def __str__(self):
        return f"工作要求的对象 {self.uid}"

    @property
    def subject(self) -> str:
        """The name of the reminders that its branch owes an answer."""
        return f"supervision.request_branch:{self.uid}"

    @property
    def is_waiting(self) -> bool:
        return self.state in self.OPEN


class RequestAnswerQuerySet(ScopedQuerySet):
    """An answer is the branch's word: whoever supervises the branch may use it again instead of asking anew."""

    organization_lookups = ("branch",)
    view_permission = Permission.REQUEST_WORK

    def visible_to(self, user):
        return self.filter(self._in_scope(user, self.view_permission) | answers_for(user, "branch"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RequestAnswer(models.Model):
    """One field's answer of one branch, as it was handed in; the history keeps those before.

    `value` is text in the one stored form of the field's kind (`rules/requests.py`). `stated_on` is the day that it was
    said first: an answer that was kept from an earlier request does not grow younger by that. `doubt` says what the
    branch finds wrong with a figure of the portal.
    """

    class Origin(models.TextChoices):
        PORTAL = "portal", "系统数据"
        TYPED = "typed", "本次填报"
        KEPT = "kept", "沿用以前填报"

    target = models.ForeignKey(
        RequestBranch, on_delete=models.PROTECT, related_name="answers", verbose_name="工作要求的对象"
    )
    field = models.ForeignKey(
        RequestField, on_delete=models.PROTECT, related_name="answers", verbose_name="填报项目"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    value = models.TextField("内容", max_length=4000, blank=True)
    origin = models.CharField("来源", max_length=8, choices=Origin.choices)
    earlier = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="沿用的填报"
    )
    stated_on = models.DateField("数据日期")
    doubt = models.CharField("认为有误", max_length=200, blank=True)
    answered_by = account("填报人")
    answered_at = models.DateTimeField("填报时间")

    objects = RequestAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报内容"
        indexes = [models.Index(fields=["branch", "-stated_on", "field"], name="request_answer_of_branch")]
        constraints = [
            models.UniqueConstraint(fields=["target", "field"], name="request_answer_once"),
            models.CheckConstraint(
                name="request_answer_doubts_portal_only", condition=Q(doubt="") | Q(origin="portal")
            ),
            models.CheckConstraint(
                name="request_answer_kept_iff_earlier",
                condition=Q(origin="kept", earlier__isnull=False)
                | (~Q(origin="kept") & Q(earlier__isnull=True)),
            ),
        ]

    def __str__(self):
        return f"填报内容 {self.pk}"


class RequestFileQuerySet(ScopedQuerySet):
    organization_lookups = ("target__request__organization",)
    view_permission = Permission.REQUEST_WORK

    def visible_to(self, user):
        return self.filter(self._in_scope(user, self.view_permission) | answers_for(user, "target__branch"))

    def kept(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RequestFile(UidModel):
    """The file that a branch handed in for a field; a newer one takes its place."""

    target = models.ForeignKey(
        RequestBranch, on_delete=models.PROTECT, related_name="files", verbose_name="工作要求的对象"
    )
    field = models.ForeignKey(
        RequestField, on_delete=models.PROTECT, related_name="+", verbose_name="填报项目"
    )
    file_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_by = account("上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = RequestFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报附件"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "field"], name="request_file_one", condition=Q(removed_at__isnull=True)
            )
        ]

    def __str__(self):
        return f"填报附件 {self.uid}"
