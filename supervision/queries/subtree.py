"""The part of the tree that a committee's page is about, and the organisations right below it, by which figures are summed.

Sums are made when they are read, leaf by leaf, and never stored at an upper organisation.
"""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self, TypeVar

from branch_portal.permissions import Permission
from members.models import PartyOrganization

_STEP = PartyOrganization.steplen
#: Branches that stand right below the chosen organisation are one line of the sums.
DIRECT = "直属党支部"


class Summable(Protocol):
    """Figures that add up."""

    def __add__(self, other: Self, /) -> Self: ...


Figure = TypeVar("Figure", bound=Summable)


@dataclass(frozen=True, slots=True)
class Child:
    """One line of the sums: an organisation with its uid, or the branches without one between."""

    name: str
    uid: uuid.UUID | None = None


def supervised_organization(user, uid: uuid.UUID) -> PartyOrganization | None:
    """One organisation that the user supervises; another committee's is the same as none."""
    found = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
    return found.exclude(kind=PartyOrganization.Kind.CELL).filter(uid=uid).first()


@dataclass(frozen=True)
class Subtree:
    """What the user supervises, below `root` where one is chosen, as it stood on a day."""

    user: object
    root: PartyOrganization | None
    day: datetime.date

    def organizations(self):
        """Everything but cells, as a queryset of the asker."""
        tree = PartyOrganization.objects.permitted(self.user, Permission.VIEW_SUPERVISION)
        if self.root is not None:
            tree = tree.filter(path__startswith=self.root.path)
        return tree.exclude(kind=PartyOrganization.Kind.CELL).existing_on(self.day)

    def branches(self):
        return self.organizations().branches()

    @cached_property
    def _tops(self) -> list[str]:
        """Where the asker's part begins; one of them that lies below another adds nothing."""
        if self.root is not None:
            return [self.root.path]
        scope = self.user.access.scope(Permission.VIEW_SUPERVISION)  # type: ignore[attr-defined]
        paths = {*scope.paths, *scope.leaf_paths}
        return sorted(p for p in paths if not any(p != other and p.startswith(other) for other in paths))

    @cached_property
    def level(self) -> int:
        """How much of a path the database groups by: the children of the one top, or else the tops themselves."""
        if len(self._tops) == 1:
            return len(self._tops[0]) + _STEP
        return max(map(len, self._tops), default=_STEP)

    def prefix_of(self, path: str) -> str:
        """The line that a path belongs to."""
        if len(self._tops) == 1:
            return path[: self.level]
        return next(top for top in self._tops if path.startswith(top))

    def children(self, prefixes: Iterable[str]) -> Mapping[str, Child]:
        """Prefix → its line, in the tree's order. One query."""
        wanted = {self.prefix_of(prefix) for prefix in prefixes}
        found = (
            PartyOrganization.objects.permitted(self.user, Permission.VIEW_SUPERVISION)
            .filter(path__in=wanted)
            .only("uid", "path", "kind", "name", "short_name")
            .in_official_order()
        )
        return {o.path: DIRECT_LINE if o.is_branch else Child(str(o), o.uid) for o in found}


DIRECT_LINE = Child(DIRECT)


def summed(
    subtree: Subtree, rows: Iterable[tuple[str, Figure]], nothing: Figure
) -> list[tuple[Child, Figure]]:
    """(line, sum) of figures given by path. Empty where there is nothing between root and branches."""
    by_prefix: dict[str, Figure] = {}
    for path, figure in rows:
        prefix = subtree.prefix_of(path)
        by_prefix[prefix] = by_prefix.get(prefix, nothing) + figure
    sums: dict[Child, Figure] = {}
    for prefix, child in subtree.children(by_prefix).items():
        sums[child] = sums.get(child, nothing) + by_prefix[prefix]
    lines = [(child, figure) for child, figure in sums.items() if child is not DIRECT_LINE]
    if lines and DIRECT_LINE in sums:
        lines.append((DIRECT_LINE, sums[DIRECT_LINE]))
    return lines
