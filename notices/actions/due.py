"""What is owed becomes reminders for those who have to act: the workbench's due items, turned into slots."""

import datetime
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from branch_portal.database import set_context
from branch_portal.dates import local_datetime, today_shanghai
from branch_portal.due import DueItem, committee_due_items, items_to_tell
from branch_portal.models import TickerBeat
from branch_portal.scoping import Scope
from members.models import PartyOrganization
from notices.actions.plans import Plan, bring_in_line, cancel
from notices.models import Delivery, ReminderRule, ReminderSlot
from notices.queries.rules import RuleBook, Timing
from notices.registry import reminder_kind

logger = logging.getLogger(__name__)

AHEAD = datetime.timedelta(hours=48)
EVERY = datetime.timedelta(minutes=10)
BEAT = "notices.due"
PREFIX = "due-"
MARK = "@"  # between what is owed and which of its reminders it is
PlanKey = tuple[int, str, str]
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
        changed = _undo_a_fast_clock(now) + _bring_in_line(now)
        TickerBeat.objects.update_or_create(
            ticker=BEAT, defaults={"beat_at": now, "detail": {"changed": changed}}
        )
    return changed


def look_again_soon() -> None:
    """Let the next round look at what is owed, however short ago the last one did."""
    TickerBeat.objects.filter(ticker=BEAT).delete()


def _time_to_look(now: datetime.datetime) -> bool:
    # A beat of the future was written by a clock that ran ahead and says nothing.
    fresh = TickerBeat.objects.filter(ticker=BEAT, beat_at__gt=now - EVERY, beat_at__lt=now + EVERY).exists()
    about_to_be_told = _planned().open().filter(due_at__lte=now, not_after__gt=now, rule__enabled=True)
    return not fresh or about_to_be_told.exists()


def _planned():
    return ReminderSlot.objects.filter(due_key__startswith=PREFIX)


def _undo_a_fast_clock(now: datetime.datetime) -> int:
    """Open again what expired untold although its time has not passed: a clock had run ahead and was put right."""
    untold = ~Exists(Delivery.objects.filter(slot=OuterRef("pk")))
    expired = ReminderSlot.objects.filter(untold, state=ReminderSlot.State.EXPIRED, not_after__gt=now)
    return expired.update(state=ReminderSlot.State.OPEN)


def _bring_in_line(now: datetime.datetime) -> int:
    day = today_shanghai(now)
    tree = PartyOrganization.objects.unscoped("reminders are planned for everybody").existing_on(day)
    owed = [
        *items_to_tell(branches=tree.branches(), day=day),
        *committee_due_items(committees=tree.above_branches(), day=day),
    ]
    items = {(item.rule_key, item.subject, item.due_key): item for item in owed}
    book = RuleBook()
    plans: list[tuple[Plan, Timing]] = []
    for item in items.values():
        rule = book.rules.get(item.rule_key)
        if rule is None:
            logger.warning("due item %s names no reminder rule: %s", item.subject, item.rule_key)
            continue
        timing = book.timing(rule, item.organization_id)
        plans += [(plan, timing) for plan in _plans(item, rule, timing, now)]
    changed = bring_in_line(plans, now)
    wanted = {plan.key: plan for plan, _ in plans}
    _hold_back_what_is_done(wanted)
    return changed.written + changed.cancelled + _cancel_what_is_done(wanted, now)


def _plans(item: DueItem, rule: ReminderRule, timing: Timing, now: datetime.datetime) -> Iterator[Plan]:
    """Of the officers or the committee's staff who owe it and, where asked for, of the staff above and the members."""
    kind = reminder_kind(item.rule_key)
    organization: dict[str, Any] = {"organization": item.organization_id}
    told: list[tuple[str, dict[str, Any]]] = [
        (item.subject, {"kind": "own_staff" if item.by_committee else "branch_officers", **organization})
    ]
    if item.tell_superior:
        told.append((f"{item.subject}:superior", {"kind": "superior_staff", **organization}))
    if item.members is not None:
        told.append((f"{item.subject}:members", {"kind": "members", "ids": list(item.members.member_ids)}))
    for subject, audience in told:
        note = item.members if audience["kind"] == "members" else None
        yield Plan(
            rule=rule,
            subject=subject,
            base=f"{PREFIX}{item.due_key}{MARK}",
            anchor=local_datetime(item.due_on, kind.at),
            not_after=kind.last_call(item.due_on, timing.offsets),
            organization_id=item.organization_id,
            audience=audience,
            title=(note.title if note else item.title)[:120],
            body=_body(item),
            link=(note.url if note else item.url)[:200],
            not_before=local_datetime(item.not_before) if item.not_before else None,
            until=now + AHEAD,
        )


def _body(item: DueItem) -> str:
    parts = [item.organization_name, f"截止{item.due_on.month}月{item.due_on.day}日"]
    if item.clause:
        parts.append(f"依据：{item.clause}")
    return f"{'；'.join(parts)}。"[:500]


def _cancel_what_is_done(owed: Mapping[PlanKey, Plan], now: datetime.datetime) -> int:
    """Cancel waiting reminders of things that nobody owes any more."""
    waiting = _planned().filter(
        state__in=(ReminderSlot.State.OPEN, ReminderSlot.State.OFF), not_after__gt=now
    )
    done = [
        pk
        for pk, rule_id, subject, due_key in waiting.values_list("pk", "rule_id", "subject", "due_key")
        if _plan_key(rule_id, subject, due_key) not in owed
    ]
    return cancel(ReminderSlot.objects.filter(pk__in=done), now) if done else 0


def _hold_back_what_is_done(owed: Mapping[PlanKey, Plan]) -> None:
    """Cancel what was told in the portal and still waits for the mail of the day, when it has been done or moved since.

    The message in the inbox stays as it was told. Of what members are told themselves, those who no longer are concerned.
    """
    waiting = Delivery.objects.filter(
        status=Delivery.Status.PENDING,
        slot__state=ReminderSlot.State.TOLD,
        slot__due_key__startswith=PREFIX,
    ).values_list("pk", "slot__rule_id", "slot__subject", "slot__due_key", "recipient__member_id")
    done = []
    for pk, rule_id, subject, due_key, member_id in waiting:
        plan = owed.get(_plan_key(rule_id, subject, due_key))
        if plan is None or member_id not in plan.audience.get("ids", (member_id,)):
            done.append(pk)
    if done:
        still = Delivery.objects.filter(pk__in=done, status=Delivery.Status.PENDING)
        still.update(status=Delivery.Status.CANCELLED, next_at=None, last_error="事情已办理或有变动，未发送")


def _plan_key(rule_id: int, subject: str, due_key: str) -> PlanKey:
    return rule_id, subject, due_key.rpartition(MARK)[0] + MARK
