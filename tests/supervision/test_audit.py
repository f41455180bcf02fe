"""修改记录: what was changed, by whom and why; nobody reads of another subtree, and sealed items stay sealed."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from branch_portal.database import set_context
from members.actions.audit import note_reason, record_access
from members.models import Affiliation, Member, PersonalDataAccess, SecurityEvent
from supervision.queries.audit import acts_page, changes_page, time_line
from supervision.queries.audit_fields import OUTSIDE, SEALED
from supervision.queries.audit_models import PRIVATE, by_key, by_model, tracked_models
from tests import factories as make

EMPLOYER = str(Member._meta.get_field("employer").verbose_name)


def act(user, change, reason: str = "") -> None:
    """One request of the user that makes a change."""
    set_context(user=user, url="/x/", ip="10.1.2.3")
    if reason:
        note_reason(reason)
    change()
    set_context()


def rename(member: Member, employer: str):
    return lambda: Member.objects.filter(pk=member.pk).update(employer=employer)


@pytest.fixture
def changed(world):
    """The secretary of A changed two members of A, the one of X one of X."""
    one, two = world.members_a[5], world.members_a[6]
    foreign = make.member(world.branch_x, "东湖某人")
    act(world.secretary_a, rename(one, "清源粮站"), "单位改制")
    act(world.secretary_a, rename(two, "清源供销社"))
    act(world.secretary_x, rename(foreign, "东湖水厂"), "调动")
    return one, two, foreign


def fields(told) -> dict[str, tuple[str, str]]:
    return {change.label: (change.before, change.after) for change in told.changes}


def test_an_act_says_who_what_from_what_to_what_and_why(world, changed):
    _, acts = acts_page(user=world.staff, cursor=None)
    assert {found.who for found in acts} == {world.secretary_a.display_name}
    (older,) = [found for found in acts if found.reason == "单位改制"]
    (told,) = older.told
    assert (told.action, told.name) == ("修改", changed[0].name)
    before = Member.objects.get(pk=changed[0].pk)
    assert fields(told)[EMPLOYER][1] == before.employer == "清源粮站"
    assert older.ip == ""


def test_acts_of_another_committee_are_not_there(world, changed):
    _, ours = acts_page(user=world.staff, cursor=None)
    _, theirs = acts_page(user=world.staff_x, cursor=None)
    assert {found.who for found in ours} == {world.secretary_a.display_name}
    assert {found.who for found in theirs} == {world.secretary_x.display_name}
    assert acts_page(user=world.secretary_a, cursor=None)[1] == []


def test_the_administrator_reads_that_something_changed_and_where_from_but_not_whose(world, changed, as_user):
    _, acts = acts_page(user=world.superuser, cursor=None)
    assert len(acts) == 3 and "系统" not in {found.who for found in acts}
    assert all(found.others and not found.told and found.ip == "10.1.2.3" for found in acts)
    page = as_user(world.superuser).get(reverse("supervision:audit")).content.decode()
    assert "清源粮站" not in page and changed[0].name not in page


def test_filters_find_by_person_reason_and_day(world, changed):
    assert [found.reason for found in acts_page(user=world.staff, cursor=None, reason="改制")[1]] == [
        "单位改制"
    ]
    assert acts_page(user=world.staff, cursor=None, who=world.secretary_x.display_name)[1] == []
    later = make.LONG_AGO
    assert acts_page(user=world.staff, cursor=None, last=later)[1] == []


def test_changes_of_a_kind_whoever_made_them(world, changed):
    act(world.staff, rename(changed[0], "镇政府"), "核对")
    tracked = by_model(Member)
    _, found = changes_page(user=world.staff, tracked=tracked, cursor=None, label="update")
    assert [(told.name, behind.who, behind.reason) for told, behind in found] == [
        (changed[0].name, "镇党委组织委员", "核对"),
        (changed[1].name, world.secretary_a.display_name, ""),
        (changed[0].name, world.secretary_a.display_name, "单位改制"),
    ]
    assert fields(found[0][0])[EMPLOYER] == ("清源粮站", "镇政府")
    _, below = changes_page(
        user=world.staff, tracked=tracked, cursor=None, root=world.branch_b, label="update"
    )
    assert below == []
    _, foreign = changes_page(user=world.staff_x, tracked=tracked, cursor=None, label="update")
    assert [told.name for told, _ in foreign] == ["东湖某人"]


def test_a_time_line_has_the_thing_and_its_parts(world, changed):
    act(world.secretary_a, lambda: make.tenure(changed[0], "youth"), "分工调整")
    acts, cut = time_line(user=world.staff, row=changed[0])
    assert not cut
    by_reason = {found.reason: [told.tracked.label for told in found.told] for found in acts}
    assert by_reason["分工调整"] == ["members.PostTenure"]
    assert by_reason["单位改制"] == ["members.Member"]
    assert "members.Affiliation" in {told.tracked.label for found in acts for told in found.told}


def test_sealed_items_say_only_that_they_changed(world, as_user):
    member = world.members_a[5]
    secret = "13912345678"

    def change():
        member.mobile = secret
        member.save()

    act(world.secretary_a, change)
    url = reverse("supervision:audit-thing", args=["members-member", member.uid])
    page = as_user(world.staff).get(url).content.decode()
    assert secret not in page and SEALED in page
    assert secret[-4:] not in page.replace(str(member.uid), "") or "手机尾号" not in page


def test_names_of_outsiders_are_not_told(world):
    """A member who came from another committee: the branch he left is beyond the reader."""
    member = make.member(world.branch_x, "转来的人")
    Affiliation.objects.filter(member=member).update(branch=world.branch_a)
    Member.objects.filter(pk=member.pk).update(branch=world.branch_a)
    acts, _ = time_line(user=world.staff, row=Member.objects.get(pk=member.pk))
    said = [value for found in acts for told in found.told for change in told.changes for value in (change.before, change.after)]  # fmt: skip
    assert OUTSIDE in said and world.branch_x.name not in said


def test_reveals_and_exports_of_the_subtree_alone(world, as_user):
    for branch, reason in ((world.branch_a, "填报核对"), (world.branch_x, "东湖核对")):
        record_access(
            by=world.secretary_a, action="reveal", field="公民身份号码", reason=reason, branch_id=branch.pk
        )
    pages = {
        name: as_user(user).get(reverse("supervision:audit-access")).content.decode()
        for name, user in (("staff", world.staff), ("staff_x", world.staff_x), ("superuser", world.superuser))
    }
    assert "填报核对" in pages["staff"] and "东湖核对" not in pages["staff"]
    assert "东湖核对" in pages["staff_x"] and "填报核对" not in pages["staff_x"]
    assert "填报核对" in pages["superuser"] and "东湖核对" in pages["superuser"]
    file = as_user(world.staff_x).get(reverse("supervision:audit-access-export"))
    assert file.status_code == 200 and "填报核对".encode() not in file.content


def test_whom_the_listed_looks_concerned(world, as_user):
    """The list that a leak calls for, with the filter of the list above it; what is sealed stays sealed."""
    seen, other = world.members_a[2], world.secretary_b.member
    record_access(
        by=world.secretary_a, action="reveal", field="手机号", reason="核对", member_uid=seen.uid, branch_id=seen.branch_id
    )  # fmt: skip
    url = reverse("supervision:audit-affected")
    listed = (
        as_user(world.staff).get(reverse("supervision:audit-access"), {"action": "reveal"}).content.decode()
    )
    assert f"{url}?action=reveal" in listed
    page = as_user(world.staff).get(url, {"action": "reveal"}).content.decode()
    assert seen.name in page and seen.mobile not in page and other.name not in page
    assert seen.name not in as_user(world.staff).get(url, {"who": "没有此人"}).content.decode()
    assert seen.name not in as_user(world.staff_x).get(url).content.decode()
    assert url not in as_user(world.superuser).get(reverse("supervision:audit-access")).content.decode()
    book = as_user(world.staff).get(reverse("supervision:audit-affected-export"), {"action": "reveal"})
    [row] = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()[1:]
    assert seen.name in row and str(seen.branch) in row
    taken = PersonalDataAccess.objects.unscoped("the test looks at all").latest("pk")
    assert (taken.field, taken.row_count, taken.branch_id) == (
        "涉及的党员（姓名、党支部）",
        1,
        world.committee.pk,
    )


def test_thirty_acts_cost_what_one_costs(world, changed):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            acts_page(user=type(world.staff).objects.get(pk=world.staff.pk), cursor=None)
        return len(counted)

    few = queries()
    for number in range(25):
        act(world.secretary_a, rename(world.members_a[number % 10], f"单位{number}"))
    assert queries() == few


@pytest.mark.parametrize("tracked", tracked_models(), ids=lambda tracked: tracked.label)
def test_every_tracked_model_is_read_through_a_door_or_by_nobody(world, tracked):
    """Staff of the other committee and whoever has no part in the audit read no event of branch A's world."""
    mine = set(tracked.events(world.staff).values_list("pgh_id", flat=True))
    theirs = set(tracked.events(world.staff_x).values_list("pgh_id", flat=True))
    shared = tracked.label in {one.label for one in tracked_models() if one.group == "规则和代码"}
    assert shared or not mine & theirs
    assert not tracked.scoped or not tracked.events(world.secretary_a).exists() or shared
    if tracked.label in PRIVATE:
        assert not mine
    assert by_key()[tracked.key] is tracked


