"""Who may do what where today: grants, what posts imply, and a member's own branch, gathered once per request or job.

Two queries: grants and tenures. Nothing here decides a single page; pages ask `user.access` for the scope of a permission.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from branch_portal.dates import today_shanghai
from branch_portal.permissions import POST_ROLES, ROLE_LABELS, ROLE_PERMISSIONS, Permission, Role
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
    """All that a user may do, as reaches and as scopes per permission."""

    reaches: list[Reach] = field(default_factory=list)
    superuser: bool = False

    @cached_property
    def _scopes(self) -> dict[Permission, Scope]:
        scopes = {
            permission: _scope_of([reach for reach in self.reaches if permission in reach.permissions])
            for permission in {permission for reach in self.reaches for permission in reach.permissions}
        }
        if self.superuser:
            everywhere = Scope(everything=True)
            scopes.update(dict.fromkeys(ROLE_PERMISSIONS[Role.SYSTEM_ADMINISTRATOR], everywhere))
        return scopes

    def scope(self, permission: Permission) -> Scope:
        return self._scopes.get(permission, NOWHERE)

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

    @cached_property
    def widest(self) -> Scope:
        """The scope for the database's second line: every organisation that any permission reaches."""
        return replace(_scope_of(self.reaches), everything=self.superuser)


def _scope_of(reaches: list[Reach]) -> Scope:
    leaves = [reach.organization for reach in reaches if reach.organization.kind in ("branch", "cell")]
    trees = [reach.organization for reach in reaches if reach.organization.kind not in ("branch", "cell")]
    return Scope(
        organization_ids=frozenset(organization.pk for organization in leaves),
        leaf_paths=tuple(sorted({organization.path for organization in leaves})),
        paths=tuple(sorted({organization.path for organization in trees})),
    )


def access_of(user) -> Access:
    """Gather a user's reaches as of today: dated grants, posts that imply a role, and MEMBER in the own branch.

    Posts and membership give rights to members in normal standing only; a grant is somebody's dated decision and stands
    by itself.
    """
    from members.models import PostTenure, RoleGrant

    if not user.is_active:
        return Access()
    day = today_shanghai()
    reaches = [
        Reach(Role(grant.role), grant.organization, ROLE_LABELS[Role(grant.role)])
        for grant in RoleGrant.objects.filter(user_id=user.pk).valid_on(day).select_related("organization")
    ]
    if user.member_id is not None and user.member.standing == "normal":
        reaches += [
            Reach(POST_ROLES[tenure.post], tenure.organization, tenure.get_post_display())
            for tenure in PostTenure.objects.filter(
                member_id=user.member_id, organization__kind__in=("branch", "cell")
            )
            .on(day)
            .select_related("organization")
        ]
        if user.member.branch is not None:
            reaches.append(Reach(Role.MEMBER, user.member.branch, ROLE_LABELS[Role.MEMBER]))
    return Access(reaches=reaches, superuser=user.is_superuser)
