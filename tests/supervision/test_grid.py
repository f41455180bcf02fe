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


def test_sums_over_the_subtree_and_over_each_child_organisation(years):
    grid = grid_for(years.staff)
    assert grid.tallies[THEME] == Tally(done=5, pending=1, missing=7)
    assert [(str(line.organization), line.branches, line.in_need) for line in grid.roll_ups] == [
        (str(years.general_branch), 2, 1),
        ("None", 1, 1),
    ], "the branch directly under the committee is added up by itself"
    assert (grid.branches, grid.in_need, grid.listed) == (3, 2, 3)
    assert [each.name for each in grid.way] == ["清源镇党委"]
    below = grid_for(years.staff, root=years.general_branch, kind=THEME)
    assert [row.branch.name for row in below.rows] == ["清源村第二党支部", "清源村第一党支部"]
    assert [(line.organization, line.branches) for line in below.roll_ups] == [(None, 2)]
    assert [each.name for each in below.way] == ["清源镇党委", "清源村党总支"]
    assert below.counts_by_period[:5] == [(2, 2), (1, 2), (1, 2), (1, 2), (0, 0)]


def test_two_grants_are_two_lines(years):
    """Whoever supervises two parts of the tree chooses between them; a grant below another adds nothing."""
    both = make.user("both")
    for organization in (years.committee, years.general_branch, years.committee_x):
        make.grant(both, "committee_staff", organization)
    grid = grid_for(both)
    assert [(line.organization.name, line.branches) for line in grid.roll_ups] == [
        ("清源镇党委", 3),
        ("东湖镇党委", 1),
    ]
    assert grid.way == []
    assert len(grid.rows) == 4


def test_pages_and_names(years):
    def names(**options) -> list[str]:
        return [row.branch.name for row in grid_for(years.staff, **options).rows]

    assert names(size=2) == ["镇机关党支部", "清源村第二党支部"]
    assert names(size=2, page=2) == names(size=2, page=99) == ["清源村第一党支部"]
    assert names(name="清源村") == ["清源村第二党支部", "清源村第一党支部"]
    found = grid_for(years.staff, name="第二", size=2)
    assert (found.listed, found.branches) == (1, 3), "the sums stay those of the whole subtree"
    for nothing in ("没有这个", "%", "_"):
        assert names(name=nothing, size=2) == [], "typed signs are no pattern"


def test_the_end_of_a_past_month(years):
    """截至3月底: March is over, April neither owed nor held; what was held in April is not counted."""
    day = datetime.date(2026, 3, 31)
    row = by_name(grid_for(years.staff, day=day, ended=True))["清源村第一党支部"]
    assert row.tallies[THEME] == Tally(done=3, pending=0, missing=0)
    row = by_name(grid_for(years.staff, day=day, ended=True))["清源村第二党支部"]
    assert row.tallies[THEME] == Tally(done=1, pending=0, missing=2)
    assert row.tallies[GENERAL] == Tally(done=0, pending=0, missing=1)


def test_a_year_s_own_is_judged_by_the_march_after_it(world):
    """Held in February 2026 for 2025: not yet at the end of 2025, done from then on."""
    owed = (MONTHS, (2,), (2,))
    branch_year(world.branch_a, 2025, org_life_meeting=owed)

    def tally(day, ended):
        rows = by_name(grid_for(world.staff, year=2025, day=day, ended=ended))
        return rows["清源村第一党支部"].tallies["org_life_meeting"]

    assert tally(datetime.date(2025, 12, 31), True) == Tally()
    assert tally(datetime.date(2026, 1, 31), True) == Tally()
    assert tally(datetime.date(2026, 2, 28), True) == tally(DAY, False) == Tally(done=1)
    rows = by_name(grid_for(world.staff, year=2025, day=datetime.date(2026, 3, 31), ended=True))
    assert rows["清源村第二党支部"].tallies["org_life_meeting"] == Tally(missing=1)


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


QUERIES = 14
