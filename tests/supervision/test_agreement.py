"""The same figure is the same on every page: grid, statistics, forms and what requests are answered with, of one built world."""

import datetime

import pytest

from activities.models import GatheringBranch
from branch_portal.dates import today_shanghai
from learning.models import BranchStudyYear, MemberYear
from members.models import Member
from supervision.queries.attendance import attendance_year
from supervision.queries.fill_sources import Asked, source_of
from supervision.queries.form_plans import unit_of
from supervision.queries.grid import KINDS, supervision_grid
from supervision.queries.held import held_values
from supervision.queries.statistics import figures_of
from supervision.queries.study import StudyProgress
from supervision.rules.form_period import FillPeriod
from tests import factories as make
from tests.supervision.factories import branch_year
from tests.supervision.statistics_year import SUMMER, YEAR, arrive, depart, move
from tests.supervision.test_held import held_on

THIS_YEAR = today_shanghai().year
LAST_YEAR = THIS_YEAR - 1
MONTHS = range(1, 13)


def filled(world, key: str, branch, period: FillPeriod, today=None):
    """What a form says of one branch."""
    user = world.staff
    question = Asked(user, (unit_of(user, branch),), period, today or today_shanghai())
    return source_of(key).fetch(question)[branch.pk]


def held(world, key: str, branch, day: datetime.date):
    return held_values(user=world.staff, keys=[key], branches=[branch.pk], day=day)[key][branch.pk]


def reported(branch, sheet: str, line: str, day: datetime.date, column: str) -> int:
    found = figures_of(branch, day).sheet(sheet)
    return found.line(line).values[found.place(column)]


@pytest.fixture
def life(world):
    """Last year: some months held, a quarter held in its last month, one kind held where nothing was owed."""
    branch_year(
        world.branch_a,
        LAST_YEAR,
        theme_day=(MONTHS, (1, 3, 6, 9), (1, 3)),
        general_meeting=((1, 2, 3, 4, 5, 6), (6, 11), ()),
        party_lecture=(MONTHS, (9,), (9,)),
        org_life_meeting=((1,), (11,), (11,)),
    )
    return world


@pytest.mark.parametrize("month", [1, 2, 6, 8, 9, 11, 12])
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_owed_and_held_by_a_past_month_s_end(life, month, kind):
    """The last day of a month is over: grid, statistics and held figures judge it alike, and know nothing of later months."""
    day = datetime.date(LAST_YEAR + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)
    grid = supervision_grid(user=life.staff, year=LAST_YEAR, day=day, ended=True, root=life.branch_a)
    said = grid.tally(kind)
    assert [reported(life.branch_a, "life", kind, day, name) for name in ("owed", "done", "pending", "missing")] == [
        said.owed, said.done, said.pending, said.missing,
    ]  # fmt: skip
    assert held(life, f"missing_{kind}", life.branch_a, day) == said.missing


@pytest.mark.parametrize("kind", KINDS)
def test_a_year_s_form_says_what_the_year_s_grid_says(life, kind):
    grid = supervision_grid(user=life.staff, year=LAST_YEAR, day=today_shanghai(), root=life.branch_a)
    year = FillPeriod.of(LAST_YEAR, "year")
    assert filled(life, f"owed_{kind}", life.branch_a, year) == grid.tally(kind).owed
    assert filled(life, f"held_{kind}", life.branch_a, year) == grid.tally(kind).done


def test_a_month_that_is_over_is_owed_in_its_own_form(life):
    """February was not held: on its last day it still could be, in a form of it that is filled in later it is owed."""
    february, june = FillPeriod.of(LAST_YEAR, "m2"), FillPeriod.of(LAST_YEAR, "m6")
    assert [filled(life, f"{word}_theme_day", life.branch_a, february) for word in ("owed", "held")] == [1, 0]
    assert [filled(life, f"{word}_theme_day", life.branch_a, june) for word in ("owed", "held")] == [1, 1]
    on_its_last_day = datetime.date(LAST_YEAR, 3, 1) - datetime.timedelta(days=1)
    assert filled(life, "owed_theme_day", life.branch_a, february, today=on_its_last_day) == 0
    # Held in November, when the branch owed it no more: a time, not one of what it owed.
    last = FillPeriod.of(LAST_YEAR, "q4")
    assert [filled(life, f"{word}_general_meeting", life.branch_a, last) for word in ("owed", "held")] == [
        0,
        0,
    ]


