"""The only door to data: querysets that start from the asker.

`visible_to(user)` and `editable_by(user)` are the same for the site, the admin, exports, feeds and jobs. A queryset class
says where its rows hang in the organisation tree and whose they are; the asker's `access` says which part of the tree
each permission reaches. `unscoped(reason)` is the only escape, and the reason is part of the call.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from branch_portal.permissions import Permission

#: False while work goes beyond the scope that the transaction began with: its tree may change, and ids found before say too little.
IDS_HOLD: ContextVar[bool] = ContextVar("the ids of the scope hold", default=True)


@dataclass(frozen=True)
class Scope:
    """The part of the tree that one permission of one asker reaches.

    `organization_ids` are branches and cells granted one by one, `leaf_paths` the same ones as paths; `paths` are
    subtrees of committees (materialised paths, whose steps have a fixed width, so a prefix never matches a sibling);
    `above_cells` are the branches of cells that were granted without their branch, for row-level security, which
    knows no cells; `everything` is the system administrator's reach. Rows carry the id of their branch and cell, so for leaves comparing
    ids spares the join with the tree; only the tree's own table needs the leaves' paths (a branch includes its cells).

    `below` are the ids of what lies in `paths`, cells left out, once the transaction has found them (`database.set_context`): of a
    join with the tree the planner knows nothing, while ids written out find rows by an index and are compared before row-level
    security asks anything. None: not found, or too many to be written into statements.
    """

    everything: bool = False
    organization_ids: frozenset[int] = frozenset()
    leaf_paths: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    above_cells: tuple[str, ...] = ()
    below: tuple[int, ...] | None = field(default=None, compare=False, repr=False)

    @property
    def empty(self) -> bool:
        return not (self.everything or self.organization_ids or self.paths)

    def covers(self, organization) -> bool:
        """Whether the organisation lies in this scope (no query)."""
        return (
            self.everything
            or organization.pk in self.organization_ids
            or any(organization.path.startswith(path) for path in (*self.paths, *self.leaf_paths))
        )

    def paths_above(self, step: int) -> set[str]:
        """Paths of the organisations above this scope: what they keep for everyone below them. `step` is a path's unit."""
        return {
            path[:end] for path in (*self.paths, *self.leaf_paths) for end in range(step, len(path), step)
        }

    def q(self, lookup: str) -> Q:
        """The scope as a condition on the organisation at `lookup` ("" for the organisation's own table)."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        if not lookup:
            for path in (*self.paths, *self.leaf_paths):
                condition |= Q(path__startswith=path)
            return condition
        if self.organization_ids:
            condition |= Q(**{f"{lookup}_id__in": self.organization_ids})
        if lookup.endswith("cell"):
            return condition  # a committee has a cell with its branch, which the row names too
        if self.below is not None and lookup.endswith("branch") and IDS_HOLD.get():
            return condition | Q(**{f"{lookup}_id__among": self.below})
        for path in self.paths:
            condition |= Q(**{f"{lookup}__path__startswith": path})
        return condition


NOWHERE = Scope()


@models.ForeignKey.register_lookup
@models.BigAutoField.register_lookup
class Among(models.Lookup):
    """`branch_id__among=ids`: one array instead of a placeholder for each id; the planner counts it as exactly."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, tuple[Any, ...]]:
        left, values = self.process_lhs(compiler, connection)
        # As text it is read by PostgreSQL in one go; ARRAY[…] would be an expression for each of ten thousand ids.
        return f"{left} = ANY (%s::bigint[])", (*values, f"{{{','.join(map(str, map(int, self.rhs)))}}}")


class ScopedQuerySet(models.QuerySet):
    """A queryset that is asked by somebody.

    Subclasses set `organization_lookups` (relations to the organisations a row belongs to; "" when the row *is* one),
    `member_lookup` (relation to the member whose own row it is, or None) and the two permissions.
    """

    organization_lookups: ClassVar[tuple[str, ...]] = ("branch",)
    member_lookup: ClassVar[str | None] = None
    view_permission: ClassVar[Permission]
    edit_permission: ClassVar[Permission | None] = None

    def visible_to(self, user) -> Self:
        """The rows that the user may read: in the granted part of the tree, or the user's own."""
        condition = self._in_scope(user, self.view_permission)
        member_id = getattr(user, "member_id", None)
        if self.member_lookup is not None and member_id is not None:
            own = "pk" if self.member_lookup == "" else f"{self.member_lookup}_id"
            condition |= Q(**{own: member_id})
        return self.filter(condition)

    def editable_by(self, user) -> Self:
        """The rows that the user may change through this model's actions; none where no permission is declared."""
        if self.edit_permission is None:
            return self.none()
        return self.filter(self._in_scope(user, self.edit_permission))

    def permitted(self, user, permission: Permission) -> Self:
        """The rows within the reach of one named permission."""
        return self.filter(self._in_scope(user, permission))

    def unscoped(self, reason: str) -> Self:
        """All rows, for work that no person asks for (ticks, rebuilds, migrations); the reason says which."""
        if not reason:
            raise ValueError("unscoped() needs a reason")
        return self.all()

    def _in_scope(self, user, permission: Permission) -> Q:
        scope = user.access.scope(permission) if getattr(user, "is_authenticated", False) else NOWHERE
        if scope.everything:
            return Q()
        condition = Q(pk__in=[])
        for lookup in self.organization_lookups:
            condition |= scope.q(lookup)
        return condition
