"""From what is to be told and when its rule says so to the rows that wait: written once, renewed, cancelled."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from notices.models import Delivery, ReminderRule, ReminderSlot
from notices.queries.rules import Timing
from notices.rules.timing import Earlier, moments, worth_keeping

_State = ReminderSlot.State
_AGAIN = "~"  # between a due key and how often its time was set before
_AT_ONCE = 500

# A slot that nobody has been told of yet takes the newest words and time; one that was told stays as it was told. What
# expired untold and is wanted again was ended by a clock that ran ahead, or by a day that has been moved.
_KEEP_OR_RENEW = """
ON CONFLICT (rule_id, subject, due_key) DO UPDATE
SET state = excluded.state, organization_id = excluded.organization_id, due_at = excluded.due_at,
    anchor = excluded.anchor, not_after = excluded.not_after, audience = excluded.audience, title = excluded.title,
    body = excluded.body, link = excluded.link
WHERE notices_reminderslot.state IN ('open', 'cancelled', 'off', 'expired')
  AND (notices_reminderslot.state, notices_reminderslot.organization_id, notices_reminderslot.due_at,
       notices_reminderslot.anchor, notices_reminderslot.not_after, notices_reminderslot.audience,
       notices_reminderslot.title, notices_reminderslot.body, notices_reminderslot.link)
      IS DISTINCT FROM (excluded.state, excluded.organization_id, excluded.due_at, excluded.anchor,
                        excluded.not_after, excluded.audience, excluded.title, excluded.body, excluded.link)
  AND NOT EXISTS (SELECT 1 FROM notices_delivery WHERE slot_id = notices_reminderslot.id)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is told of one subject for one time (`anchor`): everything about its reminders but when.

    `base` begins the due keys of all of them; the name of the rule's offset follows. `not_before`: no moment before it is
    meant, and `until`: nor one after it yet.
    """

    rule: ReminderRule
    subject: str
    base: str
    anchor: datetime.datetime
    not_after: datetime.datetime
    organization_id: int
    audience: dict
    title: str
    body: str
    link: str
    not_before: datetime.datetime | None = None
    until: datetime.datetime | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        return self.rule.pk, self.subject, self.base

    def slots(self, timing: Timing, earlier: "History", now: datetime.datetime) -> list[ReminderSlot]:
        """The rows that should stand, in order of time."""
        wanted = {
            name: moment
            for name, moment in moments(self.anchor, timing.offsets.minutes, timing.offsets.months).items()
            if self.not_before is None or moment >= self.not_before
        }
        kept = worth_keeping(
            wanted, now=now, not_after=self.not_after, earlier=earlier.known, changed_at=timing.changed_at
        )
        return [
            ReminderSlot(
                rule=self.rule,
                subject=self.subject,
                due_key=earlier.due_key(f"{self.base}{name}"),
                organization_id=self.organization_id,
                anchor=self.anchor,
                due_at=moment,
                not_after=self.not_after,
                state=_State.OPEN if timing.on else _State.OFF,
                audience=self.audience,
                title=self.title,
                body=self.body,
                link=self.link,
            )
            for name, moment in kept
            if self.until is None or moment <= self.until
        ]


@dataclass(slots=True)
class History:
    """What stands of a plan already: told until when, waiting by name, and how often a time was told and taken back."""

    told_until: datetime.datetime | None = None
    waiting: dict[str, int] = field(default_factory=dict)
    taken_back: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def known(self) -> Earlier:
        return Earlier(self.told_until, frozenset(self.waiting))

    def due_key(self, key: str) -> str:
        """A time that was told, cancelled and is set again is a new reminder, so it gets a number."""
        times = self.taken_back.get(key, 0)
        return f"{key}{_AGAIN}{times + 1}" if times else key

    def note(self, row: Mapping[str, Any], base: str) -> None:
        plain = row["due_key"].split(_AGAIN)[0]
        if row["state"] == _State.TOLD:
            self.told_until = max(self.told_until or row["due_at"], row["due_at"])
        elif row["state"] in (_State.OPEN, _State.OFF):
            self.waiting[plain.removeprefix(base)] = row["pk"]
        elif row["state"] == _State.CANCELLED and row["was_told"]:
            self.taken_back[plain] += 1


@dataclass(slots=True)
class Changed:
    """What bringing in line did: how many rows were written or renewed and how many cancelled, and the keys that stand."""

    written: int = 0
    cancelled: int = 0
    keys: list[str] = field(default_factory=list)


def bring_in_line(plans: Sequence[tuple[Plan, Timing]], now: datetime.datetime) -> Changed:
    """Make the waiting reminders of these plans what their rules say; nobody is told twice. A constant number of queries
    (put_slots writes in batches)."""
    stood = histories([plan for plan, _ in plans], now)
    changed, slots, done_with = Changed(), [], []
    for plan, timing in plans:
        history = stood[plan.key]
        standing = plan.slots(timing, history, now)
        names = {slot.due_key.split(_AGAIN)[0].removeprefix(plan.base) for slot in standing}
        done_with += [pk for name, pk in history.waiting.items() if name not in names]
        changed.keys += [slot.due_key for slot in standing]
        slots += standing
    changed.cancelled = cancel(ReminderSlot.objects.filter(pk__in=done_with), now) if done_with else 0
    changed.written = put_slots(slots)
    return changed


def histories(plans: Iterable[Plan], now: datetime.datetime) -> dict[tuple[int, str, str], History]:
    """One query: what was planned about the subjects and is not over, by plan."""
    listed = list(plans)
    found = {plan.key: History() for plan in listed}
    rows = (
        ReminderSlot.objects.filter(
            rule__in={plan.rule.pk for plan in listed},
            subject__in={plan.subject for plan in listed},
            not_after__gt=now,
        )
        .exclude(state=_State.EXPIRED)
        .annotate(was_told=Exists(Delivery.objects.filter(slot=OuterRef("pk"))))
        .values("pk", "rule_id", "subject", "due_key", "state", "due_at", "was_told")
    )
    bases: dict[tuple[int, str], list[str]] = defaultdict(list)
    for plan in listed:
        bases[plan.rule.pk, plan.subject].append(plan.base)
    for row in rows:
        for base in bases.get((row["rule_id"], row["subject"]), ()):
            if row["due_key"].startswith(base):
                found[row["rule_id"], row["subject"], base].note(row, base)
    return found


def put_slots(slots: Sequence[ReminderSlot]) -> int:
    """Write the slots, each at most once per rule, subject and due key; returns how many changed."""
    return sum(_put(slots[start : start + _AT_ONCE]) for start in range(0, len(slots), _AT_ONCE))


def _put(slots: Sequence[ReminderSlot]) -> int:
    fields = [field for field in ReminderSlot._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    rows = [[_value(slot, field) for field in fields] for slot in slots]
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notices_reminderslot ({columns}) VALUES {places} {_KEEP_OR_RENEW}",
            [value for row in rows for value in row],
        )
        return cursor.rowcount


def _value(slot: ReminderSlot, field):
    return field.get_db_prep_save(field.pre_save(slot, add=True), connection)


def cancel(slots, now: datetime.datetime) -> int:
    """Cancel these: waiting ones, and told ones that still lie ahead with their waiting mail. Returns the waiting ones."""
    # Held, so that a round that is just telling them ends first.
    held = slots.select_for_update(no_key=True).order_by("pk").values_list("pk", "state", "not_after")
    waiting, told = [], []
    for pk, state, not_after in held:
        if state in (_State.OPEN, _State.OFF):
            waiting.append(pk)
        elif state == _State.CANCELLED or (state == _State.TOLD and not_after > now):
            told.append(pk)
    if ids := waiting + told:
        ReminderSlot.objects.filter(pk__in=ids).exclude(state=_State.CANCELLED).update(state=_State.CANCELLED)
    if told:
        mail = Delivery.objects.filter(slot_id__in=told, status=Delivery.Status.PENDING)
        mail.update(status=Delivery.Status.CANCELLED, next_at=None)
    return len(waiting)
