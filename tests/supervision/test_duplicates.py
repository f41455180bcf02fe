"""Nothing asked twice: earlier answers are shown, offered and kept, and a request for what is known is refused."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from branch_portal.dates import add_months
from supervision.actions.request_answers import return_answer
from supervision.actions.request_errors import NothingNew
from supervision.actions.requests import Asked, send_request
from supervision.models import RequestAnswer, RequestBranch
from supervision.queries.duplicates import knowledge_for_branch, knowledge_of
from supervision.rules.requests import fits, still_valid
from tests import factories as make
from tests.supervision.requests import DAY, answered, draft, sent, target_of

pytestmark = pytest.mark.django_db
AGAIN = Asked("请填写本支部志愿者数量（人）", "number")


def only(*branches) -> dict:
    return {"branches": [branch.pk for branch in branches]}


def asked_once(world, *, ago=30, months=12, value="12", free=None, **fields):
    """Branch A answered the same question so many days ago."""
    then = timezone.now() - ago * DAY
    field = free or Asked("志愿者人数", "number", valid_months=months)
    work = sent(world, now=then, free=[field], audience=only(world.branch_a), **fields)
    answered(world, work, [value], now=then)
    return work


def test_what_is_wholly_held_is_refused_and_nothing_goes_out(world):
    work = draft(world, held=["members_total", "term_ends"], free=[Asked("党员人数", "number")])
    with pytest.raises(NothingNew, match="系统里都已经有了"):
        send_request(by=world.staff, request=work)
    work.refresh_from_db()
    assert (work.state, work.targets.count()) == ("draft", 0)


def test_what_was_answered_within_its_validity_is_refused(world):
    asked_once(world)
    work = draft(world, free=[AGAIN], audience=only(world.branch_a))
    with pytest.raises(NothingNew):
        send_request(by=world.staff, request=work)


@pytest.mark.parametrize(
    ("months", "ago", "refused"), [(1, 20, True), (1, 40, False), (3, 80, True), (12, 340, True)]
)
def test_an_answer_stands_as_long_as_it_was_said_to(world, months, ago, refused):
    asked_once(world, months=months, ago=ago)
    known = knowledge_of(world.staff, draft(world, free=[AGAIN], audience=only(world.branch_a)))
    assert known.nothing_to_ask is refused


def test_what_is_older_than_a_year_is_asked_anew(world):
    asked_once(world, ago=370)
    known = knowledge_of(world.staff, draft(world, free=[AGAIN], audience=only(world.branch_a)))
    assert (known.nothing_to_ask, known.earlier) == (False, {})


def test_another_question_a_file_and_plain_work_are_never_refused(world):
    asked_once(world)
    for free in ([Asked("防汛物资数", "number")], [Asked("现场图", "file")]):
        assert not knowledge_of(
            world.staff, draft(world, free=free, audience=only(world.branch_a))
        ).nothing_to_ask
    assert not knowledge_of(
        world.staff, draft(world, held=[], free=[], audience=only(world.branch_a))
    ).nothing_to_ask


def test_the_sender_sees_who_said_what_and_when(world):
    earlier = asked_once(world)
    known = knowledge_of(world.staff, draft(world, free=[AGAIN]))
    ((field, said),) = known.asked_before()
    ((branch, before),) = said
    assert (field.label, branch) == (AGAIN.label, world.branch_a)
    assert (before.shown, before.said_by, before.asked_by, before.title, before.valid) == (
        "12", "安国强", "清源镇党委", earlier.title, True,
    )  # fmt: skip
    assert before.stated_on == timezone.localdate(timezone.now() - 30 * DAY)


def test_branches_of_which_all_is_known_are_not_bothered(world):
    asked_once(world)
    work = sent(world, free=[AGAIN])
    a, b = target_of(work, world.branch_a), target_of(work, world.branch_b)
    assert (a.state, a.asked_fields, a.known_fields) == ("known", 2, 2)
    assert (b.state, b.asked_fields, b.known_fields) == ("waiting", 2, 1)
    assert [(row.value, row.origin) for row in a.answers.order_by("field__position")] == [
        ("10", "portal"),
        ("12", "kept"),
    ]
    assert target_of(work, world.branch_a) not in RequestBranch.objects.waiting()
    assert target_of(work, world.branch_a) not in RequestBranch.objects.bothered()


def test_an_expired_answer_is_in_its_place_and_one_tap_keeps_it(world):
    first = asked_once(world, months=1, ago=60)
    work = sent(world, free=[AGAIN], audience=only(world.branch_a))
    known = knowledge_for_branch(world.secretary_a, target_of(work, world.branch_a))
    free = next(field for field in known.fields if not field.is_held)
    assert known.answer_before(free, world.branch_a.pk).value == "12"
    target = answered(world, work, ["12"])
    kept = target.answers.get(field=free)
    assert (kept.origin, kept.earlier.target.request) == ("kept", first)
    assert kept.stated_on == kept.earlier.stated_on  # keeping does not make it younger
    changed = answered(world, work, ["13"]).answers.get(field=free)
    assert (changed.origin, changed.earlier, changed.stated_on) == ("typed", None, timezone.localdate())


def test_what_was_sent_back_is_nobody_s_word(world):
    work = asked_once(world, ago=3)
    return_answer(by=world.staff, target=target_of(work, world.branch_a), reason="请核对")
    assert not knowledge_of(world.staff, draft(world, free=[AGAIN], audience=only(world.branch_a))).earlier


def test_an_answer_to_another_committee_of_the_same_branch_counts_for_both(world):
    """Whoever supervises the branch uses its word again; who does not, learns nothing of it."""
    clerk = make.user("clerk")
    make.grant(clerk, "committee_staff", world.general_branch)
    asked_once(world)
    below = draft(
        world, by=clerk, organization=world.general_branch, free=[AGAIN], audience=only(world.branch_a)
    )
    assert knowledge_of(clerk, below).nothing_to_ask
    elsewhere = draft(world, by=world.staff_x, organization=world.committee_x, free=[AGAIN])
    assert knowledge_of(world.staff_x, elsewhere).earlier == {}
    assert not RequestAnswer.objects.visible_to(world.staff_x).exists()


@pytest.mark.parametrize(
    ("kind", "value", "choices", "offered"),
    [
        ("number", "12", (), True),
        ("number", "十二户", (), False),
        ("short", "十二户", (), True),
        ("date", "2026-03-01", (), True),
        ("date", "三月初", (), False),
        ("choice", "已完成", ("已完成", "进行中"), True),
        ("choice", "其他", ("已完成", "进行中"), False),
        ("file", "照片", (), False),
        ("short", "", (), False),
    ],
)
def test_only_what_fits_the_field_is_offered(kind, value, choices, offered):
    assert fits(kind, value, choices) is offered


@given(st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)), st.integers(1, 12))
def test_validity_ends_on_its_day(stated, months):
    last = add_months(stated, months)
    assert still_valid(stated, months, last - datetime.timedelta(days=1))
    assert not still_valid(stated, months, last)


def test_looking_up_what_is_known_costs_the_same_for_many_branches(world):
    asked_once(world)

    def statements() -> int:
        work = draft(world, free=[AGAIN, Asked("防汛物资数", "number")])
        with CaptureQueriesContext(connection) as queries:
            knowledge_of(world.staff, work).asked_before()
        return len(queries)

    statements()
    few = statements()
    for _ in range(5):
        make.organization(parent=world.committee)
    assert statements() == few
