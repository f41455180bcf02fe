"""Planning what will be told: slots are written in the transaction of the business change, and cancelled in it."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from notices.models import ReminderRule, ReminderSlot


@transaction.atomic(savepoint=False)
def plan_reminders(
    *,
    by,
    rule_key: str,
    subject: str,
    organization,
    anchor: datetime.datetime,
    not_after: datetime.datetime,
    audience: dict,
    title: str,
    body: str = "",
    link: str = "",
) -> list[ReminderSlot]:
    """Write one slot per offset of the rule before `anchor`; returns the open ones of this subject.

    Open slots of the same rule and subject for another moment are cancelled, so a moved meeting is never told for its old
    time. Offsets whose moment has passed are told at once, but only the latest of them: three missed warnings are one
    message. Nothing is planned for a rule that is switched off or after `not_after`.
    """
    rule = ReminderRule.objects.filter(key=rule_key).first()
    if rule is None:
        raise LookupError(f"unknown reminder rule {rule_key!r}")
    now = timezone.now()
    moments = _moments(rule, anchor, now) if rule.enabled and now < not_after else []
    keys = [due_key(anchor, offset) for offset, _ in moments]
    slots = ReminderSlot.objects.filter(rule=rule, subject=subject)
    slots.open().exclude(due_key__in=keys).update(state=ReminderSlot.State.CANCELLED)
    ReminderSlot.objects.bulk_create(
        [
            ReminderSlot(
                rule=rule,
                subject=subject,
                due_key=key,
                organization=organization,
                due_at=due_at,
                not_after=not_after,
                audience=audience,
                title=title,
                body=body,
                link=link,
            )
            for key, (_, due_at) in zip(keys, moments, strict=True)
        ],
        ignore_conflicts=True,
    )
    # The same moment planned again may carry new words (another place, the theme corrected).
    slots.open().filter(due_key__in=keys).update(
        title=title, body=body, link=link, not_after=not_after, audience=audience
    )
    return list(slots.open().order_by("due_at"))


@transaction.atomic(savepoint=False)
def cancel_reminders(*, by, subject: str) -> int:
    """Cancel every open slot of the subject; what was told stays told. Returns how many were cancelled."""
    return ReminderSlot.objects.filter(subject=subject).open().update(state=ReminderSlot.State.CANCELLED)


def due_key(anchor: datetime.datetime, offset: int) -> str:
    """Names the moment of one offset (minutes before the anchor): the same plan made twice is one slot."""
    return f"{anchor.astimezone(datetime.UTC):%Y%m%dT%H%M}-{offset}"


def _moments(
    rule: ReminderRule, anchor: datetime.datetime, now: datetime.datetime
) -> Sequence[tuple[int, datetime.datetime]]:
    """(offset, due time) of each offset that is still to come, and of the latest that has passed."""
    moments = sorted(
        ((offset, anchor - datetime.timedelta(minutes=offset)) for offset in rule.offsets_minutes),
        key=lambda moment: moment[1],
    )
    past = [moment for moment in moments if moment[1] <= now]
    return past[-1:] + moments[len(past) :]
