import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization
from members.models.people import Member


class PostTenureQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def on(self, day):
        return self.filter(period__contains=day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PostTenure(UidModel):
    """任职: a post held in an organisation over `[from, to)`; one person may hold several (2.3)."""

    class Post(models.TextChoices):
        SECRETARY = "secretary", "党支部书记"
        DEPUTY_SECRETARY = "deputy_secretary", "党支部副书记"
        ORGANIZATION = "organization", "组织委员"
        PUBLICITY = "publicity", "宣传委员"
        DISCIPLINE = "discipline", "纪检委员"
        COMMITTEE_MEMBER = "committee_member", "支部委员"
        CELL_LEADER = "cell_leader", "党小组组长"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tenures", verbose_name="党员")
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="tenures", verbose_name="任职组织"
    )
    post = models.CharField("职务", max_length=20, choices=Post.choices)
    period = DateRangeField("任职起止")

    objects = PostTenureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        indexes = [models.Index(fields=["organization", "post"], name="tenure_organization_post")]
        constraints = [
            models.CheckConstraint(name="tenure_has_start", condition=models.Q(period__lower_inf=False))
        ]

    def __str__(self):
        return f"{self.get_post_display()} {self.uid}"
