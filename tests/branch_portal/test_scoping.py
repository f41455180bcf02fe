import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, Scope
from members.models import Member, PartyOrganization, User
from tests import factories as make


def fresh(user) -> User:
    """The account as the next request would load it (`access` is remembered per instance)."""
    return User.objects.get(pk=user.pk)


def names(queryset) -> set[str]:
    return set(queryset.values_list("name", flat=True))


def test_each_persona_sees_its_part_of_the_roster_and_no_more(world):
    all_a = {member.name for member in world.members_a}
    in_cell_1 = {member.name for member in world.members_a[:5]}
    expected = {
        "secretary_a": all_a,
        "officer_a": all_a,
        "cell_leader_a": in_cell_1,
        "member_a": {"邓秀兰"},
        "secretary_b": {"外部书记b", "外部党员乙"},
        "member_b": {"外部党员乙"},
        "secretary_d": {"外部书记d"},
        "staff": all_a | {"外部书记b", "外部党员乙", "外部书记d"},
        "secretary_x": {"外部书记x"},
        "staff_x": {"外部书记x"},
        "superuser": set(),
    }
    assert {key: names(Member.objects.visible_to(getattr(world, key))) for key in expected} == expected
    assert not Member.objects.visible_to(AnonymousUser()).exists()


def test_only_officers_may_edit_and_only_their_own_branch(world):
    counts = {key: Member.objects.editable_by(user).count() for key, user in world.users.items()}
    assert {key for key, count in counts.items() if count} == {
        "secretary_a", "officer_a", "secretary_b", "secretary_d", "secretary_x"
    }  # fmt: skip
    assert counts["secretary_a"] == 10 and counts["secretary_b"] == 2


def test_a_branch_includes_its_cells_but_not_its_parents(world):
    assert names(PartyOrganization.objects.visible_to(world.secretary_a)) == {
        "清源村第一党支部", "第一党小组", "第二党小组"
    }  # fmt: skip


def test_a_grant_ends_with_its_dates_and_a_post_with_its_tenure(world):
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    ended = make.user("ended")
    make.grant(ended, "committee_staff", world.committee, until=yesterday)
    assert not fresh(ended).may(Permission.VIEW_ROSTER)
    world.members_a[0].tenures.update(period=(make.LONG_AGO, yesterday))
    assert not fresh(world.secretary_a).may(Permission.EDIT_ROSTER)
    assert fresh(world.secretary_a).may(Permission.VIEW_RECORDS)  # still a member of the branch


def test_a_disabled_account_may_nothing(world):
    world.secretary_a.is_active = False
    world.secretary_a.save()
    assert fresh(world.secretary_a).access.reaches == []


def test_a_suspended_member_acts_in_no_post(world):
    Member.objects.filter(pk=world.members_a[0].pk).update(standing="suspended")
    assert fresh(world.secretary_a).access.reaches == []


def test_nowhere_covers_nothing_and_everything_all(world):
    assert NOWHERE.empty and not NOWHERE.covers(world.branch_a)
    assert Scope(everything=True).covers(world.branch_x)
    subtree = Scope(paths=(world.general_branch.path,))
    assert subtree.covers(world.cell_a1) and not subtree.covers(world.branch_d)


def test_unscoped_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        Member.objects.all().unscoped("")
