"""Letters as both sides read them."""

from django.db.models import Q

from branch_portal.permissions import Permission
from members.models import AffiliationTransfer, Member, PartyOrganization, User
from members.rules.transfers import OLD, STEPS, Step


def transfers_of(user: User, *, state: str = "", direction: str = ""):
    """The letters that the user may see, with the person's plain items only."""
    rows = AffiliationTransfer.objects.visible_to(user).select_related("member", "from_branch", "to_branch")
    rows = rows.defer(*[f"member__{name}" for name in Member.SEALED_FIELDS])
    if state == "open":
        rows = rows.open()
    elif state:
        rows = rows.filter(state=state)
    scope = user.access.scope(Permission.VIEW_ROSTER)
    if direction == "out":
        rows = rows.filter(scope.q("from_branch"))
    elif direction == "in":
        rows = rows.filter(Q(to_branch__isnull=False) & scope.q("to_branch"))
    return rows


def receiving_branches(name: str) -> list[PartyOrganization]:
    """Branches of the portal with this full name or code: a letter may go to any, so no scope limits whom one may name."""
    branches = PartyOrganization.objects.branches().filter(abolished_on__isnull=True)
    return list(branches.filter(Q(name=name.strip()) | Q(code=name.strip())).order_by("path")[:10])


def side_of(transfer: AffiliationTransfer, step: Step) -> PartyOrganization:
    """Whose step it is; what an organisation outside answers is recorded by the old branch."""
    return transfer.from_branch if step.side == OLD else transfer.to_branch or transfer.from_branch


def may_step(user: User, transfer: AffiliationTransfer, key: str) -> bool:
    """Whether the user belongs to the side whose step it is and may take it there."""
    step = STEPS[key]
    return user.access.may(step.permission, side_of(transfer, step))


def next_steps(user: User, transfer: AffiliationTransfer) -> list[tuple[str, Step]]:
    """The steps that the letter's state allows and the user may take."""
    return [
        (key, step)
        for key, step in STEPS.items()
        if transfer.state in step.before and may_step(user, transfer, key)
    ]
