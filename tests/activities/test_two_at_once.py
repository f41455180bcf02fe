"""Two people at the same gathering at the same moment, in transactions that really wait for each other."""

import threading

import pytest
from django.db import connection, transaction

from activities.actions.gatherings import cancel_gathering
from activities.actions.records import NotEditable, record_gathering, update_record
from activities.models import ActivityRecord, Gathering
from activities.rules.states import TransitionError
from tests.activities import factories as life
from tests.personas import build_world

WAIT = 0.4


def second_while_first_is_open(first, second) -> BaseException | None:
    """Run `second` in a thread while the transaction of `first` is still open; returns what `second` raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            second()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(WAIT)
    thread.join(20)
    return raised[0] if raised else None


@pytest.mark.fault("F32", "two people change, move or remove one thing")
def test_a_cancelled_gathering_is_not_recorded_a_moment_later(committed_db, measured):
    world = build_world()
    share = life.announcement(world.secretary_a, world.branch_a)
    draft, facts, marks = share.records.get(), life.facts(), life.marks(world.branch_a)
    error = second_while_first_is_open(
        lambda: cancel_gathering(by=world.officer_a, share=share, reason="防汛"),
        lambda: update_record(by=world.secretary_a, record=draft, version=1, facts=facts, marks=marks),
    )
    assert isinstance(error, NotEditable)
    assert (Gathering.objects.get().state, ActivityRecord.objects.get().state) == ("cancelled", "draft")
    measured("recording what was cancelled a moment ago: refused")


@pytest.mark.fault("F32", "two people change, move or remove one thing")
def test_a_gathering_is_not_cancelled_while_its_record_is_written(committed_db, measured):
    world = build_world()
    share = life.announcement(world.secretary_a, world.branch_a)
    draft, facts, marks = share.records.get(), life.facts(), life.marks(world.branch_a)
    error = second_while_first_is_open(
        lambda: update_record(by=world.secretary_a, record=draft, version=1, facts=facts, marks=marks),
        lambda: cancel_gathering(by=world.officer_a, share=share, reason="防汛"),
    )
    assert isinstance(error, TransitionError)
    assert (Gathering.objects.get().state, ActivityRecord.objects.get().state) == ("held", "recorded")
    measured("cancelling what is being recorded: refused")


def test_two_records_at_once_take_two_numbers(committed_db):
    world = build_world()
    facts, marks = life.facts(), life.marks(world.branch_a)

    def log() -> None:
        record_gathering(by=world.secretary_a, branch=world.branch_a, facts=facts, marks=marks)

    assert second_while_first_is_open(log, log) is None
    assert sorted(ActivityRecord.objects.values_list("number", flat=True)) == [1, 2]
