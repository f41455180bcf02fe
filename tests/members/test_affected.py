"""The list that a breach notice needs: whom an account opened, and who belonged to what it took out on that day."""

import datetime

import pytest
from django.utils import timezone

from members.actions.audit import record_access
from members.queries.affected import people_seen_by
from tests import factories as make

DAY = datetime.timedelta(days=1)


@pytest.fixture
def seen(world):
    """Staff opened one card of branch A, and took out branch D's roster."""
    first = world.members_a[2]
    for by in (world.staff, world.secretary_a):
        record_access(by=by, action="reveal", field="手机号", reason="核对", member_uid=first.uid)
    head = world.secretary_d.member
    record_access(by=world.staff, action="export", field="名册", reason="核对", branch_id=head.branch_id)
    return first, head


def names(world, **fields):
    now = timezone.now()
    window = {"asker": world.staff, "since": now - DAY, "until": now + DAY} | fields
    return {member.name for member in people_seen_by(**window)}


def test_by_name_and_by_the_roster_of_the_day(world, seen, django_assert_num_queries):
    first, head = seen
    assert world.staff.access  # read once, like in a request
    with django_assert_num_queries(1):
        assert names(world, who=world.staff.display_name) == {first.name, head.name}
    assert names(world, who=world.secretary_a.display_name) == {first.name}
    assert names(world) == {first.name, head.name}
    assert names(world, action="export") == {head.name}


def test_another_time_and_another_asker_see_nobody(world, seen):
    now = timezone.now()
    assert names(world, since=now + DAY, until=now + 2 * DAY) == set()
    assert names(world, asker=world.staff_x) == set()
    assert names(world, asker=world.member_b) == set()
    assert names(world, asker=world.superuser) == set()
    assert names(world, asker=world.secretary_a) == {seen[0].name}


def test_an_export_of_the_committee_reaches_everybody_below_and_one_without_a_place_whom_the_account_reaches(
    world,
):
    record_access(by=world.staff, action="export", field="名册", reason="核对", branch_id=world.committee.pk)
    below = names(world)
    assert {world.members_a[0].name, world.secretary_b.member.name} <= below
    record_access(by=world.staff, action="export", field="谈心谈话登记表", reason="核对")
    assert names(world, who=world.staff.display_name) == below  # whom the account reaches
    record_access(by=world.staff_x, action="export", field="名册", reason="核对")
    assert names(world, who=world.staff_x.display_name) == set()
    record_access(by=world.superuser, action="export", field="账号列表", reason="核对")
    assert names(world, who=world.superuser.display_name) == below


def test_who_came_later_or_had_left_was_not_in_it(world):
    """The same place, the same export: who belonged to it on that day."""
    today = timezone.localdate()
    here = make.former_member(world.branch_b, "赵来", on=today + DAY)
    gone = make.former_member(world.branch_b, "钱去", on=today)
    late = make.member(world.branch_b, "孙迟", since=today + DAY)
    record_access(by=world.staff, action="export", field="名册", reason="核对", branch_id=world.branch_b.pk)
    found = names(world, asker=world.staff)
    assert here.name in found
    assert {gone.name, late.name}.isdisjoint(found)
