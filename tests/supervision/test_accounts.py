"""账号 in the back office: the committee's own subtree and nothing else; who may act on whom; slips that are shown once."""

import datetime
import io
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from members.actions.account_links import MOST_AT_ONCE, make_link, open_accounts
from members.actions.sign_in import MAX_TRIES
from members.models import AccountLink, PersonalDataAccess, RoleGrant, SecurityEvent, User
from tests import factories as make
from tests.members.doors import PASSWORD, QUICK, phone_of, signed_in_as

LIST = "/admin/accounts/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


def names_of(client, **asked) -> set[str]:
    return {user.username for user in client.get(LIST, asked).context["page"].rows}


def work(user, what: str = "link") -> str:
    return (
        reverse("supervision:account-work", args=[user.uid, what])
        if what != "link"
        else (reverse("supervision:account-link", args=[user.uid]))
    )


def press(**fields) -> dict:
    return {"submission_key": str(uuid.uuid4()), **fields}


# --- Whose accounts are seen ---

HERE = {
    "secretary_a", "officer_a", "cell_leader_a", "member_a", "secretary_b", "member_b", "secretary_d", "staff",
}  # fmt: skip


def test_a_committee_sees_its_subtree_s_accounts(world, staff, as_user):
    assert names_of(staff) == HERE
    assert names_of(as_user(world.staff_x)) == {"staff_x", "secretary_x"}
    assert names_of(as_user(world.superuser)) == HERE | {"staff_x", "secretary_x", "superuser"}


def test_the_filter_narrows_and_never_widens(world, staff):
    assert names_of(staff, organization=world.branch_b.uid) == {"secretary_b", "member_b"}
    assert names_of(staff, organization=world.branch_x.uid) == HERE
    assert names_of(staff, role="secretary") == {"secretary_a", "secretary_b", "secretary_d"}
    assert names_of(staff, role="committee_staff") == {"staff"}
    assert names_of(staff, q="外部书记") == {"secretary_b", "secretary_d"}
    assert names_of(staff, q="secretary_x") == set()


def test_states_that_somebody_should_look_at(world, staff, as_user):
    long_ago = timezone.now() - datetime.timedelta(days=91)
    User.objects.filter(pk=world.member_a.pk).update(last_login=long_ago)
    User.objects.filter(pk=world.secretary_b.pk).update(last_login=None, date_joined=long_ago)
    User.objects.exclude(pk__in=[world.member_a.pk, world.secretary_b.pk]).update(last_login=timezone.now())
    User.objects.filter(pk=world.officer_a.pk).update(is_active=False)
    (slip,) = open_accounts(by=world.staff, members=[world.members_a[5]])
    AccountLink.objects.update(created_at=long_ago, expires_at=long_ago + datetime.timedelta(days=7))
    client = Client()
    for _ in range(MAX_TRIES):
        client.post("/accounts/login/", {"username": "secretary_d", "password": "wrong"})
    phone_of(world.superuser)
    found = {
        state: names_of(staff, state=state)
        for state in ("dormant", "never", "stale_link", "locked", "disabled", "one_step")
    }
    assert found == {
        "dormant": {"member_a", "secretary_b"},
        "never": {"secretary_b", slip.user.username},
        "stale_link": {slip.user.username},
        "locked": {"secretary_d"},
        "disabled": {"officer_a"},
        "one_step": {"staff"},
    }
    assert names_of(as_user(world.superuser), state="dormant") == {"member_a", "secretary_b"}
    page = staff.get(LIST).content.decode()
    assert all(words in page for words in ("暂停登录", "已停用", "链接过期未用", "从未登录"))


def test_the_administrator_reads_no_names(world, as_user):
    client = as_user(world.superuser)
    for path in (LIST, reverse("supervision:account", args=[world.member_a.uid])):
        page = client.get(path).content.decode()
        assert "member_a" in page
        assert world.member_a.display_name not in page and "清源村第一党支部" not in re.sub(
            r"<option.*?</option>", "", page
        )
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"{LIST}export/").content)
    ).get_sheet_by_index(0)
    assert "姓名" not in sheet.to_python()[0]
    assert names_of(client, q=world.member_a.display_name) == set()


