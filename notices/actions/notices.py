"""通知 from draft to withdrawal. What is told goes through the outbox, in the transaction of the change."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import local_date
from members.models import PartyOrganization
from notices.actions.errors import NoticeChanged, NoticeRefused
from notices.actions.notice_files import drop_all
from notices.actions.plans import cancel
from notices.actions.slots import cancel_reminders, plan_reminders
from notices.models import Delivery, Notice, NoticeTarget, ReminderSlot
from notices.queries.notice_audience import branches_meant, names_in_words, people_meant
from notices.rules.notices import clean_audience, outside_body, outside_title

RULE, REMINDER_RULE = "notice", "notice_reminder"
#: Who could not be told for so long finds the notice in the list.
TELL_WITHIN = datetime.timedelta(days=30)
REMIND_WITHIN = datetime.timedelta(days=2)
_MINUTE = datetime.timedelta(minutes=1)
_AT_ONCE = 1000


_SENT = "这条通知已经发出，内容只能更正或撤回。"
_NOT_SENT = "这条通知还没有发出，或者已经撤回。"


@transaction.atomic
def draft_notice(*, by, organization: PartyOrganization, words: Mapping[str, Any]) -> Notice:
    """Keep a draft: `words` are title, text, wanted, deadline, addressed and audience."""
    notice = Notice(organization=organization, drafted_by=by)
    _write(notice, words)
    return notice


@transaction.atomic
def edit_draft(*, by, notice: Notice, words: Mapping[str, Any], version: int) -> Notice:
    """Change a draft that is still the one that was read."""
    row = _locked(notice, version)
    if not row.is_draft:
        raise NoticeRefused(_SENT)
    row.version += 1
    _write(row, words)
    return row


def _write(notice: Notice, words: Mapping[str, Any]) -> None:
    for name in ("title", "text", "wanted", "deadline", "addressed"):
        setattr(notice, name, words[name])
    notice.audience = clean_audience(words["audience"])
    notice.save()


@transaction.atomic
def discard_draft(*, by, notice: Notice) -> None:
    """Drop a draft and its files' bytes."""
    row = _locked(notice)
    if not row.is_draft:
        raise NoticeRefused(_SENT)
    drop_all(row)
    row.delete()


@transaction.atomic
def send_notice(
    *, by, notice: Notice, version: int | None = None, now: datetime.datetime | None = None
) -> Notice:
    """Freeze whom it is for and tell them. Sent again it stays as it was sent; an empty audience is refused."""
    moment = now or timezone.now()
    row = _locked(notice)
    if not row.is_draft:
        return row
    if version is not None and row.version != version:
        raise NoticeChanged
    if row.deadline is not None and row.deadline <= moment:
        raise NoticeRefused("没有发出：答复截止时间已过，请先修改截止时间。")
    targets = _targets(row, moment)
    if not targets:
        raise NoticeRefused("没有发出：这个范围里现在没有人，请先修改发送范围。")
    row.sent_at, row.sent_by = moment, by
    row.save(update_fields=["sent_at", "sent_by", "changed_at"])
    NoticeTarget.objects.bulk_create(targets, batch_size=_AT_ONCE)
    _tell(by, row, moment)
    return row


def _targets(notice: Notice, moment: datetime.datetime) -> list[NoticeTarget]:
    day = local_date(moment)
    asked = (notice.organization, notice.audience, day)
    if notice.to_branches:
        branches = branches_meant(*asked).order_by("pk").values_list("pk", flat=True)
        return [NoticeTarget(notice=notice, branch_id=pk, sent_at=moment) for pk in branches]
    people = people_meant(*asked).order_by("pk").values_list("pk", "branch_id")
    return [
        NoticeTarget(notice=notice, member_id=pk, branch_id=branch_id, sent_at=moment)
        for pk, branch_id in people
    ]


def _tell(by, notice: Notice, now: datetime.datetime, *, anchor: datetime.datetime | None = None) -> None:
    """One slot; of a correction it takes the place of the earlier one, waiting mail included."""
    plan_reminders(
        by=by,
        rule_key=RULE,
        subject=notice.subject,
        organization=notice.organization,
        anchor=anchor or now,
        not_after=now + TELL_WITHIN,
        audience={"kind": "notice", "notice": notice.pk},
        link=notice_url(notice),
        now=now,
        **_outside_words(notice),
    )


def _outside_words(notice: Notice, *, reminding_at: datetime.datetime | None = None) -> dict[str, str]:
    """Title and body as they may leave the portal, of the notice itself or of a reminder to answer it."""
    title = outside_title(
        notice.title,
        sender=str(notice.organization),
        names=names_in_words(notice.organization, notice.title),
        corrected=notice.corrected_at is not None and reminding_at is None,
    )
    return {
        "title": f"请答复：{title}"[:120] if reminding_at else title,
        "body": outside_body(notice.wanted, notice.deadline, now=reminding_at),
    }


