"""What an import must know of the members and organisations that are there, in a few queries whatever the rows."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from branch_portal.database import beyond_scope
from branch_portal.permissions import Permission
from members.models import ColumnMapping, Member, MemberStatus, PartyOrganization, User


def import_targets(user):
    """Branches, general branches and committees whose roster the user keeps."""
    return (
        PartyOrganization.objects.permitted(user, Permission.EDIT_ROSTER)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .filter(abolished_on__isnull=True)
        .order_by("sort_number", "path")
    )


def branches_below(target: PartyOrganization, by: User | None) -> list[PartyOrganization]:
    """Branches in the target's subtree whose roster the asker keeps; all of them when nobody asks (the shell)."""
    found = PartyOrganization.objects.branches().filter(
        path__startswith=target.path, abolished_on__isnull=True
    )
    return list(found if by is None else found.permitted(by, Permission.EDIT_ROSTER))


def known_members(
    branches: Iterable[PartyOrganization],
    indexes: Iterable[bytes | None],
    names: Iterable[str],
    *,
    lock: bool,
) -> list[Member]:
    """Members of the branches by number or by name, with all columns; `lock` holds the rows until the transaction ends."""
    members = (
        Member.objects.filter(branch__in=[branch.pk for branch in branches])
        .filter(Q(id_number_index__in=list(indexes)) | Q(name__in=list(names)))
        .select_related("cell", "branch")
        .order_by("pk")
    )
    return list(members.select_for_update(of=("self",)) if lock else members)


@beyond_scope("whether anybody anywhere has one of these numbers")
def taken_numbers(indexes: Iterable[bytes | None]) -> set[bytes]:
    """Those of the blind indexes that a member anywhere has; whose they are is not said."""
    found = Member.objects.filter(id_number_index__in=list(indexes)).values_list("id_number_index", flat=True)
    return {bytes(index) for index in found}


def cells_by_branch(target: PartyOrganization) -> dict[str, dict[str, PartyOrganization]]:
    """Path of a branch → its cells by full and by short name."""
    cells = PartyOrganization.objects.filter(
        path__startswith=target.path, kind=PartyOrganization.Kind.CELL, abolished_on__isnull=True
    ).order_by("path")
    found: dict[str, dict[str, PartyOrganization]] = defaultdict(dict)
    for cell in cells:
        for name in (cell.name, cell.short_name):
            found[cell.path[: -PartyOrganization.steplen]][name] = cell
    return found


def statuses_of(members: Iterable[Member]) -> dict[int, list[MemberStatus]]:
    """Member id → statuses of being away and out of contact, the latest first."""
    found: dict[int, list[MemberStatus]] = defaultdict(list)
    kinds = [MemberStatus.Kind.FLOATING, MemberStatus.Kind.OUT_OF_CONTACT]
    rows = MemberStatus.objects.filter(member_id__in=[member.pk for member in members], kind__in=kinds)
    for status in rows.order_by("-period"):
        found[status.member_id].append(status)
    return found


def remembered_mapping(organization: PartyOrganization, signature: str) -> dict[str, str]:
    """What somebody of the organisation said these columns mean; empty when nobody did."""
    rows = ColumnMapping.objects.filter(organization=organization, signature=signature)
    return rows.values_list("mapping", flat=True).first() or {}


def organization_with_code(code: str) -> PartyOrganization | None:
    """The organisation of this code that is not abolished; for the shell, which asks for nobody."""
    return PartyOrganization.objects.filter(code=code, abolished_on__isnull=True).first()