def test_the_export_holds_the_list_and_is_written_down(world, staff):
    answer = staff.get(f"{LIST}export/", {"organization": world.branch_b.uid})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {row[1] for row in rows[1:]} == {"secretary_b", "member_b"}
    taken = PersonalDataAccess.objects.get()
    assert (taken.user_id, taken.field, taken.row_count) == (world.staff.pk, "账号列表", 2)


def test_the_list_query_count(world, staff):
    def statements(django_assert) -> int:
        staff.get(LIST)
        with django_assert() as found:
            staff.get(LIST)
        return len(found)

    few = statements(lambda: CaptureQueriesContext(connection))
    for _ in range(30):
        person = make.member(world.branch_a)
        make.tenure(person, "committee_member")
        make.grant(make.user(f"more{person.pk}", member=person), "branch_officer", world.branch_b)
    assert statements(lambda: CaptureQueriesContext(connection)) == few


def test_the_list_turns_pages_by_user_name(world, staff):
    for number in range(60):
        make.user(f"p{number:02d}", member=make.member(world.branch_a))
    first = staff.get(LIST).context["page"]
    second = staff.get(LIST, {"cursor": first.next_cursor}).context["page"]
    names = [user.username for user in (*first.rows, *second.rows)]
    assert names == sorted(names) and len(names) == len(set(names)) == 68


# --- Opening ---


def test_branches_that_lack_accounts_come_first(world, staff):
    page = staff.get(f"{LIST}open/")
    assert next((row[0].name, row[1], row[2]) for row in page.context["page"].rows) == (
        "清源村第一党支部",
        10,
        6,
    )
    assert "东湖" not in page.content.decode()
    assert page.context["without"] == 6


def test_ticked_members_get_slips_with_a_link_that_works(world, staff):
    url = f"{LIST}open/{world.branch_a.uid}/"
    page = staff.get(url)
    lines = page.context["lines"]
    assert lines[0]["member"] == world.members_a[4] and "宣传委员" in lines[0]["posts"]
    chosen = [world.members_a[4], world.members_a[5]]
    answer = staff.post(url, press(members=[str(member.uid) for member in chosen]))
    text = answer.content.decode()
    links = re.findall(r"/accounts/link/([a-z2-9-]+)/", text)
    assert len(set(links)) == 2
    for member in chosen:
        username = User.objects.get(member=member).username
        assert f"<h2>{member.name}</h2>" in text and username in text
    assert {line["username"] for line in lines} >= set(
        User.objects.filter(member__in=chosen).values_list("username", flat=True)
    )
    owner = Client()
    owner.post(f"/accounts/link/{links[0]}/", {"password1": PASSWORD, "password2": PASSWORD})
    assert signed_in_as(owner)


def test_a_second_press_prints_nothing_and_says_why(world, staff):
    url, form = f"{LIST}open/{world.branch_a.uid}/", press(members=[str(world.members_a[5].uid)])
    assert "slip-code" in staff.post(url, form).content.decode()
    again = staff.post(url, form, follow=True)
    assert "只显示一次" in again.content.decode()
    assert AccountLink.objects.count() == 1


def test_members_of_other_branches_are_no_choice(world, staff, as_user):
    url = f"{LIST}open/{world.branch_a.uid}/"
    for foreign in (make.member(world.branch_b), make.member(world.branch_x)):
        answer = staff.post(url, press(members=[str(foreign.uid)]))
        assert answer.context["form"].errors["members"]
        assert not User.objects.filter(member=foreign).exists()
    assert staff.post(url, press()).context["form"].errors["members"] == ["请至少选择一名党员。"]
    assert as_user(world.staff_x).post(url, press(members=[str(world.members_a[5].uid)])).status_code == 404
    assert as_user(world.secretary_a).get(url).status_code == 403
    assert MOST_AT_ONCE == 200


def test_a_colleague_s_account(world, staff):
    today = timezone.localdate()
    form = {
        "display_name": "周敏",
        "organization": str(world.general_branch.uid),
        "role": "committee_staff",
        "valid_from": today.isoformat(),
        "valid_to": (today + datetime.timedelta(days=100)).isoformat(),
        "reason": "新来的组织干事",
    }
    url = f"{LIST}colleagues/new/"
    late = staff.post(url, press(**form | {"valid_to": (today + datetime.timedelta(days=800)).isoformat()}))
    assert "最长一年" in late.content.decode() and 'value="周敏"' in late.content.decode()
    foreign = staff.post(url, press(**form | {"organization": str(world.committee_x.uid)}))
    assert "organization" in foreign.context["form"].errors
    again = press(**form | {"valid_to": "x"})
    staff.post(url, again)
    assert "zhoumin" in staff.post(url, again | {"valid_to": form["valid_to"]}).content.decode()
    grant = RoleGrant.objects.get(user__display_name="周敏")
    assert (grant.organization, grant.granted_by, grant.user.member) == (
        world.general_branch,
        world.staff,
        None,
    )


