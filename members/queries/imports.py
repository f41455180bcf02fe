"""What an import must know of the members that are there: read whole, because a branch must not miss a number elsewhere."""

from collections.abc import Iterable

from members.models import Member, PartyOrganization


def members_of_branch(branch: PartyOrganization, *, lock: bool) -> list[Member]:
    """Everybody of the branch with all columns; `lock` holds the rows until the transaction ends."""
    members = Member.objects.filter(branch=branch).select_related("cell").order_by("pk")
    return list(members.select_for_update(of=("self",)) if lock else members)


def taken_numbers(indexes: Iterable[bytes | None]) -> set[bytes]:
    """Those of the blind indexes that a member anywhere has; whose they are is not said."""
    found = Member.objects.filter(id_number_index__in=list(indexes)).values_list("id_number_index", flat=True)
    return {bytes(index) for index in found}


def cells_by_name(branch: PartyOrganization) -> dict[str, PartyOrganization]:
    """Cells of the branch by full and by short name."""
    cells = PartyOrganization.objects.filter(
        path__startswith=branch.path, kind=PartyOrganization.Kind.CELL, abolished_on__isnull=True
    ).order_by("path")
    return {name: cell for cell in cells for name in (cell.name, cell.short_name)}
