"""Throwing a draft away that was begun twice or by mistake."""

from django.db import transaction

from activities.actions.attachments import drop_all
from activities.actions.locks import lock_branches
from activities.actions.parts import settle_share
from activities.actions.records import NotEditable
from activities.models import (
    ActivityRecord,
    GatheringBranch,
    LeaveRequest,
    RollEntry,
    RollSheet,
    SignIn,
    SignInOpening,
    SignUp,
)
from activities.queries.joint import is_guest
from activities.queries.subjects import share_subject
from activities.rules.states import DRAFT, HELD
from notices.queries.receipts import anyone_told


def may_discard(record: ActivityRecord) -> bool:
    """A draft of something logged afterwards; what members were told of, have answered or voted on is never unsaid.

    A further record of a gathering takes nothing with it but its own texts, whatever the members were told.
    """
    share = record.share
    draft = record.state == DRAFT and record.number is None and share.gathering.state == HELD
    if not draft or record.ballots.exists():
        return False
    if share.records.filter(pk__lt=record.pk).exists():
        return True
    return not is_guest(share) and not anyone_told(share_subject(share)) and not _anyone_answered(share)


def _anyone_answered(share: GatheringBranch) -> bool:
    """Whether a member has said something about the gathering: 参加, 请假, 报名 or 签到."""
    return any(model.objects.filter(share=share).exists() for model in (LeaveRequest, SignIn, SignUp))


@transaction.atomic
def discard_draft(*, by, record: ActivityRecord) -> None:
    """Delete a draft with its roll and gathering: it never counted for anything, and the audit trail keeps what it said.

    Raises NotEditable for whatever is no such draft any more.
    """
    lock_branches([record.branch_id])
    current = (
        ActivityRecord.objects.select_for_update(of=("self",))
        .select_related("share__gathering")
        .get(pk=record.pk)
    )
    share = current.share
    gathering = share.gathering
    if not may_discard(current):
        raise NotEditable
    others = list(share.records.exclude(pk=current.pk).select_related("branch"))
    if others:
        # One of several records of a gathering that was held: only its own texts, files and minutes of study go.
        drop_all(current)
        current.delete()
        settle_share(by, others, {row.assessment_year for row in others})
        return
    if gathering.shares.count() != 1:
        raise NotEditable
    for rows in (RollEntry, RollSheet, SignInOpening):
        rows.objects.filter(share=share).delete()
    drop_all(current)
    current.delete()
    share.delete()
    gathering.delete()
