"""The catalogue of posts: complete, readable by all, edited by a root committee's staff against the version read."""

import pytest
from django.urls import reverse

from branch_portal.permissions import POST_ROLES, Role
from members.models import PostDefinition, PostTenure
from members.queries.roster import POST_ORDER
from notices.audiences import _COMMITTEE_POSTS

pytestmark = pytest.mark.django_db
TEXTS = {"duties": "一", "tasks": "二", "methods": "三", "standards": "四"}


def test_every_post_is_described():
    found = PostDefinition.objects.in_order()
    assert [definition.post for definition in found] == PostTenure.Post.values
    assert all(d.duties and d.tasks and d.methods and d.standards for d in found)


@pytest.mark.parametrize("post", ["youth", "united_front", "secrecy"])
def test_the_further_posts_make_officers(post):
    assert POST_ROLES[post] == Role.BRANCH_OFFICER
    assert POST_ORDER["discipline"] < POST_ORDER[post] < POST_ORDER["committee_member"]
    assert post in _COMMITTEE_POSTS


def test_an_edit_counts_against_the_version_that_was_read(client, world):
    client.force_login(world.staff)
    url = reverse("members:edit-post", args=["secretary"])
    assert client.post(url, {**TEXTS, "version": "1"}).status_code == 302
    late = client.post(url, {**TEXTS, "duties": "另一种写法", "version": "1"})
    assert "刚被他人修改过" in late.content.decode() and "另一种写法" in late.content.decode()
    kept = PostDefinition.objects.get(post="secretary")
    assert (kept.duties, kept.version) == ("一", 2)
