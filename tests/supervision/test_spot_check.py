"""抽查: anybody draws the same again; read one after another; a committee's own."""

import datetime
import random
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.models import ActivityRecord
from branch_portal.dates import today_shanghai
from supervision.actions.spot_checks import CheckRefused, draw_check, judge_item
from supervision.models import Finding, Inspection, SpotCheck, SpotCheckItem
from supervision.queries.spot_checks import Stratum, population, redraw, stratum_of, uids_of
from supervision.rules.drawing import draw, fingerprint
from tests.activities import factories as life
from tests.supervision.test_pages import text


@given(st.lists(st.uuids(), unique=True, max_size=40), st.integers(1, 50), st.integers(0, 2**48))
def test_the_order_of_the_population_does_not_matter(uids, size, seed):
    names = [str(uid) for uid in uids]
    shuffled = random.Random(1).sample(names, len(names))
    drawn = draw(names, size, seed)
    assert drawn == draw(shuffled, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(names))
    assert fingerprint(names) == fingerprint(shuffled)


def test_a_seed_draws_the_same_for_ever():
    """Written down here, so that a changed generator would be noticed."""
    names = [str(uuid.UUID(int=number)) for number in range(100)]
    assert [uuid.UUID(name).int for name in draw(names, 5, 20260401)] == [3, 46, 30, 62, 4]


@pytest.fixture
def day():
    return today_shanghai()


@pytest.fixture
def records(world, day):
    """Five records of A on five days, two of B, one of D, one of another committee."""
    made = [
        life.record(world.secretary_a, world.branch_a, "theme_day", day=day - datetime.timedelta(days=back))
        for back in range(4)
    ]
    made.append(life.record(world.secretary_a, world.branch_a, "party_lecture", day=day))
    made += [
        life.record(world.secretary_b, world.branch_b, kind, day=day)
        for kind in ("theme_day", "party_lecture")
    ]
    made.append(life.record(world.secretary_d, world.branch_d, day=day))
    life.record(world.secretary_x, world.branch_x, day=day)
    return made


@pytest.fixture
def stratum(world, day):
    return Stratum(world.committee, day - datetime.timedelta(days=30), day)


def test_the_stored_filter_and_seed_draw_the_same_again(world, records, stratum):
    check = draw_check(by=world.staff, title="抽查", stratum=stratum, size=4)
    assert (check.organization, check.population, check.size) == (world.committee, 8, 4)
    stored = [str(item.record.uid) for item in check.items.order_by("position")]
    # By hand, from nothing but what is stored.
    row = SpotCheck.objects.get(pk=check.pk)
    uids = sorted(uids_of(population(stratum_of(row), row.drawn_at)))
    assert random.Random(row.seed).sample(uids, row.size) == stored
    again = redraw(row)
    assert (again.same_population, again.same_sample, again.population) == (True, True, 8)


def test_what_is_signed_after_the_drawing_changes_nothing(world, records, stratum, day):
    check = draw_check(by=world.staff, title="抽查", stratum=stratum, size=3)
    life.record(world.secretary_a, world.branch_a, "cell_meeting", day=day, cell=world.cell_a1)
    assert redraw(check).same_sample
    # A record that moves out of the period is said, not hidden.
    ActivityRecord.objects.filter(pk=records[0].pk).update(on_date=day - datetime.timedelta(days=90))
    assert not redraw(check).same_population


def test_a_stratum_narrows_what_is_drawn(world, records, day):
    first = day - datetime.timedelta(days=30)
    lectures = Stratum(world.committee, first, day, kinds=("party_lecture",))
    assert draw_check(by=world.staff, title="党课", stratum=lectures, size=9).size == 2
    organs = Stratum(world.committee, first, day, unit_categories=("government_organ",))
    assert [
        item.branch for item in draw_check(by=world.staff, title="机关", stratum=organs, size=9).items.all()
    ] == [world.branch_d]
    today = Stratum(world.branch_a, day, day)
    assert draw_check(by=world.staff, title="一支部", stratum=today, size=9).population == 2
    with pytest.raises(CheckRefused, match="没有已提交的记录"):
        draw_check(by=world.staff, title="空", stratum=Stratum(world.committee, first, first), size=1)
    with pytest.raises(CheckRefused, match="不能抽查这个范围"):
        draw_check(by=world.staff_x, title="越界", stratum=today, size=1)


