"""报名: one tap, capacity, the waiting list that moves up, leave, and what the roll is filled with."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from activities.actions.gatherings import cancel_gathering
from activities.actions.signup import SignUpRefused, open_sign_up, sign_up, withdraw
from activities.forms.stored import stored_list
from activities.models import Gathering, SignUp, SignUpOffer
from notices.actions.tick import tick
from notices.models import Delivery, ReminderSlot
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(world):
    """Announced volunteer service with room for two."""
    share = life.announcement(world.secretary_a, world.branch_a, "volunteer_service", theme="环境整治")
    open_sign_up(by=world.secretary_a, share=share, capacity=2, closes_at=None)
    return share


def states(share) -> list[tuple[str, str]]:
    return [
        (row.member.name, row.state) for row in SignUp.objects.filter(share=share).select_related("member")
    ]


def join(world, share, *rows) -> None:
    for row in rows:
        sign_up(by=world.secretary_a, share=share, member=world.members_a[row])


def closed(share) -> None:
    SignUpOffer.objects.filter(share=share).update(closes_at=timezone.now() - datetime.timedelta(hours=1))


def test_one_tap_signs_up_and_one_takes_it_back(world, as_user, service):
    client, url = as_user(world.member_a), f"/activities/gatherings/{service.uid}/"
    html = client.get(url).content.decode()
    assert "已报名 0 人，名额 2 人" in html
    assert '<button class="btn btn-primary">报名</button>' in html
    answer = client.post(f"{url}signup/", follow=True)
    assert answer.redirect_chain == [(url, 302)]
    html = answer.content.decode()
    assert "报名成功" in html and "已报名 1 人" in html
    client.post(f"{url}signup/")
    assert states(service) == [("邓秀兰", "going")]
    assert "已取消报名" in client.post(f"{url}signup/leave/", follow=True).content.decode()
    assert states(service) == [("邓秀兰", "withdrawn")]
    client.post(f"{url}signup/")
    assert states(service) == [("邓秀兰", "going")]


def test_the_full_list_waits_in_order_and_moves_up_with_a_message(world, as_user, service):
    join(world, service, 5, 6, 7, 3)
    client, url = as_user(world.member_a), f"/activities/gatherings/{service.uid}/"
    assert "候补第 2 位" in client.get(url).content.decode()
    withdraw(by=world.secretary_a, share=service, member=world.members_a[5])
    assert "候补第 1 位" in client.get(url).content.decode()
    withdraw(by=world.secretary_a, share=service, member=world.members_a[6])
    assert states(service) == [
        ("高海燕", "withdrawn"), ("何文斌", "withdrawn"), ("金玉华", "going"), ("邓秀兰", "going"),
    ]  # fmt: skip
    tick(ticker="test")
    told = Delivery.objects.filter(slot__rule__key="signup_moved_up", channel="inapp")
    assert [row.recipient for row in told] == [world.member_a]  # the other one has no account
    slot = told.get().slot
    assert slot.title.startswith("已递补，请参加：志愿服务") and "邓秀兰" not in slot.title + slot.body
    assert "由候补递补" in client.get(url).content.decode()


def test_more_places_are_given_to_who_waits(world, as_user, service):
    join(world, service, 4, 5, 6, 7)
    client = as_user(world.officer_a)
    url = f"/activities/gatherings/{service.uid}/"
    form = client.get(f"{url}signup/terms/").context["form"]
    posted = {
        "closes_on": form.initial["closes_on"].isoformat(),
        "closes_time": f"{form.initial['closes_time']:%H:%M}",
    }
    less = client.post(f"{url}signup/terms/", posted | {"capacity": "1"}).content.decode()
    assert "已有 2 人报上名，名额不能少于 2。" in less
    assert client.post(f"{url}signup/terms/", posted | {"capacity": "3"}).status_code == 302
    assert [state for _, state in states(service)] == ["going", "going", "going", "waiting"]
    client.post(f"{url}signup/terms/", posted | {"capacity": ""})
    assert [state for _, state in states(service)] == ["going"] * 4
    late = client.post(f"{url}signup/terms/", posted | {"closes_on": "2099-01-01"}).content.decode()
    assert "应不晚于活动开始时间" in late


def test_after_the_closing_one_asks_for_leave_with_a_reason(world, as_user, service):
    join(world, service, 3, 5, 6)
    closed(service)
    client, url = as_user(world.member_a), f"/activities/gatherings/{service.uid}/"
    assert "请假" in client.get(url).content.decode()
    assert "请填写请假原因。" in client.post(f"{url}signup/leave/", {"reason": " "}).content.decode()
    assert states(service)[0] == ("邓秀兰", "going")
    assert (
        "已登记请假" in client.post(f"{url}signup/leave/", {"reason": "住院"}, follow=True).content.decode()
    )
    assert states(service) == [("邓秀兰", "on_leave"), ("高海燕", "going"), ("何文斌", "going")]
    assert "报名已截止" in client.post(f"{url}signup/", follow=True).content.decode()
    assert "住院" in as_user(world.secretary_a).get(f"{url}signups/").content.decode()


def test_who_may_answer_and_who_may_read(world, as_user, service):
    join(world, service, 5)
    url = f"/activities/gatherings/{service.uid}/"
    for name in ("member_b", "secretary_b", "secretary_x", "superuser"):
        client = as_user(world.users[name])
        assert [client.get(f"{url}signups/").status_code, client.post(f"{url}signup/").status_code] == [
            404,
            404,
        ]
    assert as_user(world.staff).post(f"{url}signup/").status_code == 403
    for name, status in {"member_a": 403, "cell_leader_a": 403, "officer_a": 200, "staff": 200}.items():
        for part in ("signups/", "signups/export/"):
            assert as_user(world.users[name]).get(f"{url}{part}").status_code == status
    assert "高海燕" not in as_user(world.member_a).get(url).content.decode()
    assert as_user(world.staff).post(f"{url}signups/add/", {"member": "x"}).status_code == 403
    outsider = world.member_b.member
    with pytest.raises(SignUpRefused, match="本党支部"):
        sign_up(by=world.secretary_a, share=service, member=outsider)


def test_officers_answer_for_others_and_take_the_list_out(world, as_user, service):
    client, url = as_user(world.officer_a), f"/activities/gatherings/{service.uid}/"
    page = client.get(f"{url}signups/").content.decode()
    assert "高海燕" in page and "外部" not in page
    client.post(f"{url}signups/add/", {"member": world.members_a[5].uid.hex})
    foreign = client.post(f"{url}signups/add/", {"member": world.member_b.member.uid.hex}, follow=True)
    assert "没有报名" in foreign.content.decode()
    assert states(service) == [("高海燕", "going")]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{url}signups/export/").content))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert [row[1:3] for row in rows] == [["姓名", "状态"], ["高海燕", "已报名"]]
    row = SignUp.objects.get()
    assert as_user(world.member_a).post(f"/activities/signups/{row.uid}/remove/").status_code == 404
    assert as_user(world.secretary_b).post(f"/activities/signups/{row.uid}/remove/").status_code == 404
    client.post(f"/activities/signups/{row.uid}/remove/")
    assert states(service) == [("高海燕", "withdrawn")]


def test_meetings_that_decide_are_not_a_matter_of_choice(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, "general_meeting")
    with pytest.raises(SignUpRefused, match="不需要报名"):
        open_sign_up(by=world.secretary_a, share=share, capacity=None, closes_at=None)
    assert (
        "报名" not in as_user(world.secretary_a).get(f"/activities/gatherings/{share.uid}/").content.decode()
    )


def test_nobody_signs_up_for_what_is_off(world, as_user, service):
    cancel_gathering(by=world.secretary_a, share=service, reason="防汛")
    url = f"/activities/gatherings/{service.uid}/"
    assert "现在不能报名" in as_user(world.member_a).post(f"{url}signup/", follow=True).content.decode()
    assert not SignUp.objects.exists()


def test_the_roll_expects_who_signed_up(world, service):
    join(world, service, 3, 5)
    record = service.records.get()
    _, people, roll = stored_list(record)
    assert len(people) == 10
    values = {row.person.name: (row.value, row.reason) for row in roll.rows}
    assert {name for name, value in values.items() if value[0] == "present"} == {"邓秀兰", "高海燕"}
    assert values["安国强"] == ("exempt", "未报名")
    assert roll.count.expected == 2


@pytest.mark.parametrize(("kind", "expected"), [("theme_day", 10), ("red_base_visit", 1)])
def test_a_theme_day_expects_everyone_all_the_same(world, kind, expected):
    share = life.announcement(world.secretary_a, world.branch_a, kind)
    assert stored_list(share.records.get())[2].count.expected == 10
    open_sign_up(by=world.secretary_a, share=share, capacity=None, closes_at=None)
    join(world, share, 3)
    assert stored_list(share.records.get())[2].count.expected == expected


def test_a_member_who_has_left_is_not_told(world, service):
    join(world, service, 4, 5, 3)
    make.member(world.branch_b)
    world.members_a[3].branch = world.branch_b
    world.members_a[3].save()
    withdraw(by=world.secretary_a, share=service, member=world.members_a[4])
    tick(ticker="test")
    assert not Delivery.objects.filter(slot__rule__key="signup_moved_up").exists()
    assert ReminderSlot.objects.filter(rule__key="signup_moved_up").count() == 1


def test_the_page_costs_the_same_with_one_name_and_with_three(world, as_user, service):
    client, url = as_user(world.secretary_a), f"/activities/gatherings/{service.uid}/"

    def cost(part: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{url}{part}").status_code == 200
        return len(captured)

    join(world, service, 3)
    client.get(url)
    before = [cost(""), cost("signups/")]
    join(world, service, 4, 5)
    assert [cost(""), cost("signups/")] == before


def test_a_gathering_that_was_moved_forward_closes_with_its_start(world, service):
    gathering = Gathering.objects.get(pk=service.gathering_id)
    offer = SignUpOffer.objects.get(share=service)
    offer.closes_at = gathering.started_at
    assert offer.closing(gathering.started_at - datetime.timedelta(days=1)) < gathering.started_at
