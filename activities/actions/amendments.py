"""更正: proposed by who keeps the record, signed by who confirms it; only then the text changes, and the old one is kept."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.actions.archive import seal_again
from activities.actions.locks import lock_branches
from activities.actions.quality import review_records
from activities.actions.transitions import move
from activities.models import ActivityRecord, Amendment
from activities.rules.amendments import FIELDS
from activities.rules.states import CONFIRMED_STATES, RECORD, STATE_LABELS


class AmendmentRefused(Exception):
    """The amendment cannot be made; the message is Chinese and says what to do."""


@transaction.atomic
def propose_amendment(*, by, record: ActivityRecord, field: str, new_text: str, reason: str) -> Amendment:
    """Write down what is to be put right; nothing changes until it is signed."""
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("share").get(pk=record.pk)
    _require_confirmed(current)
    old, info = text_of(current, field), FIELDS[field]
    new_text, reason = new_text.replace("\r\n", "\n").strip(), reason.strip()
    if new_text == old.replace("\r\n", "\n").strip():
        raise AmendmentRefused(f"“{info.label}”没有改动，请写入更正后的文字。")
    if not new_text and not info.may_be_empty:
        raise AmendmentRefused(f"“{info.label}”不能更正为空。")
    if not reason:
        raise AmendmentRefused("请填写更正原因。")
    if current.amendments.filter(field=field, state=Amendment.State.PROPOSED).exists():
        raise AmendmentRefused(f"“{info.label}”已有一条更正待签署，请先签署或撤回。")
    last = current.amendments.aggregate(last=Max("number"))["last"] or 0
    return Amendment.objects.create(
        record=current,
        branch_id=current.branch_id,
        number=last + 1,
        field=field,
        old_text=old,
        new_text=new_text,
        reason=reason,
        proposed_by=by,
        proposed_at=timezone.now(),
    )


@transaction.atomic
def sign_amendment(*, by, amendment: Amendment) -> Amendment:
    """Put it in force: the record's text changes, the old one stays in the amendment, an archived record is sealed anew."""
    lock_branches([amendment.branch_id])
    current = Amendment.objects.select_related("record__share").get(pk=amendment.pk)
    record, info, now = current.record, FIELDS[current.field], timezone.now()
    move(current, "sign")
    _require_confirmed(record)
    if text_of(record, current.field) != current.old_text:
        raise AmendmentRefused(f"“{info.label}”在提出更正以后又有改动，请撤回后重新提出。")
    current.signed_by, current.signed_at = by, now
    current.save()
    if info.shared:
        setattr(record.share, current.field, current.new_text)
        record.share.save(update_fields=[current.field])
        record.version += 1
        record.save(update_fields=["version"])
    else:
        setattr(record, current.field, current.new_text)
        record.version += 1
        record.save(update_fields=[current.field, "version"])
    seal_again(by, current, now, shared=info.shared)
    review_records([record.pk])
    return current


@transaction.atomic
def withdraw_amendment(*, by, amendment: Amendment) -> None:
    """Take a proposal back; it stays on the record's page as withdrawn."""
    lock_branches([amendment.branch_id])
    current = Amendment.objects.get(pk=amendment.pk)
    move(current, "withdraw")
    current.save(update_fields=["state"])


def text_of(record: ActivityRecord, field: str) -> str:
    """The text as it stands."""
    return getattr(record.share if FIELDS[field].shared else record, field)


def _require_confirmed(record: ActivityRecord) -> None:
    if record.state not in CONFIRMED_STATES:
        label = STATE_LABELS[RECORD][record.state]
        raise AmendmentRefused(f"记录当前为“{label}”，可以直接修改；确认以后的改动才用更正。")
