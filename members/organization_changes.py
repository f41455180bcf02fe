"""The changes of an organisation that a page offers: for which organisation each fits, and who may make it."""

from members.actions.organization_checks import BELOW, may_manage, may_rearrange
from members.models import PartyOrganization, User

_Kind = PartyOrganization.Kind
#: Route name → its button, in the order of the page.
LABELS = {
    "create": "新设下级",
    "rename": "更名",
    "adjust": "调整",
    "move": "调整隶属",
    "merge": "合并",
    "split": "拆分",
    "abolish": "撤销",
    "restore": "恢复",
}
_OF_BRANCHES = {"merge", "split"}
_NOT_OF_CELLS = {"create", "adjust", "move"}


def may_change(
    user: User, change: str, organization: PartyOrganization, parent: PartyOrganization | None
) -> bool:
    """Whether the user has the right; whether it fits the organisation today is another question."""
    if change == "create":
        return may_manage(user, organization, cell=organization.kind == _Kind.BRANCH)
    cell = organization.kind == _Kind.CELL
    if change == "rename":
        return may_manage(user, organization, cell=cell)
    if change == "adjust":
        return may_manage(user, organization)
    return may_rearrange(user, organization, parent, cell=cell and change in {"abolish", "restore"})


def fits(change: str, organization: PartyOrganization) -> bool:
    if (change == "restore") != (organization.abolished_on is not None):
        return False
    if change in _OF_BRANCHES:
        return organization.kind == _Kind.BRANCH
    if change == "create":
        return bool(BELOW[_Kind(organization.kind)])
    return not (organization.kind == _Kind.CELL and change in _NOT_OF_CELLS)


def label_of(change: str, organization: PartyOrganization) -> str:
    return "新设党小组" if change == "create" and organization.kind == _Kind.BRANCH else LABELS[change]


def offered(
    user: User, organization: PartyOrganization, parent: PartyOrganization | None
) -> list[tuple[str, str]]:
    """(route name, label) of the buttons for this user."""
    return [
        (change, label_of(change, organization))
        for change in LABELS
        if fits(change, organization) and may_change(user, change, organization, parent)
    ]
