"""减负台账: what committees asked of branches, month by month, and how much of it the portal answered for them.

Counted are requests and fields, never minutes: how long somebody sat over a form nobody knows, and nobody may measure (0.1).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import ExtractMonth

from branch_portal.dates import SHANGHAI, local_datetime, month_bounds
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.models import RequestBranch


@dataclass(frozen=True, slots=True)
class Burden:
    """Requests, branches that had to act, and fields: all that were asked of them, and those that the portal filled in."""

    requests: int = 0
    branches: int = 0
    fields: int = 0
    known: int = 0

    @property
    def typed(self) -> int:
        return self.fields - self.known

    @property
    def share(self) -> str:
        return f"{100 * self.known / self.fields:.0f}%" if self.fields else "—"

    def __add__(self, other: "Burden") -> "Burden":
        return Burden(
            self.requests + other.requests,
            self.branches + other.branches,
            self.fields + other.fields,
            self.known + other.known,
        )


@dataclass(frozen=True, slots=True)
class SenderRow:
    """One sender's month."""

    month: int
    organization: str
    account: str
    burden: Burden


@dataclass(frozen=True, slots=True)
class BranchBurden:
    """What one branch got in a month from all committees above it."""

    branch: PartyOrganization
    requests: int = 0
    fields: int = 0
    known: int = 0

    @property
    def typed(self) -> int:
        return self.fields - self.known


def _between(first: datetime.date, last: datetime.date) -> Q:
    return Q(
        sent_at__gte=local_datetime(first), sent_at__lt=local_datetime(last + datetime.timedelta(days=1))
    )


_SUMS = {
    "requests": Count("request", distinct=True),
    # Where everything was known nobody was asked, but the fields were answered all the same: by the portal.
    "branches": Count("pk", filter=~Q(state=RequestBranch.State.KNOWN)),
    "fields": Sum("asked_fields"),
    "known": Sum("known_fields"),
}


def burden_by_sender(user, *, year: int, root: PartyOrganization | None = None) -> list[SenderRow]:
    """The year's requests of the organisations that the user may read, by month and sender, the latest first. One query."""
    targets = RequestBranch.objects.permitted(user, Permission.REQUEST_WORK).filter(
        _between(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    )
    if root is not None:
        targets = targets.filter(request__organization__path__startswith=root.path)
    # The type checker knows no key that comes out of a mapping.
    rows: Any = (
        targets.annotate(month=ExtractMonth("sent_at", tzinfo=SHANGHAI))
        .values(
            "month",
            organization=F("request__organization__short_name"),
            account=F("request__sent_by__display_name"),
            sender=F("request__sent_by"),
        )
        .annotate(**_SUMS)
        .order_by("-month", "request__organization__path", "sender")
    )
    return [
        SenderRow(
            row["month"],
            row["organization"],
            row["account"],
            Burden(row["requests"], row["branches"], row["fields"], row["known"]),
        )
        for row in rows
    ]


def burden_by_month(rows: Sequence[SenderRow], months: Sequence[int]) -> list[tuple[int, Burden]]:
    """The senders' rows summed up by month, months without any included."""
    sums = dict.fromkeys(months, Burden())
    for row in rows:
        sums[row.month] = sums.get(row.month, Burden()) + row.burden
    return sorted(sums.items())


def burden_by_branch(
    user, *, year: int, month: int, root: PartyOrganization | None = None
) -> list[BranchBurden]:
    """Every branch that the user supervises, those that were asked most often first. Two queries.

    All committees above it count, also those that the user does not see: how often a branch was asked is the branch's.
    """
    branches = PartyOrganization.objects.permitted(user, Permission.REQUEST_WORK).branches()
    if root is not None:
        branches = branches.filter(path__startswith=root.path)
    listed = list(branches.filter(abolished_on__isnull=True).in_official_order())
    asked = RequestBranch.objects.bothered().filter(
        _between(*month_bounds(year, month)), branch__in=[branch.pk for branch in listed]
    )
    sums = {
        row.pop("branch"): row
        for row in asked.order_by()
        .values("branch")
        .annotate(requests=Count("pk"), fields=Sum("asked_fields"), known=Sum("known_fields"))
    }
    rows = [BranchBurden(branch, **sums.get(branch.pk, {})) for branch in listed]
    return sorted(rows, key=lambda row: -row.requests)
