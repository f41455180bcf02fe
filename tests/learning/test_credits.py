"""The ledger: what a source stands for, corrected by reversals, summed per year, and posted twice without effect."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.models import MemberYear, StudyCredit
from learning.queries.credits import hours_by_member

DAY = datetime.date(2026, 4, 13)
SOURCE = "activities.record:1"


def line(member, minutes=90, *, day=DAY, category="theme_day", title="主题党日") -> CreditLine:
    return CreditLine(member.pk, member.branch_id, category, day, minutes, title)


def post(world, lines, *, source=SOURCE, confirmed=False) -> None:
    post_credits(by=world.secretary_a, source=source, source_url="/x/", lines=lines, confirmed=confirmed)


def ledger() -> list[tuple]:
    return list(StudyCredit.objects.order_by("pk").values_list("minutes", "hours", "revision", "status"))


def year_of(member) -> tuple:
    row = MemberYear.objects.get(member=member, year=2026)
    return (row.required_hours, row.hours, row.pending_hours, row.minutes)


def test_a_posted_line_is_pending_and_counts(world):
    member = world.members_a[3]
    post(world, [line(member)])
    assert ledger() == [(90, Decimal("2.00"), 1, "pending")]
    assert year_of(member) == (32, 2, 2, 90)
    confirm_credits(by=world.secretary_a, source=SOURCE)
    assert year_of(member) == (32, 2, 0, 90)


def test_posting_the_same_again_changes_nothing(world):
    lines = [line(member) for member in world.members_a]
    post(world, lines)
    before = ledger()
    post(world, lines)
    assert ledger() == before and len(before) == 10


def test_a_correction_is_a_reversal_and_a_new_row(world):
    member, other = world.members_a[3], world.members_a[5]
    post(world, [line(member, 90), line(other, 90)])
    post(world, [line(member, 60)])
    assert ledger() == [
        (90, Decimal("2.00"), 1, "pending"),
        (90, Decimal("2.00"), 1, "pending"),
        (-90, Decimal("-2.00"), 1, "pending"),
        (-90, Decimal("-2.00"), 1, "pending"),
        (60, Decimal("1.00"), 2, "pending"),
    ]
    assert hours_by_member(SOURCE) == {member.pk: Decimal("1.00"), other.pk: Decimal("0.00")}
    assert year_of(member)[1] == 1 and year_of(other)[1] == 0
    post(world, [line(member, 60), line(other, 90)])
    assert hours_by_member(SOURCE)[other.pk] == 2
    assert StudyCredit.objects.filter(member=other).standing().count() == 1


def test_officers_owe_fifty_six(world):
    secretary, member = world.members_a[0], world.members_a[3]
    post(world, [line(secretary), line(member)])
    assert (year_of(secretary)[0], year_of(member)[0]) == (56, 32)


def test_a_year_of_the_regulation_is_exactly_met(world):
    """Domain 6.4: 12 theme days × 90 + 4 lectures × 60 + 4 meetings × 45 = 24 + 4 + 4 = 32."""
    member = world.members_a[3]
    plan = [("theme_day", 90, 12), ("party_lecture", 60, 4), ("general_meeting_study", 45, 4)]
    for category, minutes, times in plan:
        for month in range(1, times + 1):
            day = datetime.date(2026, month, 5)
            post(
                world,
                [line(member, minutes, day=day, category=category)],
                source=f"{category}:{month}",
                confirmed=True,
            )
    row = MemberYear.objects.get(member=member, year=2026)
    assert (row.hours, row.pending_hours, row.missing_hours) == (32, 0, 0)
    assert row.category_hours == {"general_meeting_study": 4, "party_lecture": 4, "theme_day": 24}
    assert row.month_hours == [4, 4, 4, 4] + [2] * 8


def test_self_study_is_recorded_and_counts_nothing_by_default(world):
    member = world.members_a[3]
    post(world, [line(member, 90, category="self_study")])
    assert year_of(member) == (32, 0, 0, 90)
    assert MemberYear.objects.get(member=member).category_hours == {"self_study": 2}


@pytest.mark.parametrize("count", [2, 10])
def test_the_cost_does_not_grow_with_the_roll(world, count):
    with CaptureQueriesContext(connection) as queries:
        post(world, [line(member) for member in world.members_a[:count]])
    assert len(queries) == 9, [query["sql"][:80] for query in queries]
