"""Whom a notice means: always within the sender's part of the tree, narrowed by every choice, widened by none."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import PartyOrganization, PostTenure
from notices.queries.notice_audience import branches_meant, people_meant, preview
from notices.rules.notices import (
    answer_closed,
    chat_text,
    clean_audience,
    outside_title,
)
from tests import factories as make
from tests.notices.factories import NOON
from tests.notices.notices import draft

DAY = datetime.date(2030, 5, 15)
SENDERS = ("branch_a", "branch_b", "general_branch", "committee", "committee_x")
PLACES = ("branch_a", "branch_b", "branch_d", "branch_x", "cell_a1", "cell_a2", "committee_x")
audiences = st.fixed_dictionaries(
    {
        "places": st.sets(st.sampled_from(PLACES)),
        "posts": st.lists(st.sampled_from(PostTenure.Post.values)),
        "categories": st.lists(st.sampled_from(["full", "probationary"])),
    }
)
within_db = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def asked(world, choice) -> dict:
    chosen = [getattr(world, name).pk for name in choice["places"]]
    return clean_audience({**choice, "organizations": chosen})


@pytest.mark.django_db
@given(sender=st.sampled_from(SENDERS), choice=audiences)
@within_db
def test_people_are_the_senders_own_and_every_choice_narrows(world, sender, choice):
    organization, audience = getattr(world, sender), asked(world, choice)
    found = set(people_meant(organization, audience, DAY))
    everybody = set(people_meant(organization, {}, DAY))
    assert found <= everybody
    assert all(member.branch.path.startswith(organization.path) for member in everybody)
    for name in audience:
        assert found <= set(people_meant(organization, {**audience, name: []}, DAY))
    if len(audience["organizations"]) > 1:
        parts = [
            people_meant(organization, {**audience, "organizations": [pk]}, DAY)
            for pk in audience["organizations"]
        ]
        assert found == {member for part in parts for member in part}


@pytest.mark.django_db
@given(sender=st.sampled_from(SENDERS), choice=audiences)
@within_db
def test_branches_are_the_senders_own(world, sender, choice):
    organization, audience = getattr(world, sender), asked(world, choice)
    found = set(branches_meant(organization, audience, DAY))
    below = PartyOrganization.objects.all().branches().filter(path__startswith=organization.path)
    assert found <= set(below)
    assert audience["organizations"] or found == set(below)


@pytest.mark.django_db
def test_posts_and_categories(world):
    def names(**audience) -> list[str]:
        return sorted(people_meant(world.branch_a, audience, DAY).values_list("name", flat=True))

    assert names(posts=["secretary"]) == ["安国强"]
    assert names(posts=["cell_leader", "organization"]) == ["白春梅", "陈志远"]
    assert names(categories=["probationary"]) == ["马晓东"]
    assert names(posts=["secretary"], categories=["probationary"]) == []
    assert len(names(organizations=[world.cell_a1.pk])) == 5
    assert people_meant(world.committee, {"posts": ["secretary"]}, DAY).count() == 3


@pytest.mark.django_db
def test_a_post_that_has_ended_and_who_has_left_are_not_meant(world):
    one = make.member(world.branch_a, "卸任者")
    make.tenure(one, "secrecy", until=DAY)
    make.former_member(world.branch_a, "已转出者", on=datetime.date(2026, 1, 1))
    assert not people_meant(world.branch_a, {"posts": ["secrecy"]}, DAY).exists()
    assert people_meant(world.branch_a, {}, DAY).count() == 11


@pytest.mark.django_db
def test_an_abolished_branch_is_not_meant(world):
    PartyOrganization.objects.filter(pk=world.branch_b.pk).update(abolished_on=DAY)
    assert set(branches_meant(world.committee, {}, DAY)) == {world.branch_a, world.branch_d}


@pytest.mark.django_db
def test_the_preview_counts_what_would_be_frozen(world):
    shown = preview(draft(world, audience={"organizations": [world.cell_a1.pk]}), DAY)
    assert (shown.count, shown.names[0], shown.silent) == (5, "安国强", ["方建国"])
    above = draft(world, by=world.staff, organization=world.committee, addressed="branches")
    assert (preview(above, DAY).count, preview(above, DAY).unit) == (3, "个党支部")


# --- Pure rules ---

names = st.text("安白陈邓方高何金李马晓东国强", min_size=2, max_size=3)
texts = st.text("安白陈邓方高何金李马晓东国强学习笔记。\n", max_size=40)


@given(title=texts, text=texts, people=st.lists(names, max_size=4))
def test_a_chat_text_names_nobody(title, text, people):
    shown = chat_text(
        sender="清源村支部",
        title=title,
        text=text,
        wanted="attend",
        deadline=NOON,
        address="/n/",
        names=people,
    )
    assert not any(name in shown for name in people)
    assert "5月15日12:00" in shown


@given(title=texts, people=st.lists(names, max_size=4))
def test_a_title_that_leaves_the_portal_names_nobody_and_fits(title, people):
    shown = outside_title(title * 10, sender="清源村支部", names=people, corrected=True)
    assert not any(name in shown for name in people)
    assert len(shown) <= 120
    assert "\n" not in shown


@given(hours=st.integers(-48, 48), answered=st.booleans(), withdrawn=st.booleans())
def test_answers_close_with_the_deadline_for_who_has_answered(hours, answered, withdrawn):
    now = NOON + datetime.timedelta(hours=hours)
    closed = answer_closed(deadline=NOON, answered=answered, withdrawn=withdrawn, now=now)
    assert closed == (withdrawn or (answered and hours > 0))
