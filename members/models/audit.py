from django.db import models

from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet


class PersonalDataAccessQuerySet(ScopedQuerySet):
    organization_lookups = ()
    member_lookup = None
    view_permission = Permission.VIEW_AUDIT


class PersonalDataAccess(models.Model):
    """One reveal or export of personal data: who, whose, what, why, from where. Append-only; text snapshots, no foreign keys."""

    at = models.DateTimeField("时间", auto_now_add=True)
    user_id = models.BigIntegerField("用户编号")
    user_label = models.CharField("用户", max_length=80)
    action = models.CharField("动作", max_length=20, choices=[("reveal", "查看完整信息"), ("export", "导出")])
    member_uid = models.UUIDField("党员", null=True, blank=True)
    branch_id = models.BigIntegerField(null=True, blank=True)
    field = models.CharField("内容", max_length=60)
    row_count = models.PositiveIntegerField("条数", default=1)
    reason = models.CharField("事由", max_length=200)
    ip = models.GenericIPAddressField("来源", null=True, blank=True)

    objects = PersonalDataAccessQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "个人信息查看与导出记录"
        indexes = [models.Index(fields=["-at", "-id"], name="personal_access_recent")]

    def __str__(self):
        return f"{self.action} {self.at:%F %T}"
