"""减负台账: requests and fields by month and sender, and what each branch got; nothing about minutes."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from supervision.actions.requests import Asked, withdraw_request
from supervision.queries.burden import Burden, burden_by_branch, burden_by_month, burden_by_sender
from supervision.queries.requests import sent_this_month
from tests import factories as make
from tests.supervision.requests import VOLUNTEERS, answered, sent, target_of

pytestmark = pytest.mark.django_db
YEAR = 2030


def moment(month, day=10, hour=4):
    return datetime.datetime(YEAR, month, day, hour, tzinfo=datetime.UTC)


@pytest.fixture
def clerk(world):
    account = make.user("clerk", display_name="总支干事")
    make.grant(account, "committee_staff", world.general_branch)
    return account


@pytest.fixture
def asked(world, clerk):
    """March: the committee asks three branches for two figures and one new thing. April: the general branch asks its two."""
    sent(world, now=moment(3), held=["members_total", "term_ends"], free=[VOLUNTEERS])
    sent(
        world,
        now=moment(4),
        by=clerk,
        organization=world.general_branch,
        held=[],
        free=[Asked("防汛物资数", "number")],
    )
    sent(world, now=moment(4, 11), held=[], free=[])


def rows_of(user, **more):
    return [
        (row.month, row.organization, row.account, row.burden)
        for row in burden_by_sender(user, year=YEAR, **more)
    ]


def test_by_month_and_sender(world, asked):
    assert rows_of(world.staff) == [
        (4, "清源镇党委", "镇党委组织委员", Burden(1, 3, 0, 0)),
        (4, "清源村党总支", "总支干事", Burden(1, 2, 2, 0)),
        (3, "清源镇党委", "镇党委组织委员", Burden(1, 3, 9, 6)),
    ]


def test_a_month_ends_at_midnight_in_shanghai(world):
    sent(world, now=moment(3, 31, 15), held=[], free=[])
    sent(world, now=moment(3, 31, 16), held=[], free=[])
    assert [row[0] for row in rows_of(world.staff)] == [4, 3]


def test_months_add_up_and_say_the_share_that_the_portal_answered(world, asked):
    months = dict(burden_by_month(burden_by_sender(world.staff, year=YEAR), range(1, 5)))
    assert months == {1: Burden(), 2: Burden(), 3: Burden(1, 3, 9, 6), 4: Burden(2, 5, 2, 0)}
    assert [months[month].share for month in (1, 3, 4)] == ["—", "67%", "0%"]
    assert months[3].typed == 3


def test_a_branch_s_month_counts_every_committee_above_it(world, asked, clerk):
    """Those who asked most often first; the clerk sees the committee's number without seeing its request."""
    rows = burden_by_branch(clerk, year=YEAR, month=4)
    assert [(row.branch, row.requests, row.fields, row.typed) for row in rows] == [
        (world.branch_a, 2, 1, 1),
        (world.branch_b, 2, 1, 1),
    ]
    all_rows = burden_by_branch(world.staff, year=YEAR, month=4)
    assert [row.requests for row in all_rows] == [2, 2, 1]
    assert rows_of(clerk) == [(4, "清源村党总支", "总支干事", Burden(1, 2, 2, 0))]


def test_where_all_was_known_nobody_was_bothered(world):
    first = sent(world, now=moment(3), held=[], free=[VOLUNTEERS], audience={"branches": [world.branch_a.pk]})
    answered(world, first, now=moment(3))
    again = sent(world, now=moment(4), held=[], free=[VOLUNTEERS])
    assert target_of(again, world.branch_a).state == "known"
    assert rows_of(world.staff)[0][3] == Burden(1, 2, 3, 1)
    got = {row.branch: row.requests for row in burden_by_branch(world.staff, year=YEAR, month=4)}
    assert got == {world.branch_a: 0, world.branch_b: 1, world.branch_d: 1}


def test_what_was_taken_back_had_been_asked_all_the_same(world):
    work = sent(world, now=moment(3), held=[], free=[])
    withdraw_request(by=world.staff, request=work, reason="发错了", now=moment(3, 11))
    assert len(rows_of(world.staff)) == 1


def test_the_sender_is_told_how_much_these_branches_got_this_month(world, clerk):
    sent(world, held=[], free=[])
    sent(world, by=clerk, organization=world.general_branch, held=[], free=[])
    day = timezone.localdate()
    assert sent_this_month([world.branch_a.pk], day) == 2
    assert sent_this_month([world.branch_d.pk, world.branch_a.pk], day) == 2
    assert sent_this_month([world.branch_d.pk], day) == 1
    assert sent_this_month([world.branch_x.pk], day) == 0


@pytest.mark.parametrize("persona", ["staff_x", "superuser", "secretary_a", "member_a"])
def test_nobody_outside_counts_anything(world, asked, persona):
    user = getattr(world, persona)
    assert rows_of(user) == []
    assert {row.branch for row in burden_by_branch(user, year=YEAR, month=4) if row.requests} == set()


def test_it_costs_the_same_for_many_branches(world, asked):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            burden_by_sender(world.staff, year=YEAR)
            burden_by_branch(world.staff, year=YEAR, month=4)
        return len(queries)

    statements()
    few = statements()
    for _ in range(5):
        make.organization(parent=world.committee)
    sent(world, now=moment(5), held=[], free=[])
    assert statements() == few == 3
