"""授权委托: lent for days, within one's own rights, and gone by itself."""

import datetime

import pytest
from django.urls import reverse

from branch_portal.dates import today_shanghai
from members.actions.delegation import delegate, end_delegation, roles_to_lend
from members.actions.errors import ActionRefused
from members.models import RoleGrant, User
from tests import factories as make

pytestmark = pytest.mark.django_db
ONE = datetime.timedelta(days=1)


@pytest.fixture
def today():
    return today_shanghai()


def lend(world, **fields):
    day = today_shanghai()
    return delegate(
        **{
            "by": world.secretary_a,
            "user": world.member_a,
            "role": "branch_officer",
            "organization": world.branch_a,
            "valid_from": day,
            "valid_to": day + 10 * ONE,
            "reason": "书记外出学习",
        }
        | fields
    )


def fresh(user):
    return User.objects.get(pk=user.pk)


def may_log(user, branch):
    return fresh(user).access.may("log_gatherings", branch)


def test_it_holds_from_its_first_to_its_last_day(world, today, time_machine):
    assert not may_log(world.member_a, world.branch_a)
    lend(world, valid_from=today + 2 * ONE, valid_to=today + 4 * ONE)
    held = []
    for days in range(7):
        time_machine.move_to(datetime.datetime.combine(today + days * ONE, datetime.time(4), datetime.UTC))
        held.append(may_log(world.member_a, world.branch_a))
    assert held == [False, False, True, True, True, False, False]


def test_nobody_lends_more_than_they_hold(world):
    assert [role for role, _ in roles_to_lend(world.secretary_a, world.branch_a)] == [
        "secretary", "branch_officer", "cell_leader",
    ]  # fmt: skip
    assert roles_to_lend(world.staff, world.branch_a) == []
    assert [role for role, _ in roles_to_lend(world.staff, world.committee)] == ["committee_staff"]
    for fields in (
        {"role": "committee_staff"},
        {"role": "system_administrator"},
        {"organization": world.branch_b},
        {"organization": world.committee, "role": "committee_staff"},
        {"by": world.officer_a},
        {"user": world.secretary_a},
    ):
        with pytest.raises(ActionRefused):
            lend(world, **fields)
    assert not RoleGrant.objects.filter(granted_by__isnull=False).exists()


def test_dates_are_asked_of_every_delegation(world, today):
    for valid_from, valid_to, words in (
        (today - ONE, today, "不能补办"),
        (today, today - ONE, "最长一年"),
        (today, today + 367 * ONE, "最长一年"),
    ):
        with pytest.raises(ActionRefused, match=words):
            lend(world, valid_from=valid_from, valid_to=valid_to)
    lend(world)
    with pytest.raises(ActionRefused, match="已有同样的授权"):
        lend(world, valid_from=today + 5 * ONE, valid_to=today + 20 * ONE)


def test_it_is_taken_back_at_once(world, today):
    grant = lend(world)
    later = lend(world, valid_from=today + 20 * ONE, valid_to=today + 30 * ONE)
    assert may_log(world.member_a, world.branch_a)
    for each in (grant, later):
        end_delegation(by=world.secretary_a, grant=each, reason="提前返回")
    assert not may_log(world.member_a, world.branch_a)
    assert not RoleGrant.objects.filter(pk__in=[grant.pk, later.pk], valid_to__gte=today).exists()


def test_the_page_lends_once_and_only_to_ones_own(world, as_user, today):
    client = as_user(world.secretary_a)
    url = reverse("members:delegation-new")
    form = client.get(url).context["form"]
    assert {account.username for account in form.fields["user"].queryset} == {
        "officer_a", "cell_leader_a", "member_a",
    }  # fmt: skip
    posted = {
        "submission_key": str(form["submission_key"].value()),
        "user": str(world.member_a.uid),
        "role": "branch_officer",
        "valid_from": today.isoformat(),
        "valid_to": (today + ONE).isoformat(),
        "reason": "书记外出学习",
    }
    for _ in range(2):
        assert client.post(url, posted).url == reverse("members:delegations")
    grant = RoleGrant.objects.get(granted_by=world.secretary_a)
    page = client.get(reverse("members:delegations")).content.decode()
    assert "邓秀兰" in page and "生效中" in page
    end = reverse("members:delegation-end", args=[grant.uid])
    assert as_user(world.secretary_b).post(end, {"reason": "越权收回"}).status_code == 404
    assert as_user(world.member_a).get(end).status_code == 403
    foreign = posted | {"user": str(make.user("stranger", member=make.member(world.branch_b)).uid)}
    assert list(client.post(url, foreign | {"submission_key": ""}).context["form"].errors)[:1] == [
        "submission_key"
    ]
    assert "user" in client.post(url, foreign).context["form"].errors
