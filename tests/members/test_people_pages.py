"""登记党员 and 修改信息: what is refused and where, what is kept, what is never sent to the browser."""

import datetime

import pytest
from django.urls import reverse

from members.models import Affiliation, Member
from members.rules.national_id import compose
from tests import factories as make

NEW = "/members/new/"
BORN = datetime.date(1980, 5, 6)


def form_of(world, **fields):
    return {
        "submission_key": "11111111-2222-4333-8444-555555555555",
        "branch": str(world.branch_a.uid),
        "cell": str(world.cell_a1.uid),
        "since": "2026-01-01",
        "gain": "transferred_in",
        "name": "单 小 红",
        "id_number": compose("110101", BORN, 12),
        "gender": "",
        "ethnicity": "01",
        "birth_date": "",
        "education": "21",
        "category": "full",
        "admitted_on": "2005.7.1",
        "confirmed_on": "2006年7月1日",
        "job_post": "1",
        "employer": "",
        "mobile": "+86 138-0000-1234",
        "landline": "",
        "home_address": "",
        "standing": "normal",
        "lost_contact_on": "",
        "floating_since": "",
        "floating_destination": "",
        "standing_correction": "0",
    } | fields


def test_entering_a_member(world, as_user):
    client = as_user(world.officer_a)
    response = client.post(NEW, form_of(world))
    member = Member.objects.get(name="单小红")
    assert response.url == reverse("members:card", args=[member.uid])
    assert (member.gender, member.birth_date, member.mobile, member.name_initials, member.admitted_on) == (
        "female", "1980-05-06", "13800001234", "sxh", datetime.date(2005, 7, 1),
    )  # fmt: skip
    place = Affiliation.objects.get(member=member)
    assert (place.branch, place.cell, place.gain, place.period.lower) == (
        world.branch_a,
        world.cell_a1,
        "transferred_in",
        datetime.date(2026, 1, 1),
    )


def test_the_same_form_twice_enters_one_person(world, as_user):
    client = as_user(world.officer_a)
    assert client.post(NEW, form_of(world)).url == client.post(NEW, form_of(world)).url
    assert Member.objects.filter(name="单小红").count() == 1


BAD = [
    ({"name": ""}, {"name": ["请填写姓名。"]}),
    ({"id_number": "1"}, {"id_number": ["公民身份号码应为 18 位，现在是 1 位。"]}),
    ({"admitted_on": "2026.13.01"}, {"admitted_on": ["入党日期写作 2026.13.01，月份应为 1–12。"]}),
    (
        {"confirmed_on": ""},
        {"confirmed_on": ["正式党员应填写转为正式党员日期（《中国共产党章程》第七条）。"]},
    ),
    ({"applied_on": "2006.1.1"}, {"applied_on": ["申请入党日期晚于入党日期。"]}),
    ({"mobile": "1380000"}, {"mobile": ["手机号应为 11 位数字，现在是 7 位。"]}),
    ({"landline": "x"}, {"landline": ["固定电话请写区号和号码，例如 0571-87654321。"]}),
]


@pytest.mark.parametrize(("fields", "errors"), BAD, ids=[next(iter(fields)) for fields, _ in BAD])
def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(world, as_user, fields, errors):
    response = as_user(world.officer_a).post(NEW, form_of(world, **fields))
    assert response.context["form"].errors == errors
    assert 'value="1"' in response.content.decode() or "单 小 红" in response.content.decode()
    assert not Member.objects.filter(name="单小红").exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("单 小 红", "单小红"), ("阿卜杜•热合曼", "阿卜杜·热合曼"), ("Anna  Maria", "Anna Maria")],
)
def test_a_name_is_kept_as_the_import_keeps_it(world, as_user, typed, kept):
    """Otherwise the same person would be a changed one in the next roster file."""
    as_user(world.officer_a).post(NEW, form_of(world, name=typed))
    assert Member.objects.filter(name=kept).count() == 1


def test_a_number_known_elsewhere_is_refused_without_saying_where(world, as_user):
    make.member(world.branch_b, "隔壁", id_number=compose("110101", BORN, 12))
    response = as_user(world.officer_a).post(NEW, form_of(world))
    assert response.context["form"].errors == {"id_number": ["该公民身份号码已在本系统登记，需上级核实。"]}
    assert "第二党支部" not in response.content.decode()


