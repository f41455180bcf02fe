"""The grid's sums in PostgreSQL say what the Python rules say: masks, days, rules, branches without a stored year."""

import datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.models import BranchYear
from activities.queries.cadence import branch_years
from activities.rules.cadence import HELD, MISSING, MONTHS_IN, PENDING, CadenceRule
from members.models import OrganizationChange, PartyOrganization, User
from supervision.queries.grid import KINDS, supervision_grid
from supervision.queries.grid_sql import Judgement, count_columns, laid_columns, period_columns
from supervision.rules.as_of import NOTHING, AsOf, month_ends, statuses_on, tally_on
from tests import factories as make

YEAR = 2026
MASK = st.integers(0, 0xFFF)
DAYS = st.dates(datetime.date(YEAR, 1, 1), datetime.date(YEAR + 1, 6, 30))
AS_OF = st.one_of(
    DAYS.map(AsOf),
    st.sampled_from(month_ends(YEAR, datetime.date(YEAR + 1, 12, 31))).map(lambda day: AsOf(day, True)),
)


@st.composite
def rules(draw) -> CadenceRule:
    period = draw(st.sampled_from(sorted(MONTHS_IN)))
    return CadenceRule("theme_day", period, draw(st.integers(1, MONTHS_IN[period] + 1)), "依据")


def in_sql(masks, rule, as_of) -> tuple[list, list]:
    """(done, pending, missing) of each triple of masks, and the sums by period over all of them."""
    judgement = Judgement({"theme_day": rule}, YEAR, as_of)
    laid = laid_columns("theme_day", judgement, due="d", held="h", confirmed="c")
    text = f"WITH laid AS (SELECT n, {laid} FROM unnest(%s::smallint[], %s::smallint[], %s::smallint[]) WITH ORDINALITY AS t(d, h, c, n))"
    values = [list(column) for column in zip(*masks, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(f"{text} SELECT {count_columns('theme_day', judgement)} FROM laid ORDER BY n", values)
        rows = cursor.fetchall()
        cursor.execute(f"{text} SELECT {period_columns('theme_day', judgement)} FROM laid", values)
        return rows, list(cursor.fetchone())


@pytest.mark.django_db
def test_the_sums_say_what_the_rules_say():
    @settings(max_examples=150)
    @given(st.lists(st.tuples(MASK, MASK, MASK), min_size=1, max_size=20), rules(), AS_OF)
    def check(masks, rule, as_of):
        rows, by_period = in_sql(masks, rule, as_of)
        tallies = [tally_on(each, rule, YEAR, as_of) for each in masks]
        assert rows == [(t.done, t.pending, t.missing) for t in tallies]
        # What a period owes is asked of its first month; stored masks set all of a period's bits.
        whole = [(due & _first_months(rule), held, confirmed) for due, held, confirmed in masks]
        expected = []
        for statuses in zip(*(statuses_on(each, rule, YEAR, as_of) for each in whole), strict=True):
            words = [status.status for status in statuses]
            held = sum(word in (HELD, PENDING) for word in words)
            expected += [held, held + words.count(MISSING)]
        assert by_period == expected

    check()


def _first_months(rule) -> int:
    return sum(1 << month for month in range(0, 12, MONTHS_IN[rule.period]))


FOUNDED = st.dates(datetime.date(2019, 1, 1), datetime.date(YEAR, 12, 31))
BRANCHES = st.fixed_dictionaries(
    {
        "founded_on": FOUNDED,
        "formation": st.sampled_from(PartyOrganization.Formation.values),
        "has_committee": st.booleans(),
        "abolished_on": st.none() | st.dates(datetime.date(YEAR, 1, 2), datetime.date(YEAR + 1, 2, 1)),
    }
)


@pytest.mark.django_db
def test_branches_without_a_stored_year_owe_what_the_rules_say(world):
    """Against `branch_years`, which asks the rules branch by branch; stored ones beside them with any masks."""
    from django.db import transaction

    user = User.objects.get(pk=world.staff.pk)

    @settings(max_examples=15)
    @given(
        st.lists(
            st.tuples(BRANCHES, st.none() | MASK, st.lists(FOUNDED, max_size=2)), min_size=1, max_size=4
        ),
        AS_OF,
    )
    def check(plans, as_of):
        with transaction.atomic():
            for plan, stored, cells in plans:
                _branch(world.committee, plan, stored, cells)
            grid = supervision_grid(user=user, year=YEAR, day=as_of.day, ended=as_of.ended)
            _agrees(grid, as_of)
            transaction.set_rollback(True)

    check()


def _branch(committee, plan, stored, cells) -> None:
    if plan["abolished_on"] and plan["abolished_on"] < plan["founded_on"]:
        plan = plan | {"abolished_on": None}
    branch = make.organization(parent=committee, **plan)
    for day in cells:
        make.organization("cell", parent=branch, founded_on=day)
    if cells:
        OrganizationChange.objects.create(
            organization=branch,
            kind="adjusted",
            effective_on=cells[0],
            has_committee=not plan["has_committee"],
        )
    if stored is not None:
        BranchYear.objects.create(branch=branch, year=YEAR, due_theme_day=0xFFF, held_theme_day=stored)


def _agrees(grid, as_of) -> None:
    branches = list(PartyOrganization.objects.filter(pk__in=[row.branch.pk for row in grid.rows]))
    expected = {
        pk: {kind: tally_on(year.masks(kind), grid.rules[kind], YEAR, as_of) for kind in KINDS}
        for pk, year in branch_years(branches, YEAR).items()
    }
    assert {row.branch.pk: row.tallies for row in grid.rows} == expected
    for kind in KINDS:
        assert grid.tallies[kind] == sum((tallies[kind] for tallies in expected.values()), NOTHING)
    lacking = [sum(tally.missing for tally in row.tallies.values()) for row in grid.rows]
    assert lacking == sorted(lacking, reverse=True)
    assert grid.in_need == sum(map(bool, lacking))
    assert grid.branches == grid.listed == len(grid.rows)
