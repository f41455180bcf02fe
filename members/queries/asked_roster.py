"""The roster as somebody asked for it: day, rows, order and name. Pages, paper, exports and their jobs start from here."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from members.queries.history import organizations_on
from members.queries.lines import RosterLine, lines_of_today, lines_on
from members.queries.roster import counted, narrowed, roster_branches, roster_of, roster_on, with_post_rank

_CHUNK = 1000
_PLACES = ("branch", "cell")


class OutOfReach(Exception):
    """What was asked for is no longer within the asker's reach."""


@dataclass(frozen=True)
class AskedRoster:
    """`asked` are the cleaned values of the filter; `organization` is what they narrow to, None for all within reach."""

    user: Any
    asked: dict[str, Any]
    day: datetime.date
    past: bool
    rows: Any
    order: tuple[str, ...]
    organization: PartyOrganization | None
    several: bool

    @property
    def title(self) -> str:
        return f"{self.organization_name}党员名册" if self.organization else "党员名册"

    @property
    def organization_name(self) -> str:
        """Its full name on the day."""
        if self.organization is None:
            return ""
        then = organizations_on(self.day, [self.organization.pk]) if self.past else {}
        return then[self.organization.pk].name if then else self.organization.name

    @property
    def day_text(self) -> str:
        return format_date_cn(self.day).split("（")[0]

    def lines(self, rows) -> list[RosterLine]:
        if self.past:
            return lines_on(rows, user=self.user, day=self.day)
        return lines_of_today(rows, day=self.day)

    def first_lines(self, limit: int) -> list[RosterLine]:
        return self.lines(list(self.rows.order_by(*self.order)[:limit]))

    def all_lines(self) -> Iterator[list[RosterLine]]:
        """Every line, a thousand at a time, without holding them all."""
        rows = self.rows.order_by(*self.order).iterator(chunk_size=_CHUNK)
        while chunk := list(islice(rows, _CHUNK)):
            yield self.lines(chunk)

    def count(self) -> int:
        return self.rows.order_by().count()

    def is_longer_than(self, limit: int) -> bool:
        return self.rows.order_by("pk")[limit : limit + 1].exists()

    def counts(self) -> dict[str, int]:
        return counted(self.rows, day=self.day, past=self.past)

    def stored(self) -> dict[str, str]:
        """The filter as plain text, for `roster_again`."""
        return {
            name: str(getattr(value, "uid", value))
            for name, value in self.asked.items()
            if value and name not in ("cursor", "day")
        }


def roster_as_asked(
    user, asked: dict[str, Any], *, only_branch: PartyOrganization | None, several: bool
) -> AskedRoster:
    """`only_branch` is the one branch whose roster the user may see, if there is one; `several`: there are more."""
    today = today_shanghai()
    day = asked.get("day") or today
    past = day < today
    rows = (roster_on if past else roster_of)(user, day=day)
    rows = narrowed(rows, asked, user=user, day=day, past=past)
    organization = asked.get("branch") or only_branch
    order: tuple[str, ...] = ("name_pinyin", "pk")
    if organization is not None and organization.is_branch:
        rows = with_post_rank(rows.filter(branch=organization), day=day, member="member_id" if past else "pk")
        order = ("post_rank", *order)
        several = False
    return AskedRoster(user, asked, day, past, rows, order, organization, several)


def roster_again(user, stored: dict[str, str], day: datetime.date) -> AskedRoster:
    """What was asked before, with the rights of now; OutOfReach when an organisation is none of the user's any more."""
    asked: dict[str, Any] = {**stored, "day": day}
    reach = PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER)
    for name in _PLACES:
        if name in stored and (found := reach.filter(uid=stored[name]).first()) is None:
            raise OutOfReach
        if name in stored:
            asked[name] = found
    branches = list(roster_branches(user)[:2])
    return roster_as_asked(
        user,
        asked,
        only_branch=branches[0] if len(branches) == 1 else None,
        several=len(branches) > 1,
    )
