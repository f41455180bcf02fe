"""What branches owe of study, day by day: hours from July on, and the trainings of probation, first year and new office."""

import datetime

import pytest

from learning.due import hours_due, trainings_due
from learning.models import MemberYear, StudyCredit, StudyRequirement, StudyRule
from learning.queries.sheets import sheet_of
from members.models import Member, PartyOrganization, PostTenure
from tests import factories as make

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.fixture(autouse=True)
def full_since_long(world):
    """The one probationary member of the world is in the way of most tests."""
    Member.objects.filter(category="probationary").update(
        category="full", admitted_on=D(2000, 7, 1), confirmed_on=D(2001, 7, 1)
    )


def of(*branches):
    return PartyOrganization.objects.filter(pk__in=[branch.pk for branch in branches])


def hours(world, day, branch=None):
    return list(hours_due(branches=of(branch or world.branch_a), day=day))


def year(member, done, required=32, number=2030):
    MemberYear.objects.update_or_create(
        member=member,
        year=number,
        defaults={"branch": member.branch, "required_hours": required, "hours": done},
    )


def training(member, on, **fields) -> StudyCredit:
    values = {
        "member": member, "branch": member.branch, "on_date": on, "year": on.year, "category": "central_training",
        "title": "集中培训", "minutes": 480, "hours": 8, "source": "test:1",
        "rule": StudyRule.objects.filter(category="central_training").first(),
    } | fields  # fmt: skip
    return StudyCredit.objects.create(**values)


def owed(world, day, *branches) -> list[tuple]:
    items = trainings_due(branches=of(*(branches or (world.branch_a,))), day=day)
    return sorted((item.rule_key, item.title, item.due_on) for item in items)


# --- Hours ---


def test_nothing_is_said_before_july(world):
    assert hours(world, D(2030, 6, 30)) == []


def test_in_july_only_those_below_half(world):
    for index, member in enumerate(world.members_a):
        year(member, 16 if index else 15.5)
    (item,) = hours(world, D(2030, 7, 1))
    assert (item.title, item.due_on) == ("1 名党员今年的学时还不到全年要求的一半", D(2030, 12, 31))
    assert item.members.member_ids == (world.members_a[0].pk,)
    assert item.members.title == "您今年的学时还不到全年要求的一半"
    year(world.members_a[0], 16)
    assert hours(world, D(2030, 9, 30)) == []


def test_from_october_everybody_who_lacks_something(world):
    for member in world.members_a:
        year(member, 32)
    year(world.members_a[0], 32, required=56)
    year(world.members_a[1], 31.5)
    (item,) = hours(world, D(2030, 10, 1))
    assert item.title == "2 名党员今年的学时还没有达到要求"
    assert item.members.member_ids == tuple(member.pk for member in world.members_a[:2])


def test_who_has_no_credit_at_all_lacks_all_of_it_and_who_left_nothing(world):
    for member in world.members_a[2:]:
        year(member, 40)
    year(world.members_a[0], 40, number=2029)  # last year's count for nothing
    Member.objects.filter(pk=world.members_a[1].pk).update(standing="suspended")
    make.former_member(world.branch_a, on=D(2030, 5, 1))
    (item,) = hours(world, D(2030, 12, 1))
    assert item.members.member_ids == (world.members_a[0].pk,)


def test_no_name_leaves_with_the_title(world):
    (item,) = hours(world, D(2030, 10, 1))
    said = f"{item.title}{item.members.title}{item.clause}{item.subject}"
    assert not [member.name for member in world.members_a if member.name in said]


def test_two_queries_for_any_number_of_branches(world, django_assert_num_queries):
    for branches in (of(world.branch_a), of(world.branch_a, world.branch_b, world.branch_d)):
        with django_assert_num_queries(3):  # the branches themselves, years, members
            list(hours_due(branches=branches, day=D(2030, 10, 1)))


# --- Trainings ---


def probationary(member, admitted_on, **fields):
    values = {"category": "probationary", "confirmed_on": None, "admitted_on": admitted_on} | fields
    Member.objects.filter(pk=member.pk).update(**values)


def test_probation_asks_for_a_training_from_ninety_days_before_its_end(world):
    probationary(world.members_a[9], D(2029, 9, 1))
    line = ("probation_training", "1 名预备党员在预备期内应参加集中培训", D(2030, 9, 1))
    assert owed(world, D(2030, 6, 2)) == []
    assert owed(world, D(2030, 6, 3)) == [line]
    assert owed(world, D(2030, 10, 1)) == [line]
    assert owed(world, D(2030, 10, 2)) == []
    probationary(world.members_a[9], D(2029, 9, 1), extension_until=D(2031, 3, 1))
    assert owed(world, D(2030, 9, 1)) == []