def test_a_branch_that_owes_nothing_lacks_nothing_anywhere(world):
    """A temporary branch holds what it likes."""
    made = make.organization(parent=world.committee, name="工地临时党支部", formation="temporary")
    day = datetime.date(LAST_YEAR, 12, 31)
    for kind in KINDS:
        assert reported(made, "life", kind, day, "owed") == 0
        assert held(world, f"missing_{kind}", made, day) == 0
        assert filled(world, f"owed_{kind}", made, FillPeriod.of(LAST_YEAR, "year")) == 0


def test_who_came(world):
    """A roll whose record is still a draft counts for nobody; a gathering with two records counts once."""
    first = held_on(world, datetime.date(LAST_YEAR, 3, 5))
    held_on(world, datetime.date(LAST_YEAR, 4, 5), roll=(10, 6))
    held_on(world, datetime.date(LAST_YEAR, 5, 5), roll=(10, 0), state="draft")
    assert GatheringBranch.objects.filter(branch=world.branch_a).count() == 3 and first.state == "confirmed"
    day, year = datetime.date(LAST_YEAR, 12, 31), FillPeriod.of(LAST_YEAR, "year")
    listed = attendance_year(user=world.staff, year=LAST_YEAR, day=day, root=world.branch_a).total
    assert (listed.expected, listed.present) == (20, 14)
    assert (
        filled(world, "expected", world.branch_a, year),
        filled(world, "present", world.branch_a, year),
    ) == (20, 14)
    assert float(held(world, "attendance_rate", world.branch_a, day)) == 70.0
    assert filled(world, "attendance_rate", world.branch_a, year) == 70.0
    assert reported(world.branch_a, "meetings", "total", day, "present") == 14


@pytest.mark.parametrize("year", [LAST_YEAR, THIS_YEAR])
def test_who_reached_the_hours(world, year):
    """Who left, died or was suspended within the year is of it no more, whichever page counts."""
    people = {place: world.members_a[place] for place in (0, 5, 6, 7, 8)}
    for place, member in people.items():
        MemberYear.objects.create(
            member=member, branch=world.branch_a, year=year, is_officer=not place, hours=60, central_trainings=1,
            required_hours=32 if place else 56, month_hours=[0] * 12,
        )  # fmt: skip
    make.leave(people[6], on=datetime.date(year, 1, 20), standing="deceased")
    make.leave(people[7], on=datetime.date(year, 1, 20))
    make.status(people[8], "suspended", since=datetime.date(year, 1, 20))
    BranchStudyYear.objects.all().delete()
    day = min(datetime.date(year, 12, 31), today_shanghai())
    listed = StudyProgress(user=world.staff, year=year, day=day, root=world.branch_a).total
    whole = FillPeriod.of(year, "year")
    assert (listed.ordinary_reached, listed.officers_reached) == (1, 1)
    assert held(world, "study_reached", world.branch_a, day) == 1
    assert held(world, "study_reached_officers", world.branch_a, day) == 1
    assert filled(world, "study_reached", world.branch_a, whole) == 2
    assert filled(world, "study_officers_reached", world.branch_a, whole) == 1
    assert filled(world, "study_members", world.branch_a, whole) == listed.members - listed.without_hours
    lines = [
        reported(world.branch_a, "study", line, day, "total")
        for line in ("officer_reached", "member_reached")
    ]
    assert lines == [1, 1]


