"""Closed with the membership; and the record of it all, which the site itself cannot change."""

import datetime

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from branch_portal.dates import today_shanghai
from members.actions.account_state import disable_account, enable_account, sign_out_everywhere
from members.actions.affiliations import exit_member, open_affiliation, transfer_member
from members.actions.errors import ActionRefused
from members.actions.security_events import record_event
from members.actions.transfers import accept_transfer, issue_transfer, request_transfer
from members.models import Member, SecurityEvent, SignInSession, User

TODAY = today_shanghai()


@pytest.mark.parametrize(
    ("standing", "exit_type"), [("exited", "5"), ("deceased", ""), ("transferred_out", "")]
)
def test_leaving_closes_the_account_in_the_same_transaction(world, as_user, standing, exit_type):
    client = as_user(world.member_a)
    exit_member(
        by=None, member=world.member_a.member, on=TODAY, standing=standing, reason="测试", exit_type=exit_type
    )
    user = User.objects.get(pk=world.member_a.pk)
    assert not user.is_active and not SignInSession.objects.filter(user=user).exists()
    assert client.get("/").status_code == 302
    event = SecurityEvent.objects.get(kind="disabled")
    assert "党员已登记减少" in event.detail and event.user_id == user.pk


def test_a_letter_that_is_accepted_outside_closes_it(world):
    member = world.member_a.member
    asked = request_transfer(
        by=world.secretary_a, member=member, requested_on=TODAY, reason="1", to_name="外地某党支部"
    )
    issued = issue_transfer(
        by=world.staff,
        transfer=asked,
        letter_no="2026-001",
        issued_on=TODAY,
        valid_until=TODAY + datetime.timedelta(days=60),
    )
    accept_transfer(by=world.secretary_a, transfer=issued, on=TODAY)
    assert not User.objects.get(pk=world.member_a.pk).is_active


def test_who_moves_inside_keeps_it(world, as_user):
    client = as_user(world.member_a)
    transfer_member(by=None, member=world.member_a.member, branch=world.branch_b, on=TODAY, reason="测试")
    assert User.objects.get(pk=world.member_a.pk).is_active
    assert client.get("/").status_code == 200


def test_who_comes_back_is_enabled_by_a_person(world):
    member = world.member_a.member
    exit_member(by=None, member=member, on=TODAY, standing="transferred_out", reason="测试")
    member = Member.objects.get(pk=member.pk)
    open_affiliation(by=None, member=member, branch=world.branch_a, since=TODAY, gain="transferred_in")
    user = User.objects.get(pk=world.member_a.pk)
    assert not user.is_active
    enable_account(by=world.staff, user=user, reason="已转回，需要使用")
    assert User.objects.get(pk=user.pk).is_active
    with pytest.raises(ActionRefused):
        enable_account(by=world.staff, user=user, reason="已转回，需要使用")


def test_nobody_closes_oneself_and_nothing_is_closed_twice(world):
    with pytest.raises(ActionRefused):
        disable_account(by=world.staff, user=world.staff, reason="测试停用")
    disable_account(by=world.staff, user=world.member_a, reason="测试停用")
    with pytest.raises(ActionRefused):
        disable_account(by=world.staff, user=world.member_a, reason="测试停用")
    with pytest.raises(ActionRefused):
        sign_out_everywhere(by=world.staff, user=world.member_b, reason="没有登录")


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_record_cannot_be_changed_by_the_site(world, change):
    record_event(SecurityEvent.Kind.SIGN_IN, user=world.member_a)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        events = SecurityEvent.objects.all()
        events.update(detail="没有这回事") if change == "update" else events.delete()
    assert SecurityEvent.objects.count() == 1


def test_an_event_says_where_the_request_came_from(world, as_user):
    client = as_user(world.member_a)
    client.post("/accounts/security/sessions/end/")
    SignInSession.objects.create(
        session_key="elsewhere",
        session_data="",
        user=world.member_a,
        last_seen_at=timezone.now(),
        expire_date=timezone.now() + datetime.timedelta(days=1),
    )
    answer = client.post("/accounts/security/sessions/end/")
    event = SecurityEvent.objects.get(kind="sessions_ended")
    assert (event.ip, event.request) == ("127.0.0.1", answer["X-Request-ID"])
    assert event.user_label == event.by_label == f"{world.member_a.display_name}（member_a）"