def test_a_foreign_branch_or_cell_is_no_choice(world, as_user):
    client = as_user(world.officer_a)
    for field, organization in (("branch", world.branch_b), ("cell", world.committee)):
        response = client.post(NEW, form_of(world, **{field: str(organization.uid)}))
        assert list(response.context["form"].errors) == [field]


def test_a_warning_asks_for_a_look_and_a_word(world, as_user):
    client = as_user(world.officer_a)
    old = {
        "id_number": compose("110101", datetime.date(1950, 5, 6), 12),
        "admitted_on": "1970.1.1",
        "confirmed_on": "1970.1.1",
    }
    asked = client.post(NEW, form_of(world, **old))
    assert asked.context["form"].warnings == [
        "预备期不满一年；早年入党者可能如此，请对照档案（《中国共产党章程》第七条：预备党员的预备期为一年）。"
    ]
    assert asked.context["form"].errors == {
        "warnings_confirmed": ["请核实后勾选。"],
        "warnings_reason": ["请写明核实情况，至少 4 个字。"],
    }
    client.post(
        NEW, form_of(world, warnings_confirmed="on", warnings_reason="档案记载 1970 年无预备期", **old)
    )
    assert Member.objects.get(name="单小红").confirmed_on == datetime.date(1970, 1, 1)


def edit_form(member, **fields):
    return {
        name: "" if getattr(member, name) in (None, "") else str(getattr(member, name))
        for name in (
            "name", "gender", "ethnicity", "education", "category", "admitted_on", "confirmed_on", "job_post",
            "employer", "standing", "lost_contact_on", "floating_since", "floating_destination", "standing_correction", "version",
        )
    } | {"id_number": "", "birth_date": "", "mobile": "", "landline": "", "home_address": ""} | fields  # fmt: skip


def test_changing_keeps_sealed_values_and_never_sends_them(world, as_user):
    member = make.member(
        world.branch_a,
        "单小红",
        id_number=compose("990000", BORN, 11),
        mobile="13800001234",
        mobile_tail="1234",
        birth_date="1980-05-06",
    )
    before = member.id_number
    url = reverse("members:edit", args=[member.uid])
    client = as_user(world.officer_a)
    page = client.get(url).content.decode()
    assert "138****1234" in page
    assert "13800001234" not in page
    assert before not in page
    assert client.post(url, edit_form(member, education="22", home_address="无")).url == reverse(
        "members:card", args=[member.uid]
    )
    saved = Member.objects.get(pk=member.pk)
    assert (saved.education, saved.mobile, saved.id_number, saved.home_address, saved.birth_year) == (
        "22", "13800001234", before, "", 1970,
    )  # fmt: skip


def test_two_people_editing_get_a_word_not_a_lost_change(world, as_user):
    member = make.member(world.branch_a, "单小红", id_number=compose("990000", datetime.date(1970, 1, 1), 11))
    url = reverse("members:edit", args=[member.uid])
    stale = edit_form(member)
    as_user(world.secretary_a).post(url, edit_form(member, employer="镇中学教师"))
    late = as_user(world.officer_a).post(url, stale | {"employer": "村委会"})
    assert late.context["form"].non_field_errors() == [
        "这名党员的信息刚被他人修改，请核对最新内容后重新保存。"
    ]
    assert Member.objects.get(pk=member.pk).employer == "镇中学教师"


PAGES = ["edit", "transfer", "exit", "appoint"]


@pytest.mark.parametrize("name", PAGES)
def test_who_may_change_a_member(world, as_user, name):
    url = reverse(f"members:{name}", args=[world.members_a[4].uid])
    expected = {
        "secretary_a": 200, "officer_a": 200, "cell_leader_a": 403, "staff": 403,
        "member_a": 404, "secretary_b": 404, "secretary_x": 404, "superuser": 404,
    }  # fmt: skip
    assert {
        persona: as_user(getattr(world, persona)).get(url).status_code for persona in expected
    } == expected


@pytest.mark.parametrize("persona", ["cell_leader_a", "member_a", "staff", "superuser"])
def test_who_may_not_enter_members(world, as_user, persona):
    assert as_user(getattr(world, persona)).get(NEW).status_code == 403
