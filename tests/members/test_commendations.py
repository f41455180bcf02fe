"""表彰: who enters, changes and takes back; what is refused; sent twice, it is there once."""

import datetime
import io

from python_calamine import CalamineWorkbook

from members.models import Commendation, PersonalDataAccess
from tests import factories as make

FORM = {
    "submission_key": "11111111-2222-4333-8444-555555555556",
    "title": "优秀共产党员",
    "level": "5",
    "awarded_by": "清源镇党委",
    "awarded_on": "2025.7.1",
    "reference": "清党〔2025〕3号",
}


def test_entered_once_however_often_it_is_sent(world, as_user):
    fellow, client = world.members_a[5], as_user(world.officer_a)
    urls = [client.post(f"/members/{fellow.uid}/commend/", FORM).url for _ in range(2)]
    assert urls == [f"/members/{fellow.uid}/?tab=commendations"] * 2
    row = Commendation.objects.get()
    assert (row.member, row.title, row.level, row.awarded_on) == (
        fellow, "优秀共产党员", "5", datetime.date(2025, 7, 1),
    )  # fmt: skip
    page = client.get(urls[0]).content.decode()
    assert "乡镇、街道" in page and "清党〔2025〕3号" in page


def test_changed_and_taken_back_with_a_reason(world, as_user):
    row = Commendation.objects.create(
        member=world.members_a[5], title="旧名", awarded_by="甲", awarded_on=datetime.date(2024, 7, 1)
    )
    client = as_user(world.officer_a)
    client.post(f"/members/commendations/{row.uid}/", FORM | {"version": 1})
    row.refresh_from_db()
    assert row.title == "优秀共产党员"
    short = client.post(f"/members/commendations/{row.uid}/remove/", {"reason": "错"})
    assert short.context["form"].errors == {"reason": ["请写明原因，至少 4 个字。"]}
    client.post(f"/members/commendations/{row.uid}/remove/", {"reason": "登记错了人"})
    assert not Commendation.objects.exists()


def test_a_day_to_come_is_refused(world, as_user):
    answer = as_user(world.officer_a).post(
        f"/members/{world.members_a[5].uid}/commend/", FORM | {"awarded_on": "2099-01-01"}
    )
    assert answer.context["form"].errors == {"awarded_on": ["表彰日期晚于今天，请核对。"]}
    assert not Commendation.objects.exists()


def test_outsiders_find_nothing(world, as_user):
    for name, status in (("secretary_b", 404), ("member_b", 404), ("staff", 403), ("member_a", 404)):
        answer = as_user(getattr(world, name)).post(f"/members/{world.members_a[5].uid}/commend/", FORM)
        assert answer.status_code == status, name
    assert not Commendation.objects.exists()


def test_who_saves_over_another_is_told(world, as_user):
    row = Commendation.objects.create(
        member=world.members_a[5], title="旧名", awarded_by="甲", awarded_on=datetime.date(2024, 7, 1)
    )
    first, second, url = (
        as_user(world.officer_a),
        as_user(world.secretary_a),
        f"/members/commendations/{row.uid}/",
    )
    page = second.get(url).content.decode()
    assert 'name="version" value="1"' in page
    assert first.post(url, FORM | {"version": 1}).status_code == 302
    late = second.post(url, FORM | {"version": 1, "title": "先进党员"})
    assert late.context["form"].non_field_errors() == [
        "这项表彰刚被他人修改，请核对最新内容后重新保存；您填写的内容仍在下面。"
    ]
    row.refresh_from_db()
    assert (row.title, row.version) == ("优秀共产党员", 2)


def honour(member, title, day):
    return Commendation.objects.create(
        member=member, title=title, awarded_by="清源镇党委", awarded_on=day, level="5"
    )


def test_the_list_of_a_year(world, as_user, django_assert_num_queries, django_assert_max_num_queries):
    """Within reach, of that year alone; who has left keeps it with the branch that kept the card."""
    gone = make.former_member(world.branch_a, "离去者", on=datetime.date(2026, 1, 1))
    honour(world.members_a[5], "优秀共产党员", datetime.date(2025, 7, 1))
    honour(gone, "先进党务工作者", datetime.date(2025, 6, 1))
    honour(world.members_a[5], "前一年", datetime.date(2024, 12, 31))
    honour(world.member_b.member, "邻支部", datetime.date(2025, 7, 1))

    def titles(name):
        page = as_user(getattr(world, name)).get("/members/commendations/", {"year": "2025"})
        return [row.title for row in page.context["table"].rows]

    assert titles("secretary_a") == ["优秀共产党员", "先进党务工作者"]
    assert titles("secretary_b") == ["邻支部"]
    assert len(titles("staff")) == 3
    assert titles("staff_x") == []
    client = as_user(world.secretary_b)
    client.get("/members/commendations/?year=2025")
    with django_assert_max_num_queries(20) as first:
        client.get("/members/commendations/?year=2025")
    for _ in range(3):
        honour(make.member(world.branch_b), "又一个", datetime.date(2025, 3, 1))
    with django_assert_num_queries(len(first)):
        client.get("/members/commendations/?year=2025")


def test_the_list_is_taken_out_with_a_reason_and_recorded(world, as_user):
    honour(world.members_a[5], "优秀共产党员", datetime.date(2025, 7, 1))
    client, url = as_user(world.officer_a), "/members/commendations/export/?year=2025"
    assert client.post(url, {"reason": "报"}).context["form"].errors
    assert not PersonalDataAccess.objects.exists()
    answer = client.post(url, {"reason": "向上级报送"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows == [
        ["序号", "姓名", "所在党支部", "表彰名称", "表彰级别", "授予单位", "表彰日期", "文号"],
        [
            1,
            "高海燕",
            str(world.branch_a),
            "优秀共产党员",
            "乡镇、街道",
            "清源镇党委",
            datetime.date(2025, 7, 1),
            "",
        ],
    ]
    assert list(PersonalDataAccess.objects.values_list("field", "row_count", "branch_id", "reason")) == [
        ("2025年表彰名单", 1, world.branch_a.pk, "向上级报送")
    ]
