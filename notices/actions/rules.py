"""What a committee sets of the reminders: on or off, and how long before. What waits is brought in line at once."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from branch_portal.dates import local_date
from members.models import PartyOrganization
from notices.actions.due import AHEAD, MARK, PREFIX, look_again_soon
from notices.actions.plans import Changed, Plan, bring_in_line
from notices.models import ReminderRule, ReminderRuleOverride, ReminderSlot
from notices.queries.rules import RuleBook, Timing
from notices.registry import reminder_kind
from notices.rules.offsets import Offsets

_State = ReminderSlot.State
_PLANNED = re.compile(r"\d{8}T\d{4}-")


@transaction.atomic
def change_rule(
    *,
    by,
    rule: ReminderRule,
    enabled: bool,
    offsets: Offsets,
    email: bool,
    urgent: bool,
    now: datetime.datetime | None = None,
) -> Changed:
    """Set a rule for the whole portal; its waiting reminders follow, and nobody is told twice."""
    now = now or timezone.now()
    if Offsets.of(rule.offsets_minutes, rule.offsets_months) != offsets:
        rule.offsets_minutes, rule.offsets_months = list(offsets.minutes), list(offsets.months)
        rule.changed_at = now
    rule.enabled, rule.email, rule.urgent = enabled, email, urgent
    rule.save()
    return _bring_waiting_in_line(rule, now)


@transaction.atomic
def restore_rule(*, by, rule: ReminderRule, now: datetime.datetime | None = None) -> Changed:
    """What the rule said at first: on, with the times of the table."""
    kind = reminder_kind(rule.key)
    return change_rule(
        by=by, rule=rule, enabled=True, offsets=kind.offsets, email=True, urgent=kind.urgent, now=now
    )


@transaction.atomic
def change_override(
    *,
    by,
    rule: ReminderRule,
    organization: PartyOrganization,
    enabled: bool,
    offsets: Offsets,
    now: datetime.datetime | None = None,
) -> Changed:
    """Set a rule for everything below a committee, until somebody nearer sets it otherwise."""
    now = now or timezone.now()
    values = {"offsets_minutes": list(offsets.minutes), "offsets_months": list(offsets.months)}
    return _set_override(rule, organization, now, inherits=False, enabled=enabled, **values)


@transaction.atomic
def follow_above(
    *, by, rule: ReminderRule, organization: PartyOrganization, now: datetime.datetime | None = None
) -> Changed:
    """Give up what the committee set of its own; what holds above it holds again."""
    return _set_override(rule, organization, now or timezone.now(), inherits=True)


def preview(change: Callable[[], Changed]) -> Changed:
    """What a change would do: it is made and taken back, so the answer is exact."""
    with transaction.atomic():
        changed = change()
        transaction.set_rollback(True)
    return changed


def _set_override(
    rule: ReminderRule, organization: PartyOrganization, now: datetime.datetime, **values
) -> Changed:
    ReminderRuleOverride.objects.update_or_create(
        rule=rule, organization=organization, defaults={**values, "changed_at": now}
    )
    return _bring_waiting_in_line(rule, now, below=organization)


def _bring_waiting_in_line(
    rule: ReminderRule, now: datetime.datetime, below: PartyOrganization | None = None
) -> Changed:
    """Recompute what waits from its own rows; what is owed and not yet planned, the next round looks at."""
    slots = ReminderSlot.objects.filter(rule=rule, not_after__gt=now, anchor__isnull=False)
    if below is not None:
        slots = slots.filter(organization__path__startswith=below.path)
    newest: dict[tuple[int, str, str], Plan] = {}
    waiting: set[tuple[int, str, str]] = set()
    for slot in slots.filter(state__in=(_State.OPEN, _State.OFF, _State.TOLD)).order_by("pk"):
        plan = _plan_of(slot, rule, now)
        if slot.state == _State.TOLD and plan.key in waiting:
            continue  # the words of what still waits are newer
        newest[plan.key] = plan
        if slot.state != _State.TOLD:
            waiting.add(plan.key)
    book = RuleBook([rule])
    plans: list[tuple[Plan, Timing]] = []
    for key, plan in newest.items():
        timing = book.timing(rule, plan.organization_id)
        if plan.base.startswith(PREFIX):
            if key not in waiting:
                continue
            last = reminder_kind(rule.key).last_call(local_date(plan.anchor), timing.offsets)
            plan = replace(plan, not_after=last)
        plans.append((plan, timing))
    changed = bring_in_line(plans, now)
    look_again_soon()
    return changed


def _plan_of(slot: ReminderSlot, rule: ReminderRule, now: datetime.datetime) -> Plan:
    """The plan that a row was written from."""
    owed = slot.due_key.startswith(PREFIX)
    planned = _PLANNED.match(slot.due_key)
    base = slot.due_key.rpartition(MARK)[0] + MARK if owed or planned is None else planned[0]
    assert slot.anchor is not None  # asked for
    return Plan(
        rule=rule,
        subject=slot.subject,
        base=base,
        anchor=slot.anchor,
        not_after=slot.not_after,
        organization_id=slot.organization_id,
        audience=slot.audience,
        title=slot.title,
        body=slot.body,
        link=slot.link,
        until=now + AHEAD if owed else None,
    )
