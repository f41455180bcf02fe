"""党员卡片: who sees it, what is masked, and opening one item at a time."""

import datetime

import pytest
from django.urls import reverse

from members.models import Member, PersonalDataAccess, PostTenure
from members.rules.national_id import compose
from tests import factories as make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def somebody(world):
    """A member of branch A with every sealed item."""
    return make.member(
        world.branch_a,
        "单小红",
        cell=world.cell_a1,
        id_number=compose("110101", datetime.date(1980, 5, 6), 12),
        birth_date="1980-05-06",
        mobile="13800001234",
        mobile_tail="1234",
        landline="0571-87654321",
        home_address="浙江省杭州市清源镇一路 1 号",
    )


SECRETS = ("198005060", "13800001234", "87654321", "清源镇一路", "5月6日", "05-06")


def card(member):
    return reverse("members:card", args=[member.uid])


def reveal(member, field="mobile"):
    return reverse("members:reveal", args=[member.uid, field])


def test_the_card_shows_the_sixteen_items_in_order_and_masks_five(somebody, world, as_user):
    response = as_user(world.secretary_a).get(card(somebody))
    assert [fact.label for fact in response.context["facts"]] == [
        "姓名", "公民身份号码", "性别", "民族", "出生日期", "学历", "人员类别", "所在党支部", "入党日期", "转为正式党员日期",
        "工作岗位", "手机号", "固定电话", "家庭住址", "党籍状态", "是否失联党员", "是否流动党员",
    ]  # fmt: skip
    page = response.content.decode()
    for shown in (
        "110***********012X"[:3],
        "138****1234",
        "1980年**月**日",
        "0571-******21",
        "浙江省杭州市***",
    ):
        assert shown in page
    for secret in SECRETS:
        assert secret not in page


@pytest.mark.parametrize("persona", ["secretary_a", "officer_a", "cell_leader_a", "staff"])
def test_colleagues_and_staff_see_the_masked_card(somebody, world, as_user, persona):
    page = as_user(getattr(world, persona)).get(card(somebody)).content.decode()
    assert "138****1234" in page
    assert "13800001234" not in page


@pytest.mark.parametrize("persona", ["member_a", "secretary_b", "secretary_x", "staff_x", "superuser"])
def test_outsiders_find_nothing(somebody, world, as_user, persona):
    client = as_user(getattr(world, persona))
    missing = client.get("/members/00000000-0000-4000-8000-000000000000/")
    for url in (card(somebody), reveal(somebody)):
        assert client.get(url).status_code == 404
    assert missing.status_code == 404
    assert client.post(reveal(somebody), {"reason": "办理介绍信"}).status_code == 404


@pytest.mark.parametrize("persona", ["officer_a", "cell_leader_a", "staff"])
def test_whoever_sees_but_may_not_open_is_forbidden(somebody, world, as_user, persona):
    client = as_user(getattr(world, persona))
    assert client.post(reveal(somebody), {"reason": "办理介绍信"}).status_code == 403
    assert f'href="{reveal(somebody)}"' not in client.get(card(somebody)).content.decode()
    assert not PersonalDataAccess.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", compose("110101", datetime.date(1980, 5, 6), 12)),
        ("birth_date", "1980年5月6日"),
        ("mobile", "13800001234"),
        ("landline", "0571-87654321"),
        ("home_address", "浙江省杭州市清源镇一路 1 号"),
    ],
)
def test_the_secretary_opens_one_item_for_a_recorded_reason(somebody, world, as_user, field, value):
    client = as_user(world.secretary_a)
    page = client.post(reveal(somebody, field), {"reason": "办理组织关系介绍信"}).content.decode()
    assert value in page
    assert list(
        PersonalDataAccess.objects.values_list("user_id", "member_uid", "reason", "branch_id", "row_count")
    ) == [(world.secretary_a.pk, somebody.uid, "办理组织关系介绍信", world.branch_a.pk, 1)]
    assert value not in client.get(card(somebody)).content.decode()


@pytest.mark.parametrize("reason", ["", "看看", "   "])
def test_without_a_real_reason_nothing_opens(somebody, world, as_user, reason):
    response = as_user(world.secretary_a).post(reveal(somebody), {"reason": reason})
    assert "13800001234" not in response.content.decode()
    assert response.context["form"].errors["reason"]
    assert not PersonalDataAccess.objects.exists()


