import datetime

import pytest
from django.urls import reverse

from members.models import User
from supervision.queries.grid import Tally, supervision_grid
from tests import factories as make
from tests.supervision.factories import MONTHS, branch_year

DAY = datetime.date(2026, 5, 20)
THEME, GENERAL = "theme_day", "general_meeting"


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def grid_for(user, **options):
    return supervision_grid(user=fresh(user), **{"year": 2026, "day": DAY, **options})


def by_name(grid) -> dict:
    return {row.branch.name: row for row in grid.rows}


@pytest.fixture
def years(world):
    """Branch A has its theme days to April (April's unconfirmed), branch B only January, branch D none stored."""
    branch_year(
        world.branch_a,
        2026,
        theme_day=(MONTHS, (1, 2, 3, 4), (1, 2, 3)),
        general_meeting=(MONTHS, (2,), (2,)),
    )
    branch_year(world.branch_b, 2026, theme_day=(MONTHS, (1,), (1,)), general_meeting=(MONTHS, (), ()))
    return world


def test_each_branch_is_counted_up_to_the_day(years):
    rows = by_name(grid_for(years.staff))
    assert rows["清源村第一党支部"].tallies[THEME] == Tally(done=4, pending=1, missing=0)
    assert rows["清源村第一党支部"].tallies[GENERAL] == Tally(done=1, pending=0, missing=0)
    assert rows["清源村第二党支部"].tallies[THEME] == Tally(done=1, pending=0, missing=3)
    assert rows["清源村第二党支部"].tallies[GENERAL] == Tally(done=0, pending=0, missing=1)


def test_a_branch_that_never_met_is_there_and_lacks_everything(years):
    row = by_name(grid_for(years.staff))["镇机关党支部"]
    assert row.tallies[THEME] == Tally(done=0, pending=0, missing=4)
    assert row.tallies[GENERAL] == Tally(done=0, pending=0, missing=1)
    assert row.tallies["committee_meeting"] == Tally(), "it has no committee, so it owes no meeting of one"


def test_months_say_held_waiting_missing_running_and_ahead(years):
    grid = grid_for(years.staff)
    rows = by_name(grid)
    words = [status.word for status in grid.statuses(rows["清源村第一党支部"], THEME)]
    assert words == ["已开"] * 3 + ["待确认", "本期应开"] + ["未到期"] * 7
    words = [status.word for status in grid.statuses(rows["清源村第二党支部"], GENERAL)]
    assert words == ["缺", "本期应开", "未到期", "未到期"]


def test_who_lacks_most_comes_first_or_the_official_order_stays(years):
    assert [row.branch.name for row in grid_for(years.staff).rows] == [
        "镇机关党支部",
        "清源村第二党支部",
        "清源村第一党支部",
    ]
    assert [row.branch.name for row in grid_for(years.staff, by_need=False).rows] == [
        "清源村第一党支部",
        "清源村第二党支部",
        "镇机关党支部",
    ]


def test_sums_over_the_subtree_and_over_each_upper_organisation(years):
    grid = grid_for(years.staff)
    assert grid.tallies[THEME] == Tally(done=5, pending=1, missing=7)
    assert [(line.organization.name, line.branches, line.in_need) for line in grid.roll_ups] == [
        ("清源镇党委", 3, 2),
        ("清源村党总支", 2, 1),
    ]
    below = grid_for(years.staff, root=years.general_branch)
    assert [row.branch.name for row in below.rows] == ["清源村第二党支部", "清源村第一党支部"]
    assert below.roll_ups == []
    assert below.counts_by_period(THEME)[:5] == [(2, 2), (1, 2), (1, 2), (1, 2), (0, 0)]


def test_nobody_sees_another_committee_and_a_superuser_no_branch(years):
    assert [row.branch.name for row in grid_for(years.staff_x).rows] == ["东湖村党支部"]
    assert grid_for(years.superuser).rows == []
    assert grid_for(years.secretary_a).rows == []
    assert grid_for(years.staff_x, root=years.committee).rows == []


def test_another_year_stands_for_itself(years):
    make.organization(parent=years.committee, name="新党支部", founded_on=datetime.date(2026, 2, 1))
    assert "新党支部" not in by_name(grid_for(years.staff, year=2025))
    rows = by_name(grid_for(years.staff))
    assert rows["新党支部"].tallies[THEME] == Tally(done=0, pending=0, missing=3), (
        "February on, whole months only"
    )
    past = by_name(grid_for(years.staff, year=2025))
    assert past["清源村第一党支部"].tallies[THEME] == Tally(done=0, pending=0, missing=12)


def test_grid_query_count(years, as_user, django_assert_num_queries):
    """As many statements for three branches as for six."""
    client = as_user(years.staff)
    url = reverse("supervision:grid")
    client.get(url)
    with django_assert_num_queries(QUERIES):
        client.get(url)
    for number in range(3):
        make.organization(parent=years.committee, name=f"另一党支部{number}")
    with django_assert_num_queries(QUERIES):
        client.get(url)


QUERIES = 16
