"""党员名册: who sees it, its order, its search, its paper and its .xlsx."""

import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from members.models import Affiliation, PersonalDataAccess
from tests import factories as make

ROSTER = "/members/"


def names(response):
    return [line.name for line in response.context["table"].rows]


def test_the_secretary_sees_the_branch_by_post_then_pinyin(world, as_user):
    response = as_user(world.secretary_a).get(ROSTER)
    assert names(response) == [
        "安国强",  # secretary
        "白春梅",  # organization
        "方建国",  # publicity
        "陈志远",  # cell leader
        "邓秀兰",
        "高海燕",
        "何文斌",
        "金玉华",
        "李永明",
        "马晓东",
    ]
    page = response.content.decode()
    assert "党小组组长（第一党小组）" in page
    assert "*******" in page
    assert "外部党员乙" not in page


def test_staff_sees_the_subtree_and_may_narrow_it(world, as_user):
    client = as_user(world.staff)
    assert len(names(client.get(ROSTER))) == 13
    assert names(client.get(ROSTER, {"branch": str(world.branch_b.uid)})) == ["外部书记b", "外部党员乙"]
    # A branch of another committee is no choice at all: as if it had not been asked.
    assert len(names(client.get(ROSTER, {"branch": str(world.branch_x.uid)}))) == 13


def test_a_plain_member_is_led_to_the_own_card(world, as_user):
    response = as_user(world.member_a).get(ROSTER)
    assert response.url == reverse("members:card", args=[world.members_a[3].uid])


@pytest.mark.parametrize("name", ["roster", "export", "print"])
def test_the_administrator_sees_nobody(world, as_user, name):
    assert as_user(world.superuser).get(reverse(f"members:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["export", "print"])
def test_a_plain_member_takes_nothing_out(world, as_user, name):
    assert as_user(world.member_a).get(reverse(f"members:{name}")).status_code == 403


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("永明", ["李永明"]),
        ("李 永明", ["李永明"]),
        ("liyong", ["李永明"]),
        ("li yong", ["李永明"]),
        ("%", []),
        ("0000", []),
        ("12345", []),
        ("\x00", 10),
        ("外部", []),
    ],
)
def test_search(world, as_user, text, found):
    rows = names(as_user(world.secretary_a).get(ROSTER, {"q": text}))
    assert (rows if isinstance(found, list) else len(rows)) == found


def test_search_by_initials_and_by_the_mobiles_end(world, as_user):
    make.member(
        world.branch_a, "单小红", name_pinyin="shan xiao hong", name_initials="sxh", mobile_tail="8899"
    )
    client = as_user(world.secretary_a)
    assert names(client.get(ROSTER, {"q": "sxh"})) == ["单小红"]
    assert names(client.get(ROSTER, {"q": "8899"})) == ["单小红"]


def test_filter_by_category(world, as_user):
    assert names(as_user(world.secretary_a).get(ROSTER, {"category": "probationary"})) == ["马晓东"]


def test_pages_follow_each_other(world, as_user):
    for number in range(60):
        make.member(world.branch_a, f"众{number}")
    client = as_user(world.secretary_a)
    first = client.get(ROSTER)
    second = client.get(ROSTER, {"cursor": first.context["page"].next_cursor})
    assert (len(names(first)), len(names(second)), first.context["page"].total) == (50, 20, 70)
    assert not set(first.context["page"].rows) & set(second.context["page"].rows)
    back = client.get(ROSTER, {"cursor": second.context["page"].previous_cursor})
    assert names(back) == names(first)


def test_roster_query_count(world, as_user, django_assert_num_queries, django_assert_max_num_queries):
    """The same at two rows and at five. The frame around the list has its own queries, so the literal is a bound."""
    client = as_user(world.secretary_b)
    client.get(ROSTER)  # the words of codes are kept by the process
    with django_assert_max_num_queries(20) as first:
        assert len(names(client.get(ROSTER))) == 2
    for _ in range(3):
        make.tenure(make.member(world.branch_b), "committee_member")
    with django_assert_num_queries(len(first)):
        assert len(names(client.get(ROSTER))) == 5


def test_the_export_is_masked_and_recorded(world, as_user):
    client = as_user(world.officer_a)
    refused = client.post(reverse("members:export"), {"content": "full", "reason": "年报核对"})
    assert "content" in refused.context["form"].errors
    assert (
        "reason"
        in client.post(reverse("members:export"), {"content": "masked", "reason": "年"})
        .context["form"]
        .errors
    )
    response = client.post(reverse("members:export"), {"content": "masked", "reason": "年报核对"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue()))
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[0] == [
        "序号", "姓名", "性别", "民族", "出生年份", "学历", "人员类别", "党小组", "职务", "入党日期", "转正日期", "情形", "手机",
    ]  # fmt: skip
    assert [row[1] for row in sheet[1:4]] == ["安国强", "白春梅", "方建国"]
    assert all(str(row[12]).startswith("*******") for row in sheet[1:])
    assert list(
        PersonalDataAccess.objects.values_list("user_id", "action", "branch_id", "row_count", "ip", "reason")
    ) == [(world.officer_a.pk, "export", world.branch_a.pk, 10, "127.0.0.1", "年报核对")]
    about = dict(row[:2] for row in book.get_sheet_by_name("导出说明").to_python())
    assert (about["人数"], about["导出事由"], about["导出人"]) == (10, "年报核对", "白春梅（officer_a）")


def test_the_secretary_may_take_out_everything_of_the_own_branch(world, as_user):
    response = as_user(world.secretary_a).post(
        reverse("members:export"), {"content": "full", "reason": "向上级报送"}
    )
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue())).get_sheet_by_index(0).to_python()
    row = dict(zip(sheet[0], sheet[1], strict=True))
    person = world.members_a[0]
    assert row["公民身份号码"] == person.id_number
    assert row["出生日期"] == datetime.date(1970, 1, 1)
    assert row["手机号"] == person.mobile


def test_the_paper_names_the_branch_and_everybody(world, as_user):
    page = as_user(world.officer_a).get(reverse("members:print")).content.decode()
    assert "清源村第一党支部党员名册" in page
    assert page.count("<tr>") == 11
    assert "填报单位（盖章）：清源村第一党支部" in page
    assert "查看" not in page


def test_who_left_the_same_branch_twice_stands_once_among_those_who_left(world, as_user):
    gone = make.former_member(world.branch_a, "两度离开", on=datetime.date(2020, 1, 1))
    Affiliation.objects.create(
        member=gone,
        branch=world.branch_a,
        period=(datetime.date(2022, 1, 1), datetime.date(2026, 2, 3)),
        gain="transferred_in",
        loss="transferred_out",
        reason="测试",
    )
    rows = as_user(world.secretary_a).get(reverse("members:left")).context["table"].rows
    assert [(row.member.name, row.period.upper) for row in rows] == [("两度离开", datetime.date(2026, 2, 3))]
