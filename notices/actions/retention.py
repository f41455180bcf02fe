"""保存期限 of what was told long ago."""

from django.db.models import Exists, OuterRef, Q

from branch_portal.retention import RetentionRule, retention_rule
from notices.models import DailyMail, Delivery, ReminderSlot

_UNDER_WAY = (Delivery.Status.PENDING, Delivery.Status.SENDING)


def _told_before(cutoff):
    """Slots whose moment passed before and that nothing waits for: deliveries go first, in an earlier rule."""
    left = Delivery.objects.filter(slot=OuterRef("pk"))
    return ReminderSlot.objects.filter(~Exists(left), not_after__lt=cutoff).exclude(
        state=ReminderSlot.State.OPEN
    )


retention_rule(
    RetentionRule(
        key="deliveries",
        data="站内消息和提醒的发送记录",
        kept="发出后",
        then="删除",
        days=730,
        minimum=184,
        due=lambda cutoff: Delivery.objects.filter(created_at__lt=cutoff).filter(~Q(status__in=_UNDER_WAY)),
        order=50,
    ),
    RetentionRule(
        key="reminder_slots",
        data="提醒的安排",
        kept="过时后",
        then="删除",
        days=730,
        minimum=184,
        due=_told_before,
        order=51,
    ),
    RetentionRule(
        key="daily_mails",
        data="每日汇总邮件的发送记录",
        kept="当天之后",
        then="删除",
        days=90,
        minimum=30,
        due=lambda cutoff: DailyMail.objects.filter(day__lt=cutoff.date()),
        order=52,
    ),
)
