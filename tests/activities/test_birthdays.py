"""政治生日: names that a record of the month begins with, and the way to it from the workbench."""

import datetime

import pytest

from activities.panels import due_line
from activities.queries.birthdays import birthday_names, birthday_prefill
from branch_portal.due import due_items
from members.models import Member, PartyOrganization
from tests import factories as make

pytestmark = pytest.mark.django_db


def born(member, day):
    Member.objects.filter(pk=member.pk).update(admitted_on=day, confirmed_on=None, category="probationary")


def test_the_months_names_by_day(world):
    born(world.members_a[0], datetime.date(1998, 4, 20))
    born(world.members_a[1], datetime.date(2004, 4, 3))
    born(world.members_a[2], datetime.date(2026, 4, 3))  # no first anniversary yet
    make.member(world.branch_b, "外人", admitted_on=datetime.date(1998, 4, 1))
    april = datetime.date(2026, 4, 15)
    assert birthday_names(world.branch_a, april) == ["白春梅", "安国强"]
    prefill = birthday_prefill(world.branch_a, april)
    assert prefill["theme"] == "4月政治生日"
    assert prefill["content"].startswith("2026年4月过政治生日的党员（2 人）：白春梅、安国强。")


def test_the_leap_day_is_kept_on_the_28th(world):
    born(world.members_a[0], datetime.date(2000, 2, 29))
    assert birthday_names(world.branch_a, datetime.date(2026, 2, 1)) == ["安国强"]


def test_a_month_without_any_has_a_theme_alone(world):
    assert birthday_prefill(world.branch_a, datetime.date(2026, 5, 1)) == {"theme": "5月政治生日"}


def test_the_workbench_leads_to_the_list_and_to_the_record(world, as_user):
    day = datetime.date(2026, 7, 1)
    branches = PartyOrganization.objects.filter(pk=world.branch_a.pk)
    item = next(i for i in due_items(branches=branches, day=day) if i.rule_key == "political_birthday")
    line = due_line(item, day)
    assert line["also_url"] == f"/activities/new/political_birthday/?for={world.branch_a.uid}"
    assert as_user(world.secretary_a).get(line["also_url"]).status_code == 200
    assert as_user(world.secretary_b).get(line["also_url"]).status_code == 404
