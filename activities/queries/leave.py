"""Reading answers, sign-ins and sheets: who is on the list of a gathering, who said what, who is in."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from activities.models import (
    ActivityRecord,
    Gathering,
    GatheringBranch,
    LeaveRequest,
    RollSheet,
    SignIn,
    SignInOpening,
)
from activities.queries.eligibility import Eligible, eligible_members
from activities.queries.records import GATHERING_SAID, first_record
from branch_portal.database import beyond_scope
from branch_portal.dates import today_shanghai
from members.models import PartyOrganization

_NAME_ONLY = ("member__name", "member__uid")


def list_of_day(share: GatheringBranch) -> list[Eligible]:
    """Who is to come, in official order. Three queries and the kind."""
    record = first_record(share)
    return eligible_members(
        kind=record.kind,
        branch=share.branch,
        day=share.gathering.on_date,
        cell=share.cell,
        held_as=record.held_as,
    )


@beyond_scope("whoever scanned a code may be on nobody's list")
def is_listed(share: GatheringBranch, member_id: int | None) -> bool:
    return member_id in {person.member_id for person in list_of_day(share)}


def answers_of(share: GatheringBranch) -> list[LeaveRequest]:
    """Everybody's answer with the name: requests that wait first."""
    rows = LeaveRequest.objects.filter(share=share).select_related("member", "decided_by")
    columns = [field.name for field in LeaveRequest._meta.concrete_fields]
    rows = rows.only(*columns, *_NAME_ONLY, "decided_by__display_name")
    return sorted(rows, key=lambda row: (row.state != LeaveRequest.State.WAITING, row.answered_at))


def own_answer(share: GatheringBranch, member_id: int) -> LeaveRequest | None:
    return LeaveRequest.objects.filter(share=share, member_id=member_id).first()


def answers_closed(gathering: Gathering, now: datetime.datetime) -> bool:
    """Answers are taken and changed until the gathering ends."""
    return gathering.state != Gathering.State.ANNOUNCED or now >= gathering.ended_at


@dataclass(frozen=True, slots=True)
class Waiting:
    """One gathering with leave that waits for the branch."""

    share: GatheringBranch
    kind: str
    count: int


def waiting_leave(branches: Sequence[PartyOrganization]) -> list[Waiting]:
    """Gatherings of these branches with requests nobody has decided. One query, and one for their kinds."""
    rows = (
        LeaveRequest.objects.filter(
            branch__in=[branch.pk for branch in branches], share__gathering__state=Gathering.State.ANNOUNCED
        )
        .waiting()
        .select_related("share__gathering", "share__branch", "share__cell")
        .only(*GATHERING_SAID)
    )
    shares: dict[int, tuple[GatheringBranch, int]] = {}
    for row in rows:
        share, count = shares.get(row.share_id, (row.share, 0))
        shares[row.share_id] = share, count + 1
    kinds = dict(
        ActivityRecord.objects.filter(share__in=list(shares)).order_by("-pk").values_list("share_id", "kind")
    )
    return [Waiting(share, kinds[pk], count) for pk, (share, count) in shares.items()]


# --- what prefills a roll ---


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a gathering's people before the roll is written, by member id."""

    leave: dict[int, LeaveRequest]
    signed: dict[int, datetime.datetime]
    opened: bool


def known_of(share: GatheringBranch) -> Known:
    """Approved leave and sign-ins. Three queries."""
    leave = LeaveRequest.objects.filter(share=share, state=LeaveRequest.State.APPROVED)
    return Known(
        {row.member_id: row for row in leave},
        dict(SignIn.objects.filter(share=share).values_list("member_id", "signed_at")),
        SignInOpening.objects.filter(share=share).exists(),
    )


# --- sheets and codes ---


def sheet_of(branch: PartyOrganization, code: str) -> RollSheet | None:
    """The printed list with this code; the latest, should two gatherings ever share one."""
    found = RollSheet.objects.filter(branch=branch, code=code).select_related("share__gathering")
    return found.order_by("-printed_at").first()


def opening_of(share: GatheringBranch) -> SignInOpening | None:
    return SignInOpening.objects.filter(share=share).first()


@beyond_scope("a fresh code says which gathering; the list decides who may sign")
def opening_by_code(uid: uuid.UUID) -> SignInOpening | None:
    """What a scanned code belongs to. Nobody's scope: holding a fresh code is the reason to look, the list decides next."""
    found = SignInOpening.objects.select_related("share__gathering", "share__branch", "share__cell")
    return found.filter(uid=uid).first()


def is_open(opening: SignInOpening, now: datetime.datetime) -> bool:
    """Open until somebody closes it, and never beyond its day or after the gathering was called off."""
    gathering = opening.share.gathering
    return (
        opening.closed_at is None
        and gathering.state in (Gathering.State.ANNOUNCED, Gathering.State.HELD)
        and gathering.on_date == today_shanghai(now)
    )


def signed_in(share: GatheringBranch) -> QuerySet[SignIn]:
    """Who is in, the latest first, with the name alone."""
    rows = (
        SignIn.objects.filter(share=share).select_related("member").only("signed_at", "share_id", *_NAME_ONLY)
    )
    return rows.order_by("-signed_at", "-pk")
