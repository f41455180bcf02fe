"""What the workbench counts, the lists name; reminders carry no names."""

import datetime

import pytest
from django.urls import reverse

from branch_portal.due import due_items
from members.due_milestones import birthday_lists_due, milestones_due
from members.models import Member, PartyOrganization
from members.queries.milestones import confirmations
from members.rules.milestones import confirmation_due
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 4, 13)


def lines(world, day=DAY):
    branches = PartyOrganization.objects.filter(pk=world.branch_a.pk)
    return sorted(
        (item.rule_key, item.title, item.due_on) for item in milestones_due(branches=branches, day=day)
    )


@pytest.fixture
def quiet(world):
    """Nobody of branch A has a day near."""
    Member.objects.filter(branch=world.branch_a).update(
        admitted_on=datetime.date(2000, 9, 1), confirmed_on=datetime.date(2001, 9, 1), category="full",
        birth_year=1980,
    )  # fmt: skip
    return world


def change(member, **fields):
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()


def test_nothing_near_is_nothing_due(quiet):
    assert lines(quiet) == []


def test_the_month_s_birthdays_are_told_in_its_first_days_and_stand_on_no_page(quiet):
    for person, day in zip(quiet.members_a, (1, 20, 30), strict=False):
        change(person, admitted_on=datetime.date(2001, 4, day), confirmed_on=datetime.date(2002, 4, day))

    def told(day):
        branches = PartyOrganization.objects.filter(pk=quiet.branch_a.pk)
        return [(item.title, item.due_on) for item in birthday_lists_due(branches=branches, day=day)]

    first = datetime.date(2026, 4, 1)
    assert told(first) == told(first.replace(day=3)) == [("4月政治生日：3 名党员", first)]
    assert told(first.replace(day=4)) == told(datetime.date(2026, 5, 1)) == []
    shown = due_items(branches=PartyOrganization.objects.filter(pk=quiet.branch_a.pk), day=first)
    assert "political_birthday_list" not in {item.rule_key for item in shown}


def test_each_kind_is_counted_by_its_day(quiet):
    people = quiet.members_a
    change(people[1], admitted_on=datetime.date(2001, 4, 20), confirmed_on=datetime.date(2002, 4, 20))
    change(people[2], admitted_on=datetime.date(2003, 4, 20), confirmed_on=datetime.date(2004, 4, 20))
    change(people[3], admitted_on=datetime.date(2003, 4, 12), confirmed_on=datetime.date(2004, 4, 12))
    change(people[4], category="probationary", confirmed_on=None, admitted_on=datetime.date(2025, 6, 12))
    change(people[5], admitted_on=datetime.date(1975, 9, 1), confirmed_on=datetime.date(1976, 6, 30))
    change(people[6], birth_date="1966-04-02", birth_year=1966)
    change(people[7], birth_date="1966-05-02", birth_year=1966)
    expected = [
        ("confirmation_due", "讨论 1 名预备党员能否转为正式党员", datetime.date(2026, 6, 12)),
        ("party_standing_50", "1 名党员党龄在七月一日前满50年，请核对名单", datetime.date(2026, 4, 30)),
        ("political_birthday", "2 名党员的政治生日", datetime.date(2026, 4, 20)),
        ("retirement_age", "1 名党员本月满 60 周岁，请核对工作岗位、党小组和党费标准", datetime.date(2026, 4, 30)),
    ]  # fmt: skip
    assert lines(quiet) == expected
    names = {member.name for member in people}
    assert not any(name in title for _, title, _ in lines(quiet) for name in names)
    # The day before the sixty, the month after the fifty years.
    assert "confirmation_due" not in [key for key, *_ in lines(quiet, datetime.date(2026, 4, 12))]
    assert "party_standing_50" not in [key for key, *_ in lines(quiet, datetime.date(2026, 5, 1))]


def test_overdue_probation_stays_until_it_is_discussed(quiet):
    person = quiet.members_a[4]
    change(person, category="probationary", confirmed_on=None, admitted_on=datetime.date(2024, 9, 12))
    assert [line[2] for line in lines(quiet)] == [datetime.date(2025, 9, 12)]
    change(person, extension_until=datetime.date(2026, 9, 12))
    assert lines(quiet) == []


@pytest.mark.parametrize("people", [1, 3])
def test_the_queries_do_not_grow(quiet, people, django_assert_num_queries):
    for person in quiet.members_a[:people]:
        change(person, admitted_on=datetime.date(2001, 4, 20), birth_date="1966-04-02", birth_year=1966)
    branches = PartyOrganization.objects.filter(pk=quiet.branch_a.pk)
    with django_assert_num_queries(6):
        list(milestones_due(branches=branches, day=DAY))


def test_the_lists_name_them_within_reach(quiet, as_user):
    change(quiet.members_a[3], admitted_on=datetime.date(2001, 4, 20))
    make.member(quiet.branch_b, "外部寿星", admitted_on=datetime.date(2001, 4, 21))
    url = reverse("members:lists")
    asked = {"list": "political_birthday", "month": "2026-04"}

    def named(user):
        return [row.member.name for row in as_user(user).get(url, asked).context["table"].rows]

    assert named(quiet.secretary_a) == ["邓秀兰"]
    assert named(quiet.staff) == ["邓秀兰", "外部寿星"]
    assert named(quiet.secretary_b) == ["外部寿星"]
    page = as_user(quiet.secretary_a).get(reverse("members:lists-print"), asked)
    assert "2026年4月政治生日名单" in page.content.decode()
    for odd in ({"list": "x", "month": "y"}, {"month": "0000-00"}):
        assert as_user(quiet.secretary_a).get(url, odd).status_code == 200


def test_the_end_of_a_probation_is_found_whatever_day_it_falls_on(world):
    """What is left out before the rule is asked is never what the rule would find: a leap day, an entered day within the first year."""
    until, probationary = datetime.date(2025, 2, 28), {"category": "probationary"}
    due = [
        make.member(world.branch_a, admitted_on=datetime.date(2024, 2, 29), **probationary),
        make.member(
            world.branch_a, admitted_on=datetime.date(2023, 5, 1), extension_until=until, **probationary
        ),
        make.member(
            world.branch_a, admitted_on=datetime.date(2024, 9, 1), extension_until=until, **probationary
        ),
    ]
    make.member(world.branch_a, admitted_on=datetime.date(2024, 3, 1), **probationary)
    make.member(
        world.branch_a,
        admitted_on=datetime.date(2023, 5, 1),
        extension_until=datetime.date(2025, 3, 1),
        **probationary,
    )
    found = confirmations(Member.objects.filter(branch=world.branch_a), until)
    assert {item.member for item in found} >= set(due)
    assert {item.member for item in found} == {
        member
        for member in Member.objects.filter(branch=world.branch_a, category="probationary")
        if confirmation_due(member.admitted_on, member.extension_until) <= until
    }
