"""How the admin's lists and pages read: filters, words, empty lists, what a row is called, actions that ask once more."""

import datetime

import pytest
from django.urls import reverse

from branch_portal.admin_filters import YearFilter
from members.models import RoleGrant, User
from tests import factories as make
from tests.access_objects import objects_of_branch_a


def get(client, name: str, query: str = "", *args) -> str:
    return client.get(reverse(f"admin:{name}", args=args) + query).content.decode()


def named(client, name: str, query: str) -> set[str]:
    rows = client.get(reverse(f"admin:{name}_changelist") + query).context["cl"].result_list
    return {row.name for row in rows}


# --- Filters ---


def test_a_subtree_narrows_to_all_below_it(world, as_user):
    client = as_user(world.staff)
    everybody = named(client, "members_member", "")
    below = named(client, "members_member", f"?org={world.general_branch.pk}")
    assert below == everybody - {"外部书记d"}
    assert named(client, "members_member", f"?org={world.branch_b.pk}") == {"外部书记b", "外部党员乙"}
    cell = named(client, "members_member", f"?org={world.cell_a2.pk}")
    assert cell == {member.name for member in world.members_a[5:]}
    tree = named(client, "members_partyorganization", f"?org={world.branch_a.pk}")
    assert tree == {"清源村第一党支部", "第一党小组", "第二党小组"}


