"""Entering, placing, appointing: what the actions write and what they refuse."""

import datetime

import pytest
from django.db import connection, transaction

from branch_portal.dates import today_shanghai
from members.actions.affiliations import exit_member, open_affiliation, transfer_member
from members.actions.errors import ActionRefused
from members.actions.organizations import create_organization, rename_organization
from members.actions.people import (
    NewMember,
    create_member,
    create_members_bulk,
    update_member,
    update_members_bulk,
)
from members.actions.posts import appoint, end_tenure
from members.models import Affiliation, Member, OrganizationChange, PostTenure, User
from tests import factories as make

DAY = datetime.date(2026, 5, 1)


def values(**fields):
    number = fields.pop("number", 501)
    return {
        "name": "单小红",
        "id_number": make.national_id(number),
        "gender": "female",
        "ethnicity": "01",
        "birth_date": datetime.date(1985, 3, 4),
        "education": "21",
        "category": "full",
        "admitted_on": datetime.date(2010, 7, 1),
        "confirmed_on": datetime.date(2011, 7, 1),
        "job_post": "1",
        "mobile": f"13900{number:06d}",
        "landline": "",
        "home_address": "清源镇一路 1 号",
    } | fields


def periods(member):
    return [
        (row.branch_id, row.cell_id, row.period.lower, row.period.upper)
        for row in Affiliation.objects.filter(member=member).order_by("period")
    ]


def test_a_new_member_has_what_lists_need_and_an_affiliation(world):
    member = create_member(
        by=world.officer_a, branch=world.branch_a, cell=world.cell_a1, values=values(), since=DAY
    )
    member = Member.objects.get(pk=member.pk)
    assert (member.name_pinyin, member.name_initials, member.birth_year, member.mobile_tail) == (
        "shan xiao hong",
        "sxh",
        1985,
        "0501",
    )
    assert (member.id_number, member.birth_date) == (make.national_id(501), "1985-03-04")
    assert periods(member) == [(world.branch_a.pk, world.cell_a1.pk, DAY, None)]


def test_sealed_values_lie_sealed(world):
    member = create_member(by=world.officer_a, branch=world.branch_a, values=values(), since=DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number, mobile, home_address, birth_date FROM members_member WHERE id = %s",
            [member.pk],
        )
        stored = [bytes(value) for value in cursor.fetchone()]
    for value, plain in zip(
        stored, [make.national_id(501), "13900000501", "清源镇", "1985-03-04"], strict=True
    ):
        assert plain.encode() not in value
        assert len(value) > 30


def test_many_members_cost_the_same_statements_as_one(world, django_assert_num_queries):
    def rows(start, count):
        return [
            NewMember(
                values=values(number=number, name=f"王{number}"),
                since=DAY,
                tenures=[("committee_member", world.branch_b, DAY, None)],
            )
            for number in range(start, start + count)
        ]

    with django_assert_num_queries(6):
        create_members_bulk(by=None, branch=world.branch_b, rows=rows(600, 1))
    with django_assert_num_queries(6):
        create_members_bulk(by=None, branch=world.branch_b, rows=rows(610, 30))
    assert PostTenure.objects.filter(post="committee_member").count() == 31


def test_a_change_counts_the_version_and_a_stale_one_is_refused(world):
    member = world.members_a[3]
    update_member(
        by=world.officer_a, member=member, version=1, values={"name": "曾秀兰", "mobile": "13811112222"}
    )
    saved = Member.objects.get(pk=member.pk)
    assert (saved.name, saved.name_pinyin, saved.mobile, saved.mobile_tail, saved.version) == (
        "曾秀兰",
        "zeng xiu lan",
        "13811112222",
        "2222",
        2,
    )
    with pytest.raises(ActionRefused, match="刚被他人修改"):
        update_member(by=world.officer_a, member=member, version=1, values={"name": "曾"})
    with pytest.raises(TypeError):
        update_member(by=world.officer_a, member=member, version=2, values={"branch": world.branch_b})


def test_changing_many_keeps_what_is_not_changed(world):
    members = list(
        Member.objects.filter(pk__in=[world.members_a[4].pk, world.members_a[5].pk]).order_by("pk")
    )
    before = [member.id_number for member in members]
    changes = [(member, {"home_address": f"新址 {number}"}) for number, member in enumerate(members)]
    assert update_members_bulk(by=world.officer_a, changes=changes) == 2
    saved = list(Member.objects.filter(pk__in=[member.pk for member in members]).order_by("pk"))
    assert [member.home_address for member in saved] == ["新址 0", "新址 1"]
    assert [member.id_number for member in saved] == before
    assert [member.version for member in saved] == [2, 2]


def test_the_same_number_twice_is_refused_by_the_database(world):
    create_member(by=None, branch=world.branch_a, values=values(), since=DAY)
    with pytest.raises(ActionRefused, match="该公民身份号码已在本系统登记，需上级核实"):
        create_member(by=None, branch=world.branch_b, values=values(), since=DAY)


def test_a_transfer_closes_one_and_opens_the_next(world):
    secretary = world.members_a[0]
    transfer_member(by=None, member=secretary, branch=world.branch_b, on=DAY, reason="工作调动")
    assert periods(secretary) == [
        (world.branch_a.pk, world.cell_a1.pk, make.LONG_AGO, DAY),
        (world.branch_b.pk, None, DAY, None),
    ]
    saved = Member.objects.get(pk=secretary.pk)
    assert (saved.branch_id, saved.cell_id) == (world.branch_b.pk, None)
    assert PostTenure.objects.get(member=secretary).period.upper == DAY
    user = User.objects.get(username="secretary_a")
    assert not user.access.may("edit_roster", world.branch_a)


