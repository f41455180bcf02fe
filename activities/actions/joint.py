"""共建: inviting branches, answering, and what a gathering's branches have in common.

Theme, time and place are the host's. Each branch has its own share with its own draft, roll and confirmation; nothing here
reads another branch's people.
"""

import datetime
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activities.actions.facts import Facts
from activities.actions.gatherings import tell
from activities.actions.locks import lock_branches, lock_gathering
from activities.models import ActivityRecord, Gathering, GatheringBranch, Invitation
from activities.queries.joint import facts_are_fixed
from activities.queries.records import first_record
from activities.queries.subjects import gathering_url, invitation_subject, invitation_url
from activities.rules.joint import JOINT_KINDS, OPEN_STATES
from activities.rules.kinds import KINDS
from activities.rules.states import DRAFT
from branch_portal.database import beyond_scope
from branch_portal.dates import format_date_cn, to_local
from members.models import PartyOrganization
from notices.actions.slots import cancel_reminders, plan_reminders

INVITED, ANSWERED = "joint_invitation", "joint_answer"
_DAY = datetime.timedelta(days=1)


class JointRefused(Exception):
    """It cannot be done; the message is Chinese and says why."""


@transaction.atomic
def invite_branch(*, by, share: GatheringBranch, branch: PartyOrganization) -> Invitation:
    """Ask another branch to take part; asked again after it declined, it may think again. Its officers are told."""
    gathering = _open_gathering(share)
    kind = first_record(share).kind
    if share.branch_id != gathering.host_id:
        raise JointRefused("只有主办党支部可以邀请。")
    if kind not in JOINT_KINDS:
        raise JointRefused("这类会议由各党支部自己召开，不能共建。")
    if branch.pk == share.branch_id or branch.kind != PartyOrganization.Kind.BRANCH:
        raise JointRefused("请选择其他党支部。")
    row = Invitation.objects.filter(gathering=gathering, branch=branch).first()
    if row is not None and row.state in (Invitation.State.PENDING, Invitation.State.ACCEPTED):
        return row
    row = row or Invitation(gathering=gathering, branch=branch)
    row.kind, row.state, row.invited_by, row.invited_at = kind, Invitation.State.PENDING, by, timezone.now()
    row.answered_by, row.answered_at, row.reply = None, None, ""
    row.save()
    _tell_guest(by, row, gathering, share)
    return row


@transaction.atomic
def accept_invitation(*, by, invitation: Invitation) -> GatheringBranch:
    """Take part: the branch gets its own share with its own draft, and its members the notice. Twice is once."""
    lock_branches([invitation.branch_id])
    row, gathering = _locked(invitation)
    if row.share is not None:
        return row.share
    _check_answerable(row, gathering)
    share = GatheringBranch(gathering=gathering, branch=row.branch)
    share.save(force_insert=True)
    ActivityRecord(
        share=share,
        branch=row.branch,
        kind=row.kind,
        on_date=gathering.on_date,
        title=gathering.theme,
        assessment_year=gathering.on_date.year,
    ).save(force_insert=True)
    row.share = share
    _answer(by, row, gathering, Invitation.State.ACCEPTED, "")
    if gathering.state == Gathering.State.ANNOUNCED:
        tell(by, share, row.kind)
    return share


@transaction.atomic
def decline_invitation(*, by, invitation: Invitation, reply: str = "") -> None:
    """Not take part; the host is told."""
    row, gathering = _locked(invitation)
    if row.state == Invitation.State.DECLINED:
        return
    _check_answerable(row, gathering)
    _answer(by, row, gathering, Invitation.State.DECLINED, reply.strip())


@transaction.atomic
def withdraw_invitation(*, by, invitation: Invitation) -> None:
    """The host takes back what has not been answered yet."""
    row, _ = _locked(invitation)
    if row.state != Invitation.State.PENDING:
        raise JointRefused("对方已经答复，不能撤回。")
    row.state = Invitation.State.WITHDRAWN
    row.save()
    cancel_reminders(by=by, subject=invitation_subject(row))


