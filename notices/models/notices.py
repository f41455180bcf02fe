"""通知: what a branch tells its members, or a committee the branches below it, and what is answered.

Not to be confused with reminders: those are the outbox (`slots.py`), a notice is what somebody wrote. Sending one freezes
whom it is for (`NoticeTarget`) and plans one slot of the outbox; who is told is asked again when the moment has come.
"""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, ScopedQuerySet
from members.models import Member, PartyOrganization

_ABOVE = (PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH)


def acts_for(user, lookup: str) -> Q:
    """The organisations that the user sends for, as a condition on `lookup`: branches by who keeps their records,
    committees by their staff. Staff above a branch supervise it and do not write in its name."""
    access = getattr(user, "access", None) if user.is_authenticated else None
    keeps = access.scope(Permission.LOG_GATHERINGS) if access else NOWHERE
    staff = access.scope(Permission.VIEW_SUPERVISION) if access else NOWHERE
    kind = f"{lookup}__kind" if lookup else "kind"
    return (keeps.q(lookup) & Q(**{kind: PartyOrganization.Kind.BRANCH})) | (
        staff.q(lookup) & Q(**{f"{kind}__in": _ABOVE})
    )


class NoticeQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """The sender's people, and whom it was sent to."""
        received = NoticeTarget.objects.received_by(user).values("notice")
        return self.filter(acts_for(user, "organization") | Q(pk__in=received, sent_at__isnull=False))

    def editable_by(self, user):
        """Whoever acts for the organisation that sends: answers and receipts are theirs alone."""
        return self.filter(acts_for(user, "organization"))

    def drafts(self):
        return self.filter(sent_at__isnull=True)

    def sent(self):
        return self.filter(sent_at__isnull=False)

    def standing(self):
        """Sent and not withdrawn."""
        return self.sent().filter(withdrawn_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Notice(UidModel):
    """One notice, from draft to withdrawal. Its text is free until it is sent; then a correction raises `version`.

    `audience` is {"organizations": [ids], "posts": […], "categories": […]}, an empty list meaning no narrowing; it is
    resolved at sending (`queries/notice_audience.py`) and only explains the targets afterwards.
    """

    class Wanted(models.TextChoices):
        NOTHING = "nothing", "仅通知，不用答复"
        READ = "read", "回复已阅"
        ATTEND = "attend", "回复参加或请假"

    class Addressed(models.TextChoices):
        BRANCHES = "branches", "党支部，由支部班子答复一次"
        PEOPLE = "people", "党员本人"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="notices", verbose_name="发出通知的党组织"
    )
    title = models.CharField("标题", max_length=80)
    text = models.TextField("内容", max_length=4000)
    wanted = models.CharField("答复要求", max_length=8, choices=Wanted.choices, default=Wanted.NOTHING)
    deadline = models.DateTimeField("答复截止时间", null=True, blank=True)
    addressed = models.CharField("发给", max_length=8, choices=Addressed.choices, default=Addressed.PEOPLE)
    audience = models.JSONField("范围", default=dict)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )
    created_at = models.DateTimeField("起草时间", auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发出人",
    )
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    correction = models.CharField("更正说明", max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤回人",
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawal_reason = models.CharField("撤回原因", max_length=200, blank=True)
    reminded_at = models.DateTimeField("上次提醒时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="notice_of_sender")]
        constraints = [
            models.CheckConstraint(
                name="notice_sent_by_and_at",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_deadline_iff_answer_wanted",
                condition=Q(wanted="nothing", deadline__isnull=True)
                | (~Q(wanted="nothing") & Q(deadline__isnull=False)),
            ),
            models.CheckConstraint(
                name="notice_correction_has_words",
                condition=Q(corrected_at__isnull=True, correction="")
                | (Q(corrected_at__isnull=False, sent_at__isnull=False) & ~Q(correction="")),
            ),
            models.CheckConstraint(
                name="notice_withdrawal_has_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, sent_at__isnull=False)
                    & ~Q(withdrawal_reason="")
                ),
            ),
        ]

    def __str__(self):
        return f"通知 {self.uid}"

    @property
    def subject(self) -> str:
        """The name of all its reminders in the outbox."""
        return f"notices.notice:{self.uid}"

    @property
    def wants_answer(self) -> bool:
        return self.wanted != self.Wanted.NOTHING

    @property
    def to_branches(self) -> bool:
        return self.addressed == self.Addressed.BRANCHES

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class NoticeTargetQuerySet(ScopedQuerySet):
    organization_lookups = ("notice__organization",)
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        return self.filter(
            Q(pk__in=self.model.objects.received_by(user).values("pk"))
            | Q(notice__in=Notice.objects.editable_by(user).values("pk"))
        )

    def editable_by(self, user):
        """Who may answer: the addressee."""
        return self.received_by(user)

    def received_by(self, user):
        """What was sent to the user: as a person, while still belonging to the sender's organisation, and as somebody who
        keeps the records of a branch that was addressed."""
        if not user.is_authenticated:
            return self.none()
        keeps = user.access.scope(Permission.LOG_GATHERINGS).q("branch") & Q(member__isnull=True)
        member = user.member if user.member_id is not None else None
        if member is None or member.branch is None or member.standing != Member.Standing.NORMAL:
            return self.filter(keeps)
        path, step = member.branch.path, PartyOrganization.steplen
        above = [path[:end] for end in range(step, len(path) + 1, step)]
        return self.filter(keeps | Q(member_id=member.pk, notice__organization__path__in=above))

    def unanswered(self):
        return self.filter(answer__isnull=True)

    def waiting(self):
        """An answer is still wanted."""
        wanted = ~Q(notice__wanted=Notice.Wanted.NOTHING)
        return self.unanswered().filter(wanted, notice__withdrawn_at__isnull=True)


class NoticeTarget(UidModel):
    """Whom a notice is for, frozen when it was sent: a person (`member`, with the branch of that day) or a branch, for which
    any of its officers answers. Never changed afterwards."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="targets", verbose_name="通知")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员"
    )
    sent_at = models.DateTimeField("发出时间")

    objects = NoticeTargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知对象"
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "member"],
                name="notice_person_once",
                condition=Q(member__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["notice", "branch"],
                name="notice_branch_once",
                condition=Q(member__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-sent_at", "-id"], name="notice_target_person"),
            models.Index(
                fields=["branch", "-sent_at", "-id"],
                name="notice_target_branch",
                condition=Q(member__isnull=True),
            ),
        ]

    def __str__(self):
        return f"通知对象 {self.uid}"

    @property
    def subject(self) -> str:
        """The name of the reminders that its branch owes an answer."""
        return f"notices.target:{self.uid}"


class NoticeAnswerQuerySet(ScopedQuerySet):
    organization_lookups = ("target__notice__organization",)
    view_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """The sender reads all of them, an addressee the own one."""
        return self.filter(target__in=NoticeTarget.objects.visible_to(user).values("pk"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class NoticeAnswer(models.Model):
    """The answer of one addressee; the last one counts, the history keeps those before."""

    class Answer(models.TextChoices):
        ATTEND = "attend", "参加"
        LEAVE = "leave", "请假"
        READ = "read", "已阅"

    target = models.OneToOneField(
        NoticeTarget, on_delete=models.PROTECT, related_name="answer", verbose_name="通知对象"
    )
    answer = models.CharField("答复", max_length=8, choices=Answer.choices)
    reason = models.CharField("请假原因", max_length=100, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间")

    objects = NoticeAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知答复"
        constraints = [
            models.CheckConstraint(
                name="notice_leave_iff_reason",
                condition=(Q(answer="leave") & ~Q(reason="")) | (~Q(answer="leave") & Q(reason="")),
            )
        ]

    def __str__(self):
        return f"通知答复 {self.pk}"


class NoticeAttachmentQuerySet(ScopedQuerySet):
    organization_lookups = ("notice__organization",)
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """The sender's people always; addressees until the notice is withdrawn, for that is what withdrawing is about."""
        return self.filter(
            Q(notice__in=Notice.objects.editable_by(user).values("pk"))
            | Q(notice__in=Notice.objects.visible_to(user).standing().values("pk"))
        )

    def editable_by(self, user):
        return self.filter(notice__in=Notice.objects.editable_by(user).values("pk"))

    def kept(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class NoticeAttachment(UidModel):
    """One file of a notice; what was sent with it stays with it."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="attachments", verbose_name="通知"
    )
    file_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = NoticeAttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知附件"
        ordering = ["pk"]

    def __str__(self):
        return f"通知附件 {self.uid}"