def test_acts_are_read_by_an_index(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'pghistory_context'")
        assert {"pghistory_context_recent", "pghistory_context_actor"} <= {
            row[0] for row in cursor.fetchall()
        }


def test_the_pages_speak_and_show(world, changed, as_user):
    client = as_user(world.staff)
    for name, words in (
        ("supervision:audit", "单位改制"),
        ("supervision:audit-changes", "什么被改过"),
        ("supervision:audit-access", "没有符合条件的查看或导出"),
    ):
        page = client.get(reverse(name)).content.decode()
        assert words in page
    listed = client.get(reverse("supervision:audit-changes"), {"kind": "members-member", "label": "update"})
    assert "清源粮站" in listed.content.decode() and "东湖水厂" not in listed.content.decode()


def test_the_time_line_stands_on_the_card_for_the_committee_only(world, changed, as_user):
    card = reverse("members:card", args=[changed[0].uid])
    assert "清源粮站" in as_user(world.staff).get(card, {"tab": "history"}).content.decode()
    assert "单位改制" not in as_user(world.secretary_a).get(card, {"tab": "history"}).content.decode()


def test_the_admins_history_is_the_audit(world, changed, as_user):
    url = reverse("admin:members_member_history", args=[changed[0].pk])
    page = as_user(world.staff).get(url).content.decode()
    assert "清源粮站" in page and "单位改制" in page
    assert as_user(world.staff_x).get(url).status_code == 404


def test_what_happened_to_accounts_of_the_subtree_alone(world, as_user):
    for persona in ("secretary_a", "secretary_x"):
        user = world.users[persona]
        SecurityEvent.objects.create(
            at=timezone.now(), kind="sign_in", user_id=user.pk, user_label=user.username, ip="10.1.2.3"
        )
    pages = {
        name: as_user(world.users[name]).get(reverse("supervision:audit-security")).content.decode()
        for name in ("staff", "staff_x", "superuser")
    }
    assert "secretary_a" in pages["staff"] and "secretary_x" not in pages["staff"]
    assert "10.1.2.3" not in pages["staff"]
    assert "secretary_x" in pages["staff_x"] and "secretary_a" not in pages["staff_x"]
    assert "secretary_a" in pages["superuser"] and "10.1.2.3" in pages["superuser"]


def test_a_filter_answers_no_question_about_what_is_hidden(world, changed):
    """Two worlds that differ only in what the asker may not read: every answer is the same, its pages' ends included."""
    lower = make.user("lower", display_name="总支干事", member=make.member(world.branch_x, "东湖某干部"))
    make.grant(lower, "committee_staff", world.general_branch)
    make.grant(lower, "committee_staff", world.committee_x)
    foreign = make.member(world.branch_x, "东湖另一人")
    act(lower, rename(foreign, "某厂"), "东湖另一人重病住院")

    def answers(**asked):
        page, found = acts_page(user=world.staff, cursor=None, **asked)
        return page.total, page.next_cursor, [(one.who, one.reason, one.counted) for one in found]

    for words in ("重病", "东湖", "另一人"):
        assert answers(reason=words)[::2] == answers(reason="没有这样的事由")[::2] == (0, [])
        assert answers(reason=words)[1] == answers(reason="没有这样的事由")[1]
    for who in ("总支干事", "lower"):
        assert answers(who=who) == answers(who="没有这个人"), "a name that the list does not say"
    assert [one for one in acts_page(user=world.staff, cursor=None)[1] if one.who == "其他党组织的人员"]
    _, (found,) = acts_page(user=world.staff, cursor=None, reason="改制")
    assert found.reason == "单位改制", "what is shown is found"
    administrator = acts_page(user=world.superuser, cursor=None, reason="改制")[1]
    assert administrator == [], "who reads no content finds nothing by it"
    assert acts_page(user=world.superuser, cursor=None, who=world.secretary_a.display_name)[1] == []
