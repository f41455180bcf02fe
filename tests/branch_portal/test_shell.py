"""Header and foot: drawn once for equal values, and nobody's in another one's page."""

import re

from django.test import Client

from branch_portal import shell
from members.models import User
from notices.models import Delivery
from tests.access_objects import delivery

PAGE = "/activities/"


def header_of(client, page: str = PAGE) -> str:
    return client.get(page).content.decode().split('<main class="site-main"')[0]


def test_the_second_page_draws_nothing_and_says_the_same(world, as_user):
    client = as_user(world.member_a)
    shell._drawn.cache_clear()
    first = header_of(client)
    drawn = shell._drawn.cache_info().misses
    second = header_of(client)
    assert drawn == 2  # header and foot
    assert shell._drawn.cache_info().misses == drawn

    def without_tokens(html: str) -> str:
        return re.sub(r'value="[A-Za-z0-9]{64}"|"X-CSRFToken": "[^"]*"', "", html)

    assert without_tokens(first) == without_tokens(second)
    assert shell._TOKEN not in second and shell._ADDRESS not in second


def test_people_in_turn_each_see_their_own(world, as_user):
    people = [world.member_a, world.secretary_a, world.secretary_b, world.staff]
    clients = [as_user(user) for user in people]
    for _ in range(2):
        for user, client in zip(people, clients, strict=True):
            header = header_of(client)
            assert user.display_name in header
            others = {other.display_name for other in people if other is not user}
            assert not [name for name in others if name in header]


def test_what_is_shown_follows_what_changed(world, as_user):
    user = world.member_a
    client = as_user(user)
    assert 'aria-pressed="false"' in header_of(client) and "条未读" not in header_of(client)
    User.objects.filter(pk=user.pk).update(elder_view=True, display_name="<b>王&李</b>")
    header = header_of(client)
    assert 'aria-pressed="true"' in header
    assert "&lt;b&gt;王&amp;李&lt;/b&gt;" in header and "<b>王" not in header
    delivery(world, user)
    assert '<span class="count">1<' in header_of(client)
    Delivery.objects.filter(recipient=user).update(read_at="2026-01-01T00:00Z")
    assert "条未读" not in header_of(client)


def test_the_address_is_text(world, as_user):
    header = header_of(as_user(world.member_a), f'{PAGE}?q="><script>alert(1)</script>')
    assert "<script>alert" not in header
    assert 'name="next" value="/activities/?q=' in header


def test_the_token_is_this_sessions(world):
    """The form in the header is accepted: what was put in is a token of the session that asks."""
    for user in (world.member_a, world.secretary_b):
        client = Client(enforce_csrf_checks=True)
        client.force_login(user)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', header_of(client)).group(1)
        answer = client.post("/accounts/elder-view/", {"csrfmiddlewaretoken": token, "next": PAGE})
        assert answer.status_code == 302


def test_the_library_of_htmx_comes_only_where_something_asks_by_it(world, as_user):
    client = as_user(world.secretary_a)
    for path, expected in (
        ("/", 0),
        ("/activities/", 0),
        ("/members/", 0),
        ("/activities/new/theme_day/", 1),
    ):
        html = client.get(path).content.decode()
        assert html.count("django_htmx/htmx") == expected, path
        assert ("hx-get=" in html or "hx-post=" in html) is bool(expected), path
