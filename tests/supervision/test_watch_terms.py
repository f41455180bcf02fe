"""换届和班子: the members' rules asked for a whole subtree at once."""

import datetime

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch_portal.dates import add_months, add_years, today_shanghai
from members.models import CommitteeTerm
from members.queries.organization_facts import structures_on
from supervision.queries.terms import (
    COMMITTEE_CODES,
    ENDING,
    EXTENDED,
    INCOMPLETE,
    OVERDUE,
    UNKNOWN,
    term_watch,
)
from tests import factories as make
from tests.supervision.test_pages import text

TODAY = today_shanghai()


def term(organization, ends_on, *, extended_until=None, ended_on=None) -> CommitteeTerm:
    return CommitteeTerm.objects.create(
        organization=organization, elected_on=add_years(ends_on, -5), years=5, ends_on=ends_on, ended_on=ended_on,
        extended_until=extended_until, extension_reference="镇委批〔2026〕1 号" if extended_until else "",
    )  # fmt: skip


def states(user, **options) -> dict[str, tuple[str, ...]]:
    return {row.organization.name: row.states for row in term_watch(user=user, day=TODAY, **options).rows}


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(-400, 400), extension=st.none() | st.integers(1, 400))
def test_the_state_follows_the_last_day(world, days, extension):
    CommitteeTerm.objects.filter(organization=world.branch_d).delete()
    ends = TODAY + datetime.timedelta(days=days)
    until = ends + datetime.timedelta(days=extension) if extension else None
    row = term(world.branch_d, ends, extended_until=until)
    last = row.last_day
    found = set(states(world.staff).get("镇机关党支部", ())) - {INCOMPLETE}
    if last < TODAY:
        assert found == {OVERDUE}
    elif until:
        assert found == {EXTENDED}
    else:
        assert found == ({ENDING} if add_months(last, -6) <= TODAY else set())


def test_without_a_term_it_is_said_and_temporary_branches_hold_none(world):
    assert UNKNOWN in states(world.staff)["镇机关党支部"]
    world.branch_d.formation = "temporary"
    world.branch_d.save()
    assert UNKNOWN not in states(world.staff).get("镇机关党支部", ())
    term(world.branch_b, add_years(TODAY, -1), ended_on=TODAY)
    assert UNKNOWN in states(world.staff)["清源村第二党支部"], "a term that has ended is none"


def test_what_a_committee_lacks_is_what_its_own_page_finds(world):
    """The same findings from sums as `structures_on` makes of people, one branch after the other."""
    make.tenure(world.members_a[5], "discipline")
    for number in range(7):
        make.member(world.branch_d, f"机关党员{number}")
    rows = {row.organization.pk: set(row.lacks) for row in term_watch(user=world.staff, day=TODAY).rows}
    branches = [world.branch_a, world.branch_b, world.branch_d]
    for pk, structure in structures_on(branches, TODAY).items():
        found = {f.message for f in structure.findings if f.code in COMMITTEE_CODES}
        assert rows.get(pk, set()) == found
    assert rows[world.branch_d.pk] == {"正式党员 8 人，应当设立支部委员会（7 人以上）"}
    assert rows[world.branch_b.pk] == set()
    make.tenure(world.members_a[6], "youth", since=datetime.date(2020, 1, 1), until=datetime.date(2021, 1, 1))
    world.members_a[0].tenures.all().delete()
    lacks = next(
        row.lacks
        for row in term_watch(user=world.staff, day=TODAY).rows
        if row.organization.pk == world.branch_a.pk
    )
    assert "没有书记，应及时补选或指派" in lacks


def test_the_longest_overdue_comes_first_and_sums_are_by_organisation(world):
    term(world.branch_a, TODAY - datetime.timedelta(days=10))
    term(world.branch_b, TODAY - datetime.timedelta(days=100))
    term(world.branch_d, TODAY + datetime.timedelta(days=30))
    found = term_watch(user=world.staff, day=TODAY)
    assert [(row.organization.name, row.days_late) for row in found.rows[:2]] == [
        ("清源村第二党支部", 100),
        ("清源村第一党支部", 10),
    ]
    assert (found.total.of[OVERDUE], found.total.of[ENDING]) == (2, 1)
    sums = {child.name: counts.of for child, counts in found.lines}
    assert (sums["清源村党总支"][OVERDUE], sums["直属党支部"][ENDING]) == (2, 1)
    assert [
        row.organization.name for row in term_watch(user=world.staff, day=TODAY, root=world.branch_d).rows
    ] == ["镇机关党支部"]


def test_nothing_of_another_committee(world):
    term(world.branch_a, TODAY - datetime.timedelta(days=10))
    assert set(states(world.staff_x)) <= {"东湖村党支部", "东湖镇党委"}
    assert states(world.superuser) == states(world.secretary_a) == {}
    assert states(world.staff_x, root=world.committee) == {}


def test_the_page_filters_by_state_and_leads_to_the_terms(world, staff):
    term(world.branch_a, TODAY - datetime.timedelta(days=10))
    page = staff.get(reverse("supervision:terms"), {"state": OVERDUE})
    assert [row.organization.name for row in page.context["page"].rows] == ["清源村第一党支部"]
    assert "10 天" in text(page)
    url = reverse("members:terms", args=[world.branch_a.uid])
    assert f'href="{url}"' in page.content.decode()
    assert staff.get(url).status_code == 200
    assert staff.get(reverse("supervision:terms-export"), {"state": OVERDUE}).status_code == 200


def test_terms_query_count(world, staff, django_assert_num_queries):
    url = reverse("supervision:terms")
    staff.get(url)
    with django_assert_num_queries(QUERIES):
        staff.get(url)
    for number in range(3):
        branch = make.organization(parent=world.committee, name=f"另一党支部{number}", has_committee=True)
        term(branch, TODAY)
        make.tenure(make.member(branch), "secretary")
    with django_assert_num_queries(QUERIES):
        staff.get(url)


QUERIES = 10
