"""Sign-in by the rotating code: fresh codes only, listed members only, one tap, and nothing of it decides the roll."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.actions.gatherings import postpone_gathering
from activities.actions.leave import answer_gathering, decide_leave
from activities.actions.signin import (
    NotToday,
    close_sign_in,
    open_sign_in,
    sign_in,
    signing_key,
)
from activities.models import ActivityRecord, GatheringBranch, RollEntry, SignIn
from activities.queries.leave import known_of
from activities.rules.qr import qr_path
from activities.rules.signin import STEP, code_is_current, read_token, sheet_code, write_token
from branch_portal.dates import local_datetime, today_shanghai
from tests.activities import factories as life
from tests.activities.test_main_path import page

KEY = b"k" * 32
MOMENT = datetime.datetime(2026, 3, 5, 7, 0, tzinfo=datetime.UTC)


# --- arithmetic ---


@given(st.uuids(), st.integers(0, 10**6), st.integers(-200, 200))
def test_a_code_lives_for_its_window_and_the_next(opening, start, later):
    shown = MOMENT + datetime.timedelta(seconds=start)
    token = read_token(write_token(KEY, opening, shown))
    asked = shown + datetime.timedelta(seconds=later)
    windows = int(asked.timestamp()) // STEP - int(shown.timestamp()) // STEP
    assert code_is_current(KEY, token, asked) == (windows in (0, 1))
    assert not code_is_current(b"other", token, shown)
    assert token.opening == opening


@given(st.text(max_size=60))
def test_what_was_never_a_token(text):
    token = read_token(text)
    assert token is None or len(text) == 34


@given(st.uuids(), st.text(max_size=20), st.text(max_size=20))
def test_a_sheets_code_is_short_and_its_own(share, one, other):
    assert re.fullmatch("[A-HJKMNP-Z2-9]{5}", sheet_code(share, one))
    assert sheet_code(share, one) == sheet_code(share, one)


def test_the_path_draws_the_code():
    drawn = qr_path("https://portal.example/activities/s/" + "a" * 34 + "/")
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", drawn.d)
    assert 40 < drawn.size < 60


# --- pages ---


@pytest.fixture
def share(world):
    """A gathering of the whole of today."""
    return life.announcement(world.secretary_a, world.branch_a, days=0, start="00:00", end="23:59")


def link(share, *, seconds_ago: int = 0) -> str:
    opening = open_sign_in(by=share.branch_opener, share=share)
    moment = timezone.now() - datetime.timedelta(seconds=seconds_ago)
    return f"/activities/s/{write_token(signing_key(), opening.uid, moment)}/"


@pytest.fixture
def opened(world, share):
    share.branch_opener = world.secretary_a
    return share


def tap(client, url: str) -> str:
    html = client.get(url).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html).group(1)
    return client.post(url, {"seen": seen}).content.decode()


@pytest.mark.django_db
def test_a_member_signs_in_with_one_tap_and_again_is_the_same(world, opened, as_user):
    client, url = as_user(world.member_a), link(opened)
    assert "您已签到" in tap(client, url)
    row = SignIn.objects.get()
    assert row.member_id == world.member_a.member_id
    assert abs((timezone.now() - row.signed_at).total_seconds()) < 60
    assert "您已签到" in client.post(url, {}).content.decode()
    assert "您已签到" in client.get(url).content.decode()
    assert SignIn.objects.count() == 1
    screen = page(as_user(world.secretary_a), f"/activities/gatherings/{opened.uid}/sign-in/")
    assert world.member_a.member.name in screen
    assert "<svg" in screen
    assert not RollEntry.objects.exists()


@pytest.mark.django_db
def test_reading_the_page_signs_nobody_in(world, opened, as_user):
    assert as_user(world.member_a).get(link(opened)).status_code == 200
    assert not SignIn.objects.exists()


@pytest.mark.django_db
def test_an_old_code_is_refused(world, opened, as_user):
    client, url = as_user(world.member_a), link(opened, seconds_ago=3 * STEP)
    for answer in (client.get(url), client.post(url, {}), client.post(url, {"seen": "forged"})):
        assert answer.status_code == 410
        assert "请再扫一次" in answer.content.decode()
    assert not SignIn.objects.exists()


@pytest.mark.django_db
def test_another_members_page_is_no_proof(world, opened, as_user):
    """The proof of a fresh code is bound to the one who saw it."""
    html = as_user(world.officer_a).get(link(opened)).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html).group(1)
    old = link(opened, seconds_ago=3 * STEP)
    assert as_user(world.member_a).post(old, {"seen": seen}).status_code == 410


@pytest.mark.django_db
def test_logging_in_may_take_its_time(world, opened):
    """Scanned while fresh, not logged in: the browser keeps a signed note, the code may grow old meanwhile."""
    browser, url = Client(), link(opened, seconds_ago=0)
    answer = browser.get(url)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next={url}"
    note = browser.cookies["sign_in_seen"]
    assert note["httponly"]
    browser.force_login(world.member_a)
    assert "您已签到" in tap(browser, url)


@pytest.mark.django_db
def test_an_old_code_before_the_login_is_old_after_it(world, opened):
    browser, url = Client(), link(opened, seconds_ago=3 * STEP)
    assert browser.get(url).status_code == 302
    browser.force_login(world.member_a)
    assert browser.get(url).status_code == 410


@pytest.mark.django_db
def test_strangers_learn_nothing(world, opened, as_user):
    url = link(opened)
    tap(as_user(world.member_a), url)
    answers = {
        name: as_user(getattr(world, name)).get(url)
        for name in ("secretary_b", "member_b", "staff", "superuser")
    }
    for answer in answers.values():
        html = answer.content.decode()
        assert answer.status_code == 403
        assert "名单里没有您" in html
        for word in (opened.gathering.theme, world.member_a.member.name, opened.gathering.place):
            assert word not in html
    assert as_user(world.member_b).post(url, {}).status_code == 403
    assert SignIn.objects.count() == 1
    assert as_user(world.secretary_b).get(f"/activities/gatherings/{opened.uid}/sign-in/").status_code == 404
    assert (
        as_user(world.member_a).get(f"/activities/gatherings/{opened.uid}/sign-in/live/").status_code == 403
    )


@pytest.mark.django_db
def test_closed_is_closed_and_opens_again(world, opened, as_user):
    url = link(opened)
    close_sign_in(by=world.secretary_a, share=opened)
    client = as_user(world.member_a)
    assert client.get(url).status_code == 410
    assert "已经到会的，请告诉支部书记" in client.get(url).content.decode()
    assert client.get(link(opened)).status_code == 200


@pytest.mark.django_db
def test_it_opens_on_the_day_only(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, days=1)
    with pytest.raises(NotToday):
        open_sign_in(by=world.secretary_a, share=share)
    html = as_user(world.secretary_a).post(f"/activities/gatherings/{share.uid}/sign-in/open/", follow=True)
    assert "只能在活动当天开启" in html.content.decode()


@pytest.mark.django_db
def test_a_token_without_csrf_is_refused(world, opened):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.member_a)
    assert browser.post(link(opened), {}).status_code == 403
    assert not SignIn.objects.exists()


@pytest.mark.django_db
def test_the_screen_is_quiet_while_nothing_changes(world, opened, as_user):
    link(opened)
    client, url = as_user(world.secretary_a), f"/activities/gatherings/{opened.uid}/sign-in/live/"
    for _ in range(3):  # a window may end between the two requests
        seen = re.search(r"\?seen=([^\"]+)\"", page(client, url)).group(1)
        if client.get(url, {"seen": seen}).status_code == 204:
            break
    else:
        pytest.fail("the screen is sent anew although nothing changed")
    tap(as_user(world.member_a), link(opened))
    assert client.get(url, {"seen": seen}).status_code == 200


@pytest.mark.django_db
def test_sign_ins_suggest_and_decide_nothing(world, opened, as_user):
    """Fifteen minutes after the start is late, as a suggestion; nobody is absent for not having scanned."""
    opening, start = open_sign_in(by=world.secretary_a, share=opened), opened.gathering.started_at
    sign_in(by=world.member_a, opening=opening, now=start + datetime.timedelta(minutes=15))
    sign_in(by=world.officer_a, opening=opening, now=start + datetime.timedelta(minutes=15, seconds=1))
    record = ActivityRecord.objects.get()
    html = page(as_user(world.secretary_a), f"/activities/records/{record.uid}/edit/")
    assert "扫码签到 2 人，其中晚到 1 人" in html
    assert "签到只作参考" in html
    assert html.count('<option value="late" selected') == 1
    assert '<option value="absent" selected' not in html
    assert not RollEntry.objects.exists()


def test_what_was_said_of_the_old_day_fills_no_roll_of_the_new_one(world):
    share = life.announcement(world.secretary_a, world.branch_a, days=0, start="23:00", end="23:59")
    early = share.gathering.started_at - datetime.timedelta(hours=1)
    leave = answer_gathering(
        by=world.member_a, share=share, answer="leave", leave_type="sick", reason="门诊", now=early
    )
    decide_leave(by=world.secretary_a, request=leave, approve=True)
    sign_in(by=world.secretary_a, opening=open_sign_in(by=world.secretary_a, share=share))
    day = today_shanghai() + datetime.timedelta(days=7)
    start, end = (local_datetime(day, datetime.time(hour)) for hour in (15, 16))
    postpone_gathering(by=world.secretary_a, share=share, reason="人数不足", started_at=start, ended_at=end)
    known = known_of(GatheringBranch.objects.get(pk=share.pk))
    assert (known.leave, known.signed, known.opened) == ({}, {}, False)
    leave.refresh_from_db()
    assert (leave.state, leave.reason) == ("waiting", "门诊")  # the branch decides about the new day
