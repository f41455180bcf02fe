"""The list that a breach notice needs: whom an account opened, and who belonged to what it took out on that day."""

import datetime

import pytest
from django.utils import timezone

from members.actions.audit import record_access
from supervision.queries.accesses import people_seen
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
    return {member.name for member in people_seen(**({"user": world.staff} | fields))}


def test_by_name_and_by_the_roster_of_the_day(world, seen, django_assert_num_queries):
    first, head = seen
    assert world.staff.access  # read once, like in a request
    with django_assert_num_queries(1):
        assert names(world, who=world.staff.display_name) == {first.name, head.name}
    assert names(world, who=world.secretary_a.display_name) == {first.name}
    assert names(world) == {first.name, head.name}
    assert names(world, action="export") == {head.name}


def test_another_time_and_another_asker_see_nobody(world, seen):
    assert names(world, first=timezone.localdate() + DAY) == set()
    assert names(world, last=timezone.localdate() - DAY) == set()
    for other in (world.staff_x, world.member_b, world.superuser, world.secretary_a):
        assert names(world, user=other) == set()


def test_the_filter_answers_no_question_about_what_the_list_hides(world, seen):
    """Somebody elsewhere opened the card of a member who is here now: whose name it was is not told by trying names."""
    here = world.members_a[3]
    record_access(
        by=world.staff_x, action="reveal", field="手机号", reason="核对", member_uid=here.uid, branch_id=world.branch_x.pk
    )  # fmt: skip
    assert here.name not in names(world)
    assert names(world, who=world.staff_x.display_name) == set()


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


def test_who_came_later_or_had_left_was_not_in_it(world):
    """The same place, the same export: who belonged to it on that day."""
    today = timezone.localdate()
    here = make.former_member(world.branch_b, "赵来", on=today + DAY)
    gone = make.former_member(world.branch_b, "钱去", on=today)
    late = make.member(world.branch_b, "孙迟", since=today + DAY)
    record_access(by=world.staff, action="export", field="名册", reason="核对", branch_id=world.branch_b.pk)
    found = names(world)
    assert here.name in found
    assert {gone.name, late.name}.isdisjoint(found)
