"""For whom is something logged: the branch (and, for a cell leader, the cell) that a form works for."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from activities.forms.lists import PrefillForm
from activities.models import ActivityKind
from activities.queries.cadence import branch_of_cell, cells_of
from branch_portal.permissions import Permission
from members.models import PartyOrganization


@dataclass(frozen=True)
class Target:
    """The branch that a record will belong to; `own_cell` when the user only leads a cell of it."""

    branch: PartyOrganization
    own_cell: PartyOrganization | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        return (ActivityKind.CELL_MEETING,) if self.own_cell else tuple(ActivityKind.values)

    def cells_for(self, kind: str) -> list[PartyOrganization]:
        """The cells to choose from; none for the other kinds."""
        if kind not in (ActivityKind.CELL_MEETING, ActivityKind.ORG_LIFE_MEETING):
            return []
        if self.own_cell:
            return [self.own_cell]
        return [cell for cell in cells_of([self.branch])[self.branch.pk] if cell.abolished_on is None]

    def require(self, kind: str) -> None:
        """404 for a kind that does not exist, 403 for one that a cell leader does not log."""
        if kind not in ActivityKind.values:
            raise Http404("kind")
        if kind not in self.kinds:
            raise PermissionDenied


def log_target(request, prefill: PrefillForm) -> Target:
    """The organisation named in the query string, else the one acted for, else the first within reach."""
    user = request.user
    if not user.may(Permission.LOG_GATHERINGS):
        raise PermissionDenied
    permitted = PartyOrganization.objects.permitted(user, Permission.LOG_GATHERINGS)
    uid = prefill.values().get("for")
    if uid is not None:
        return _target(get_object_or_404(permitted, uid=uid))
    acting = request.acting.organization if request.acting else None
    if acting is not None and acting.kind in _LOGGING and user.access.may(Permission.LOG_GATHERINGS, acting):
        return _target(acting)
    first = permitted.filter(kind__in=_LOGGING, abolished_on=None).order_by("path").first()
    if first is None:
        raise PermissionDenied
    return _target(first)


_LOGGING = (PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL)


def _target(organization: PartyOrganization) -> Target:
    if organization.kind == PartyOrganization.Kind.CELL:
        return Target(branch=branch_of_cell(organization), own_cell=organization)
    if organization.kind != PartyOrganization.Kind.BRANCH:
        raise PermissionDenied
    return Target(branch=organization)


def target_of_record(request, record) -> Target:
    """The target of an existing record, 403 for who may not log there: a cell's record may be edited by who leads the cell alone."""
    scope = request.user.access.scope(Permission.LOG_GATHERINGS)
    if scope.covers(record.branch):
        return Target(branch=record.branch)
    if record.cell is None or not scope.covers(record.cell):
        raise PermissionDenied
    return Target(branch=record.branch, own_cell=record.cell)
