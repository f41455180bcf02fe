"""What a branch answers to a work request, and the committee's sending it back."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import local_date
from branch_portal.files import StoredFile, drop_file
from branch_portal.permissions import Permission
from branch_portal.registries import Message, send_message
from notices.actions.plans import cancel
from notices.models import ReminderSlot
from notices.rules.notices import moment_cn
from supervision.actions.request_errors import WorkChanged, WorkRefused
from supervision.actions.requests import known_answer
from supervision.models import RequestAnswer, RequestBranch, RequestField, RequestFile
from supervision.queries.duplicates import Knowledge, knowledge_for_branch
from supervision.queries.requests import officer_accounts
from supervision.rules.requests import BRANCH_STEPS, answer_closed, next_state

RETURN_RULE = "work_request_returned"


@dataclass(frozen=True)
class Given:
    """What the branch hands in for one field: a value in its stored form, what it doubts of a figure, or a kept file."""

    value: str = ""
    doubt: str = ""
    file: StoredFile | None = None


@transaction.atomic
def mark_seen(*, by, target: RequestBranch, now: datetime.datetime | None = None) -> RequestBranch:
    """签收 for the branch; the first time counts."""
    row = _locked_for(by, target)
    if row.seen_at is None:
        row.seen_by, row.seen_at = by, now or timezone.now()
        row.save(update_fields=["seen_by", "seen_at"])
    return row


@transaction.atomic
def answer_request(
    *,
    by,
    target: RequestBranch,
    given: Mapping[int, Given],
    note: str = "",
    version: int | None = None,
    figures: Mapping[str, str] | None = None,
    now: datetime.datetime | None = None,
) -> RequestBranch:
    """Hand in the branch's answer, or a correction of it. `given` goes by field id; figures of the portal are read anew.

    `figures` are those that the branch looked at (key → stored text): where one has changed since, it is shown again.
    WorkRefused once it is closed or for who does not answer for the branch (any more).
    """
    moment = now or timezone.now()
    row = _locked_for(by, target)
    request = row.request
    if why := answer_closed(
        state=request.state, branch_state=row.state, deadline=request.deadline, now=moment
    ):
        raise WorkRefused(f"没有提交：{why}")
    if version is not None and row.version != version:
        raise WorkChanged
    known = knowledge_for_branch(by, row, local_date(moment))
    if figures is not None and figures != figures_of(known, row.branch_id):
        raise WorkRefused("没有提交：系统数据刚有更新，下面已是最新数据，请核对后再提交。")
    _write_answers(by, row, known, given, moment)
    _move(row, "answer")
    row.note = note.strip()
    row.answered_by, row.answered_at = by, moment
    row.seen_by, row.seen_at = row.seen_by or by, row.seen_at or moment
    row.returned_by, row.returned_at, row.returned_reason = None, None, ""
    row.version += 1
    row.save()
    cancel(ReminderSlot.objects.filter(subject=row.subject), moment)
    return row


def figures_of(known: Knowledge, branch_id: int) -> dict[str, str]:
    """Key → the figure as text, of everything that the portal fills in."""
    return {field.held_key: known.text_of(field, branch_id) for field in known.fields if field.is_held}


def _write_answers(
    by, target: RequestBranch, known: Knowledge, given: Mapping[int, Given], moment: datetime.datetime
) -> None:
    rows = [
        _answer(by, target, field, known, given.get(field.pk, Given()), moment)
        for field in known.fields
        if field.kind != RequestField.Kind.FILE
    ]
    RequestAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["target", "field"],
        update_fields=["value", "origin", "earlier", "stated_on", "doubt", "answered_by", "answered_at"],
    )
    for field in known.fields:
        if (handed := given.get(field.pk)) and handed.file is not None:
            _keep(by, target, field, handed.file, moment)


def _answer(
    by,
    target: RequestBranch,
    field: RequestField,
    known: Knowledge,
    given: Given,
    moment: datetime.datetime,
) -> RequestAnswer:
    before = None if field.is_held else known.answer_before(field, target.branch_id)
    if field.is_held or (before is not None and before.value == given.value):
        row = known_answer(by, target, field, known, moment)
        row.doubt = given.doubt.strip() if field.is_held else ""
        return row
    return RequestAnswer(
        target=target,
        field=field,
        branch_id=target.branch_id,
        value=given.value,
        origin=RequestAnswer.Origin.TYPED,
        stated_on=local_date(moment),
        answered_by=by,
        answered_at=moment,
    )


def _keep(
    by, target: RequestBranch, field: RequestField, stored: StoredFile, moment: datetime.datetime
) -> None:
    """The new file takes the place of the one before, whose bytes go."""
    for old in RequestFile.objects.kept().filter(target=target, field=field):
        RequestFile.objects.filter(pk=old.pk).update(removed_at=moment)
        drop_file(old.stored_name)
    RequestFile.objects.create(target=target, field=field, uploaded_by=by, **vars(stored))


@transaction.atomic
def return_answer(
    *, by, target: RequestBranch, reason: str, now: datetime.datetime | None = None
) -> RequestBranch:
    """退回 with what is to be mended; the branch's officers are told."""
    moment = now or timezone.now()
    row = _locked(RequestBranch.objects.all(), target)
    if row is None or not row.request.is_open:
        raise WorkRefused("没有退回：这项要求已经办结或撤回。")
    if not by.access.may(Permission.REQUEST_WORK, row.branch):
        raise WorkRefused("没有退回：这个党支部现在不归您管理（可能已转由其他党组织管理）。")
    _move(row, "return")
    row.returned_by, row.returned_at, row.returned_reason = by, moment, reason.strip()
    row.version += 1
    row.save()
    request, accounts = row.request, officer_accounts([row.branch_id], local_date(moment))
    if accounts:
        message = Message(
            rule_key=RETURN_RULE,
            subject=row.subject,
            organization=request.organization,
            member_ids=(),
            account_ids=accounts,
            title=f"{request.organization}退回了填报内容，请修改后再提交",
            body=f"截止时间：{moment_cn(request.deadline)}。请登录门户查看退回意见。",
            link=reverse("supervised:request", args=[row.uid]),
        )
        send_message(by=by, message=message)
    return row


def _move(target: RequestBranch, action: str) -> None:
    state = next_state(BRANCH_STEPS, action, target.state)
    if state is None:
        raise WorkRefused("没有办理：只有已经填报的才能退回。")
    target.state = state


def _locked(rows: Any, target: RequestBranch) -> RequestBranch | None:
    """Held until the transaction ends: two officers of one branch answer one after the other."""
    found = rows.select_for_update(of=("self",)).select_related("request__organization", "branch")
    return found.filter(pk=target.pk).first()


def _locked_for(by, target: RequestBranch) -> RequestBranch:
    row = _locked(RequestBranch.objects.received_by(by), target)
    if row is None:
        raise WorkRefused("没有提交：您现在不负责这个党支部的填报，如有疑问请联系提出要求的党组织。")
    return row