def test_a_problem_needs_words_in_the_database_too(world, records, stratum):
    check = draw_check(by=world.staff, title="抽查", stratum=stratum, size=1)
    item = check.items.get()
    with pytest.raises(CheckRefused, match="写明问题"):
        judge_item(by=world.staff, item=item, result="problem", text=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        SpotCheckItem.objects.filter(pk=item.pk).update(
            result="problem", text="", judged_by=world.staff, judged_at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SpotCheckItem.objects.filter(pk=item.pk).update(result="fits")


def form(client, url: str, **typed) -> dict:
    return {"submission_key": client.get(url).context["form"]["submission_key"].value()} | typed


def test_a_sample_is_drawn_read_and_becomes_an_inspection(world, records, as_user, day):
    client = as_user(world.staff)
    url = reverse("supervision:check-new")
    typed = form(
        client, url, title="一季度抽查", organization=world.committee.uid, first_on=day - datetime.timedelta(days=9),
        last_on=day, size=2,
    )  # fmt: skip
    answer = client.post(url, typed)
    assert client.post(url, typed)["Location"] == answer["Location"]
    check = SpotCheck.objects.get()
    page = client.get(answer["Location"])
    assert "从 8 份记录中抽取 2 份" in text(page) and str(check.seed) in text(page)
    assert "按同样的范围和种子重新抽取，结果相同" in text(page)
    one, two = (reverse("supervision:check-item", args=[check.uid, number]) for number in (1, 2))
    shown = client.get(one)
    assert check.items.get(position=1).record.title in text(shown) and "下一份" in text(shown)
    assert client.post(one, {"result": "fits"})["Location"] == two
    refused = client.post(two, {"result": "problem"})
    assert "请写明问题是什么、在哪里" in text(refused)
    done = client.post(two, {"result": "problem", "text": "第 3 项决议没有责任人"})
    assert done["Location"] == reverse("supervision:check", args=[check.uid])
    into = reverse("supervision:inspection-from-check", args=[check.uid])
    typed = form(
        client,
        into,
        title="一季度检查",
        on_date=day,
        inspectors="组织委员",
        due_on=day + datetime.timedelta(days=14),
    )
    client.post(into, typed)
    client.post(into, typed)
    finding = Finding.objects.get()
    assert (finding.text, finding.item, finding.record) == (
        "第 3 项决议没有责任人",
        finding.item,
        finding.item.record,
    )
    assert Inspection.objects.get().spot_check == check
    with pytest.raises(CheckRefused, match="已据此提出整改问题"):
        judge_item(by=world.staff, item=finding.item, result="fits")


def test_an_upper_committee_sees_the_checks_of_lower_ones_and_nobody_else_does(
    world, records, as_user, day, make_staff
):
    lower = make_staff("staff_general", world.general_branch)
    stratum = Stratum(world.general_branch, day - datetime.timedelta(days=30), day)
    below = draw_check(by=lower, title="总支抽查", stratum=stratum, size=1)
    above = draw_check(by=world.staff, title="镇党委抽查", stratum=stratum, size=1)
    assert (below.organization, above.organization) == (world.general_branch, world.committee)
    url = reverse("supervision:checks")
    assert "总支抽查" in text(as_user(world.staff).get(url))
    assert "镇党委抽查" not in text(as_user(lower).get(url))
    assert as_user(lower).get(reverse("supervision:check", args=[above.uid])).status_code == 404
    for page in (url, reverse("supervision:checks-export")):
        assert "抽查" not in {check.title for check in SpotCheck.objects.visible_to(world.staff_x)}
        assert as_user(world.staff_x).get(page).status_code == 200
    assert not SpotCheck.objects.visible_to(world.superuser).exists()
    assert as_user(world.secretary_a).get(url).status_code == 403


def test_checks_query_count(world, records, as_user, stratum, django_assert_num_queries):
    client = as_user(world.staff)
    url = reverse("supervision:checks")
    draw_check(by=world.staff, title="一", stratum=stratum, size=1)
    client.get(url)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url)
    for number in range(3):
        draw_check(by=world.staff, title=f"第{number}次", stratum=stratum, size=3)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url)


LIST_QUERIES = 6
