"""党员增减情况: the page, and units that come and go as a whole."""

import datetime

from django.urls import reverse

from members.actions.affiliations import exit_member
from members.models import OrganizationChange, PartyOrganization
from members.queries.changes import histories
from members.rules.changes import change_table
from tests import factories as make

MARCH, UNTIL = datetime.date(2026, 3, 10), datetime.date(2026, 6, 30)


def test_the_page_closes_and_counts(world, as_user):
    exit_member(by=None, member=world.members_a[5], on=MARCH, standing="deceased", reason="病故")
    context = as_user(world.secretary_a).get(reverse("members:changes"), {"year": "2026"}).context
    assert [row[2] for row in context["table"].rows] == [10, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 9, 9, 0]
    assert not context["breakers"]


def test_who_was_entered_without_a_way_of_gain_is_named(world, as_user):
    make.member(world.branch_a, "无增加方式", since=MARCH)
    page = as_user(world.secretary_a).get(reverse("members:changes"), {"year": "2026"})
    assert page.context["difference"] == 1
    assert "无增加方式" in page.content.decode()


def test_a_branch_that_moves_takes_its_people_along(world):
    OrganizationChange.objects.create(
        organization=world.branch_b, kind="founded", effective_on=make.LONG_AGO, parent=world.general_branch
    )
    OrganizationChange.objects.create(
        organization=world.branch_b, kind="moved", effective_on=MARCH, parent=world.committee
    )
    nodes = PartyOrganization.objects
    nodes.move(nodes.get(pk=world.branch_b.pk), nodes.get(pk=world.committee.pk), "last-child")

    def rows(organization):
        organization = PartyOrganization.objects.get(pk=organization.pk)
        found = histories(organization, year=2026, until=UNTIL)
        return change_table(found, year=2026, until=UNTIL).rows

    general = rows(world.general_branch)
    assert (general[1], general[11], general[12], general[14], general[15]) == (12, 2, 2, 10, 0)
    committee = rows(world.committee)
    assert (committee[1], committee[5], committee[11], committee[14], committee[15]) == (13, 0, 0, 13, 0)
