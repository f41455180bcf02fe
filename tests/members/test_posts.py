"""登记任职: what access a post brings is said beforehand, a young secretary is asked about, and posts are shown as of a day."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from branch_portal.permissions import POST_ROLES, ROLE_LABELS, ROLE_WORDS, Permission
from members.models import PostTenure, User
from tests import factories as make

DATE = datetime.date
CONFIRM = {"warnings_confirmed": "on", "warnings_reason": "上级党委同意指派"}


@pytest.fixture
def vacancy(world):
    """Branch A's secretary left the post on 1 June; branch B's secretary never was one here."""
    PostTenure.objects.filter(member=world.members_a[0]).update(period=(make.LONG_AGO, DATE(2026, 6, 1)))
    make.grant(world.secretary_a, "secretary", world.branch_a)
    return world


def form_of(world, post="secretary", since="2026-06-02", **more):
    return {"post": post, "organization": str(world.branch_a.uid), "since": since} | more


def test_the_form_says_what_access_comes_with_each_post(world, as_user):
    page = as_user(world.officer_a).get(reverse("members:appoint", args=[world.members_a[5].uid]))
    choices = dict(page.context["form"].fields["post"].choices)
    assert choices == {
        post: f"{PostTenure.Post(post).label}（{ROLE_LABELS[role]}权限）" for post, role in POST_ROLES.items()
    }
    text = page.content.decode()
    assert all(words in text for words in (ROLE_WORDS[role] for role in POST_ROLES.values()))


def test_a_secretary_of_less_than_a_year_is_asked_about(vacancy, as_user):
    young = make.member(vacancy.branch_a, admitted_on=DATE(2024, 6, 3), confirmed_on=DATE(2025, 6, 3))
    url = reverse("members:appoint", args=[young.uid])
    client = as_user(vacancy.secretary_a)
    asked = client.post(url, form_of(vacancy))
    assert asked.context["form"].warnings == [
        "书记一般应当具有 1 年以上党龄（《中国共产党支部工作条例（试行）》第二十三条）。"
    ]
    assert set(asked.context["form"].errors) == {"warnings_confirmed", "warnings_reason"}
    assert "请核对" in asked.content.decode()
    assert not PostTenure.objects.filter(member=young).exists()
    assert client.post(url, form_of(vacancy, **CONFIRM)).status_code == 302
    assert PostTenure.objects.get(member=young).post == "secretary"


@pytest.mark.parametrize(
    "post, since",
    [("secretary", "2026-06-03"), ("deputy_secretary", "2026-06-02"), ("organization", "2026-06-02")],
)
def test_a_year_to_the_day_and_other_posts_are_not_asked_about(vacancy, as_user, post, since):
    young = make.member(vacancy.branch_a, admitted_on=DATE(2024, 6, 3), confirmed_on=DATE(2025, 6, 3))
    answer = as_user(vacancy.secretary_a).post(
        reverse("members:appoint", args=[young.uid]), form_of(vacancy, post, since)
    )
    assert answer.status_code == 302
    assert PostTenure.objects.filter(member=young, post=post).exists()


def test_a_post_with_an_end_gives_access_until_then(world, as_user):
    """And may be ended before."""
    person = world.members_a[3]
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    url = reverse("members:appoint", args=[person.uid])
    client = as_user(world.officer_a)
    refused = client.post(url, form_of(world, "youth", "2026-06-02", until="2026-06-02"))
    assert refused.context["form"].errors == {"until": ["免职日期应晚于任职日期。"]}
    client.post(url, form_of(world, "youth", "2026-06-02", until=tomorrow.isoformat()))
    tenure = PostTenure.objects.get(member=person)
    assert tenure.period.upper == tomorrow
    end = reverse("members:end-tenure", args=[tenure.uid])
    assert end in client.get(reverse("members:card", args=[person.uid]) + "?tab=posts").content.decode()

    def may_edit():
        return User.objects.get(pk=world.member_a.pk).access.may(Permission.EDIT_ROSTER, world.branch_a)

    assert may_edit()
    client.post(end, {"on": "2026-07-01"})
    assert not may_edit()
    assert end not in client.get(reverse("members:card", args=[person.uid]) + "?tab=posts").content.decode()


def test_the_posts_of_a_branch_are_shown_as_of_a_day(vacancy, as_user):
    """Who held them, and which of them nobody held."""
    make.tenure(vacancy.members_a[5], "discipline", since=DATE(2025, 1, 1), until=DATE(2026, 6, 1))
    page = as_user(vacancy.officer_a).get
    url = reverse("members:terms", args=[vacancy.branch_a.uid])

    def shown(query):
        context = page(url + query).context
        return [(tenure.post, tenure.member.name) for tenure in context["tenures"]], context["vacancies"]

    rest = [("organization", "白春梅"), ("publicity", "方建国"), ("cell_leader", "陈志远")]
    assert shown("?on=2026-06-01") == (rest, ["书记", "纪检委员"])
    before = [("secretary", "安国强"), *rest[:2], ("discipline", "高海燕"), rest[2]]
    assert shown("?on=2026-05-31") == (before, [])
    assert shown("?on=2024-05-31") == ([("secretary", "安国强"), *rest], ["纪检委员"])
    assert shown("") == (rest, ["书记", "纪检委员"])
    assert shown("?on=2001-01-01") == ([], [])
