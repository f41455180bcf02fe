"""What a roll earns by the year's rules; and that the year follows its member through transfers, mergers and posts."""

import datetime
import io

import pytest
from django.core.management import call_command

from branch_portal.dates import today_shanghai
from learning.models import MemberYear, StudyCredit, StudyRule
from members.actions.affiliations import transfer_member
from members.actions.organization_moves import merge_branches
from members.models import PostTenure
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
TODAY = today_shanghai()


def rule(category, **fields) -> None:
    StudyRule.objects.filter(category=category).update(**fields)


def credits_of(member) -> list[tuple]:
    rows = StudyCredit.objects.standing().filter(member=member).order_by("category")
    return list(rows.values_list("category", "minutes", "hours"))


def row_of(world, member) -> str:
    return f"row_{1 + [mark.member_id for mark in life.marks(world.branch_a)].index(member.pk)}"


def assert_nothing_to_rebuild() -> None:
    out = io.StringIO()
    call_command("rebuild_member_years", check=True, stdout=out)
    assert "，0 行有差异。" in out.getvalue()


@pytest.mark.parametrize(("status", "field"), [("online", "online_counts"), ("made_up", "made_up_counts")])
@pytest.mark.parametrize("counts", [True, False])
def test_online_and_made_up_by_rule(world, status, field, counts):
    rule("theme_day", **{field: counts})
    person = world.members_a[3]
    life.record(world.secretary_a, world.branch_a, rows={row_of(world, person): (status, "", "")})
    assert credits_of(person) == ([("theme_day", 90, 2)] if counts else [])
    assert credits_of(world.members_a[4]) == [("theme_day", 90, 2)]


def test_teaching_counts_when_the_rule_says_so(world):
    """By default the lecturer attends like everybody; with a rule, teaching is counted in place of attending."""
    lecturer, listener = world.members_a[0], world.members_a[3]
    life.record(world.secretary_a, world.branch_a, "party_lecture", lecturer="支部书记安国强同志")
    assert credits_of(lecturer) == [("party_lecture", 90, 2)]
    rule("teaching", annual_cap=20, factor=5)
    life.record(world.secretary_a, world.branch_a, "party_lecture", lecturer="支部书记安国强同志")
    assert credits_of(lecturer) == [("party_lecture", 90, 2), ("teaching", 90, 10)]
    assert credits_of(listener) == [("party_lecture", 90, 2)] * 2
    rule("teaching", annual_cap=20, factor=1)
    life.record(world.secretary_a, world.branch_a, "party_lecture", lecturer="镇党委书记张三")
    assert len(credits_of(lecturer)) == 3


def test_a_namesake_teaches_nothing(world):
    rule("teaching", annual_cap=20)
    make.member(world.branch_a, "安国强", name_pinyin="an guo qiang")
    life.record(world.secretary_a, world.branch_a, "party_lecture", lecturer="安国强")
    assert not StudyCredit.objects.filter(category="teaching").exists()


def test_hours_are_carried_across_a_transfer(world):
    person = world.members_a[5]
    life.record(world.secretary_a, world.branch_a)
    transfer_member(by=None, member=person, branch=world.branch_b, on=TODAY, reason="工作调动")
    year = MemberYear.objects.get(member=person, year=TODAY.year)
    assert (year.branch, year.hours) == (world.branch_b, 2)
    life.record(world.secretary_b, world.branch_b)
    year.refresh_from_db()
    assert (year.branch, year.hours) == (world.branch_b, 4)
    assert {row.branch_id for row in StudyCredit.objects.filter(member=person)} == {
        world.branch_a.pk,
        world.branch_b.pk,
    }
    assert_nothing_to_rebuild()


def test_a_merger_takes_the_years_along(world):
    life.record(world.secretary_a, world.branch_a)
    merge_branches(by=None, source=world.branch_a, target=world.branch_b, on=TODAY, reason="上级批复")
    years = MemberYear.objects.filter(year=TODAY.year)
    assert set(years.values_list("branch", flat=True)) == {world.branch_b.pk}
    assert_nothing_to_rebuild()


def test_a_post_that_never_was_is_owed_no_more(world):
    person = world.members_a[5]
    life.record(world.secretary_a, world.branch_a)
    tenure = make.tenure(person, "publicity", since=TODAY)
    year = MemberYear.objects.get(member=person, year=TODAY.year)
    assert (year.is_officer, year.required_hours, year.required_trainings) == (True, 56, 1)
    PostTenure.objects.get(pk=tenure.pk).delete()
    year.refresh_from_db()
    assert (year.is_officer, year.required_hours, year.required_trainings) == (False, 32, 0)
    assert_nothing_to_rebuild()


def test_a_record_of_last_year_counts_there(world):
    day = datetime.date(TODAY.year - 1, 12, 5)
    life.record(world.secretary_a, world.branch_a, day=day)
    person = world.members_a[3]
    assert list(MemberYear.objects.filter(member=person).values_list("year", "hours")) == [(day.year, 2)]
