"""删除或停止处理申请 (PIPL §47): the member asks, whoever keeps the roster answers in words; erasing is for people who have left."""

import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.registries import Message, send_message
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.shredding import shred_members
from members.models import ErasureRequest, Member, PersonalDataErasure, User

ANSWER_WITHIN = datetime.timedelta(days=15)
_State = ErasureRequest.State
_DECIDED = "这项申请已有结果，请刷新页面查看。"
_STILL_HERE = "该党员仍在党支部，公民身份号码等信息是党员名册必须保存的内容，不能删除；可以停止除存储以外的处理，或不采纳并说明依据。"


@transaction.atomic
def ask_erasure(*, by: User, member: Member, kind: str, reason: str) -> ErasureRequest:
    try:
        with transaction.atomic():
            return ErasureRequest.objects.create(
                member=member, kind=kind, reason=reason, due_on=today_shanghai() + ANSWER_WITHIN
            )
    except IntegrityError as error:
        if "erasure_one_open_per_member" not in str(error):
            raise
        raise ActionRefused("您已有待处理的申请，请等待答复，或先撤回。") from error


@transaction.atomic
def withdraw_erasure(*, by: User, request: ErasureRequest) -> None:
    _decide(by, request, _State.WITHDRAWN)


@transaction.atomic
def refuse_erasure(*, by: User, request: ErasureRequest, clause: str, reply: str) -> None:
    _decide(by, request, _State.REFUSED, clause, reply)
    _tell_member(by, request, "未采纳", reply)


@transaction.atomic
def stop_processing(*, by: User, request: ErasureRequest, clause: str, reply: str) -> None:
    """Retention is prescribed: what is sealed stays and is used for nothing else until the member or the branch says so."""
    _decide(by, request, _State.STOPPED, clause, reply)
    _tell_member(by, request, "已停止除存储和必要安全保护以外的处理", reply)


@transaction.atomic
def erase_on_request(*, by: User, request: ErasureRequest, reply: str) -> None:
    """Shred what is sealed of somebody who has left."""
    member = Member.objects.select_for_update(of=("self",)).get(pk=request.member_id)
    if member.branch_id is not None:
        raise ActionRefused(_STILL_HERE)
    _decide(by, request, _State.ERASED, "", reply)
    note_reason(f"本人申请删除 {request.uid}")
    shred_members(by=by, member_ids=[member.pk], ground=PersonalDataErasure.Ground.REQUEST)
    _tell_member(by, request, "已删除", reply)


@transaction.atomic
def lift_stop(*, by: User, request: ErasureRequest) -> None:
    """恢复处理: the member wants it, or the reason is over."""
    changed = ErasureRequest.objects.stopping().filter(pk=request.pk).update(lifted_at=timezone.now())
    if changed != 1:
        raise ActionRefused(_DECIDED)


def _decide(by: User, request: ErasureRequest, state: str, clause: str = "", reply: str = "") -> None:
    changed = (
        ErasureRequest.objects.open()
        .filter(pk=request.pk)
        .update(state=state, clause=clause, reply=reply, decided_by=by, decided_at=timezone.now())
    )
    if changed != 1:
        raise ActionRefused(_DECIDED)


def _tell_member(by: User, request: ErasureRequest, result: str, reply: str) -> None:
    branch = request.member.branch or request.member.left_branch
    if branch is None:
        return
    send_message(
        by=by,
        message=Message(
            rule_key="erasure_answered",
            subject=f"members.erasure-answer:{request.uid}",
            organization=branch,
            member_ids=(request.member_id,),
            title="您的个人信息申请已有答复",
            body=f"{request.get_kind_display()}：{result}。" + (f"答复：{reply}" if reply else ""),
            link=reverse("members:me"),
        ),
    )
