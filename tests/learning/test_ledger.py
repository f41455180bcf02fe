"""The ledger: what a source says stands, corrections are reversals, and a year is always the sum of its rows."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.models import MemberYear, StudyCredit, StudyRule
from learning.queries.credits import hours_by_member
from tests import factories as make

THEME_DAY, LECTURE, MEETING = "theme_day", "party_lecture", "general_meeting_study"
TRAINING, SELF_STUDY = "central_training", "self_study"


def line(member, minutes=90, *, category=THEME_DAY, day=datetime.date(2026, 3, 5), title="学习党章"):
    return CreditLine(member.pk, member.branch_id, category, day, minutes, title)


def post(source, *lines, confirmed=False):
    post_credits(by=None, source=source, source_url=f"/{source}/", lines=lines, confirmed=confirmed)


def ledger(source="s"):
    return list(
        StudyCredit.objects.filter(source=source)
        .order_by("pk")
        .values_list("member_id", "minutes", "hours", "revision", "status")
    )


def year_of(member, year=2026):
    return MemberYear.objects.get(member=member, year=year)


def hours_of(member, year=2026):
    return year_of(member, year).hours


@pytest.mark.parametrize(
    ("minutes", "category", "hours"),
    [
        (90, THEME_DAY, "2.00"),
        (60, LECTURE, "1.00"),
        (45, MEETING, "1.00"),
        (240, THEME_DAY, "5.00"),
        (22, THEME_DAY, "0.00"),
    ],
)
def test_minutes_become_hours_by_the_rule_of_the_day(world, minutes, category, hours):
    person = world.members_a[3]
    post("s", line(person, minutes, category=category))
    assert ledger() == [(person.pk, minutes, Decimal(hours), 1, "pending")]
    assert hours_of(person) == Decimal(hours)


def test_a_half_day_block_counts_as_the_committee_has_set_it(world):
    StudyRule.objects.create(category=THEME_DAY, from_year=2026, block_minutes=240, block_hours=4)
    person = world.members_a[3]
    post("new", line(person, 240))
    post("old", line(person, 240, day=datetime.date(2025, 3, 5)))
    assert (hours_of(person), hours_of(person, 2025)) == (Decimal(4), Decimal(5))


def test_own_minutes_of_a_latecomer(world):
    early, late = world.members_a[3:5]
    post("s", line(early, 120), line(late, 60))
    assert (hours_of(early), hours_of(late)) == (Decimal("2.50"), Decimal("1.00"))


def a_full_year(person):
    for month in range(1, 13):
        post(f"theme-{month}", line(person, 90, day=datetime.date(2026, month, 5)), confirmed=True)
    for month in (2, 5, 8, 11):
        day = datetime.date(2026, month, 20)
        post(f"lecture-{month}", line(person, 60, category=LECTURE, day=day), confirmed=True)
        post(f"meeting-{month}", line(person, 45, category=MEETING, day=day), confirmed=True)


def test_an_ordinary_year_meets_the_requirement_exactly(world):
    person = world.members_a[3]
    a_full_year(person)
    year = year_of(person)
    assert (year.hours, year.required_hours, year.missing_hours, year.is_officer) == (32, 32, 0, False)
    assert year.month_hours == [2.0, 4.0, 2.0, 2.0, 4.0, 2.0, 2.0, 4.0, 2.0, 2.0, 4.0, 2.0]
    assert year.category_hours == {THEME_DAY: 24.0, LECTURE: 4.0, MEETING: 4.0}
    assert (year.minutes, year.pending_hours) == (12 * 90 + 4 * 60 + 4 * 45, 0)


def test_the_same_year_leaves_an_officer_twenty_four_short(world):
    officer = world.members_a[1]
    a_full_year(officer)
    year = year_of(officer)
    assert (year.hours, year.required_hours, year.missing_hours, year.is_officer) == (32, 56, 24, True)


def test_a_training_over_new_year_is_split_by_day(world):
    officer = world.members_a[1]
    for day in ("2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03"):
        date = datetime.date.fromisoformat(day)
        post(day, line(officer, 360, category=TRAINING, day=date), confirmed=True)
    assert (hours_of(officer, 2025), hours_of(officer)) == (16, 24)
    assert (year_of(officer, 2025).central_trainings, year_of(officer).central_trainings) == (2, 3)


def test_the_annual_cap_limits_the_year_and_not_the_rows(world):
    StudyRule.objects.create(category=SELF_STUDY, from_year=2026, annual_cap=3)
    person = world.members_a[3]
    post("a", line(person, 90, category=SELF_STUDY), confirmed=True)
    post("b", line(person, 90, category=SELF_STUDY))
    assert [row[2] for row in ledger("a") + ledger("b")] == [2, 2]
    year = year_of(person)
    assert (year.hours, year.pending_hours, year.category_hours) == (3, 1, {SELF_STUDY: 4.0})


def test_self_study_counts_nothing_until_the_committee_sets_a_cap(world):
    person = world.members_a[3]
    post("a", line(person, 90, category=SELF_STUDY), confirmed=True)
    assert (hours_of(person), year_of(person).minutes) == (0, 90)


def test_posting_twice_changes_nothing(world):
    person = world.members_a[3]
    post("s", line(person))
    before = StudyCredit.objects.values_list("pk", "created_at").get()
    post("s", line(person))
    assert StudyCredit.objects.values_list("pk", "created_at").get() == before
    assert hours_of(person) == 2


def test_a_correction_is_a_reversal_and_a_new_revision(world):
    person, other = world.members_a[3:5]
    post("s", line(person), line(other))
    post("s", line(person, 45), line(other))
    assert ledger() == [
        (person.pk, 90, 2, 1, "pending"),
        (other.pk, 90, 2, 1, "pending"),
        (person.pk, -90, -2, 1, "pending"),
        (person.pk, 45, 1, 2, "pending"),
    ]
    assert (hours_of(person), hours_of(other)) == (1, 2)
    assert hours_by_member("s") == {person.pk: 1, other.pk: 2}
    assert year_of(person).month_hours[2] == 1.0


def test_whoever_is_taken_off_the_roll_loses_the_hours_and_may_be_put_back(world):
    person, other = world.members_a[3:5]
    post("s", line(person), line(other), confirmed=True)
    post("s", line(other), confirmed=True)
    assert (hours_of(person), year_of(person).minutes, hours_by_member("s")) == (0, 0, {other.pk: 2})
    post("s", line(person), line(other), confirmed=True)
    assert [(row[1], row[3]) for row in ledger() if row[0] == person.pk] == [(90, 1), (-90, 1), (90, 2)]
    assert (hours_of(person), year_of(person).pending_hours) == (2, 0)


def test_an_empty_list_takes_everything_back(world):
    post("s", line(world.members_a[3]), line(world.members_a[4]))
    post("s")
    assert hours_by_member("s") == {}
    assert list(MemberYear.objects.order_by("pk").values_list("hours", "minutes")) == [(0, 0), (0, 0)]


def test_moving_a_gathering_over_new_year_moves_its_hours(world):
    person = world.members_a[3]
    post("s", line(person))
    post("s", line(person, day=datetime.date(2025, 12, 31)))
    assert (hours_of(person), hours_of(person, 2025)) == (0, 2)


def test_confirming_makes_pending_hours_certain(world):
    person = world.members_a[3]
    post("s", line(person))
    assert year_of(person).pending_hours == 2
    confirm_credits(by=None, source="s")
    assert (year_of(person).hours, year_of(person).pending_hours) == (2, 0)
    assert [row[4] for row in ledger()] == ["confirmed"]


def test_a_confirmed_source_that_is_signed_again_waits_again(world):
    person = world.members_a[3]
    post("s", line(person), confirmed=True)
    post("s", line(person))
    assert (ledger(), year_of(person).pending_hours) == ([(person.pk, 90, 2, 1, "pending")], 2)


def test_sources_do_not_meet(world):
    person = world.members_a[3]
    post("s", line(person))
    post("t", line(person, 45))
    post("s")
    assert (hours_of(person), hours_by_member("t")) == (1, {person.pk: 1})


def test_one_source_credits_a_member_once_in_a_category(world):
    person = world.members_a[3]
    with pytest.raises(ValueError, match="at most once"):
        post("s", line(person), line(person, 45))


def test_one_source_may_credit_two_categories(world):
    person = world.members_a[3]
    post("s", line(person), line(person, 45, category=LECTURE))
    assert hours_of(person) == 3


def test_a_line_without_minutes_is_none(world):
    post("s", line(world.members_a[3], 0))
    assert ledger() == []


def test_a_year_before_the_first_rule_earns_nothing(world):
    post("s", line(world.members_a[3], day=datetime.date(2018, 5, 5)))
    assert (StudyCredit.objects.count(), MemberYear.objects.count()) == (0, 0)


def test_the_newest_rule_not_after_the_year_is_in_force(world):
    StudyRule.objects.create(category=THEME_DAY, from_year=2026, minutes_per_hour=60, step=1)
    StudyRule.objects.create(category=THEME_DAY, from_year=2027, minutes_per_hour=30)
    person = world.members_a[3]
    post("s", line(person, 119))
    post("t", line(person, 119, day=datetime.date(2025, 5, 5)))
    assert (hours_of(person), hours_of(person, 2025)) == (1, Decimal("2.5"))


def test_hours_travel_with_the_member_to_the_new_branch(world):
    person = world.members_a[3]
    post("s", line(person))
    post("old", line(person, day=datetime.date(2025, 3, 5)))
    person.affiliations.update(period=(make.LONG_AGO, datetime.date(2026, 6, 1)), loss="moved")
    person.affiliations.create(branch=world.branch_b, period=(datetime.date(2026, 6, 1), None))
    post("t", CreditLine(person.pk, world.branch_b.pk, THEME_DAY, datetime.date(2026, 7, 5), 90, "学习"))
    assert (hours_of(person), year_of(person).branch) == (4, world.branch_b)
    assert year_of(person, 2025).branch == world.branch_a


def test_statements_do_not_grow_with_the_roll(world):
    def statements(*lines):
        with CaptureQueriesContext(connection) as captured:
            post("s", *lines)
        return len(captured)

    people = world.members_a
    first = statements(line(people[0]))
    assert first == statements(*(line(person, 45) for person in people)) == 7
    with CaptureQueriesContext(connection) as captured:
        confirm_credits(by=None, source="s")
    assert len(captured) == 6
