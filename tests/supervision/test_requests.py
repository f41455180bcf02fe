"""Work requests from draft to closing: states, whom they reach, who answers, what is told, who may see them."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from branch_portal.due import due_items
from members.models import PartyOrganization
from notices.models import Delivery, ReminderSlot
from supervision.actions.request_answers import Given, answer_request, mark_seen, return_answer
from supervision.actions.request_errors import WorkChanged, WorkRefused
from supervision.actions.requests import (
    Asked,
    close_request,
    discard_request,
    edit_request,
    remind_branches,
    send_request,
    withdraw_request,
)
from supervision.models import RequestAnswer, RequestBranch, RequestField, WorkRequest
from supervision.queries.requests import branches_meant, officer_accounts
from tests import factories as make
from tests.notices.factories import at
from tests.supervision.requests import DAY, VOLUNTEERS, answered, draft, sent, target_of, words

pytestmark = pytest.mark.django_db


def labels(request) -> list[tuple[str, str]]:
    return [(field.held_key or field.kind, field.label) for field in request.fields.all()]


def told(subject) -> set[str]:
    return set(
        Delivery.objects.filter(slot__subject=subject, channel="inapp").values_list(
            "recipient__username", flat=True
        )
    )


# --- Drafts ---


def test_a_draft_keeps_its_fields_in_order_figures_first(world):
    work = draft(world, held=["members_full", "members_total", "members_full", "no-such"])
    assert labels(work) == [
        ("members_full", "正式党员数"),
        ("members_total", "党员总数"),
        ("number", "志愿者人数"),
    ]


def test_a_free_field_that_means_a_figure_becomes_that_figure(world):
    """Nobody types what the portal holds, however it is called."""
    free = [
        Asked("请填写本支部党员人数（人）", "number"),
        Asked("女党员", "short"),
        VOLUNTEERS,
        Asked("志愿者总数", "number"),
    ]
    work = draft(world, held=[], free=free)
    assert labels(work) == [
        ("members_total", "党员总数"),
        ("members_female", "女党员数"),
        ("number", "志愿者人数"),
    ]


def test_a_draft_is_changed_by_who_read_it_last(world):
    work = draft(world)
    edited = edit_request(
        by=world.staff, request=work, words=words(title="改过"), free=[VOLUNTEERS], version=1
    )
    assert (edited.title, edited.version, labels(edited)) == ("改过", 2, [("number", "志愿者人数")])
    with pytest.raises(WorkChanged):
        edit_request(by=world.staff, request=work, words=words(), version=1)


def test_what_is_sent_is_neither_changed_nor_dropped(world):
    work = sent(world)
    with pytest.raises(WorkRefused, match="已经发出"):
        edit_request(by=world.staff, request=work, words=words(), version=work.version)
    with pytest.raises(WorkRefused, match="已经发出"):
        discard_request(by=world.staff, request=work)
    discard_request(by=world.staff, request=(other := draft(world)))
    assert not WorkRequest.objects.filter(pk=other.pk).exists()


# --- Whom it is for ---


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ({}, {"branch_a", "branch_b", "branch_d"}),
        ({"roots": ["general_branch"]}, {"branch_a", "branch_b"}),
        ({"categories": ["government_organ"]}, {"branch_d"}),
        ({"roots": ["general_branch"], "categories": ["government_organ"]}, set()),
        ({"branches": ["branch_b"]}, {"branch_b"}),
        ({"categories": ["government_organ"], "branches": ["branch_a"]}, {"branch_d", "branch_a"}),
        ({"branches": ["branch_x"]}, set()),
        ({"roots": ["committee_x"]}, set()),
    ],
)
def test_the_audience_is_of_the_sender_s_subtree(world, audience, names):
    ids = {
        key: [value if key == "categories" else getattr(world, value).pk for value in values]
        for key, values in audience.items()
    }
    found = branches_meant(world.committee, ids, timezone.localdate())
    assert {branch.pk for branch in found} == {getattr(world, name).pk for name in names}


def test_the_audience_is_frozen_when_it_is_sent(world):
    work = sent(world)
    make.organization(parent=world.committee, name="新党支部")
    assert set(work.targets.values_list("branch__name", flat=True)) == {
        "清源村第一党支部", "清源村第二党支部", "镇机关党支部",
    }  # fmt: skip
    again = send_request(by=world.staff, request=work)
    assert (again.sent_at, again.targets.count()) == (work.sent_at, 3)


def test_nothing_is_sent_to_nobody_or_after_its_time(world):
    with pytest.raises(WorkRefused, match="没有党支部"):
        send_request(by=world.staff, request=draft(world, audience={"branches": [world.branch_x.pk]}))
    with pytest.raises(WorkRefused, match="截止时间已过"):
        send_request(by=world.staff, request=draft(world, deadline=timezone.now() - DAY))
    with pytest.raises(WorkChanged):
        send_request(by=world.staff, request=draft(world), version=7)


# --- What is told ---


def test_its_officers_are_told_and_no_member(world):
    work = sent(world)
    at(timezone.now())
    assert told(work.subject) == {"secretary_a", "officer_a", "secretary_b", "secretary_d"}


def test_who_answers_by_grant_is_told_too(world):
    deputy = make.user("deputy")
    make.grant(deputy, "branch_officer", world.branch_b)
    assert deputy.pk in officer_accounts([world.branch_b.pk], timezone.localdate())


def test_a_title_with_a_name_does_not_leave_the_portal(world):
    work = sent(world, title="了解白春梅同志情况")
    at(timezone.now())
    assert "白春梅" not in work.safe_title
    titles = ReminderSlot.objects.filter(subject=work.subject).values_list("title", flat=True)
    assert titles
    assert not any("白春梅" in title for title in titles)


def test_the_rest_is_reminded_by_one_click_and_once_a_day(world):
    work = sent(world)
    answered(world, work)
    assert remind_branches(by=world.staff, request=work) == 2
    at(timezone.now())
    reminded = Delivery.objects.filter(slot__subject=work.subject, slot__rule__key="work_request_reminder")
    assert set(reminded.values_list("recipient__username", flat=True)) == {"secretary_b", "secretary_d"}
    with pytest.raises(WorkRefused, match="今天已经提醒过"):
        remind_branches(by=world.staff, request=work)
    assert remind_branches(by=world.staff, request=work, now=timezone.now() + DAY) == 2


def test_nobody_is_reminded_when_all_have_answered(world):
    work = sent(world, audience={"branches": [world.branch_a.pk]})
    answered(world, work)
    with pytest.raises(WorkRefused, match="都已填报"):
        remind_branches(by=world.staff, request=work)


def due_of(branch) -> list:
    branches = PartyOrganization.objects.filter(pk=branch.pk)
    items = due_items(branches=branches, day=timezone.localdate())
    return [item for item in items if item.rule_key == "work_request_due"]


def test_it_stands_on_the_workbench_until_it_is_answered(world, as_user):
    work = sent(world, title="志愿服务摸底")
    (item,) = due_of(world.branch_a)
    target = target_of(work, world.branch_a)
    assert (item.title, item.url) == (
        f"办理{world.committee}的工作要求：志愿服务摸底",
        f"/supervision/requests/{target.uid}/",
    )
    assert item.due_on == timezone.localdate(work.deadline)
    assert item.not_before == timezone.localdate() + DAY
    assert "志愿服务摸底" in as_user(world.secretary_a).get("/").content.decode()
    answered(world, work)
    assert due_of(world.branch_a) == []
    return_answer(by=world.staff, target=target_of(work, world.branch_a), reason="请核对")
    assert [found.action_label for found in due_of(world.branch_a)] == ["去修改"]
    close_request(by=world.staff, request=work)
    assert due_of(world.branch_a) == due_of(world.branch_b) == []


# --- Answers ---


def test_an_answer_freezes_the_figures_and_keeps_what_was_typed(world):
    work = sent(world)
    target = answered(world, work)
    make.member(world.branch_a)
    values = list(target.answers.order_by("field__position").values_list("value", "origin"))
    assert values == [("10", "portal"), ("12", "typed")]
    assert (target.state, target.answered_by, target.seen_by) == (
        "answered",
        world.secretary_a,
        world.secretary_a,
    )


def test_a_branch_says_what_is_wrong_with_a_figure(world):
    work = sent(world)
    target = target_of(work, world.branch_a)
    held, free = work.fields.all()
    given = {held.pk: Given(doubt="少了一人"), free.pk: Given(value="3")}
    answer_request(by=world.officer_a, target=target, given=given)
    row = RequestAnswer.objects.get(target=target, field=held)
    assert (row.value, row.doubt) == ("10", "少了一人")


def test_figures_that_changed_meanwhile_are_shown_again(world):
    work = sent(world)
    with pytest.raises(WorkRefused, match="刚有更新"):
        answered(world, work, figures={"members_total": "9"})
    answered(world, work, figures={"members_total": "10"})


def test_it_is_corrected_until_the_deadline_and_taken_late_once(world):
    work = sent(world)
    answered(world, work)
    assert answered(world, work, ["13"]).version == 3
    late = work.deadline + DAY
    with pytest.raises(WorkRefused, match="截止时间已过"):
        answered(world, work, ["14"], now=late)
    answered(world, work, branch=world.branch_b, by=world.secretary_b, now=late)
    assert set(RequestAnswer.objects.filter(field__kind="number").values_list("value", flat=True)) == {
        "13",
        "12",
    }


def test_two_officers_at_once_do_not_lose_an_answer(world):
    work = sent(world)
    answered(world, work, version=1)
    with pytest.raises(WorkChanged):
        answered(world, work, ["99"], by=world.officer_a, version=1)


def test_what_is_returned_says_why_and_is_mended_after_the_deadline_too(world):
    work = sent(world)
    with pytest.raises(WorkRefused, match="只有已经填报的"):
        return_answer(by=world.staff, target=target_of(work, world.branch_a), reason="请补充")
    answered(world, work)
    target = return_answer(by=world.staff, target=target_of(work, world.branch_a), reason="请按户核对")
    at(timezone.now())
    assert told(target.subject) == {"secretary_a", "officer_a"}
    mended = answered(world, work, ["11"], now=work.deadline + DAY)
    assert (mended.state, mended.returned_reason) == ("answered", "")


def test_a_request_without_fields_is_reported_done(world):
    work = sent(world, held=[], free=[])
    target = answered(world, work, [], note="已传达到全体党员")
    assert (target.state, target.note, target.answers.count()) == ("answered", "已传达到全体党员", 0)


def test_the_first_receipt_counts(world):
    work = sent(world)
    mark_seen(by=world.officer_a, target=target_of(work, world.branch_a))
    mark_seen(by=world.secretary_a, target=target_of(work, world.branch_a))
    assert target_of(work, world.branch_a).seen_by == world.officer_a


@pytest.mark.parametrize(
    "persona", ["member_a", "cell_leader_a", "secretary_b", "staff", "staff_x", "superuser"]
)
def test_nobody_else_answers_for_the_branch(world, persona):
    work = sent(world)
    with pytest.raises(WorkRefused, match="不负责这个党支部"):
        answered(world, work, by=getattr(world, persona))


# --- The end ---


def test_what_is_withdrawn_or_closed_takes_no_answer_and_reminds_nobody(world):
    for step in (
        lambda work: withdraw_request(by=world.staff, request=work, reason="发错了"),
        lambda work: close_request(by=world.staff, request=work),
    ):
        work = sent(world, free=[Asked(f"内容{timezone.now():%f}", "short")])
        ended = step(work)
        with pytest.raises(WorkRefused):
            answered(world, work)
        for again in (close_request, remind_branches):
            with pytest.raises(WorkRefused):
                again(by=world.staff, request=ended)
        assert not ReminderSlot.objects.filter(subject=work.subject, state="open").exists()


BAD = {
    "request_sent_iff_no_draft": lambda w: WorkRequest.objects.filter(pk=w.pk).update(sent_by=None),
    "request_closed_by_and_at": lambda w: WorkRequest.objects.filter(pk=w.pk).update(state="closed"),
    "request_withdrawal_has_reason": lambda w: WorkRequest.objects.filter(pk=w.pk).update(state="withdrawn"),
    "request_state_known": lambda w: WorkRequest.objects.filter(pk=w.pk).update(state="odd"),
    "request_deadline_after_sending": lambda w: WorkRequest.objects.filter(pk=w.pk).update(
        deadline=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    ),
    "request_field_held_or_free": lambda w: w.fields.update(held_key="members_total"),
    "request_field_file_never_compulsory": lambda w: w.fields.filter(held_key="").update(kind="file"),
    "request_field_choice_has_choices": lambda w: w.fields.filter(held_key="").update(kind="choice"),
    "request_field_validity": lambda w: w.fields.update(valid_months=13),
    "request_branch_answered_by_and_at": lambda w: w.targets.update(state="answered"),
    "request_branch_returned_has_reason": lambda w: w.targets.update(returned_reason="改"),
    "request_branch_seen_by_and_at": lambda w: w.targets.update(seen_at=timezone.now()),
    "request_branch_known_within_asked": lambda w: w.targets.update(known_fields=9),
    "request_answer_doubts_portal_only": lambda w: RequestAnswer.objects.filter(origin="typed").update(
        doubt="错"
    ),
    "request_answer_kept_iff_earlier": lambda w: RequestAnswer.objects.update(origin="kept"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_database_keeps_the_states(world, name):
    work = sent(world)
    answered(world, work)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BAD[name](work)


def test_every_change_leaves_its_trace(world):
    work = sent(world)
    answered(world, work)
    answered(world, work, ["13"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value FROM supervision_requestanswerevent WHERE origin = 'typed' ORDER BY pgh_id"
        )
        assert [row[0] for row in cursor.fetchall()] == ["12", "13"]


# --- Who sees what ---


def test_the_sender_s_side_and_the_committees_above_read_it(world):
    clerk = make.user("clerk")
    make.grant(clerk, "committee_staff", world.general_branch)
    below = sent(world, by=clerk, organization=world.general_branch)
    own = sent(world)
    assert set(WorkRequest.objects.visible_to(world.staff)) == {below, own}
    assert set(WorkRequest.objects.editable_by(world.staff)) == {own}
    assert set(WorkRequest.objects.visible_to(clerk)) == {below}
    hidden = draft(world, by=clerk, organization=world.general_branch)
    assert hidden not in WorkRequest.objects.visible_to(world.staff)


@pytest.mark.parametrize("persona", ["staff_x", "superuser", "member_a", "cell_leader_a"])
def test_nobody_outside_sees_a_row(world, persona):
    work, user = sent(world), getattr(world, persona)
    answered(world, work)
    for model in (WorkRequest, RequestField, RequestBranch, RequestAnswer):
        assert model.objects.exists()
        assert not model.objects.visible_to(user).exists(), model


def test_a_branch_sees_its_own_part_alone(world):
    work = sent(world)
    answered(world, work)
    answered(world, work, branch=world.branch_b, by=world.secretary_b)
    assert {row.branch for row in RequestBranch.objects.visible_to(world.secretary_a)} == {world.branch_a}
    assert {row.branch for row in RequestAnswer.objects.visible_to(world.secretary_a)} == {world.branch_a}
    assert not WorkRequest.objects.visible_to(world.secretary_a).exists()


def test_sending_takes_as_many_statements_for_many_branches(world):
    def statements() -> int:
        work = draft(world, free=[Asked(f"内容{timezone.now():%f}", "short")])
        with CaptureQueriesContext(connection) as queries:
            send_request(by=world.staff, request=work)
        return len(queries)

    statements()  # who the asker is, is read once
    few = statements()
    for _ in range(5):
        make.organization(parent=world.committee)
    assert statements() == few