def test_a_credit_after_the_day_that_the_clock_runs_from_ends_it(world):
    member = world.members_a[9]
    probationary(member, D(2029, 9, 1))
    credit = training(member, D(2029, 8, 31))
    assert len(owed(world, D(2030, 7, 1))) == 1  # that was before the probation
    training(member, D(2030, 5, 5), source="test:2", category="theme_day")
    assert len(owed(world, D(2030, 7, 1))) == 1  # no central training
    good = training(member, D(2030, 5, 5), source="test:3")
    assert owed(world, D(2030, 7, 1)) == []
    training(member, D(2030, 5, 5), source="test:3", minutes=-480, hours=-8, reverses=good)
    assert len(owed(world, D(2030, 7, 1))) == 1  # taken back
    assert credit.pk


def test_the_year_after_confirmation_asks_for_another(world):
    member = world.members_a[9]
    Member.objects.filter(pk=member.pk).update(admitted_on=D(2028, 9, 1), confirmed_on=D(2029, 9, 3))
    training(member, D(2029, 3, 1))
    assert owed(world, D(2030, 7, 1)) == [
        ("first_year_training", "1 名党员在转正一年内应参加集中培训", D(2030, 9, 3))
    ]
    training(member, D(2029, 9, 3), source="test:2")
    assert owed(world, D(2030, 7, 1)) == []


def test_a_new_secretary_is_to_be_trained_within_six_months(world):
    member = world.members_a[5]
    PostTenure.objects.filter(member=world.members_a[0]).update(period=(D(2015, 1, 1), D(2030, 1, 31)))
    make.tenure(member, "secretary", since=D(2030, 1, 31))
    assert owed(world, D(2030, 5, 31)) == []
    assert owed(world, D(2030, 6, 1)) == [
        ("new_secretary_training", "新任党支部书记应参加任职培训", D(2030, 7, 31))
    ]
    (item,) = trainings_due(branches=of(world.branch_a), day=D(2030, 6, 1))
    assert item.tell_superior
    training(member, D(2030, 2, 10))
    assert owed(world, D(2030, 6, 1)) == []


def test_a_secretary_elected_again_is_not_new(world):
    member = world.members_a[0]
    PostTenure.objects.filter(member=member).update(period=(D(2015, 1, 1), D(2030, 1, 10)))
    make.tenure(member, "secretary", since=D(2030, 1, 31))
    assert owed(world, D(2030, 7, 1)) == []


def test_the_requirement_in_force_says_which_trainings_are_asked_for_and_by_when(world):
    member = world.members_a[5]
    PostTenure.objects.filter(member=world.members_a[0]).update(period=(D(2015, 1, 1), D(2030, 1, 31)))
    make.tenure(member, "secretary", since=D(2030, 1, 31))
    probationary(world.members_a[9], D(2029, 6, 1))
    StudyRequirement.objects.create(from_year=2030, new_secretary_months=3, probation_training=False)
    assert [(key, due) for key, _, due in owed(world, D(2030, 4, 15))] == [
        ("new_secretary_training", D(2030, 4, 30))
    ]
    StudyRequirement.objects.filter(from_year=2030).update(new_secretary_months=0)
    assert owed(world, D(2030, 4, 15)) == []


def test_page_and_reminder_ask_for_the_same_trainings(world):
    again, longer = world.members_a[0], world.members_a[9]
    PostTenure.objects.filter(member=again).update(period=(D(2015, 1, 1), D(2030, 1, 10)))
    make.tenure(again, "secretary", since=D(2030, 1, 31))
    probationary(longer, D(2029, 3, 1), extension_until=D(2030, 9, 1))
    longer.refresh_from_db()
    assert [duty.label for duty in sheet_of(again, 2030).duties] == []
    assert [(duty.label, duty.until) for duty in sheet_of(longer, 2030).duties] == [
        ("预备期内集中培训", D(2030, 8, 31))
    ]
    assert [line[2] for line in owed(world, D(2030, 7, 1))] == [D(2030, 9, 1)]


def test_members_of_one_day_stand_in_one_line_and_branches_apart(world, django_assert_num_queries):
    for branch in (world.branch_a, world.branch_a, world.branch_b):
        probationary(make.member(branch), D(2029, 9, 1))
    everywhere = (world.branch_a, world.branch_b, world.branch_d)
    with django_assert_num_queries(
        6
    ):  # the branches, requirement, dates, secretaries now and before, credits
        assert [title for _, title, _ in owed(world, D(2030, 7, 1), *everywhere)] == [
            "1 名预备党员在预备期内应参加集中培训",
            "2 名预备党员在预备期内应参加集中培训",
        ]