def test_in_place_the_form_and_the_value_are_fragments(somebody, world, as_user):
    client = as_user(world.secretary_a)
    asked = client.get(reveal(somebody), headers=HTMX).content.decode().strip()
    assert asked.startswith('<span class="sealed" id="sealed-mobile">')
    assert "查看事由" in asked
    opened = client.post(reveal(somebody), {"reason": "核对花名册"}, headers=HTMX)
    assert "13800001234" in opened.content.decode()
    assert "<html" not in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"


def test_ones_own_values_need_no_reason(world, as_user):
    own = world.members_a[3]
    client = as_user(world.member_a)
    assert "查看" in client.get(card(own)).content.decode()
    assert own.mobile in client.post(reveal(own)).content.decode()
    assert list(PersonalDataAccess.objects.values_list("reason", flat=True)) == ["本人查看"]


def test_unknown_items_are_not_found(somebody, world, as_user):
    client = as_user(world.secretary_a)
    assert client.get(reveal(somebody, "name")).status_code == 404
    assert client.get(reveal(somebody, "password")).status_code == 404


def test_the_tabs(world, as_user):
    secretary = world.members_a[0]
    client = as_user(world.officer_a)
    posts = client.get(card(secretary), {"tab": "posts"}).content.decode()
    assert "党支部书记" in posts
    assert "2015-01-01" in posts
    affiliations = client.get(card(secretary), {"tab": "affiliations"}).content.decode()
    assert "第一党小组" in affiliations
    assert "至今" in affiliations
    assert client.get(card(secretary), {"tab": "x"}).context["tab"] == "basic"


@pytest.mark.parametrize("tab", ["basic", "affiliations", "posts"])
def test_a_card_query_count(somebody, world, as_user, django_assert_max_num_queries, tab):
    """The same at one row and at three; other apps' panels may add their own, so the bound is not the count."""
    client = as_user(world.secretary_a)
    make.tenure(somebody, "committee_member")
    with django_assert_max_num_queries(25) as first:
        client.get(card(somebody), {"tab": tab})
    make.tenure(somebody, "publicity")
    make.tenure(somebody, "discipline")
    with django_assert_max_num_queries(len(first)):
        client.get(card(somebody), {"tab": tab})


def test_posts_are_kept_by_the_right_people(somebody, world, as_user):
    url = reverse("members:appoint", args=[somebody.uid])
    form = {"post": "secretary", "organization": str(world.branch_a.uid), "since": "2026-06-01"}
    refused = as_user(world.officer_a).post(url, form)
    assert refused.context["form"].non_field_errors() == [
        "该职务的权限超出您的权限，请由书记或上级党组织办理。"
    ]
    as_user(world.officer_a).post(url, form | {"post": "discipline"})
    tenure = PostTenure.objects.get(member=somebody)
    assert (tenure.post, tenure.organization_id) == ("discipline", world.branch_a.pk)
    end = reverse("members:end-tenure", args=[tenure.uid])
    assert as_user(world.secretary_b).post(end, {"on": "2026-07-01"}).status_code == 404
    assert as_user(world.staff).post(end, {"on": "2026-07-01"}).status_code == 403
    as_user(world.officer_a).post(end, {"on": "2026-07-01"})
    tenure.refresh_from_db()
    assert tenure.period.upper == datetime.date(2026, 7, 1)


def test_transfer_and_exit_from_the_card(somebody, world, as_user):
    client = as_user(world.officer_a)
    moved = {
        "branch": str(world.branch_a.uid),
        "cell": str(world.cell_a2.uid),
        "on": "2026-06-01",
        "reason": "",
    }
    assert client.post(reverse("members:transfer", args=[somebody.uid]), moved).status_code == 302
    assert Member.objects.get(pk=somebody.pk).cell_id == world.cell_a2.pk
    foreign = client.post(
        reverse("members:transfer", args=[somebody.uid]), moved | {"branch": str(world.branch_b.uid)}
    )
    assert list(foreign.context["form"].errors) == ["branch"]
    left = {"standing": "transferred_out", "on": "2026-07-01", "reason": "转往外省"}
    assert (
        client.post(reverse("members:exit", args=[somebody.uid]), left).url
        == f"{card(somebody)}?tab=affiliations"
    )
    assert Member.objects.get(pk=somebody.pk).branch_id is None
    kept = client.get(card(somebody)).content.decode()
    assert "2026-07-01 减少：转出组织关系，转往外省" in kept
    assert as_user(world.secretary_b).get(card(somebody)).status_code == 404
