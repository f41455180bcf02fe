"""Names by which other apps know activities' rows: sources of credits, subjects of reminders, addresses of pages."""

from django.urls import reverse

from activities.models import (
    ActivityRecord,
    AttendanceDispute,
    Gathering,
    GatheringBranch,
    Invitation,
    MakeUp,
)


def credit_source(record: ActivityRecord) -> str:
    return f"activities.record:{record.uid}"


def gathering_subject(gathering: Gathering) -> str:
    return f"activities.gathering:{gathering.uid}"


def share_subject(share: GatheringBranch) -> str:
    """What one branch's people are told about a gathering; an invited branch has notices of its own."""
    subject = gathering_subject(share.gathering)
    return subject if share.branch_id == share.gathering.host_id else f"{subject}:{share.uid}"


def invitation_subject(invitation: Invitation) -> str:
    return f"activities.invitation:{invitation.uid}"


def invitation_url(invitation: Invitation) -> str:
    return reverse("activities:invitation", args=[invitation.uid])


def record_url(record: ActivityRecord) -> str:
    return reverse("activities:record", args=[record.uid])


def gathering_url(share: GatheringBranch) -> str:
    """The page of a branch's share of a gathering that is announced."""
    return reverse("activities:gathering", args=[share.uid])


def make_up_url(make_up: MakeUp) -> str:
    return reverse("activities:make-up", args=[make_up.uid])


def dispute_url(dispute: AttendanceDispute) -> str:
    return reverse("activities:dispute", args=[dispute.uid])
