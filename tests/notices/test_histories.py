"""Random histories of one meeting: set, moved, called off, set again, its rule changed, with rounds in between.

Whatever happens, nobody is told of a time that does not hold at that moment, nobody is told twice, and whoever should
know has been told.
"""

import datetime
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.actions.rules import change_override, change_rule, follow_above
from notices.actions.slots import cancel_reminders
from notices.models import Delivery, ReminderRule, ReminderSlot
from notices.rules.offsets import Offsets
from tests.notices.factories import NOON, at, plan

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)

hours = st.integers(1, 96)
offsets = st.lists(st.integers(1, 72).map(lambda n: n * 60), min_size=1, max_size=4, unique=True)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("set"), hours),
        st.tuples(st.just("words"), st.none()),
        st.tuples(st.just("cancel"), st.none()),
        st.tuples(st.just("wait"), st.integers(0, 40)),
        st.tuples(st.just("rule"), offsets),
        st.tuples(st.just("own rule"), offsets),
        st.tuples(st.just("off"), st.none()),
        st.tuples(st.just("follow"), st.none()),
    ),
    min_size=3,
    max_size=16,
)


@dataclass
class Meeting:
    """What is true of the meeting, beside what the portal has told of it."""

    world: object
    now: datetime.datetime = NOON
    holds: datetime.datetime | None = None
    changed: datetime.datetime | None = None
    on: bool = True
    told: list[datetime.datetime] = field(default_factory=list)  # due moments told since this time was set
    seen: set = field(default_factory=set)

    @property
    def rule(self):
        return ReminderRule.objects.get(key="meeting_notice")

    def do(self, step: str, value) -> None:
        below = {"by": None, "rule": self.rule, "organization": self.world.general_branch, "now": self.now}
        if step == "set":
            anchor = self.now + value * HOUR
            if anchor != self.holds:
                self.holds, self.told = anchor, []
            plan(self.world, anchor=anchor, now=self.now)
        elif step == "words" and self.holds and self.holds > self.now:
            plan(self.world, anchor=self.holds, now=self.now, body="换了地点。")
        elif step == "cancel":
            cancel_reminders(by=None, subject="m:1", now=self.now)
            self.holds, self.told = None, []
        elif step == "wait":
            self.now += value * HOUR
        elif step == "rule":
            change_rule(
                by=None,
                rule=self.rule,
                enabled=True,
                offsets=Offsets.of(value),
                email=True,
                urgent=True,
                now=self.now,
            )
        elif step == "own rule":
            change_override(**below, enabled=True, offsets=Offsets.of(value))
            self.on = True
        elif step == "off":
            change_override(**below, enabled=False, offsets=Offsets.of([60]))
            self.on = False
        elif step == "follow":
            follow_above(**below)
            self.on = True
        if step in ("rule", "own rule", "off", "follow"):
            self.changed = self.now

    def tell(self) -> None:
        at(self.now)
        fresh = Delivery.objects.filter(channel="inapp").exclude(pk__in=self.seen).select_related("slot")
        slots = {}
        for delivery in fresh:
            self.seen.add(delivery.pk)
            slots.setdefault(delivery.slot, []).append(delivery.recipient_id)
        for slot, people in sorted(slots.items(), key=lambda pair: pair[0].due_at):
            assert slot.anchor == self.holds, "told of a time that does not hold"
            assert slot.due_at <= self.now < slot.not_after, "early, or of no use any more"
            assert self.on, "told although the committee switched it off"
            assert len(people) == len(set(people)) == 4
            assert all(slot.due_at > earlier for earlier in self.told), "told again of what is known"
            self.told.append(slot.due_at)
        assert not ReminderSlot.objects.open().filter(due_at__lte=self.now).exists()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_nobody_is_told_of_a_time_that_does_not_hold_nor_twice(world, history):
    with transaction.atomic():
        meeting = Meeting(world)
        for step, value in history:
            meeting.do(step, value)
            meeting.tell()
        transaction.set_rollback(True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(hours, st.integers(0, 40)), min_size=1, max_size=6))
def test_whoever_comes_knows_the_last_time(world, moves):
    """However often it is moved, an hour before the meeting everybody has been told of the time that holds."""
    with transaction.atomic():
        meeting = Meeting(world)
        for ahead, wait in moves:
            meeting.do("set", ahead)
            meeting.tell()
            meeting.do("wait", min(wait, ahead - 1))
            meeting.tell()
        meeting.now = meeting.holds - HOUR
        meeting.tell()
        assert meeting.told
        last = Delivery.objects.filter(channel="inapp", slot__state="told", slot__anchor=meeting.holds)
        assert last.values("recipient").distinct().count() == 4
        transaction.set_rollback(True)
