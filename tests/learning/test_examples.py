"""The worked examples of domain 6.4 word for word, from a gathering on the page to the member's year."""

import datetime
from decimal import Decimal

import pytest

from activities.actions.records import confirm_record
from branch_portal.dates import today_shanghai
from learning.actions.credits import day_lines, post_credits
from learning.models import MemberYear, StudyCredit, StudyRule
from learning.queries.sheets import sheet_of
from learning.rules.hours import needs_attention
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
#: A year that is over, so that every month of it can be recorded.
YEAR = today_shanghai().year - 1


def held(world, kind, start, end, *, month=3, day=5, **more):
    """A confirmed record of the branch, with everybody there unless `rows` say otherwise."""
    record = life.record(
        world.secretary_a,
        world.branch_a,
        kind,
        day=datetime.date(YEAR, month, day),
        start=start,
        end=end,
        study_minutes=more.pop("study", None),
        **more,
    )
    confirm_record(by=world.secretary_a, record=record)
    return record


def hours_of(member, year=YEAR) -> Decimal:
    return MemberYear.objects.get(member=member, year=year).hours


@pytest.mark.parametrize(
    ("case", "kind", "end", "block", "hours"),
    [
        ("theme day 90 min", "theme_day", "16:30", None, "2.0"),
        ("lecture 60 min", "party_lecture", "16:00", None, "1.0"),
        ("theme day half-day rule on, 240 min", "theme_day", "19:00", (240, 4), "4"),
        ("… instead of 5.0", "theme_day", "19:00", None, "5.0"),
    ],
)
def test_one_gathering(world, case, kind, end, block, hours):
    if block:
        StudyRule.objects.filter(category="theme_day").update(block_minutes=block[0], block_hours=block[1])
    held(world, kind, "15:00", end)
    assert hours_of(world.members_a[3]) == Decimal(hours), case


@pytest.mark.parametrize(("partial", "minutes", "hours"), [(True, 60, "1.0"), (False, 120, "2.5")])
def test_member_present_60_of_120_min_late(world, partial, minutes, hours):
    """Own minutes if PARTIAL_ATTENDANCE is on, else all or nothing: whoever came late was there."""
    StudyRule.objects.filter(category="theme_day").update(partial_attendance=partial)
    ids = [mark.member_id for mark in life.marks(world.branch_a)]
    late = world.members_a[3]
    row = f"row_{1 + ids.index(late.pk)}"
    record = held(world, "theme_day", "15:00", "17:00", rows={row: ("late", "", "", 60)})
    credit = StudyCredit.objects.standing().get(member=late)
    assert (credit.minutes, credit.hours) == (minutes, Decimal(hours))
    # The roll says what was seen, whatever the rule makes of it.
    assert record.share.roll.get(member=late).minutes == 60


def a_full_year(world) -> None:
    for month in range(1, 13):
        held(world, "theme_day", "15:00", "16:30", month=month)
    for month in (2, 5, 8, 11):
        held(world, "party_lecture", "09:00", "10:00", month=month, day=20)
        held(world, "general_meeting", "15:00", "16:30", month=month, day=21, study=45)


def test_12_theme_days_4_lectures_4_meetings_meet_32_exactly_and_leave_an_officer_24_short(world):
    a_full_year(world)
    member, officer = (sheet_of(world.members_a[place], YEAR).total for place in (3, 1))
    assert [(one.category, one.counted) for one in member.categories] == [
        ("general_meeting_study", 4),
        ("party_lecture", 4),
        ("theme_day", 24),
    ]
    assert (member.counted, member.gap, member.met) == (32, 0, True)
    assert (officer.counted, officer.required.hours, officer.gap, officer.met) == (32, 56, 24, False)
    days = [datetime.date(YEAR, month, 1) for month in (9, 10, 12)]
    assert [needs_attention(officer, day) for day in days] == [False, True, True]


def test_training_30_dec_to_3_jan(world):
    """8 a day: 2 days to the old year, 3 to the new (16 + 24)."""
    officer = world.members_a[1]
    first = datetime.date(YEAR - 1, 12, 30)
    days = [(first + datetime.timedelta(days=number), 8 * 45) for number in range(5)]
    lines = day_lines(
        member_id=officer.pk,
        branch_id=officer.branch_id,
        category="central_training",
        title="集中轮训",
        days=days,
    )
    post_credits(by=None, source="test.class:1", source_url="", lines=lines, confirmed=True)
    years = MemberYear.objects.filter(member=officer).order_by("year")
    # One training, however many days: it is attended in both years.
    assert list(years.values_list("year", "hours", "minutes", "central_trainings")) == [
        (YEAR - 1, 16, 720, 1),
        (YEAR, 24, 1080, 1),
    ]
    post_credits(by=None, source="test.class:1", source_url="", lines=lines[:2], confirmed=True)
    assert list(years.values_list("hours", "central_trainings")) == [(16, 1), (0, 0)]
