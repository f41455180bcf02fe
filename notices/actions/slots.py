"""Planning reminders inside the business change that causes them, and cancelling them with it."""

import datetime

from django.db import transaction
from django.utils import timezone

from members.models import PartyOrganization
from notices.actions.plans import Plan, bring_in_line, cancel
from notices.models import ReminderRule, ReminderSlot
from notices.queries.rules import RuleBook


@transaction.atomic
def plan_reminders(
    *,
    by,
    rule_key: str,
    subject: str,
    organization: PartyOrganization,
    anchor: datetime.datetime,
    not_after: datetime.datetime,
    audience: dict,
    title: str,
    body: str = "",
    link: str = "",
    now: datetime.datetime | None = None,
) -> list[ReminderSlot]:
    """Keep exactly one open reminder per offset of the rule for this subject, and cancel those of other times.

    `anchor` is the moment that offsets count from, `not_after` the moment from which telling is useless; both aware.
    `audience` is understood by `notices.audiences`; `title`, `body` and `link` are what the message says, without names of
    people and without minutes, because mail carries them outside. Calling again with the same anchor changes nothing but
    the words of what is not told yet. A rule that is switched off keeps its slots, untold, until they expire. Returns the slots of this anchor, in order of time.
    """
    rule = ReminderRule.objects.filter(key=rule_key).first()
    if rule is None:
        raise LookupError(f"no reminder rule {rule_key!r}")
    now = now or timezone.now()
    plan = Plan(
        rule=rule,
        subject=subject,
        base=f"{anchor.astimezone(datetime.UTC):%Y%m%dT%H%M}-",
        anchor=anchor,
        not_after=not_after,
        organization_id=organization.pk,
        audience=audience,
        title=title[:120],
        body=body[:500],
        link=link[:200],
    )
    of_subject = ReminderSlot.objects.filter(rule=rule, subject=subject)
    cancel(of_subject.exclude(due_key__startswith=plan.base), now)
    keys = bring_in_line(
        [(plan, RuleBook([rule]).timing(rule, organization.pk, organization.path))], now
    ).keys
    return list(of_subject.filter(due_key__in=keys).order_by("due_at"))


@transaction.atomic(savepoint=False)
def cancel_reminders(*, by, subject: str, now: datetime.datetime | None = None) -> int:
    """Cancel everything about the subject that still lies ahead; returns how many reminders were open.

    Mail that waits is cancelled too, so nothing that is not yet being sent will be (G5). Messages already in somebody's
    inbox stay there and are marked as cancelled.
    """
    return cancel(ReminderSlot.objects.filter(subject=subject), now or timezone.now())
