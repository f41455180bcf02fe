"""日历订阅: secret addresses from which a calendar program reads, without signing in, what its owner may see."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class CalendarFeedQuerySet(ScopedQuerySet):
    view_permission = Permission.VIEW_ROLLS

    def visible_to(self, user):
        """A secret address belongs to who asked for it, and to nobody else, above or below."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    editable_by = visible_to

    def open(self):
        return self.filter(revoked_at__isnull=True)


class CalendarFeed(UidModel):
    """One address. Only a hash of its secret is kept, so neither a copy of the database nor the page can give it away.

    `branch` is the branch whose calendar it carries; None is the owner's own. What it shows is asked of the owner's access
    at each fetch. A renewed address is a new row: the old one stays, revoked. The fetch counter is a brake, not a trail.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feeds", verbose_name="所有人"
    )
    branch = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="党支部",
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    fetches = models.PositiveIntegerField(default=0)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "branch"],
                name="feed_one_open_each",
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"订阅 {self.uid}"