def _renew_waiting_words(notice: Notice, now: datetime.datetime) -> None:
    """What was told in the portal and still waits for the mail of the day must not carry a title or deadline of before."""
    waiting = Delivery.objects.filter(slot=OuterRef("pk"), status=Delivery.Status.PENDING)
    told = ReminderSlot.objects.filter(
        Exists(waiting), subject=notice.subject, state=ReminderSlot.State.TOLD, not_after__gt=now
    )
    told.filter(rule__key=RULE).update(**_outside_words(notice))
    told.filter(rule__key=REMINDER_RULE).update(**_outside_words(notice, reminding_at=now))


@transaction.atomic
def correct_notice(
    *,
    by,
    notice: Notice,
    words: Mapping[str, Any],
    correction: str,
    tell_again: bool,
    version: int,
    now: datetime.datetime | None = None,
) -> Notice:
    """A new version of what was sent: `words` are title, text and deadline. Whom it is for and what is asked stay.

    Those it was sent to are told again only where the sender asks for it; answers stand.
    """
    moment = now or timezone.now()
    row = _locked(notice, version)
    _require_standing(row)
    if row.wants_answer and words["deadline"] != row.deadline and words["deadline"] <= moment:
        raise NoticeRefused("没有更正：新的答复截止时间已过，请填写以后的时间。")
    row.title, row.text = words["title"], words["text"]
    row.deadline = words["deadline"] if row.wants_answer else None
    last_told = max(filter(None, (row.sent_at, row.corrected_at)))
    row.correction, row.corrected_at = correction.strip(), moment
    row.version += 1
    row.save()
    # Held, so that a round that is just telling the old words ends first and the new ones are told after them.
    untold = (
        ReminderSlot.objects.filter(subject=row.subject, rule__key=RULE)
        .open()
        .select_for_update(of=("self",))
    )
    if slot := untold.first():
        _tell(by, row, moment, anchor=slot.anchor)  # nobody has read the old words yet
    elif tell_again:
        # Slots are told apart by minute: a correction within the minute of the last telling comes a minute later.
        _tell(by, row, moment, anchor=max(moment, last_told + _MINUTE))
    _renew_waiting_words(row, moment)
    return row


@transaction.atomic
def withdraw_notice(*, by, notice: Notice, reason: str, now: datetime.datetime | None = None) -> Notice:
    """Take back what was sent: addressees see that, when and why; what has not gone out yet never does."""
    row = _locked(notice)
    _require_standing(row)
    moment = now or timezone.now()
    row.withdrawn_at, row.withdrawn_by = moment, by
    row.withdrawal_reason = reason.strip()
    row.save()
    cancel_reminders(by=by, subject=row.subject)
    _cancel_what_branches_owe(row, moment)
    return row


def _cancel_what_branches_owe(notice: Notice, now: datetime.datetime) -> None:
    """The reminders to answer it (`due_notices.py`), with their mail: nobody is asked for what was taken back."""
    branches = NoticeTarget.objects.filter(notice=notice, member__isnull=True)
    cancel(ReminderSlot.objects.filter(subject__in=[target.subject for target in branches]), now)


@transaction.atomic
def remind_unanswered(*, by, notice: Notice, now: datetime.datetime | None = None) -> int:
    """Tell those who have not answered once more, at most once a day; returns how many targets that are now.

    Who answers before the outbox gets to it is left out there.
    """
    moment = now or timezone.now()
    row = _locked(notice)
    _require_standing(row)
    if not row.wants_answer:
        raise NoticeRefused("没有提醒：这条通知不要求答复。")
    if row.reminded_at is not None and local_date(row.reminded_at) == local_date(moment):
        raise NoticeRefused("没有再次提醒：今天已经提醒过，同一条通知每天最多提醒一次。")
    waiting = NoticeTarget.objects.filter(notice=row).unanswered().count()
    if not waiting:
        raise NoticeRefused("没有提醒：应答复的都已答复。")
    row.reminded_at = moment
    row.save(update_fields=["reminded_at", "changed_at"])
    plan_reminders(
        by=by,
        rule_key=REMINDER_RULE,
        subject=row.subject,
        organization=row.organization,
        anchor=moment,
        not_after=moment + REMIND_WITHIN,
        audience={"kind": "notice_unanswered", "notice": row.pk},
        link=notice_url(row),
        now=moment,
        **_outside_words(row, reminding_at=moment),
    )
    return waiting


def notice_url(notice: Notice) -> str:
    return reverse("notices:notice", args=[notice.uid])


def _locked(notice: Notice, version: int | None = None) -> Notice:
    """The row, held until the transaction ends, so that two people at once act one after the other."""
    row = Notice.objects.select_for_update(of=("self",)).select_related("organization").get(pk=notice.pk)
    if version is not None and row.version != version:
        raise NoticeChanged
    return row


def _require_standing(notice: Notice) -> None:
    if notice.is_draft or notice.is_withdrawn:
        raise NoticeRefused(_NOT_SENT)
