"""Changes of the tree: what each does to rows, members, posts and history, and when it is refused."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import BranchYear
from members.actions.errors import ActionRefused
from members.actions.organization_moves import merge_branches, move_organization, split_branch
from members.actions.organizations import (
    abolish_organization,
    adjust_organization,
    create_organization,
    rename_organization,
    restore_organization,
)
from members.models import (
    Affiliation,
    AffiliationTransfer,
    Member,
    OrganizationChange,
    PartyOrganization,
    PostTenure,
    User,
)
from members.queries.history import organizations_on
from members.queries.organizations import parent_of
from tests import factories as make

MARCH, APRIL, MAY = datetime.date(2026, 3, 10), datetime.date(2026, 4, 10), datetime.date(2026, 5, 10)
DAY = datetime.timedelta(days=1)
REASON = "按镇党委批复办理"


def fresh(row):
    """As the next request sees it: nothing cached."""
    return type(row).objects.get(pk=row.pk)


def kinds_of(organization) -> list[str]:
    return list(organization.changes.order_by("pk").values_list("kind", flat=True))


def refused(action, **arguments) -> str:
    with pytest.raises(ActionRefused) as caught:
        action(**{"by": None, "reason": REASON} | arguments)
    return str(caught.value)


def test_a_rename_entered_late_does_not_cover_a_later_one(world):
    b = world.branch_b
    rename_organization(by=world.staff, organization=b, name="清源村新二支部", on=MAY, reason=REASON)
    rename_organization(by=world.staff, organization=b, name="清源村中二支部", on=MARCH, reason=REASON)
    assert fresh(b).name == "清源村新二支部"
    names = [organizations_on(day, [b.pk])[b.pk].name for day in (MARCH - DAY, MARCH, MAY - DAY, MAY)]
    assert names == ["清源村第二党支部", "清源村中二支部", "清源村中二支部", "清源村新二支部"]
    assert kinds_of(b) == ["founded", "renamed", "renamed"]


def test_an_adjustment_is_sparse_and_dated(world):
    a = world.branch_a
    adjust_organization(
        by=world.staff, organization=a, on=MARCH, reason=REASON, has_committee=False, unit_name="清源村委会"
    )
    changed = fresh(a)
    assert (changed.has_committee, changed.formation, changed.unit_name) == (False, "sole", "清源村委会")
    row = a.changes.get(kind="adjusted")
    assert (row.name, row.formation, row.has_committee, row.parent) == ("", "", False, None)
    assert organizations_on(MARCH - DAY, [a.pk])[a.pk].has_committee is True
    assert refused(adjust_organization, organization=a, on=MARCH, unit_name="清源村委会") == (
        "没有任何改动，请至少改一项。"
    )


def test_a_move_takes_the_subtree_and_the_committee_loses_sight_of_it(world):
    general_x = make.organization("general_branch", parent=world.committee_x, name="东湖村党总支")
    root = make.user("both", display_name="两镇")
    make.grant(root, "committee_staff", world.committee)
    make.grant(root, "committee_staff", world.committee_x)
    assert Member.objects.visible_to(world.staff).filter(branch=world.branch_a).count() == 10
    before = BranchYear.objects.count()
    move_organization(by=root, organization=world.branch_a, parent=general_x, on=APRIL, reason=REASON)
    moved, cell = fresh(world.branch_a), fresh(world.cell_a1)
    assert moved.path.startswith(fresh(general_x).path) and cell.path.startswith(moved.path)
    assert (fresh(world.general_branch).numchild, fresh(general_x).numchild) == (1, 1)
    staff, staff_x = User.objects.get(pk=world.staff.pk), User.objects.get(pk=world.staff_x.pk)
    assert Member.objects.visible_to(staff).filter(branch=moved).count() == 0
    assert Member.objects.visible_to(staff_x).filter(branch=moved).count() == 10
    parents = [organizations_on(day)[moved.pk].parent_id for day in (APRIL - DAY, APRIL)]
    assert parents == [world.general_branch.pk, general_x.pk]
    assert BranchYear.objects.count() == before


def test_a_move_entered_late_leaves_a_later_one_in_place(world):
    b, other = world.branch_b, make.organization("general_branch", parent=world.committee, name="第三党总支")
    move_organization(by=world.staff, organization=b, parent=world.committee, on=MAY, reason=REASON)
    move_organization(by=world.staff, organization=b, parent=other, on=MARCH, reason=REASON)
    assert fresh(b).path.startswith(world.committee.path) and fresh(b).depth == 2
    parents = [organizations_on(day)[b.pk].parent_id for day in (MARCH - DAY, MARCH, MAY)]
    assert parents == [world.general_branch.pk, other.pk, world.committee.pk]


def test_what_may_not_be_moved(world):
    inner = make.organization("committee", parent=world.committee, name="内设党委")
    assert refused(move_organization, organization=world.committee, parent=inner, on=MARCH) == (
        "不能把党组织调整到它自己或它的下级之下。"
    )
    assert refused(move_organization, organization=world.branch_a, parent=world.branch_b, on=MARCH) == (
        "党支部之下不能设党支部。"
    )
    assert refused(move_organization, organization=world.cell_a1, parent=world.branch_b, on=MARCH) == (
        "党小组不能改到别的党支部，请在新的党支部另设党小组。"
    )
    future = datetime.date(2999, 1, 1)
    assert refused(move_organization, organization=world.branch_a, parent=world.committee, on=future) == (
        "日期不能晚于今天，请到生效当天再办理。"
    )
    assert refused(
        move_organization, organization=world.branch_a, parent=world.committee, on=MARCH, reason="调"
    ) == ("请写明原因，至少 4 个字。")


def test_nobody_uproots_the_root_of_the_own_grant(world):
    staff = world.staff
    message = "您没有办理这个党组织变动的权限，请由上级党组织办理。"
    inner = make.organization("committee", parent=world.committee, name="内设党委")
    local = make.user("local", display_name="内设党委干事")
    make.grant(local, "committee_staff", inner)
    assert refused(abolish_organization, by=local, organization=inner, on=MARCH) == message
    assert refused(move_organization, by=local, organization=inner, parent=inner, on=MARCH) == message
    assert rename_organization(by=local, organization=inner, name="内设机关党委", on=MARCH, reason=REASON)
    assert (
        refused(move_organization, by=staff, organization=world.branch_a, parent=world.committee_x, on=MARCH)
        == message
    )
    assert refused(
        rename_organization, by=world.secretary_a, organization=world.branch_a, name="甲支部", on=MARCH
    )


def test_the_branchs_officers_keep_its_cells(world):
    branch = world.branch_a
    made = create_organization(
        by=world.officer_a,
        parent=branch,
        kind="cell",
        name="第三党小组",
        code="A-3",
        founded_on=MARCH,
        reason=REASON,
    )
    rename_organization(by=world.secretary_a, organization=made, name="青年党小组", on=APRIL, reason=REASON)
    abolish_organization(by=world.secretary_a, organization=made, on=MAY, reason=REASON)
    assert (fresh(made).name, fresh(made).abolished_on) == ("青年党小组", MAY)
    arguments = {"parent": branch, "kind": "cell", "name": "第四党小组", "code": "A-4", "founded_on": MARCH}
    for outsider in (world.cell_leader_a, world.member_a, world.secretary_b):
        assert refused(create_organization, by=outsider, **arguments).startswith("您没有办理")


def test_a_merger_moves_everybody_once_and_abolishes_the_branch(world):
    a, d = world.branch_a, world.branch_d
    people = list(Member.objects.filter(branch=a).values_list("pk", flat=True))
    merge_branches(by=world.staff, source=a, target=d, on=APRIL, reason=REASON)
    for pk in people:
        stays = list(
            Affiliation.objects.filter(member=pk)
            .order_by("period")
            .values_list("branch_id", "period", "gain", "loss")
        )
        assert [(branch, gain, loss) for branch, _, gain, loss in stays] == [
            (a.pk, "initial", "whole_unit"), (d.pk, "whole_unit", ""),
        ]  # fmt: skip
        assert (stays[0][1].upper, stays[1][1].lower, stays[1][1].upper) == (APRIL, APRIL, None)
    assert {Member.objects.get(pk=pk).branch_id for pk in people} == {d.pk}
    gone = fresh(a)
    assert (gone.abolished_on, fresh(world.cell_a1).abolished_on) == (APRIL, APRIL)
    assert not PostTenure.objects.filter(organization__path__startswith=a.path).on(APRIL).exists()
    assert kinds_of(a) == ["founded", "merged", "abolished"]
    assert [(row.kind, row.other_id) for row in d.changes.order_by("pk")] == [
        ("founded", None),
        ("merged", a.pk),
    ]
    assert a.pk in organizations_on(APRIL - DAY) and a.pk not in organizations_on(APRIL)


def test_a_merger_is_refused_when_the_past_would_say_two_things(world):
    late = make.member(world.branch_b, since=APRIL)
    arguments = {"source": world.branch_b, "target": world.branch_a}
    message = refused(merge_branches, on=MARCH, **arguments)
    assert message == "2026-03-10 及以后该党组织已有 1 条组织关系变动，合并日期应在这些变动之后。"
    assert late.name not in message
    AffiliationTransfer.objects.create(
        member=late, from_branch=world.branch_b, to_branch=world.branch_d, requested_on=MAY
    )
    assert refused(merge_branches, on=MAY, **arguments) == "尚有未办结的组织关系转接 1 件，请先办结再合并。"
    assert refused(merge_branches, on=MAY, source=world.branch_a, target=world.branch_a) == (
        "不能与自己合并，请选择另一个党支部。"
    )


def test_a_split_founds_a_branch_with_the_chosen_people_and_cells(world):
    a, single = world.branch_a, world.members_a[7]
    created = split_branch(
        by=world.staff, branch=a, on=APRIL, reason=REASON, name="清源村第三党支部", code="Q-3",
        members=[single], cells=[world.cell_a1],
    )  # fmt: skip
    new_cell = PartyOrganization.objects.get(kind="cell", path__startswith=created.path)
    assert (new_cell.name, new_cell.founded_on, fresh(world.cell_a1).abolished_on) == (
        "第一党小组",
        APRIL,
        APRIL,
    )
    went = set(Member.objects.filter(branch=created).values_list("name", "cell__name"))
    in_cell = {(member.name, "第一党小组") for member in world.members_a[:5]}
    assert went == in_cell | {(single.name, None)}
    assert Member.objects.filter(branch=a).count() == 4
    assert kinds_of(created) == ["founded", "split"] and kinds_of(a) == ["founded", "split"]
    assert a.changes.get(kind="split").other == created
    assert fresh(created).path.startswith(world.general_branch.path)
    everybody = list(Member.objects.filter(branch=a))
    assert refused(split_branch, branch=a, on=MAY, name="空", code="Q-4", members=everybody).startswith(
        "不能把全部"
    )
    assert refused(split_branch, branch=a, on=MAY, name="空", code="Q-4", members=[]).startswith("请选择转入")


def test_abolishing_names_what_still_hangs_there(world):
    assert refused(abolish_organization, organization=world.branch_a, on=MAY) == (
        "还不能撤销：该党组织尚有党员 10 人、下级党组织 2 个，请先办理完毕。"
    )
    empty = make.organization(parent=world.committee, name="空支部")
    assert (
        abolish_organization(by=world.staff, organization=empty, on=MARCH, reason=REASON).abolished_on
        == MARCH
    )
    assert refused(rename_organization, organization=empty, name="改名", on=APRIL) == (
        "该党组织已于 2026-03-10 撤销，更名日期应在此之前。"
    )
    restore_organization(by=world.staff, organization=fresh(empty), on=MAY, reason=REASON)
    there = [empty.pk in organizations_on(day) for day in (MARCH - DAY, MARCH, MAY - DAY, MAY)]
    assert there == [True, False, False, True]
    assert fresh(empty).abolished_on is None
    assert refused(abolish_organization, organization=empty, on=APRIL).startswith(
        "该党组织在 2026-05-10 还有变动记录"
    )
    assert refused(restore_organization, organization=empty, on=MAY) == "该党组织没有撤销，无需恢复。"


def test_the_database_keeps_every_step(world):
    rename_organization(by=world.staff, organization=world.branch_b, name="新名", on=MARCH, reason=REASON)
    row = OrganizationChange.objects.get(kind="renamed")
    assert (row.reason, row.recorded_by, row.effective_on) == (REASON, world.staff, MARCH)


_DAYS = [datetime.date(2026, month, 1) for month in range(1, 7)]
_ENTRIES = st.lists(
    st.tuples(st.sampled_from(_DAYS), st.sampled_from(["name", "parent"]), st.integers(0, 2)), max_size=8
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=_ENTRIES)
def test_any_order_of_entry_reads_as_the_days_say(world, entries):
    """Reference: of what was entered for a day or before, the latest day wins, and on one day the last entry."""
    with transaction.atomic():
        branch = make.organization(parent=world.committee, name="起初")
        parents = [
            world.committee,
            world.general_branch,
            make.organization("general_branch", parent=world.committee),
        ]
        for day, column, number in entries:
            if column == "name":
                rename_organization(by=None, organization=branch, name=f"名称{number}", on=day)
            else:
                move_organization(by=None, organization=branch, parent=parents[number], on=day, reason=REASON)

        def expected(day):
            values = {"name": "起初", "parent": world.committee.pk}
            for since, column, number in sorted(entries, key=lambda entry: entry[0]):
                if since <= day:
                    values[column] = f"名称{number}" if column == "name" else parents[number].pk
            return values["name"], values["parent"]

        for day in [_DAYS[0] - DAY, *_DAYS]:
            then = organizations_on(day, [branch.pk])[branch.pk]
            assert (then.name, then.parent_id) == expected(day)
        now = fresh(branch)
        assert (now.name, parent_of(now).pk) == expected(_DAYS[-1])
        transaction.set_rollback(True)
