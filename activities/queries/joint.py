"""Reading joint gatherings: invitations, their candidates, and no more of a guest than its counts."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from activities.models import ActivityRecord, Gathering, GatheringBranch, Invitation
from activities.rules.joint import OPEN_STATES
from activities.rules.states import COUNTING, DRAFT
from branch_portal.database import beyond_scope
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization

_MOST = 20


@dataclass(frozen=True, slots=True)
class Guest:
    """What the host sees of an invited branch: its name, its answer, and the counts of its roll once that is signed."""

    uid: str
    branch: str
    state: str
    label: str
    reply: str
    expected: int | None
    present: int | None


def is_guest(share: GatheringBranch) -> bool:
    """Whether the share belongs to a branch that was invited, not to the host."""
    return share.branch_id != share.gathering.host_id


@beyond_scope("whether another branch has written the gathering up, and its counts")
def facts_are_fixed(share: GatheringBranch) -> bool:
    """Whether this branch may not change theme, day, time and place: for a guest always, for the host once another branch
    has written the gathering up."""
    if is_guest(share):
        return True
    others = ActivityRecord.objects.filter(share__gathering=share.gathering_id).exclude(share=share.pk)
    return others.exclude(state=DRAFT).exists()


@beyond_scope("whether another branch has written the gathering up, and its counts")
def guests_of(gathering: Gathering) -> list[Guest]:
    """The invited branches in the order of their invitation. The caller has checked that the asker keeps the host's share."""
    signed = ActivityRecord.objects.filter(share=OuterRef("share"), state__in=sorted(COUNTING))
    rows = (
        Invitation.objects.filter(gathering=gathering)
        .annotate(signed=Exists(signed))
        .select_related("branch", "share")
        .order_by("invited_at", "pk")
    )
    return [
        Guest(
            uid=str(row.uid),
            branch=str(row.branch),
            state=row.state,
            label=row.get_state_display(),
            reply=row.reply,
            expected=row.share.expected_count if row.share and row.signed else None,
            present=row.share.present_count if row.share and row.signed else None,
        )
        for row in rows
    ]


def candidates(share: GatheringBranch, text: str) -> list[PartyOrganization]:
    """Branches under the same topmost organisation whose name holds the text, the invited ones left out; at most twenty.

    Names of organisations only: the tree of names is not secret within one committee, whose people are.
    """
    text = text.strip()
    if not text:
        return []
    root = share.branch.path[: PartyOrganization.steplen]
    asked = Invitation.objects.filter(
        gathering=share.gathering_id, state__in=(Invitation.State.PENDING, Invitation.State.ACCEPTED)
    )
    found = (
        PartyOrganization.objects.filter(path__startswith=root)
        .branches()
        .existing_on(today_shanghai())
        .filter(Q(name__icontains=text) | Q(short_name__icontains=text))
        .exclude(pk=share.branch_id)
        .exclude(pk__in=asked.values("branch"))
    )
    return list(found.order_by("sort_number", "path")[:_MOST])


def candidate(share: GatheringBranch, uid) -> PartyOrganization | None:
    """One branch under the same topmost organisation by its uid."""
    root = share.branch.path[: PartyOrganization.steplen]
    found = PartyOrganization.objects.filter(path__startswith=root, uid=uid).branches()
    return found.existing_on(today_shanghai()).first()


def pending_invitations(user, *, limit: int = 10) -> list[Invitation]:
    """What the branches that the user keeps records of have been asked and not answered yet."""
    received = user.access.scope(Permission.LOG_GATHERINGS).q("branch")
    rows = Invitation.objects.visible_to(user).pending().filter(received)
    rows = rows.filter(gathering__state__in=sorted(OPEN_STATES))
    return list(
        rows.select_related("gathering__host", "branch").order_by("gathering__started_at", "pk")[:limit]
    )
