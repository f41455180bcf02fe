"""表彰: who enters, changes and takes back; what is refused; sent twice, it is there once."""

import datetime

from members.models import Commendation

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
    client.post(f"/members/commendations/{row.uid}/", FORM)
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
