"""谈心谈话: two members of a branch talked on a day. What about is sealed, and read by the two and who keeps the records."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from activities.rules.talks import PAIR_LABELS
from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class HeartTalkQuerySet(ScopedQuerySet):
    """Of the branch alone: who leads a cell reads the own talks."""

    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_ROLLS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """Whoever keeps or supervises the branch's records, and the two themselves."""
        condition = self._in_scope(user, self.view_permission)
        member_id = getattr(user, "member_id", None)
        if member_id is not None:
            condition |= Q(one_id=member_id) | Q(other_id=member_id)
        return self.filter(condition)

    def counted(self):
        """What the record keeper entered or took over."""
        return self.filter(accepted_at__isnull=False)

    def of_year(self, year: int):
        return self.filter(on_date__year=year)

    def without_note(self):
        return self.defer("note")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class HeartTalk(UidModel):
    """One talk. `one` sought it; the kind of pair is that of the day. A member's own entry counts once it is accepted."""

    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="talks", verbose_name="党支部"
    )
    on_date = models.DateField("日期")
    place = models.CharField("地点", max_length=80, blank=True)
    one = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="谈话人")
    other = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="谈话对象")
    one_name = models.CharField("谈话人姓名", max_length=60)
    other_name = models.CharField("谈话对象姓名", max_length=60)
    kind = models.CharField("类别", max_length=10, choices=list(PAIR_LABELS.items()))
    note = EncryptedTextField("谈话要点", blank=True, column_label="talk.note")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核收人",
    )
    accepted_at = models.DateTimeField("核收时间", null=True, blank=True)

    objects = HeartTalkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "谈心谈话"
        indexes = [
            models.Index(fields=["branch", "-on_date", "-id"], name="talk_branch_date"),
            models.Index(fields=["one", "-on_date", "-id"], name="talk_one"),
            models.Index(fields=["other", "-on_date", "-id"], name="talk_other"),
        ]
        constraints = [
            models.CheckConstraint(name="talk_takes_two", condition=~Q(one=F("other"))),
            models.UniqueConstraint(
                "on_date", Least("one", "other"), Greatest("one", "other"), name="talk_once_a_day"
            ),
            models.CheckConstraint(
                name="talk_accepted_by_and_at",
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"谈心谈话 {self.uid}"