def test_changing_the_cell_ends_the_post_in_the_old_one_only(world):
    leader = world.members_a[2]
    make.tenure(leader, "committee_member")
    transfer_member(by=world.officer_a, member=leader, branch=world.branch_a, cell=world.cell_a2, on=DAY)
    assert {tenure.post: tenure.period.upper for tenure in PostTenure.objects.filter(member=leader)} == {
        "cell_leader": DAY,
        "committee_member": None,
    }
    with pytest.raises(ActionRefused, match="无需调整"), transaction.atomic():
        transfer_member(
            by=world.officer_a,
            member=leader,
            branch=world.branch_a,
            cell=world.cell_a2,
            on=DAY + datetime.timedelta(1),
        )


def test_a_transfer_before_the_last_one_is_refused(world):
    with pytest.raises(ActionRefused, match="应晚于现组织关系的起始日期 2015-01-01"):
        transfer_member(by=None, member=world.members_a[5], branch=world.branch_b, on=make.LONG_AGO)
    with pytest.raises(ActionRefused, match="不属于该党支部"):
        transfer_member(by=None, member=world.members_a[5], branch=world.branch_b, cell=world.cell_a1, on=DAY)


def test_nobody_is_moved_on_a_day_to_come(world):
    person, soon = world.members_a[5], today_shanghai() + datetime.timedelta(days=1)
    with pytest.raises(ActionRefused):
        transfer_member(by=None, member=person, branch=world.branch_b, on=soon)
    with pytest.raises(ActionRefused):
        exit_member(by=None, member=person, on=soon, standing="transferred_out", reason="工作调动")
    person.refresh_from_db()
    assert (person.branch, person.standing) == (world.branch_a, "normal")
    assert Affiliation.objects.open().filter(member=person).count() == 1


def test_an_exit_keeps_the_person_and_a_return_opens_anew(world):
    member = world.members_a[6]
    with pytest.raises(ActionRefused, match="写明减少的原因"):
        exit_member(by=world.officer_a, member=member, on=DAY, standing="transferred_out", reason=" ")
    exit_member(by=world.officer_a, member=member, on=DAY, standing="transferred_out", reason="转往外省")
    saved = Member.objects.get(pk=member.pk)
    assert (saved.branch_id, saved.standing) == (None, "transferred_out")
    with pytest.raises(ActionRefused, match="没有正在生效"):
        exit_member(
            by=world.officer_a, member=member, on=DAY, standing="exited", exit_type="5", reason="退党除名"
        )
    with pytest.raises(ActionRefused, match="接收日期应在转出日期当天或之后"):
        open_affiliation(
            by=None,
            member=member,
            branch=world.branch_b,
            since=DAY - datetime.timedelta(1),
            gain="transferred_in",
        )
    open_affiliation(by=None, member=member, branch=world.branch_b, since=DAY, gain="transferred_in")
    assert periods(member) == [
        (world.branch_a.pk, world.cell_a2.pk, make.LONG_AGO, DAY),
        (world.branch_b.pk, None, DAY, None),
    ]
    saved.refresh_from_db()
    assert (saved.branch_id, saved.standing) == (world.branch_b.pk, "normal")
    with pytest.raises(ActionRefused, match="仍在原党支部"):
        open_affiliation(by=None, member=member, branch=world.branch_a, since=DAY, gain="transferred_in")


def test_appointing_and_ending(world):
    member = world.members_a[5]
    tenure = appoint(
        by=world.secretary_a, member=member, organization=world.branch_a, post="discipline", since=DAY
    )
    with pytest.raises(ActionRefused, match="已任此职务"):
        appoint(by=None, member=member, organization=world.branch_a, post="discipline", since=DAY)
    with pytest.raises(ActionRefused, match="已有现任书记"):
        appoint(by=None, member=member, organization=world.branch_a, post="secretary", since=DAY)
    with pytest.raises(ActionRefused, match="不在这个党支部"):
        appoint(by=None, member=member, organization=world.branch_b, post="secretary", since=DAY)
    with pytest.raises(ActionRefused, match="党小组组长任职于党小组"):
        appoint(by=None, member=member, organization=world.branch_a, post="cell_leader", since=DAY)
    with pytest.raises(ActionRefused, match="应晚于任职日期 2026-05-01"):
        end_tenure(by=None, tenure=tenure, on=DAY)
    ended = end_tenure(by=None, tenure=tenure, on=DAY + datetime.timedelta(30))
    assert ended.period.upper == DAY + datetime.timedelta(30)
    with pytest.raises(ActionRefused, match="已于 2026-05-31 结束"):
        end_tenure(by=None, tenure=tenure, on=DAY + datetime.timedelta(60))


def test_founding_and_renaming_leave_dated_history(world):
    branch = create_organization(
        by=None,
        parent=world.general_branch,
        kind="branch",
        name="清源村第三党支部",
        code="NEW-1",
        founded_on=DAY,
    )
    assert branch.path.startswith(world.general_branch.path)
    rename_organization(
        by=None, organization=branch, name="清源村新区党支部", on=DAY + datetime.timedelta(9), reason="并村"
    )
    assert list(
        OrganizationChange.objects.filter(organization=branch)
        .order_by("effective_on")
        .values_list("kind", "name", "parent_id", "reason")
    ) == [
        ("founded", "清源村第三党支部", world.general_branch.pk, ""),
        ("renamed", "清源村新区党支部", None, "并村"),
    ]
    with pytest.raises(ActionRefused, match="党总支之下不能设党小组"):
        create_organization(
            by=None, parent=world.general_branch, kind="cell", name="x", code="NEW-2", founded_on=DAY
        )
