"""Terms: their length, extension, pages, and the reminders of branch and superior."""

import datetime

import pytest
from django.urls import reverse

from branch_portal.dates import local_datetime, today_shanghai
from members.actions.errors import ActionRefused
from members.actions.terms import end_term, extend_term, register_term
from members.due_terms import terms_due
from members.models import CommitteeTerm, PartyOrganization
from notices.actions.tick import tick
from notices.models import Delivery
from tests import factories as make

pytestmark = pytest.mark.django_db
DATE = datetime.date


@pytest.mark.parametrize(
    "kind, unit, elected_on, years, ends_on",
    [
        ("branch", "village", DATE(2021, 3, 1), 5, DATE(2026, 3, 1)),
        ("branch", "community", DATE(2020, 2, 29), 5, DATE(2025, 2, 28)),
        ("branch", "government_organ", DATE(2020, 2, 29), 3, DATE(2023, 2, 28)),
        ("committee", "", DATE(2021, 8, 31), 5, DATE(2026, 8, 31)),
    ],
)
def test_a_term_ends_by_its_rule(world, kind, unit, elected_on, years, ends_on):
    organization = make.organization(kind, unit_category=unit)
    term = register_term(by=world.staff, organization=organization, elected_on=elected_on)
    assert (term.years, term.ends_on, term.ended_on) == (years, ends_on, None)


def test_the_next_election_closes_the_term_before(world):
    first = register_term(by=world.staff, organization=world.branch_d, elected_on=DATE(2020, 1, 1))
    second = register_term(by=world.staff, organization=world.branch_d, elected_on=DATE(2023, 1, 5))
    first.refresh_from_db()
    assert (first.ended_on, second.ends_on) == (DATE(2023, 1, 5), DATE(2026, 1, 5))
    with pytest.raises(ActionRefused, match="应晚于上一届"):
        register_term(by=world.staff, organization=world.branch_d, elected_on=DATE(2023, 1, 5))


@pytest.mark.parametrize("formation", ["temporary", "functional"])
def test_temporary_branches_hold_no_elections(world, formation):
    branch = make.organization(formation=formation)
    with pytest.raises(ActionRefused, match="第七条"):
        register_term(by=world.staff, organization=branch, elected_on=DATE(2024, 1, 1))
    assert not CommitteeTerm.objects.exists()


def test_an_extension_needs_approval_and_beyond_a_year_a_reason(world):
    term = register_term(by=world.staff, organization=world.branch_d, elected_on=DATE(2023, 1, 5))
    with pytest.raises(ActionRefused, match="批准文号"):
        extend_term(by=world.staff, term=term, until=DATE(2026, 7, 5), reference=" ")
    with pytest.raises(ActionRefused, match="不超过 1 年"):
        extend_term(by=world.staff, term=term, until=DATE(2027, 1, 6), reference="清委〔2026〕1号")
    extended = extend_term(by=world.staff, term=term, until=DATE(2027, 1, 5), reference="清委〔2026〕1号")
    assert (extended.ends_on, extended.last_day) == (DATE(2026, 1, 5), DATE(2027, 1, 5))
    end_term(by=world.staff, term=term, on=DATE(2026, 2, 1))
    with pytest.raises(ActionRefused, match="已经结束"):
        extend_term(by=world.staff, term=term, until=DATE(2027, 2, 5), reference="清委〔2026〕2号")


def test_the_page_registers_a_term(client, world):
    client.force_login(world.officer_a)
    url = reverse("members:register-term", args=[world.branch_a.uid])
    answer = client.post(url, {"elected_on": "2024-03-01", "origin": "elected", "approval_reference": "1号"})
    assert answer.url == reverse("members:terms", args=[world.branch_a.uid])
    assert CommitteeTerm.objects.get().ends_on == DATE(2029, 3, 1)
    assert "2029年3月1日届满" in client.get(answer.url).content.decode()


def branches(world):
    return PartyOrganization.objects.filter(pk=world.branch_d.pk)