# --- Who may act on whom ---


def test_nobody_acts_beyond_the_own_reach(world, staff, as_user):
    """A link to set somebody's password is a way to that account: never for who has more or other rights, or oneself."""
    superior = make.user("superior", display_name="县委组织部", member=make.member(world.branch_a))
    make.grant(superior, "committee_staff", world.committee_x)
    administrator = make.user("second_admin", member=make.member(world.branch_a), is_superuser=True)
    system = make.user("system", display_name="平台管理员", platform_role="system_administrator")
    outside_post = make.user("outside_post", member=make.member(world.branch_a))
    make.tenure(outside_post.member, "secretary", world.branch_d)
    low = make.user("low", display_name="总支干事")
    make.grant(low, "committee_staff", world.general_branch)
    assert staff.post(work(system, "disable"), press(reason="试一试能不能")).status_code == 404
    for user in (superior, administrator, world.staff):
        for what in ("link", "disable"):
            assert staff.post(work(user, what), press(reason="试一试能不能")).status_code == 403, user
    colleague = as_user(low)
    for user in (world.staff, outside_post):
        assert colleague.post(work(user), press()).status_code in (403, 404), user
    assert as_user(world.staff_x).post(work(world.member_a), press()).status_code == 404
    assert not AccountLink.objects.exists()
    for user in (world.secretary_a, low, outside_post):
        assert "slip-code" in staff.post(work(user), press()).content.decode(), user
    assert (
        "这是您本人的账号"
        in staff.get(reverse("supervision:account", args=[world.staff.uid])).content.decode()
    )


@pytest.mark.parametrize("persona", ["staff", "superuser"])
def test_disable_enable_and_sign_out(world, as_user, persona):
    keeper, owner = as_user(getattr(world, persona)), as_user(world.member_a)
    assert keeper.post(work(world.member_a, "disable"), {"reason": "短"}).context["form"].errors == {
        "reason": ["请写明原因，至少 4 个字。"]
    }
    assert keeper.post(work(world.member_a, "sign-out"), {"reason": "手机丢失了"}).status_code == 302
    assert owner.get("/").status_code == 302
    assert keeper.post(work(world.member_a, "disable"), {"reason": "长期不用"}).status_code == 302
    assert "已经停用" in keeper.post(work(world.member_a, "disable"), {"reason": "长期不用"}).content.decode()
    assert keeper.post(work(world.member_a, "enable"), {"reason": "又要用了"}).status_code == 302
    assert User.objects.get(pk=world.member_a.pk).is_active
    events = (
        SecurityEvent.objects.filter(user_id=world.member_a.pk).order_by("pk").values_list("kind", "by_id")
    )
    by = getattr(world, persona).pk
    assert list(events) == [("sessions_ended", by), ("disabled", by), ("enabled", by)]
    assert keeper.get(work(world.member_a, "rubbish")).status_code == 404


def test_a_lost_phone_and_a_locked_name(world, staff):
    phone_of(world.secretary_a)
    assert (
        staff.post(work(world.secretary_a, "totp-off"), {"reason": "手机丢失，已当面核实"}).status_code == 302
    )
    client = Client()
    for _ in range(MAX_TRIES):
        client.post("/accounts/login/", {"username": "secretary_a", "password": "wrong"})
    page = staff.get(reverse("supervision:account", args=[world.secretary_a.uid])).content.decode()
    assert "解除暂停" in page and "关闭两步验证" not in page
    assert staff.post(work(world.secretary_a, "unlock"), {"reason": "本人多次输错"}).status_code == 302
    assert (
        "没有被暂停"
        in staff.post(work(world.secretary_a, "unlock"), {"reason": "本人多次输错"}).content.decode()
    )


def test_slips_of_the_administrator_carry_no_name(world, as_user):
    page = as_user(world.superuser).post(work(world.member_a), press()).content.decode()
    assert "member_a" in page and world.member_a.display_name not in page
    assert make_link(by=world.superuser, user=world.member_a).token
