import datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from branch_portal.database import beyond_scope, set_context
from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, Scope, ScopedQuerySet
from members.models import Affiliation, Member, PartyOrganization, User
from tests import factories as make
from tests.access_objects import objects_of_branch_a


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


def test_a_row_that_names_a_member_is_marked_as_the_roster_would_say(world):
    """Of every affiliation, those that left included, for each persona and with the ids of the subtree."""
    rows = Affiliation.objects.unscoped("to mark each")
    for key, user in world.users.items():
        for asker in (fresh(user), told(user)) if key.startswith("staff") else (fresh(user),):
            mine = Member.objects.all().visible_at(asker, "member")
            marked = set(rows.filter(mine).values_list("member_id", flat=True))
            assert marked == set(
                rows.filter(member__in=Member.objects.visible_to(asker)).values_list("member_id", flat=True)
            ), key
    assert marked != set(rows.values_list("member_id", flat=True))


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


# --- Ids instead of paths ---

with_ids = pytest.mark.skipif(
    not settings.PORTAL_ROW_SECURITY, reason="without row-level security nobody asks for the ids"
)


def told(user) -> User:
    """The account in a transaction that has found the ids of its paths, as in a request."""
    user = fresh(user)
    set_context(user=user, scope=user.access.widest, editable=user.access.widest_editable)
    return user


def reached(user) -> dict[str, list[int]]:
    """Of every scoped model the keys of what the account may read and of what it may change."""
    found = {}
    for model in apps.get_models():
        if isinstance(rows := model._default_manager.all(), ScopedQuerySet):
            found[f"{model._meta.label} read"] = sorted(rows.visible_to(user).values_list("pk", flat=True))
            found[f"{model._meta.label} changed"] = sorted(
                rows.editable_by(user).values_list("pk", flat=True)
            )
    return found


@with_ids
def test_the_ids_of_a_subtree_say_what_its_paths_say(world):
    objects_of_branch_a(world)
    both = make.user("both", member=world.members_a[7])
    make.grant(both, "committee_staff", world.committee_x)
    make.grant(both, "secretary", world.branch_b)
    users = (world.staff, world.staff_x, both)
    by_paths = [reached(fresh(user)) for user in users]
    for user, expected in zip(users, by_paths, strict=True):
        quick = told(user)
        assert quick.access.scope(Permission.VIEW_ROSTER).below
        assert reached(quick) == expected
        assert expected["members.Member read"]
    assert len(by_paths[0]["activities.ActivityRecord read"]) >= 2
    # Another permission's branch is not the ids' matter.
    assert quick.access.scope(Permission.EDIT_ROSTER).below is None


@with_ids
def test_the_ids_of_a_wider_scope_are_not_a_narrower_one_s(world):
    both = make.user("both", member=world.members_a[7])
    make.grant(both, "secretary", world.general_branch)
    make.grant(both, "committee_staff", world.committee_x)
    by_paths, quick = reached(fresh(both)), told(both)
    wide, narrow = quick.access.scope(Permission.VIEW_ROSTER), quick.access.scope(Permission.CONFIRM_RECORDS)
    assert narrow.paths and set(narrow.paths) < set(wide.paths)
    assert wide.below and narrow.below is None
    assert reached(quick) == by_paths


@with_ids
def test_a_cell_granted_alone_brings_no_branch_among_the_ids(world):
    mixed = make.user("mixed")
    make.grant(mixed, "committee_staff", world.committee_x)
    make.grant(mixed, "cell_leader", world.cell_a1)
    quick = told(mixed)
    assert quick.access.scope(Permission.VIEW_ROSTER).below is None
    in_cell_1 = {member.name for member in world.members_a[:5]}
    assert names(Member.objects.visible_to(quick)) == {"外部书记x"} | in_cell_1


@with_ids
def test_beyond_the_scope_the_tree_of_now_counts(world):
    quick = told(world.staff)
    branch = make.organization(parent=world.committee, name="新建党支部")
    with beyond_scope("a test"):
        make.member(branch, "新来党员")
        assert "新来党员" in names(Member.objects.visible_to(quick))
    assert "新来党员" in names(Member.objects.visible_to(told(world.staff)))
