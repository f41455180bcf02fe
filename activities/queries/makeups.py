"""Reading make-ups and disputes: what waits for the branch, what waits for the member, and the member's own attendance."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from activities.models import (
    ActivityRecord,
    AttendanceDispute,
    GatheringBranch,
    MakeUp,
    RollEntry,
)
from activities.queries.records import GATHERING_SAID
from activities.rules.states import DRAFT
from members.models import PartyOrganization

_GATHERING = ("share__gathering", "share__branch", "share__cell")


def away_without_make_up(share: GatheringBranch) -> int:
    """How many were away and have not been asked to make it up."""
    asked = MakeUp.objects.filter(share=share).values("member_id")
    return (
        RollEntry.objects.filter(share=share, status__in=("absent", "leave"))
        .exclude(member_id__in=asked)
        .count()
    )


def make_ups_of(share: GatheringBranch) -> list[MakeUp]:
    """Everybody's, with the names: those that wait for the branch first."""
    order: dict[str, int] = {
        MakeUp.State.HANDED_IN: 0,
        MakeUp.State.RETURNED: 1,
        MakeUp.State.SET: 2,
        MakeUp.State.ACCEPTED: 3,
    }
    columns = [field.name for field in MakeUp._meta.concrete_fields]
    rows = (
        MakeUp.objects.filter(share=share)
        .select_related("member")
        .only(*columns, "member__name", "member__uid")
    )
    return sorted(rows, key=lambda row: (order[row.state], row.pk))


def own_make_ups(member_id: int) -> list[MakeUp]:
    """What the member still has to do, the nearest deadline first."""
    rows = MakeUp.objects.filter(member_id=member_id).open_for_member().select_related(*_GATHERING)
    return list(rows.order_by("due_on", "pk")[:20])


def handed_in(branches: Sequence[PartyOrganization]) -> list[MakeUp]:
    """Make-ups that wait for these branches, as far as a line says it. One query."""
    rows = MakeUp.objects.filter(branch__in=[branch.pk for branch in branches]).handed_in()
    rows = rows.select_related(*_GATHERING).only("uid", "handed_in_at", *GATHERING_SAID)
    return list(rows.order_by("handed_in_at", "pk"))


def open_disputes(branches: Sequence[PartyOrganization]) -> list[AttendanceDispute]:
    """Disputes that wait for these branches, as far as a line says it. One query."""
    rows = AttendanceDispute.objects.filter(branch__in=[branch.pk for branch in branches]).open()
    rows = rows.select_related(*_GATHERING).only("uid", "due_on", *GATHERING_SAID)
    return list(rows.order_by("due_on", "pk"))


def disputes_of(share: GatheringBranch) -> list[AttendanceDispute]:
    columns = [field.name for field in AttendanceDispute._meta.concrete_fields]
    rows = AttendanceDispute.objects.filter(share=share).select_related("member")
    return list(rows.only(*columns, "member__name", "member__uid"))


def own_attendance(user) -> QuerySet[RollEntry]:
    """The member's own rows in every branch that the member ever belonged to; a draft's roll says nothing yet."""
    if user.member_id is None:
        return RollEntry.objects.none()
    written = ActivityRecord.objects.filter(share=OuterRef("share")).exclude(state=DRAFT)
    rows = RollEntry.objects.visible_to(user).filter(member_id=user.member_id).filter(Exists(written))
    return rows.select_related("share__gathering", "branch")


def latest_disputes(member_id: int | None, shares: Sequence[int]) -> dict[int, AttendanceDispute]:
    """Share id → the member's latest dispute of it. One query."""
    if member_id is None:
        return {}
    rows = AttendanceDispute.objects.filter(member_id=member_id, share__in=shares).order_by("raised_at", "pk")
    return {row.share_id: row for row in rows}
