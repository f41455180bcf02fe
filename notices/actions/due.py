"""What is owed becomes reminders for those who have to act: the workbench's due items, turned into slots."""

import datetime
import logging

from django.db import connection, transaction

from branch_portal.database import set_context
from branch_portal.dates import add_months, local_datetime, today_shanghai
from branch_portal.due import DueItem, committee_due_items, due_items
from branch_portal.models import TickerBeat
from branch_portal.scoping import Scope
from members.models import PartyOrganization
from notices.actions.slots import put_slots
from notices.models import ReminderRule, ReminderSlot
from notices.registry import reminder_kind
from notices.rules.timing import worth_keeping

logger = logging.getLogger(__name__)

AHEAD = datetime.timedelta(hours=48)
EVERY = datetime.timedelta(minutes=10)
BEAT = "notices.due"
_PREFIX = "due-"
_MARK = "@"  # between what is owed and which of its reminders it is
_LOCK = 0x6E6F7469  # any number that no other advisory lock of the portal uses


def plan_due_reminders(now: datetime.datetime) -> int | None:
    """Bring the reminders of owed things in line with what is owed now; returns how many slots changed.

    Looks every ten minutes, and whenever such a reminder is about to be told, so nobody is reminded of what was done a
    minute ago. None: nothing to look at yet, or another tick is looking.
    """
    with transaction.atomic():
        if not _time_to_look(now):
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        set_context(scope=Scope(everything=True), ticker=BEAT)
        changed = _bring_in_line(now)
        TickerBeat.objects.update_or_create(
            ticker=BEAT, defaults={"beat_at": now, "detail": {"changed": changed}}
        )
    return changed


def _time_to_look(now: datetime.datetime) -> bool:
    fresh = TickerBeat.objects.filter(ticker=BEAT, beat_at__gt=now - EVERY).exists()
    about_to_be_told = _planned().open().filter(due_at__lte=now, not_after__gt=now, rule__enabled=True)
    return not fresh or about_to_be_told.exists()


def _planned():
    return ReminderSlot.objects.filter(due_key__startswith=_PREFIX)


def _bring_in_line(now: datetime.datetime) -> int:
    day = today_shanghai(now)
    tree = PartyOrganization.objects.unscoped("reminders are planned for everybody").existing_on(day)
    owed = [
        *due_items(branches=tree.branches(), day=day),
        *committee_due_items(committees=tree.above_branches(), day=day),
    ]
    items = {(item.rule_key, item.subject, item.due_key): item for item in owed}
    rules = {rule.key: rule for rule in ReminderRule.objects.all()}
    slots = []
    for item in items.values():
        rule = rules.get(item.rule_key)
        if rule is None:
            logger.warning("due item %s names no reminder rule: %s", item.subject, item.rule_key)
            continue
        slots += _slots_of(item, rule, now)
    return put_slots(slots) + _cancel_what_is_done(
        {(item.rule_key, subject, _base(item)) for item in items.values() for subject in _told(item)}
    )


def _slots_of(item: DueItem, rule: ReminderRule, now: datetime.datetime) -> list[ReminderSlot]:
    kind = reminder_kind(item.rule_key)
    not_after = local_datetime(item.due_on) + kind.grace
    soon = [
        (name, moment)
        for name, moment in worth_keeping(_moments(item, rule), now=now, not_after=not_after)
        if moment <= now + AHEAD
    ]
    return [
        ReminderSlot(
            rule=rule,
            subject=subject,
            due_key=f"{_base(item)}{_MARK}{name}",
            organization_id=item.organization_id,
            due_at=moment,
            not_after=not_after,
            audience={"kind": audience, "organization": item.organization_id},
            title=item.title[:120],
            body=_body(item),
            link=item.url[:200],
        )
        for subject, audience in _told(item).items()
        for name, moment in soon
    ]


def _moments(item: DueItem, rule: ReminderRule) -> dict[str, datetime.datetime]:
    """When the rule's offsets come, by the name that they have in the due key; months are calendar months."""
    at = reminder_kind(item.rule_key).at
    anchor = local_datetime(item.due_on, at)
    return {
        f"{minutes}": anchor - datetime.timedelta(minutes=minutes) for minutes in rule.offsets_minutes
    } | {f"{months}m": local_datetime(add_months(item.due_on, -months), at) for months in rule.offsets_months}


def _told(item: DueItem) -> dict[str, str]:
    """Subject → audience: the officers or the committee's staff who owe it and, where asked for, the staff above them."""
    told = {item.subject: "own_staff" if item.by_committee else "branch_officers"}
    if item.tell_superior:
        told[f"{item.subject}:superior"] = "superior_staff"
    return told


def _body(item: DueItem) -> str:
    parts = [item.organization_name, f"截止{item.due_on.month}月{item.due_on.day}日"]
    if item.clause:
        parts.append(f"依据：{item.clause}")
    return f"{'；'.join(parts)}。"[:500]


def _cancel_what_is_done(owed: set[tuple[str, str, str]]) -> int:
    """Cancel open reminders of things that nobody owes any more."""
    done = [
        slot.pk
        for slot in _planned().open().select_related("rule")
        if (slot.rule.key, slot.subject, slot.due_key.rpartition(_MARK)[0]) not in owed
    ]
    return ReminderSlot.objects.filter(pk__in=done).open().update(state=ReminderSlot.State.CANCELLED)


def _base(item: DueItem) -> str:
    """The due key of all reminders of an item; the mark and the offset follow it."""
    return f"{_PREFIX}{item.due_key}"
