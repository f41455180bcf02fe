"""红色教育基地: a directory that a committee keeps for its subtree, and each branch for itself."""

import pghistory
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, ScopedQuerySet
from members.models import PartyOrganization


class RedBaseQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """What the organisations above keep for everyone below them, and what is kept within the asker's own reach."""
        scope = user.access.scope(self.view_permission) if user.is_authenticated else NOWHERE
        above = scope.paths_above(PartyOrganization.steplen)
        return self.filter(self._in_scope(user, self.view_permission) | Q(organization__path__in=above))

    def editable_by(self, user):
        """A branch's officers keep its own, a committee's staff those of their subtree."""
        return self.filter(
            self._in_scope(user, Permission.LOG_GATHERINGS)
            | self._in_scope(user, Permission.MANAGE_ORGANIZATIONS)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RedBase(UidModel):
    """One place of learning. It is put out of use rather than deleted, because visits name it."""

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="red_bases", verbose_name="登记组织"
    )
    name = models.CharField("名称", max_length=80)
    place = models.CharField("地址", max_length=120)
    contact = models.CharField("联系方式", max_length=60, blank=True)
    opening_hours = models.CharField("开放时间", max_length=120, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    in_use = models.BooleanField("可选用", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RedBaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "红色教育基地"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="red_base_name_once"),
        ]

    def __str__(self):
        return f"红色教育基地 {self.uid}"
