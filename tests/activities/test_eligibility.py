"""Who was to come: the branch as it stood on the day, in official order."""

import datetime

import pytest

from activities.models import RollEntry
from activities.queries.eligibility import eligible_members
from branch_portal.dates import today_shanghai
from members.models import Affiliation, Member
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 4, 13)


def names(kind, branch, day=DAY, cell=None):
    return [person.name for person in eligible_members(kind=kind, branch=branch, day=day, cell=cell)]


def test_people_stand_by_post_then_by_sound(world):
    assert names("theme_day", world.branch_a) == [
        "安国强", "白春梅", "方建国", "陈志远", "邓秀兰", "高海燕", "何文斌", "金玉华", "李永明", "马晓东",
    ]  # fmt: skip
    assert names("committee_meeting", world.branch_a) == ["安国强", "白春梅", "方建国"]
    assert names("cell_meeting", world.branch_a, cell=world.cell_a2) == [
        "高海燕",
        "何文斌",
        "金玉华",
        "李永明",
        "马晓东",
    ]


def test_it_is_the_branch_of_that_day(world):
    moved = Affiliation.objects.get(member=world.members_a[3])
    moved.period, moved.loss = (make.LONG_AGO, datetime.date(2026, 4, 13)), "moved"
    moved.save()
    Affiliation.objects.create(
        member=moved.member, branch=world.branch_b, period=(datetime.date(2026, 4, 13), None)
    )
    assert "邓秀兰" in names("theme_day", world.branch_a, datetime.date(2026, 4, 12))
    assert "邓秀兰" not in names("theme_day", world.branch_a, datetime.date(2026, 4, 13))
    assert "邓秀兰" in names("theme_day", world.branch_b, datetime.date(2026, 4, 13))


def test_posts_are_those_of_the_day(world):
    make.tenure(
        world.members_a[6], "secretary", since=datetime.date(2020, 1, 1), until=datetime.date(2021, 1, 1)
    )
    committee = eligible_members(
        kind="committee_meeting", branch=world.branch_a, day=datetime.date(2020, 6, 1)
    )
    assert [person.name for person in committee] == ["安国强", "何文斌", "白春梅", "方建国"]
    assert "何文斌" not in names("committee_meeting", world.branch_a)


@pytest.mark.parametrize(
    ("kind", "since", "until", "status", "reason"),
    [
        ("floating", datetime.date(2025, 10, 13), None, "exempt", "外出满六个月"),
        ("floating", datetime.date(2025, 10, 14), None, "present", ""),
        ("floating", datetime.date(2025, 10, 13), datetime.date(2026, 4, 14), "exempt", "外出满六个月"),
        ("floating", datetime.date(2025, 10, 13), DAY, "present", ""),
        ("out_of_contact", DAY, None, "exempt", "失去联系"),
        ("out_of_contact", datetime.date(2026, 4, 14), None, "present", ""),
        ("out_of_contact", datetime.date(2026, 4, 1), DAY, "present", ""),
    ],
)
def test_who_is_long_away_stands_last_and_is_not_expected(world, kind, since, until, status, reason):
    make.status(world.members_a[3], kind, since=since, until=until)
    people = eligible_members(kind="theme_day", branch=world.branch_a, day=DAY)
    person = next(person for person in people if person.name == "邓秀兰")
    assert (person.status, person.reason) == (status, reason)
    assert person.row_number == (10 if status == "exempt" else 5)


def test_suspended_members_are_not_on_the_roll_of_those_days(world):
    make.status(world.members_a[3], "suspended", since=DAY, until=datetime.date(2026, 5, 1))
    assert "邓秀兰" in names("theme_day", world.branch_a, datetime.date(2026, 4, 12))
    assert "邓秀兰" not in names("theme_day", world.branch_a)
    assert "邓秀兰" not in names("theme_day", world.branch_a, datetime.date(2026, 4, 30))
    assert "邓秀兰" in names("theme_day", world.branch_a, datetime.date(2026, 5, 1))


def test_who_has_died_is_on_the_rolls_until_then(world):
    Affiliation.objects.filter(member=world.members_a[5]).update(
        period=(make.LONG_AGO, datetime.date(2026, 5, 1)), loss="deceased"
    )
    Member.objects.filter(pk=world.members_a[5].pk).update(standing="deceased", branch=None, cell=None)
    assert "高海燕" in names("theme_day", world.branch_a)
    assert "高海燕" not in names("theme_day", world.branch_a, datetime.date(2026, 5, 1))


def test_who_was_confirmed_later_was_on_probation_then(world):
    Member.objects.filter(pk=world.members_a[3].pk).update(confirmed_on=DAY)
    shown = [
        next(
            person.post
            for person in eligible_members(kind="theme_day", branch=world.branch_a, day=day)
            if person.name == "邓秀兰"
        )
        for day in (datetime.date(2026, 4, 12), DAY)
    ]
    assert shown == ["预备党员", ""]


def test_three_queries_whatever_the_size(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        eligible_members(kind="theme_day", branch=world.branch_a, day=DAY)
    for _ in range(20):
        make.member(world.branch_a)
    with django_assert_num_queries(3):
        eligible_members(kind="theme_day", branch=world.branch_a, day=DAY)


def test_history_never_moves(world, as_user):
    """A transfer afterwards changes neither the stored roll nor its numbers, nor what the edit page shows."""
    record = life.record(world.secretary_a, world.branch_a)
    before = list(
        RollEntry.objects.order_by("row_number").values_list("row_number", "name", "status", "minutes")
    )
    Affiliation.objects.filter(member=world.members_a[3]).update(
        period=(make.LONG_AGO, today_shanghai()), loss="moved"
    )
    Member.objects.filter(pk=world.members_a[3].pk).update(branch=world.branch_b, cell=None, name="改名者")
    client = as_user(world.secretary_a)
    assert "邓秀兰" in client.get(f"/activities/records/{record.uid}/").content.decode()
    assert "邓秀兰" in client.get(f"/activities/records/{record.uid}/edit/").content.decode()
    after = list(
        RollEntry.objects.order_by("row_number").values_list("row_number", "name", "status", "minutes")
    )
    assert after == before
    record.share.refresh_from_db()
    assert record.share.expected_count == 10


def test_an_org_life_meeting_has_the_list_of_its_form(world):
    def listed(held_as, cell=None):
        people = eligible_members(
            kind="org_life_meeting", branch=world.branch_a, day=DAY, cell=cell, held_as=held_as
        )
        return [person.name for person in people]

    assert listed("general") == listed("") == names("general_meeting", world.branch_a)
    assert listed("committee") == names("committee_meeting", world.branch_a) == ["安国强", "白春梅", "方建国"]
    assert listed("cell", world.cell_a2) == names("cell_meeting", world.branch_a, cell=world.cell_a2)
    # What another kind is held as means nothing.
    people = eligible_members(kind="theme_day", branch=world.branch_a, day=DAY, held_as="committee")
    assert len(people) == 10
