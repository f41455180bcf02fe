"""What a card keeps beside the person: commendations, files, and corrections that the member asks for."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.people import Member


class _OfCardQuerySet(ScopedQuerySet):
    organization_lookups = ("member__branch", "member__cell", "member__left_branch")
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER


class CommendationQuerySet(_OfCardQuerySet):
    pass


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Commendation(UidModel):
    """表彰: an honour given to a member. Penalties are not collected (reliability 5.1)."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="commendations", verbose_name="党员"
    )
    awarded_on = models.DateField("表彰日期")
    title = models.CharField("表彰名称", max_length=80)
    level = models.CharField("表彰级别", max_length=4, blank=True)
    awarded_by = models.CharField("授予单位", max_length=80)
    reference = models.CharField("文号", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CommendationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表彰"
        indexes = [models.Index(fields=["member", "-awarded_on"], name="commendation_member_day")]

    def __str__(self):
        return f"表彰 {self.uid}"


class MemberFileQuerySet(_OfCardQuerySet):
    def kept(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MemberFile(UidModel):
    """附件: a scan or document of a card. The bytes lie in the media folder under `stored_name`, which says nothing."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="files", verbose_name="党员")
    title = models.CharField("名称", max_length=80)
    file_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MemberFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员附件"

    def __str__(self):
        return f"附件 {self.uid}"


class CorrectionRequestQuerySet(_OfCardQuerySet):
    def open(self):
        return self.filter(state=CorrectionRequest.State.OPEN)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CorrectionRequest(UidModel):
    """更正申请: the member says what an item should be, the branch decides; both are kept (PIPL §46, reliability 5.4)."""

    SEAL_HOLDER = "member_id"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ACCEPTED = "accepted", "已更正"
        REFUSED = "refused", "未采纳"
        WITHDRAWN = "withdrawn", "已撤回"

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="corrections", verbose_name="党员"
    )
    field = models.CharField("项目", max_length=30)
    proposed = EncryptedTextField("应为", column_label="correction_request.proposed")
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    due_on = models.DateField("答复期限")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    reply = models.CharField("答复", max_length=200, blank=True)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正申请"
        constraints = [
            models.UniqueConstraint(
                name="correction_one_open_per_item",
                fields=["member", "field"],
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                name="correction_decided_iff_dated",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"更正申请 {self.uid}"
