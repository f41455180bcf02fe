"""工作要求 from draft to closing, on the committee's side. What is told goes through the outbox, in the transaction of the change."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import local_date
from branch_portal.registries import Message, send_message
from members.models import PartyOrganization
from notices.actions.plans import cancel
from notices.models import ReminderSlot
from notices.queries.notice_audience import names_in_words
from notices.rules.notices import moment_cn, outside_title
from supervision.actions.request_errors import NothingNew, WorkChanged, WorkRefused
from supervision.models import RequestAnswer, RequestBranch, RequestField, WorkRequest
from supervision.queries.duplicates import Knowledge, knowledge_of
from supervision.queries.held import held_figure
from supervision.queries.requests import officer_accounts
from supervision.rules.held import meaning
from supervision.rules.requests import FILE, REQUEST_STEPS, next_state, normalised

RULE, REMINDER_RULE = "work_request", "work_request_reminder"
_AT_ONCE = 1000
_SENT = "这项要求已经发出，不能再改；有误的请撤回后重新发出。"
_NOT_OPEN = "这项要求还没有发出，或者已经办结、撤回。"


@dataclass(frozen=True)
class Asked:
    """One free field as its sender writes it."""

    label: str
    kind: str
    choices: tuple[str, ...] = ()
    required: bool = True
    valid_months: int = 12


@transaction.atomic
def draft_request(
    *,
    by,
    organization: PartyOrganization,
    words: Mapping[str, Any],
    held: Sequence[str] = (),
    free: Sequence[Asked] = (),
) -> WorkRequest:
    """Keep a draft. `words` are title, text, deadline, as_of and audience; `held` keys of the catalogue, `free` what is new.

    A free field that means a figure of the catalogue becomes that figure: nobody types what the portal holds.
    """
    request = WorkRequest(organization=organization, drafted_by=by)
    _write(request, words, held, free)
    return request


@transaction.atomic
def edit_request(
    *,
    by,
    request: WorkRequest,
    words: Mapping[str, Any],
    held: Sequence[str] = (),
    free: Sequence[Asked] = (),
    version: int,
) -> WorkRequest:
    """Change a draft that is still the one that was read."""
    row = _locked(request, version)
    if not row.is_draft:
        raise WorkRefused(_SENT)
    row.version += 1
    _write(row, words, held, free)
    return row


def _write(
    request: WorkRequest, words: Mapping[str, Any], held: Sequence[str], free: Sequence[Asked]
) -> None:
    for name in ("title", "text", "deadline", "as_of"):
        setattr(request, name, words[name])
    audience = words["audience"]
    request.audience = {
        name: sorted(set(audience.get(name) or ())) for name in ("roots", "categories", "branches")
    }
    request.save()
    request.fields.all().delete()
    RequestField.objects.bulk_create(_fields(request, held, free))


def _fields(request: WorkRequest, held: Sequence[str], free: Sequence[Asked]) -> Iterable[RequestField]:
    """Figures first, then what is new, each once."""
    keys = [key for key in dict.fromkeys(held) if held_figure(key)]
    meant = [figure.key for asked in free if (figure := meaning(asked.label))]
    found: dict[str, RequestField] = {}
    for key in dict.fromkeys([*keys, *meant]):
        figure = held_figure(key)
        if figure is not None:
            same = normalised(figure.label)
            found[same] = RequestField(held_key=key, label=figure.label, same_label=same)
    for asked in free:
        same = normalised(asked.label)
        if meaning(asked.label) is None and same not in found:
            found[same] = RequestField(
                label=asked.label,
                same_label=same,
                kind=asked.kind,
                choices=list(asked.choices),
                required=asked.required and asked.kind != FILE,
                valid_months=asked.valid_months,
            )
    for position, row in enumerate(found.values(), start=1):
        row.request, row.position = request, position
        yield row


@transaction.atomic
def discard_request(*, by, request: WorkRequest) -> None:
    """Drop a draft."""
    row = _locked(request)
    if not row.is_draft:
        raise WorkRefused(_SENT)
    row.delete()


@transaction.atomic
def send_request(
    *, by, request: WorkRequest, version: int | None = None, now: datetime.datetime | None = None
) -> WorkRequest:
    """Freeze whom it is for and tell them. Sent again it stays as it was sent.

    HARD: refused where the portal knows every answer already (`NothingNew`). A branch of which everything is known is not
    asked; its answers are taken from what is known.
    """
    moment = now or timezone.now()
    row = _locked(request)
    if not row.is_draft:
        return row
    if version is not None and row.version != version:
        raise WorkChanged
    if row.deadline <= moment:
        raise WorkRefused("没有发出：截止时间已过，请先修改截止时间。")
    known = knowledge_of(by, row, local_date(moment))
    if not known.branches:
        raise WorkRefused("没有发出：这个范围里现在没有党支部，请先修改范围。")
    if known.nothing_to_ask:
        raise NothingNew
    _move(row, "send")
    row.sent_at, row.sent_by = moment, by
    names = names_in_words(row.organization, row.title)
    row.safe_title = outside_title(row.title, sender=str(row.organization), names=names)
    row.save()
    targets = _freeze(by, row, known, moment)
    asked = [target.branch_id for target in targets if target.state == RequestBranch.State.WAITING]
    _tell(by, row, RULE, asked, f"{row.organization}的工作要求：{row.safe_title}", moment)
    return row


def _freeze(by, request: WorkRequest, known: Knowledge, moment: datetime.datetime) -> list[RequestBranch]:
    targets = [
        RequestBranch(
            request=request,
            branch=branch,
            sent_at=moment,
            state=RequestBranch.State.KNOWN if known.all_known(branch.pk) else RequestBranch.State.WAITING,
            asked_fields=len(known.fields),
            known_fields=known.known_fields(branch.pk),
        )
        for branch in known.branches
    ]
    RequestBranch.objects.bulk_create(targets, batch_size=_AT_ONCE)
    answers = [
        known_answer(by, target, field, known, moment)
        for target in targets
        if target.state == RequestBranch.State.KNOWN
        for field in known.fields
    ]
    RequestAnswer.objects.bulk_create(answers, batch_size=_AT_ONCE)
    return targets


def known_answer(
    by, target: RequestBranch, field: RequestField, known: Knowledge, moment: datetime.datetime
) -> RequestAnswer:
    """The answer that the portal has: its own figure, or what the branch said before."""
    row = RequestAnswer(
        target=target, field=field, branch_id=target.branch_id, answered_by=by, answered_at=moment
    )
    before = None if field.is_held else known.answer_before(field, target.branch_id)
    if before is None:
        row.origin, row.stated_on = RequestAnswer.Origin.PORTAL, known.day
        row.value = known.text_of(field, target.branch_id)
    else:
        row.origin, row.stated_on = RequestAnswer.Origin.KEPT, before.stated_on
        row.value, row.earlier_id = before.value, before.answer_id
    return row


@transaction.atomic
def close_request(*, by, request: WorkRequest, now: datetime.datetime | None = None) -> WorkRequest:
    """办结: nothing more is taken, and nobody is reminded any more."""
    row, moment = _locked(request), now or timezone.now()
    _move(row, "close")
    row.closed_by, row.closed_at = by, moment
    row.save()
    _cancel_reminders(row, moment)
    return row


@transaction.atomic
def withdraw_request(
    *, by, request: WorkRequest, reason: str, now: datetime.datetime | None = None
) -> WorkRequest:
    """Take back what was sent: the branches see that, when and why; what has not gone out yet never does."""
    row, moment = _locked(request), now or timezone.now()
    _move(row, "withdraw")
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = by, moment, reason.strip()
    row.save()
    _cancel_reminders(row, moment)
    return row


def _cancel_reminders(request: WorkRequest, now: datetime.datetime) -> None:
    """What waits about the request itself, and what its branches owe."""
    targets = RequestBranch.objects.filter(request=request)
    subjects = [request.subject, *(target.subject for target in targets)]
    cancel(ReminderSlot.objects.filter(subject__in=subjects), now)


@transaction.atomic
def remind_branches(*, by, request: WorkRequest, now: datetime.datetime | None = None) -> int:
    """Tell those who have not answered once more, at most once a day; returns how many branches that are."""
    row, moment = _locked(request), now or timezone.now()
    if not row.is_open:
        raise WorkRefused(_NOT_OPEN)
    if row.reminded_at is not None and local_date(row.reminded_at) == local_date(moment):
        raise WorkRefused("没有再次提醒：今天已经提醒过，同一项要求每天最多提醒一次。")
    # A branch that was handed over since is another committee's to remind.
    waiting = RequestBranch.objects.waiting().filter(
        request=row, branch__path__startswith=row.organization.path
    )
    branches = list(waiting.values_list("branch_id", flat=True))
    if not branches:
        raise WorkRefused("没有提醒：应填报的党支部都已填报。")
    row.reminded_at = moment
    row.save(update_fields=["reminded_at", "changed_at"])
    _tell(by, row, REMINDER_RULE, branches, f"请办理：{row.organization}的工作要求", moment)
    return len(branches)


def _tell(
    by, request: WorkRequest, rule: str, branches: Sequence[int], title: str, now: datetime.datetime
) -> None:
    accounts = officer_accounts(branches, local_date(now))
    if accounts:
        message = Message(
            rule_key=rule,
            subject=request.subject,
            organization=request.organization,
            member_ids=(),
            account_ids=accounts,
            title=title,
            body=f"请于{moment_cn(request.deadline)}前办理。系统已有的内容已经填好，登录门户后核对即可。",
            link=reverse("supervised:request-of", args=[request.uid]),
        )
        send_message(by=by, message=message)


def _move(request: WorkRequest, action: str) -> None:
    state = next_state(REQUEST_STEPS, action, request.state)
    if state is None:
        raise WorkRefused(_NOT_OPEN)
    request.state = state


def _locked(request: WorkRequest, version: int | None = None) -> WorkRequest:
    """The row, held until the transaction ends, so that two people at once act one after the other."""
    row = (
        WorkRequest.objects.select_for_update(of=("self",)).select_related("organization").get(pk=request.pk)
    )
    if version is not None and row.version != version:
        raise WorkChanged
    return row