def shared_facts(share: GatheringBranch, facts: Facts) -> Facts:
    """The facts that are to be stored: a guest's theme, day, time and place are always the gathering's, and so are the
    host's once another branch has written up what it took part in.

    The caller holds the gathering's lock.
    """
    gathering = share.gathering
    if not facts_are_fixed(share):
        return facts
    return replace(
        facts,
        theme=gathering.theme,
        on_date=gathering.on_date,
        started_at=gathering.started_at,
        ended_at=gathering.ended_at,
        place=gathering.place,
    )


@beyond_scope("theme, time and place are the host's for all who take part")
def pass_on_facts(share: GatheringBranch) -> None:
    """What the host has changed, on the drafts of the other branches; an open form of theirs is disturbed by nothing less."""
    gathering = share.gathering
    drafts = ActivityRecord.objects.filter(share__gathering=gathering, state=DRAFT).exclude(share=share)
    # A branch's further record of the day has a title of its own.
    drafts = drafts.filter(kind=first_record(share).kind)
    drafts.exclude(on_date=gathering.on_date, title=gathering.theme).update(
        on_date=gathering.on_date,
        title=gathering.theme,
        assessment_year=gathering.on_date.year,  # what belongs to a year is held by each branch for itself
        version=F("version") + 1,
    )


def _open_gathering(share: GatheringBranch) -> Gathering:
    lock_gathering(share.gathering_id)
    gathering = Gathering.objects.get(pk=share.gathering_id)
    if gathering.state not in OPEN_STATES:
        raise JointRefused(f"活动{gathering.get_state_display()}，不能再邀请。")
    return gathering


def _locked(invitation: Invitation) -> tuple[Invitation, Gathering]:
    lock_gathering(invitation.gathering_id)
    row = Invitation.objects.select_related("gathering__host", "branch", "share").get(pk=invitation.pk)
    return row, row.gathering


def _check_answerable(row: Invitation, gathering: Gathering) -> None:
    if row.state != Invitation.State.PENDING:
        raise JointRefused(f"这份邀请{row.get_state_display()}，不能再答复。")
    if gathering.state not in OPEN_STATES:
        raise JointRefused(f"活动{gathering.get_state_display()}，不能再答复。")


def _answer(by, row: Invitation, gathering: Gathering, state: str, reply: str) -> None:
    now = timezone.now()
    row.state, row.answered_by, row.answered_at, row.reply = state, by, now, reply
    row.save()
    cancel_reminders(by=by, subject=invitation_subject(row))
    host_share = GatheringBranch.objects.get(gathering=gathering, branch_id=gathering.host_id, cell=None)
    word = "已接受共建邀请" if state == Invitation.State.ACCEPTED else "不参加共建活动"
    plan_reminders(
        by=by,
        rule_key=ANSWERED,
        subject=f"{invitation_subject(row)}:answer",
        organization=gathering.host,
        anchor=now,
        not_after=max(gathering.ended_at, now + _DAY),
        audience={"kind": "branch_officers", "organization": gathering.host_id},
        title=f"{row.branch}{word}",
        body=f"{KINDS[row.kind].label}（{format_date_cn(gathering.on_date)}）。",
        link=gathering_url(host_share),
    )


def _tell_guest(by, row: Invitation, gathering: Gathering, share: GatheringBranch) -> None:
    now, start = timezone.now(), to_local(gathering.started_at)
    plan_reminders(
        by=by,
        rule_key=INVITED,
        subject=invitation_subject(row),
        organization=row.branch,
        anchor=now,
        not_after=max(gathering.ended_at, now + _DAY),
        audience={"kind": "branch_officers", "organization": row.branch_id},
        title=f"共建邀请：{KINDS[row.kind].label}（{format_date_cn(gathering.on_date)}）",
        body=f"{share.branch}邀请参加。时间：{format_date_cn(gathering.on_date)} {start:%H:%M}；地点：{gathering.place}。",
        link=invitation_url(row),
    )
