"""Many taps at once, in transactions that really meet: the capacity is never exceeded and the order is kept."""

import random
import threading

import pytest
from django.db import connection

from activities.actions.signup import SignUpRefused, open_sign_up, sign_up, withdraw
from activities.models import SignUp
from tests import factories as make
from tests.activities import factories as life
from tests.personas import build_world


def at_once(*tasks) -> list[BaseException]:
    """Run the tasks in threads that start together; returns what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(tasks))

    def run(task) -> None:
        try:
            start.wait(10)
            task()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def check(share, capacity) -> None:
    going = list(SignUp.objects.filter(share=share).going().values_list("place", flat=True))
    waiting = list(SignUp.objects.filter(share=share).waiting().values_list("place", flat=True))
    assert len(going) <= capacity
    assert not waiting or len(going) == capacity
    # Nobody overtakes: whoever waits came after everyone who has a place.
    assert not waiting or max(going) < min(waiting)


@pytest.mark.parametrize("seed", range(3))
def test_taps_withdrawals_and_more_places_at_once(committed_db, seed):
    world, dice = build_world(), random.Random(seed)
    people = [*world.members_a, *(make.member(world.branch_a) for _ in range(4))]
    share = life.announcement(world.secretary_a, world.branch_a, "volunteer_service")
    open_sign_up(by=world.secretary_a, share=share, capacity=3, closes_at=None)

    def comes(member):
        return lambda: sign_up(by=world.secretary_a, share=share, member=member)

    def goes(member):
        return lambda: withdraw(by=world.secretary_a, share=share, member=member)

    assert at_once(*(comes(member) for member in people)) == []
    check(share, 3)
    assert SignUp.objects.filter(share=share).count() == len(people)
    for capacity in (3, 5):
        tasks = [dice.choice((comes, goes))(member) for member in dice.sample(people, 8)]
        if capacity != 3:
            tasks.append(lambda: open_sign_up(by=world.secretary_a, share=share, capacity=5, closes_at=None))
        errors = at_once(*tasks)
        assert [error for error in errors if not isinstance(error, SignUpRefused)] == []
        check(share, capacity)


def test_the_last_place_is_given_once(committed_db):
    world = build_world()
    share = life.announcement(world.secretary_a, world.branch_a, "red_base_visit")
    open_sign_up(by=world.secretary_a, share=share, capacity=1, closes_at=None)
    tasks = [
        lambda member=member: sign_up(by=world.secretary_a, share=share, member=member)
        for member in world.members_a
    ]
    assert at_once(*tasks) == []
    assert SignUp.objects.filter(share=share).going().count() == 1
    assert list(SignUp.objects.filter(share=share).values_list("place", flat=True)) == list(range(1, 11))
