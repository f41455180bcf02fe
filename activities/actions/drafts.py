"""Throwing a draft away that was begun twice or by mistake."""

from django.db import transaction

from activities.actions.attachments import drop_all
from activities.actions.records import NotEditable
from activities.models import ActivityRecord, RollEntry
from activities.queries.joint import is_guest
from activities.queries.subjects import share_subject
from activities.rules.states import DRAFT, HELD
from notices.queries.receipts import anyone_told


def may_discard(record: ActivityRecord) -> bool:
    """A draft of something logged afterwards; what members were told of or have voted on is never unsaid."""
    gathering = record.share.gathering
    return (
        record.state == DRAFT
        and record.number is None
        and gathering.state == HELD
        and not is_guest(record.share)
        and not anyone_told(share_subject(record.share))
        and not record.ballots.exists()
    )


@transaction.atomic
def discard_draft(*, by, record: ActivityRecord) -> None:
    """Delete a draft with its roll and gathering: it never counted for anything, and the audit trail keeps what it said.

    Raises NotEditable for whatever is no such draft any more.
    """
    current = (
        ActivityRecord.objects.select_for_update(of=("self",))
        .select_related("share__gathering")
        .get(pk=record.pk)
    )
    share = current.share
    gathering = share.gathering
    if not may_discard(current):
        raise NotEditable
    if share.records.count() > 1:
        # One of several records of a gathering that was held: only its own texts and files go.
        drop_all(current)
        current.delete()
        return
    if gathering.shares.count() != 1:
        raise NotEditable
    RollEntry.objects.filter(share=share).delete()
    drop_all(current)
    current.delete()
    share.delete()
    gathering.delete()
