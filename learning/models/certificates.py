"""学时证明: the hours of a year as they were on the day of issue, frozen under a code that anybody may check."""

import pghistory
from django.conf import settings
from django.db import models

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class StudyCertificateQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY

    def newest_first(self):
        return self.order_by("-issued_at", "-pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudyCertificate(UidModel):
    """One certificate. `content` is what the paper says and never changes; `credit_ids` are the rows it rests on, so that
    a later correction of one of them can be told from hours that came afterwards."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="study_certificates", verbose_name="党员"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    code = models.CharField("查验码", max_length=10, unique=True)
    content = models.JSONField("内容")
    content_hash = models.CharField("内容校验值", max_length=64)
    credit_ids = models.JSONField("所依据的学时记录", default=list)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="出具人"
    )
    issued_at = models.DateTimeField("出具时间")

    objects = StudyCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学时证明"
        indexes = [models.Index(fields=["member", "year", "-issued_at"], name="certificate_member_year")]

    def __str__(self):
        return f"学时证明 {self.uid}"
