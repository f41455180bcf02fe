"""Gatherings to come: announcing, moving, cancelling, each with the reminders that follow from it."""

import datetime

from django.db import transaction
from django.utils import timezone

from activities.actions.facts import Facts
from activities.actions.locks import lock_branches, lock_gathering
from activities.actions.transitions import move
from activities.models import (
    ActivityKind,
    ActivityRecord,
    Gathering,
    GatheringBranch,
    LeaveRequest,
    SignIn,
    SignInOpening,
)
from activities.queries.records import first_record
from activities.queries.subjects import gathering_url, share_subject
from activities.rules.cadence import assessment_year
from activities.rules.kinds import KINDS, year_of
from activities.rules.states import TransitionError
from branch_portal.dates import format_date_cn, to_local
from members.models import PartyOrganization
from notices.actions.slots import cancel_reminders, plan_reminders
from notices.queries.receipts import anyone_told

MEETING_NOTICE = "meeting_notice"


@transaction.atomic
def announce_gathering(*, by, branch: PartyOrganization, facts: Facts, note: str = "") -> GatheringBranch:
    """Announce a gathering to come: it gets a draft of its record, and everyone concerned gets the notice."""
    gathering = Gathering(
        host=branch,
        theme=facts.theme,
        on_date=facts.on_date,
        started_at=facts.started_at,
        ended_at=facts.ended_at,
        place=facts.place,
        note=note,
    )
    make_known(gathering)
    gathering.save(force_insert=True)
    share = GatheringBranch(gathering=gathering, branch=branch, cell=facts.cell)
    share.save(force_insert=True)
    record = ActivityRecord(
        share=share,
        branch=branch,
        cell=facts.cell,
        kind=facts.kind,
        on_date=facts.on_date,
        title=facts.theme,
        assessment_year=facts.assessment_year or year_of(facts.kind, facts.on_date),
        held_as=facts.held_as or _held_as(facts),
    )
    record.save(force_insert=True)
    tell(by, share, facts.kind)
    return share


@transaction.atomic
def postpone_gathering(
    *,
    by,
    share: GatheringBranch,
    reason: str,
    started_at: datetime.datetime | None = None,
    ended_at: datetime.datetime | None = None,
    place: str = "",
) -> None:
    """Put a gathering off; with a new time it is announced again at once, and reminders of the old time are cancelled."""
    gathering, shares = locked(share)
    was, known = gathering.started_at, _is_known(gathering)
    move(gathering, "postpone", reason=reason)
    gathering.state_reason = reason.strip()
    for each in shares:
        cancel_reminders(by=by, subject=share_subject(each))
    if started_at is not None and ended_at is not None:
        if known:
            make_known(gathering)
        else:
            move(gathering, "reschedule")  # a plan that nobody knew of stays one
        move_to(gathering, started_at, ended_at, place)
    gathering.version += 1
    gathering.save()
    for each in shares:
        kind = first_record(each).kind
        if gathering.state == Gathering.State.ANNOUNCED:
            tell(by, each, kind)
        _tell_of_change(by, each, kind, was=was, word="已延期")


@transaction.atomic
def reschedule_gathering(
    *, by, share: GatheringBranch, started_at: datetime.datetime, ended_at: datetime.datetime, place: str
) -> None:
    """Give a gathering that was put off its new time, and tell everyone concerned."""
    gathering, shares = locked(share)
    make_known(gathering)
    move_to(gathering, started_at, ended_at, place)
    gathering.version += 1
    gathering.save()
    for each in shares:
        tell(by, each, first_record(each).kind)


@transaction.atomic
def cancel_gathering(*, by, share: GatheringBranch, reason: str) -> None:
    """Call a gathering off: nobody is reminded of it any more, and whoever was told of it learns that it is off."""
    gathering, shares = locked(share)
    move(gathering, "cancel", reason=reason)
    gathering.state_reason = reason.strip()
    gathering.version += 1
    gathering.save()
    for each in shares:
        cancel_reminders(by=by, subject=share_subject(each))
        _tell_of_change(by, each, first_record(each).kind, was=gathering.started_at, word="已取消")


def _held_as(facts: Facts) -> str:
    """An org-life meeting is held as a cell's meeting or as the general one, unless another form is said."""
    if facts.kind != ActivityKind.ORG_LIFE_MEETING:
        return ""
    return ActivityRecord.HeldAs.CELL if facts.cell else ActivityRecord.HeldAs.GENERAL


def _is_known(gathering: Gathering) -> bool:
    return gathering.state == Gathering.State.ANNOUNCED or gathering.announced_at is not None


