"""更正申请: the member says what an item should be; the branch accepts, and the card changes, or refuses with a reply."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.registries import Message, send_message
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.people import update_member
from members.models import CorrectionRequest, Member, User

ANSWER_WITHIN = datetime.timedelta(days=15)
_State = CorrectionRequest.State
_DECIDED = "这项申请已有结果，请刷新页面查看。"


@transaction.atomic
def ask_correction(*, by: User, member: Member, field: str, proposed: str, note: str) -> CorrectionRequest:
    try:
        with transaction.atomic():
            return CorrectionRequest.objects.create(
                member=member,
                field=field,
                proposed=proposed,
                note=note,
                due_on=today_shanghai() + ANSWER_WITHIN,
            )
    except IntegrityError as error:
        if "correction_one_open_per_item" not in str(error):
            raise
        raise ActionRefused("这一项已有待处理的申请，请等待答复，或先撤回。") from error


@transaction.atomic
def withdraw_correction(*, by: User, request: CorrectionRequest) -> None:
    _decide(by, request, _State.WITHDRAWN, "")


@transaction.atomic
def refuse_correction(*, by: User, request: CorrectionRequest, item: str, reply: str) -> None:
    """`item` is what the member's message calls the item."""
    _decide(by, request, _State.REFUSED, reply)
    _tell_member(by, request, item, "未采纳", reply)


@transaction.atomic
def accept_correction(
    *,
    by: User,
    request: CorrectionRequest,
    item: str,
    version: int,
    values: Mapping[str, Any],
    reply: str = "",
) -> None:
    """Apply what was asked; `values` passed the card's rules, `version` is the card that was read."""
    _decide(by, request, _State.ACCEPTED, reply)
    note_reason(f"本人申请更正 {request.uid}")
    update_member(by=by, member=request.member, version=version, values=values)
    _tell_member(by, request, item, "已更正", reply)


def _tell_member(by: User, request: CorrectionRequest, item: str, result: str, reply: str) -> None:
    """The answer in the member's inbox. It names the item and never the value."""
    branch = request.member.branch
    if branch is None:
        return
    send_message(
        by=by,
        message=Message(
            rule_key="correction_answered",
            subject=f"members.correction-answer:{request.uid}",
            organization=branch,
            member_ids=(request.member_id,),
            title="您的信息更正申请已有答复",
            body=f"{item}：{result}。" + (f"答复：{reply}" if reply else ""),
            link=reverse("members:me"),
        ),
    )


def _decide(by: User, request: CorrectionRequest, state: str, reply: str) -> None:
    changed = (
        CorrectionRequest.objects.open()
        .filter(pk=request.pk)
        .update(state=state, reply=reply, decided_by=by, decided_at=timezone.now())
    )
    if changed != 1:
        raise ActionRefused(_DECIDED)
