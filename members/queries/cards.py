"""Reads of one member's history."""

from branch_portal.permissions import Permission
from members.models import Commendation, Member, MemberStatus
from members.queries.dictionaries import label_of
from members.queries.statuses import REASON_TABLES


def affiliations_of(member: Member):
    """All affiliations, the newest first."""
    return member.affiliations.select_related("branch", "cell").order_by("-period")


def tenures_of(member: Member):
    """All posts, the newest first."""
    return member.tenures.select_related("organization").order_by("-period", "pk")


def flows_of(member: Member) -> dict:
    """What the card's tab 流动 shows: statuses, contacts and letters, the newest first."""
    statuses = list(member.statuses.order_by("-period", "pk"))
    return {
        "statuses": [(status, "，".join(part for part in _words(status) if part)) for status in statuses],
        "running": {status.kind for status in statuses if status.period.upper is None},
        "contacts": member.contacts.order_by("-on_date", "-pk")[:24],
        "transfers": member.transfers.select_related("from_branch", "to_branch").order_by(
            "-requested_on", "-pk"
        ),
    }


def _words(status: MemberStatus) -> tuple[str, ...]:
    """Reason, where to, and by which document."""
    reason = label_of(REASON_TABLES[MemberStatus.Kind(status.kind)], status.reason) if status.reason else ""
    return reason, status.place, "在国（境）外" if status.abroad else "", status.reference


def left_affiliation(member: Member):
    """The affiliation with which a former member left; None while there is an open one."""
    return None if member.branch_id else affiliations_of(member).first()


def commendations_of(member: Member):
    """All commendations, the newest first."""
    return member.commendations.order_by("-awarded_on", "pk")


def commendations_of_year(user, year: int):
    """Commendations of a year, of everybody whose card the user may see as a keeper of rosters."""
    return (
        Commendation.objects.permitted(user, Permission.VIEW_ROSTER)
        .filter(awarded_on__year=year)
        .select_related("member__branch", "member__left_branch")
        .defer(*[f"member__{name}" for name in Member.SEALED_FIELDS])
    )


def files_of(member: Member):
    """附件 that are kept, the newest first."""
    return member.files.kept().select_related("uploaded_by").order_by("-uploaded_at", "pk")