@pytest.mark.parametrize("given", ["999999999", "x", "0", "-1", "1" * 30, "%00"])
def test_an_organisation_that_is_not_ones_own_is_an_empty_list(world, as_user, given):
    client = as_user(world.staff)
    answer = client.get(reverse("admin:members_member_changelist") + f"?org={given}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert "共 0 条" in answer.content.decode()
    assert named(client, "members_member", f"?org={world.branch_x.pk}") == set()


def test_a_long_tree_offers_its_upper_organisations_and_the_chosen_one(world, as_user):
    for number in range(205):
        make.organization(parent=world.committee, name=f"第{number:03}党支部")
    chosen = make.organization(parent=world.committee, name="最末党支部")
    page = get(as_user(world.staff), "members_member_changelist", f"?org={chosen.pk}")
    assert f'<option value="{chosen.pk}" selected>' in page and "第003党支部</option>" not in page
    assert f'<option value="{world.general_branch.pk}">' in page
    assert "field_name=branch" in page  # where a script asks for the rest


def test_one_persons_rows_by_name_and_pinyin(world, as_user):
    client = as_user(world.staff)
    url = reverse("admin:members_affiliation_changelist")
    for query in ("?q=高海", "?q=gaohai", f"?person={world.members_a[5].pk}"):
        rows = client.get(url + query).context["cl"].result_list
        assert [row.member.name for row in rows] == ["高海燕"], query


def test_a_year_is_a_span_of_days_and_needs_no_query(world, as_user):
    things = objects_of_branch_a(world)
    client = as_user(world.staff)
    url = reverse("admin:activities_activityrecord_changelist")
    inside = client.get(url + "?assessment_year__year=2026").context["cl"].result_list
    assert things["record"] in inside
    assert not client.get(url + "?assessment_year__year=2025").context["cl"].result_list
    assert client.get(url + "?assessment_year__year=abcd").context["cl"].result_count > 0
    talk = reverse("admin:activities_attendancedispute_changelist")
    assert client.get(talk + "?raised_at__year=2026").context["cl"].result_count == 1
    assert YearFilter in [
        entry[1] for entry in client.get(url).context["cl"].list_filter if isinstance(entry, tuple)
    ]


# --- Words ---


def test_an_empty_list_names_the_next_step_and_a_narrow_one_the_way_out(world, as_user):
    client = as_user(world.staff)
    page = get(client, "learning_trainingclass_changelist")
    assert "还没有集中培训班" in page and "在门户的“学习”页登记培训班。" in page
    page = get(client, "members_member_changelist", "?q=没有这个人")
    assert "没有符合条件的党员" in page and 'href="?">查看全部' in page


def test_rows_are_called_by_name_and_codes_by_words(world, as_user):
    things, client = objects_of_branch_a(world), as_user(world.staff)
    page = get(client, "members_affiliation_change", "", things["affiliation"].pk)
    assert "高海燕" in page and str(things["affiliation"].uid) not in page
    assert f'href="{reverse("admin:members_member_change", args=[things["fellow"].pk])}"' in page
    card = get(client, "members_member_change", "", things["fellow"].pk)
    assert (
        "汉族" in card
        and "在门户中打开" in card
        and reverse("members:card", args=[things["fellow"].uid]) in card
    )
    record = get(client, "activities_activityrecord_change", "", things["record"].pk)
    for word in ("主题党日", "应到", "走访困难党员", "安国强", things["record"].get_state_display()):
        assert word in record, word
    for code in (">theme_day<", ">recorded<", ">None<", "党员 "):
        assert code not in record, code


def test_a_relation_into_another_subtree_is_named_and_not_linked(world, as_user):
    """A letter names where it leads to; the way there is the other committee's."""
    letter = objects_of_branch_a(world)["letter"]
    letter.to_branch = world.branch_x
    letter.save()
    page = get(as_user(world.staff_x), "members_affiliationtransfer_change", "", letter.pk)
    assert "清源村第一党支部" in page
    assert reverse("admin:members_partyorganization_change", args=[world.branch_a.pk]) not in page
    assert reverse("admin:members_member_change", args=[letter.member_id]) not in page


def test_the_front_page_groups_lists_under_plain_headings(world, as_user):
    page = get(as_user(world.staff), "index")
    places = [
        page.index(f">{heading}<") for heading in ("组织和党员", "组织生活", "学习", "提醒", "规则和标准")
    ]
    assert places == sorted(places) and "账号和审计" not in page
    assert "账号和审计" in get(as_user(world.superuser), "index")


# --- Actions ---


def press(client, name: str, action: str, rows, **fields):
    """The answer to an action on rows; with a reason, the one after its page that asks."""
    url = reverse(f"admin:{name}_changelist")
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    page = client.post(url, data | {"index": 0})
    if not fields:
        return page
    key = str(page.context["form"]["submission_key"].value())
    return client.post(url, data | {"submission_key": key} | fields, follow=True)


def test_closing_accounts_asks_changes_and_says_what_did_not(world, as_user):
    client = as_user(world.superuser)
    page = press(client, "members_user", "close_accounts", [world.member_a, world.superuser])
    assert "停用 2 个账号" in page.content.decode() and User.objects.get(pk=world.member_a.pk).is_active
    done = press(
        client, "members_user", "close_accounts", [world.member_a, world.superuser], reason="党员转出"
    )
    text = done.content.decode()
    assert "已停用 1 条" in text and "不能停用自己的账号" in text
    assert (
        not User.objects.get(pk=world.member_a.pk).is_active
        and User.objects.get(pk=world.superuser.pk).is_active
    )
    event = User.pgh_event_model.objects.filter(pgh_obj_id=world.member_a.pk).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "停用账号：党员转出"
    assert event.pgh_context.metadata["user"] == world.superuser.pk
    press(client, "members_user", "open_accounts", [world.member_a], reason="误停恢复")
    assert User.objects.get(pk=world.member_a.pk).is_active


def test_an_action_without_a_reason_changes_nothing(world, as_user):
    client = as_user(world.superuser)
    page = press(client, "members_user", "close_accounts", [world.member_a], reason="")
    assert page.status_code == 422 and "请填写事由" in page.content.decode()
    assert User.objects.get(pk=world.member_a.pk).is_active


def test_whoever_may_not_change_is_offered_no_change(world, as_user):
    client = as_user(world.staff)
    assert (
        client.post(reverse("admin:members_user_changelist"), {"action": "close_accounts"}).status_code == 403
    )
    page = get(client, "members_member_changelist")
    assert "导出所选" in page and "delete_selected" not in page and "停用" not in page


def test_ending_grants_keeps_why_they_were_given(world, as_user):
    client = as_user(world.superuser)
    grant = world.staff.grants.get()
    later = RoleGrant.objects.create(
        user=world.member_a,
        role="branch_officer",
        organization=world.branch_a,
        valid_from=datetime.date(2099, 1, 1),
    )
    before = grant.reason
    page = press(client, "members_rolegrant", "end_today", [grant, later], reason="岗位调整").content.decode()
    grant.refresh_from_db()
    later.refresh_from_db()
    assert grant.valid_to is not None and grant.reason == before and later.valid_to is None
    assert "已结束 1 条" in page and "尚未生效" in page