#: Form source, held figure, (table, line, column) of the statistics.
_SAME = (
    ("members", "members_total", ("category", "total", "total")),
    ("members_full", "members_full", ("category", "full", "total")),
    ("members_probationary", "members_probationary", ("category", "probationary", "total")),
    ("members_female", "members_female", ("category", "total", "female")),
    ("members_male", "members_male", ("gender", "male", "total")),
    ("members_minority", "members_minority", ("ethnicity", "minority", "total")),
    ("members_graduate", "members_graduate", ("education", "graduate", "total")),
    ("members_college_up", "members_college", ("category", "total", "college")),
    ("members_age_0", "members_age_30", ("age", "30", "total")),
    ("members_age_61", "members_age_61", ("age", "61", "total")),
    ("members_lost", "members_lost", ("situation", "lost", "total")),
)


@pytest.mark.parametrize("day", [datetime.date(LAST_YEAR, 12, 31), today_shanghai()])
def test_members_of_every_sort(world, day):
    sorts = (
        {"ethnicity": "97"}, {"ethnicity": "98"}, {"ethnicity": "11", "gender": "female"}, {"education": "12"},
        {"education": "22"}, {"education": "91"}, {"education": ""}, {"birth_year": day.year - 30},
        {"birth_year": day.year - 61},
    )  # fmt: skip
    for place, values in enumerate(sorts):
        Member.objects.filter(pk=world.members_a[place].pk).update(**values)
    make.status(world.members_a[9], "out_of_contact", since=datetime.date(LAST_YEAR, 2, 1))
    for source, figure, cell in _SAME:
        found = {
            filled(world, source, world.branch_a, FillPeriod.of(day.year, "year")),
            held(world, figure, world.branch_a, day),
            reported(world.branch_a, cell[0], cell[1], day, cell[2]),
        }
        assert len(found) == 1, (source, found)


#: Held figure, (table, line) of the statistics.
_YEAR_S = (
    ("members_came", ("transfers", "in")),
    ("members_went", ("transfers", "out")),
    ("members_admitted", ("development", "admitted")),
    ("members_confirmed", ("development", "confirmed")),
)


@pytest.mark.parametrize("year", [YEAR - 1, YEAR, YEAR + 1])
def test_who_came_and_went_on_the_edges_of_years(world, year):
    """New Year's Day and the last of December; between branches; admitted in another branch; a branch that moved with its people."""
    a, b, new_year, last = (
        world.branch_a,
        world.branch_b,
        datetime.date(YEAR, 1, 1),
        datetime.date(YEAR, 12, 31),
    )
    arrive(a, "元旦转入", on=new_year, gain="transferred_in")
    arrive(a, "除夕转入", on=last, gain="transferred_in")
    depart(make.member(a, "元旦转出"), on=new_year, loss="transferred_out")
    depart(make.member(a, "除夕转出"), on=last, loss="transferred_out")
    move(make.member(b, "调入的"), a, on=SUMMER)
    move(make.member(a, "调出的"), b, on=SUMMER)
    move(make.member(a, "随支部调整"), a, on=SUMMER, code="whole_unit")
    spring = {"admitted_on": datetime.date(YEAR, 3, 1), "confirmed_on": None, "category": "probationary"}
    move(make.member(b, "在别处入党", **spring), a, on=SUMMER)
    move(make.member(a, "在这里入党", **spring), b, on=SUMMER)
    make.member(a, "元旦转正", admitted_on=datetime.date(YEAR - 1, 1, 1), confirmed_on=new_year)
    day = min(datetime.date(year, 12, 31), today_shanghai())
    for branch in (a, b):
        for figure, (sheet, line) in _YEAR_S:
            assert held(world, figure, branch, day) == reported(branch, sheet, line, day, "total"), (
                figure,
                branch,
            )
    if year == YEAR:
        assert [held(world, figure, a, day) for figure, _ in _YEAR_S] == [4, 4, 1, 1]
