"""批注: written by the committee, answered by the branch, fixed after an hour, read by nobody else."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from notices.models import ReminderSlot
from supervision.actions.comments import (
    CommentRefused,
    answer_comment,
    mend_comment,
    take_back_comment,
    write_comment,
)
from supervision.models import RecordComment
from supervision.models.comments import MENDABLE
from tests.activities import factories as life
from tests.supervision.test_pages import text
from tests.supervision.test_spot_check import form


@pytest.fixture
def record(world):
    return life.record(world.secretary_a, world.branch_a)


@pytest.fixture
def comment(world, record):
    return write_comment(by=world.staff, record=record, text="请补记缺席原因")


def test_the_committee_writes_and_the_branch_answers(world, record, as_user):
    staff, officer = as_user(world.staff), as_user(world.officer_a)
    page = reverse("activities:record", args=[record.uid])
    url = reverse("supervised:comment", args=[record.uid])
    assert url in staff.get(page).content.decode() and url not in officer.get(page).content.decode()
    typed = form(staff, url, text="请补记缺席原因")
    staff.post(url, typed)
    staff.post(url, typed)
    row = RecordComment.objects.get()
    assert (row.side, row.author) == ("committee", world.staff)
    assert "请补记缺席原因" in text(officer.get(page))
    answer = reverse("supervised:comment-answer", args=[row.uid])
    officer.post(answer, form(officer, answer, text="已补记，请查看"))
    assert "已补记，请查看" in text(staff.get(page))
    reply = RecordComment.objects.get(answers_to=row)
    assert (reply.side, reply.author) == ("branch", world.officer_a)
    told = list(ReminderSlot.objects.filter(rule__key="record_comment").order_by("pk"))
    assert [slot.audience["kind"] for slot in told] == ["branch_officers", "own_staff"]
    assert all("缺席" not in slot.title + slot.body for slot in told)


def test_nobody_else_reads_it(world, comment, record, as_user):
    page = reverse("activities:record", args=[record.uid])
    for reader in (world.member_a, world.cell_leader_a):
        assert "请补记缺席原因" not in text(as_user(reader).get(page))
    for outsider in (
        world.member_a, world.cell_leader_a, world.secretary_b, world.secretary_x, world.staff_x, world.superuser,
    ):  # fmt: skip
        assert not RecordComment.objects.visible_to(outsider).exists()
        answer = as_user(outsider).post(
            reverse("supervised:comment-answer", args=[comment.uid]), {"text": "x"}
        )
        assert answer.status_code == 404


def test_a_draft_has_no_comment_and_another_committee_writes_none(world, record):
    draft = life.record(world.secretary_b, world.branch_b, signed=False)
    for by, row in ((world.staff, draft), (world.staff_x, record), (world.secretary_a, record)):
        with pytest.raises(CommentRefused):
            write_comment(by=by, record=row, text="批注")


def test_within_the_hour_it_may_be_mended_and_taken_back(world, comment):
    mended = mend_comment(by=world.staff, comment=comment, text="请补记第 3 行的缺席原因")
    assert mended.edited_at is not None
    with pytest.raises(CommentRefused):
        mend_comment(by=world.officer_a, comment=comment, text="改")
    take_back_comment(by=world.staff, comment=comment)
    assert not RecordComment.objects.exists()


def test_after_an_hour_it_stays(world, comment, as_user):
    RecordComment.objects.filter(pk=comment.pk).update(
        written_at=timezone.now() - MENDABLE - datetime.timedelta(minutes=1)
    )
    for change in (
        lambda: mend_comment(by=world.staff, comment=comment, text="改"),
        lambda: take_back_comment(by=world.staff, comment=comment),
    ):
        with pytest.raises(CommentRefused, match="超过一小时"):
            change()
    page = as_user(world.staff).get(reverse("activities:record", args=[comment.record.uid]))
    assert reverse("supervised:comment-mend", args=[comment.uid]) not in page.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordComment.objects.filter(pk=comment.pk).update(edited_at=timezone.now())


def test_what_was_answered_stays(world, comment):
    answer_comment(by=world.secretary_a, comment=comment, text="已补记")
    for change in (
        lambda: mend_comment(by=world.staff, comment=comment, text="改"),
        lambda: take_back_comment(by=world.staff, comment=comment),
    ):
        with pytest.raises(CommentRefused, match="已有人答复"):
            change()


def test_a_branch_does_not_begin(world, record):
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordComment.objects.create(
            record=record, branch=world.branch_a, side="branch", text="我先说", author=world.secretary_a,
            written_at=timezone.now(),
        )  # fmt: skip
