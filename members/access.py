"""Who may do what where today: grants, what posts imply, and a member's own branch, gathered once per request or job.

One query, because every page pays for it. Nothing here decides a single page; pages ask `user.access` for the scope of a permission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from branch_portal.dates import today_shanghai
from branch_portal.permissions import (
    PLATFORM_PERMISSIONS,
    POST_ROLES,
    ROLE_LABELS,
    ROLE_PERMISSIONS,
    SINGLE_ADMINISTRATOR,
    Permission,
    PlatformRole,
    Role,
)
from branch_portal.scoping import NOWHERE, Scope

if TYPE_CHECKING:  # the account model computes its access here
    from members.models import PartyOrganization


@dataclass(frozen=True)
class Reach:
    """One role in one organisation and its subtree."""

    role: Role
    organization: PartyOrganization
    label: str

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[self.role]


@dataclass
class Access:
    """All that a user may do, as reaches and as scopes per permission; `everywhere` is what an administrator of the platform may."""

    reaches: list[Reach] = field(default_factory=list)
    everywhere: frozenset[Permission] = frozenset()

    @cached_property
    def _scopes(self) -> dict[Permission, Scope]:
        scopes = {
            permission: _scope_of([reach for reach in self.reaches if permission in reach.permissions])
            for permission in {permission for reach in self.reaches for permission in reach.permissions}
        }
        scopes.update(dict.fromkeys(self.everywhere, Scope(everything=True)))
        return scopes

    def scope(self, permission: Permission) -> Scope:
        return self._scopes.get(permission, NOWHERE)

    def told(self, paths: tuple[str, ...], below: tuple[int, ...] | None) -> None:
        """The ids of all organisations but cells in `paths`, for every permission that reaches just these."""
        for permission, scope in self._scopes.items():
            if scope.paths == paths:
                self._scopes[permission] = replace(scope, below=below)

    def may(self, permission: Permission, organization) -> bool:
        """Whether the permission reaches the organisation (no query)."""
        return self.scope(permission).covers(organization)

    @property
    def may_edit_dictionaries(self) -> bool:
        """The words are everybody's: the top committee edits them, or who configures the portal."""
        return not self.scope(Permission.CONFIGURE).empty or any(
            Permission.EDIT_DICTIONARIES in reach.permissions and reach.organization.depth == 1
            for reach in self.reaches
        )

    def single_branches(self, permission: Permission) -> list[PartyOrganization] | None:
        """The branches that the permission reaches, in official order, where it reaches no subtree; None where it does."""
        scope = self.scope(permission)
        if scope.everything or scope.paths:
            return None
        reached = [reach.organization for reach in self.reaches if permission in reach.permissions]
        branches = {one.pk: one for one in reached if one.kind == "branch"}
        return sorted(branches.values(), key=lambda branch: (branch.sort_number, branch.path))

    @cached_property
    def widest(self) -> Scope:
        """The scope for the database's second line: every organisation that any permission reaches.

        Administrators of the platform read people's rows for the masked names of accounts and for the audit.
        """
        return replace(_scope_of(self.reaches), everything=bool(self.everywhere))

    @cached_property
    def widest_editable(self) -> Scope:
        """The same for what is written besides the own rows: a mere member writes nothing of the branch's. Of the platform's
        administrators only who sets the rules writes about people, for a rule's years are worked out anew."""
        scope = _scope_of([reach for reach in self.reaches if reach.role is not Role.MEMBER])
        return replace(scope, everything=Permission.CONFIGURE in self.everywhere)

    @property
    def common_place(self) -> int | None:
        """The organisation above all that the account reaches as more than a member; None where it reaches nobody."""
        paths = sorted(reach.organization.path for reach in self.reaches if reach.role is not Role.MEMBER)
        if not paths:
            return None
        steps = self.reaches[0].organization.steplen
        common = paths[0]
        while not paths[-1].startswith(common):
            common = common[:-steps]
        places = {reach.organization.path: reach.organization.pk for reach in self.reaches}
        if common in places:
            return places[common]
        from members.models import PartyOrganization

        above = PartyOrganization.objects.unscoped("the place of an access, for the record")
        return above.filter(path=common).values_list("pk", flat=True).first()


def _scope_of(reaches: list[Reach]) -> Scope:
    leaves = [reach.organization for reach in reaches if reach.organization.kind in ("branch", "cell")]
    trees = [reach.organization for reach in reaches if reach.organization.kind not in ("branch", "cell")]
    leaf_paths = {organization.path for organization in leaves}
    above = {o.path[: -o.steplen] for o in leaves if o.kind == "cell"} - leaf_paths
    return Scope(
        organization_ids=frozenset(organization.pk for organization in leaves),
        leaf_paths=tuple(sorted(leaf_paths)),
        above_cells=tuple(sorted(above)),
        paths=tuple(sorted({organization.path for organization in trees})),
    )


#: Each with its organisation, for a statement that has the account as `asker` and `own`. The function is the owner's
#: (`members.row_security`): nobody has a scope yet.
REACHES = """
SELECT reach.kind AS how, reach.what, reach.place, {columns}
FROM portal_reaches({asker}, {own}, %(day)s) AS reach JOIN members_partyorganization o ON o.id = reach.organization_id
WHERE reach.kind <> 1 OR o.kind IN ('branch', 'cell')
"""


def columns_of(model, prefix: str) -> tuple[list[str], str]:
    """A model's attributes, and the columns they come from, for `from_db`."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], ", ".join(f"{prefix}.{field.column}" for field in fields)


def reach_from(how: int, what: str, names: list[str], values: Sequence) -> Reach:
    """One row of the statement: a grant, a post, or the membership."""
    from members.models import PartyOrganization, PostTenure

    organization = PartyOrganization.from_db("default", names, values)
    if how == 0:
        return Reach(Role(what), organization, ROLE_LABELS[Role(what)])
    if how == 1:
        return Reach(POST_ROLES[what], organization, PostTenure.Post(what).label)
    return Reach(Role.MEMBER, organization, ROLE_LABELS[Role.MEMBER])


def reaches_of(user, day: date) -> list[Reach]:
    """The user's roles on the day, grants first, then posts, then membership. One query."""
    from members.models import PartyOrganization

    names, columns = columns_of(PartyOrganization, "o")
    statement = (
        REACHES.format(columns=columns, asker="%(user)s", own="%(member)s")
        + "ORDER BY reach.kind, reach.place"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"user": user.pk, "member": user.member_id, "day": day})
        return [reach_from(how, what, names, values) for how, what, _, *values in cursor.fetchall()]


def access_of(user, reaches: list[Reach] | None = None) -> Access:
    """A user's reaches as of today: dated grants, posts that imply a role, and MEMBER in the own branch. Asked for here unless
    they were read with the session.

    Posts and membership give rights to members in normal standing only; a grant is somebody's dated decision and stands
    by itself. An administrator of the platform has nothing but the platform role.
    """
    if not user.is_active:
        return Access()
    if user.platform_role:
        return Access(everywhere=PLATFORM_PERMISSIONS[PlatformRole(user.platform_role)])
    alone = user.is_superuser and not settings.PORTAL_SEPARATE_ADMINS
    return Access(
        reaches=reaches_of(user, today_shanghai()) if reaches is None else reaches,
        everywhere=SINGLE_ADMINISTRATOR if alone else frozenset(),
    )
