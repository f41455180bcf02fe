"""What the roster's dates ask for; titles count people and name none."""

import datetime

from django.urls import reverse

from members.due_roster import roster_due
from members.models import PartyOrganization
from tests import factories as make

D = datetime.date


def items(world, day):
    branches = PartyOrganization.objects.filter(pk=world.branch_d.pk)
    return [(item.rule_key, item.due_on, item.title) for item in roster_due(branches=branches, day=day)]


def test_dates(world):
    make.member(world.branch_d, "闰日党员", admitted_on=D(2004, 2, 29), confirmed_on=D(2005, 3, 1))
    make.member(world.branch_d, "预备党员", category="probationary", admitted_on=D(2026, 3, 20))
    make.member(world.branch_d, "老党员", admitted_on=D(1976, 4, 1), confirmed_on=D(1977, 6, 30))
    birthday = ("political_birthday", D(2027, 2, 28), "政治生日：2月28日，1 人")
    confirmation = ("confirmation_due", D(2027, 3, 20), "讨论预备党员转正：3月20日，1 人")
    medal = ("party_standing_50", D(2027, 4, 30), "上报党龄满50年党员：4月30日，1 人")
    assert items(world, D(2027, 2, 1)) == [birthday, confirmation]
    assert items(world, D(2027, 3, 1)) == [
        ("political_birthday", D(2027, 3, 20), "政治生日：3月20日，1 人"),
        confirmation,
        medal,
    ]
    assert items(world, D(2027, 1, 10)) == []


def test_due_query_count(world, django_assert_num_queries):
    for branches in (
        PartyOrganization.objects.branches(),
        PartyOrganization.objects.filter(pk=world.branch_a.pk),
    ):
        with django_assert_num_queries(5):
            list(roster_due(branches=branches, day=D(2027, 3, 1)))


def test_the_lists_name_people_for_who_may_see_them(world, as_user):
    client = as_user(world.secretary_a)
    page = client.get(reverse("members:lists"), {"tab": "confirmations"}).content.decode()
    paper = client.get(reverse("members:lists"), {"tab": "confirmations", "paper": "1"}).content.decode()
    for tab in ("birthdays", "standing"):
        assert client.get(reverse("members:lists"), {"tab": tab}).status_code == 200
    assert ("马晓东" in page) == ("马晓东" in paper)