@pytest.fixture
def term(world):
    """Of branch D, under the committee itself: it ends on 31 August 2030."""
    return CommitteeTerm.objects.create(
        organization=world.branch_d, elected_on=DATE(2027, 8, 31), years=3, ends_on=DATE(2030, 8, 31)
    )


def test_due_from_six_calendar_months_before(world, term):
    assert list(terms_due(branches=branches(world), day=DATE(2030, 2, 27))) == []
    (item,) = terms_due(branches=branches(world), day=DATE(2030, 2, 28))
    assert (item.due_on, item.url) == (
        DATE(2030, 8, 31),
        reverse("members:terms", args=[world.branch_d.uid]),
    )


def told_on(day) -> list[str]:
    before = set(Delivery.objects.values_list("pk", flat=True))
    tick(ticker="t", now=local_datetime(day, datetime.time(12)))
    new = Delivery.objects.inbox().filter(slot__rule__key="term_expiry").exclude(pk__in=before)
    return sorted(new.values_list("recipient__username", flat=True))


def test_branch_and_superior_are_reminded_by_calendar_months(world, term):
    days = [DATE(2030, 2, 27), DATE(2030, 2, 28), DATE(2030, 5, 30), DATE(2030, 5, 31), DATE(2030, 7, 31),
            DATE(2030, 8, 30), DATE(2030, 8, 31), DATE(2030, 9, 1)]  # fmt: skip
    both = ["secretary_d", "staff"]
    assert [told_on(day) for day in days] == [[], both, [], both, both, [], both, []]


@pytest.fixture
def committees_term(world):
    """A committee under the committee, with staff of its own; its term ends on 31 August 2030."""
    town = make.organization("committee", parent=world.committee, name="清源社区党委")
    make.grant(make.user("town_staff"), "committee_staff", town)
    make.organization(parent=town)
    return CommitteeTerm.objects.create(
        organization=town, elected_on=DATE(2025, 8, 31), years=5, ends_on=DATE(2030, 8, 31)
    )


def test_a_committee_and_its_superior_are_reminded_of_its_own_term(world, committees_term):
    """Not the officers of its branches, who owe nothing."""
    days = [DATE(2030, 2, 27), DATE(2030, 2, 28), DATE(2030, 5, 31), DATE(2030, 7, 31), DATE(2030, 8, 31),
            DATE(2030, 9, 1)]  # fmt: skip
    both = ["staff", "town_staff"]
    assert [told_on(day) for day in days] == [[], both, both, both, both, []]


def test_an_election_in_between_ends_the_reminders(world, committees_term):
    assert told_on(DATE(2030, 2, 28)) == ["staff", "town_staff"]
    CommitteeTerm.objects.filter(pk=committees_term.pk).update(ended_on=DATE(2030, 3, 1))
    CommitteeTerm.objects.create(
        organization=committees_term.organization,
        elected_on=DATE(2030, 3, 1),
        years=5,
        ends_on=DATE(2035, 3, 1),
    )
    assert told_on(DATE(2030, 5, 31)) == []


def test_the_root_committee_reminds_itself_alone(world):
    CommitteeTerm.objects.create(
        organization=world.committee, elected_on=DATE(2025, 8, 31), years=5, ends_on=DATE(2030, 8, 31)
    )
    assert told_on(DATE(2030, 2, 28)) == ["staff"]


def test_the_committees_workbench_shows_its_own_term(world, as_user):
    today = today_shanghai()
    ends = today + datetime.timedelta(days=40)
    CommitteeTerm.objects.create(
        organization=world.committee, elected_on=DATE(2020, 1, 1), years=5, ends_on=ends
    )
    url = reverse("members:terms", args=[world.committee.uid])

    def shown(user):
        page = as_user(user).get("/").content.decode()
        return "本级待办" in page, "还剩 40 天" in page and url in page

    assert shown(world.staff) == (True, True)
    assert shown(world.staff_x) == shown(world.secretary_d) == (False, False)
    page = as_user(world.staff).get(url)
    assert page.status_code == 200
    assert "支委会成员" not in page.content.decode()