def make_known(gathering: Gathering) -> None:
    """Announce in memory; when members first learned of it is kept."""
    move(gathering, "announce")
    gathering.announced_at = gathering.announced_at or timezone.now()


def move_to(
    gathering: Gathering, started_at: datetime.datetime, ended_at: datetime.datetime, place: str
) -> None:
    """The new time and place, on the gathering in memory and on every branch's stored drafts."""
    day = to_local(started_at).date()
    if day != gathering.on_date and gathering.announced_at is not None:
        _ask_again(gathering)
    gathering.started_at, gathering.ended_at, gathering.on_date = started_at, ended_at, day
    gathering.place = place or gathering.place
    records = list(ActivityRecord.objects.filter(share__gathering=gathering))
    for record in records:
        record.assessment_year = assessment_year(record.kind, record.assessment_year, gathering.on_date)
        record.on_date, record.version = gathering.on_date, record.version + 1
    ActivityRecord.objects.bulk_update(records, ["on_date", "assessment_year", "version"])


def _ask_again(gathering: Gathering) -> None:
    """What was said of the old day does not fill the roll of another one: leave is decided anew, sign-ins begin anew."""
    LeaveRequest.objects.filter(share__gathering=gathering, answer=LeaveRequest.Answer.LEAVE).update(
        state=LeaveRequest.State.WAITING, decided_by=None, decided_at=None
    )
    SignIn.objects.filter(share__gathering=gathering).delete()
    SignInOpening.objects.filter(share__gathering=gathering).delete()


def locked(share: GatheringBranch) -> tuple[Gathering, list[GatheringBranch]]:
    """The gathering and every branch's share of it, under locks; only the host moves it or calls it off."""
    # The same locks as for records: a gathering is not called off while a record of it is being written.
    lock_branches(
        GatheringBranch.objects.filter(gathering=share.gathering_id).values_list("branch_id", flat=True)
    )
    lock_gathering(share.gathering_id)
    gathering = Gathering.objects.select_related("host").get(pk=share.gathering_id)
    if share.branch_id != gathering.host_id:
        raise TransitionError(f"本活动由{gathering.host}主办，时间、地点由主办党支部调整。")
    shares = list(
        gathering.shares.select_related("branch", "cell").prefetch_related("records").order_by("pk")
    )
    for each in shares:
        each.gathering = gathering
    share.gathering = gathering
    return gathering, shares


def tell(by, share: GatheringBranch, kind: str) -> None:
    """Plan the notices to everyone concerned."""
    gathering = share.gathering
    start = to_local(gathering.started_at)
    plan_reminders(
        by=by,
        rule_key=MEETING_NOTICE,
        subject=share_subject(share),
        organization=share.branch,
        anchor=gathering.started_at,
        not_after=gathering.started_at,
        audience=_audience(share, kind),
        title=f"{KINDS[kind].label}：{format_date_cn(gathering.on_date)} {start:%H:%M}",
        body=f"时间：{format_date_cn(gathering.on_date)} {start:%H:%M}；地点：{gathering.place}。",
        link=gathering_url(share),
    )


def _tell_of_change(by, share: GatheringBranch, kind: str, *, was: datetime.datetime, word: str) -> None:
    """Whoever has been told of the old time is told at once that it does not hold; later reminders would come too late."""
    gathering, now = share.gathering, timezone.now()
    subject = share_subject(share)
    if was <= now or not anyone_told(subject):
        return
    old = f"{format_date_cn(to_local(was).date())} {to_local(was):%H:%M}"
    body = f"原定{old}的{KINDS[kind].label}{word}，原因见活动页面。"
    if gathering.state == Gathering.State.ANNOUNCED:
        start = to_local(gathering.started_at)
        body += f"新的时间：{format_date_cn(gathering.on_date)} {start:%H:%M}；地点：{gathering.place}。"
    plan_reminders(
        by=by,
        rule_key=MEETING_NOTICE,
        subject=f"{subject}:change",
        organization=share.branch,
        anchor=now,
        not_after=was,
        audience=_audience(share, kind),
        title=f"{word}：{KINDS[kind].label}（原定{old}）",
        body=body,
        link=gathering_url(share),
    )


def _audience(share: GatheringBranch, kind: str) -> dict:
    held_as = first_record(share).held_as if kind == ActivityKind.ORG_LIFE_MEETING else ""
    if kind == ActivityKind.CELL_MEETING or held_as == ActivityRecord.HeldAs.CELL:
        return {"kind": "cell_members", "organization": share.cell_id}
    if kind == ActivityKind.COMMITTEE_MEETING or held_as == ActivityRecord.HeldAs.COMMITTEE:
        return {"kind": "committee_members", "organization": share.branch_id}
    return {"kind": "branch_members", "organization": share.branch_id}
