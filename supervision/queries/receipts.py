"""What branches were told in a month, as counts: by branch and by kind of reminder. Never whose message it was."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from branch_portal.dates import local_datetime, month_bounds
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from notices.models import Delivery, ReminderRule

_INAPP = Q(channel=Delivery.Channel.INAPP)
_COUNTS = {
    "told": Count("pk", filter=_INAPP),
    "read": Count("pk", filter=_INAPP & Q(read_at__isnull=False)),
    "sent": Count("pk", filter=~_INAPP & Q(status=Delivery.Status.SENT)),
    "failed": Count("pk", filter=Q(status__in=(Delivery.Status.DEAD, Delivery.Status.UNKNOWN))),
}


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """Messages of a month: `told` and `read` in the portal, `sent` and `failed` by the channels that lead outside."""

    name: str
    told: int = 0
    read: int = 0
    sent: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptCounts:
    """The same messages twice: by branch (every branch is there), and by kind."""

    branches: list[ReceiptRow]
    kinds: list[ReceiptRow]

    @property
    def total(self) -> ReceiptRow:
        return ReceiptRow(
            "合计",
            *(
                sum(getattr(row, name) for row in self.branches)
                for name in ("told", "read", "sent", "failed")
            ),
        )


def reminder_kinds_known() -> list[tuple[str, str]]:
    """Key and name of every kind, for the filter."""
    return list(ReminderRule.objects.order_by("name").values_list("key", "name"))


def receipt_counts(
    *, user, year: int, month: int, root: PartyOrganization | None = None, kind: str = ""
) -> ReceiptCounts:
    """Branches with most failures first, then in official order. Three queries, whatever the number of branches."""
    branches = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION).branches()
    if root is not None:
        branches = branches.filter(path__startswith=root.path)
    listed = list(branches.filter(abolished_on__isnull=True).in_official_order())
    first, last = month_bounds(year, month)
    found = Delivery.objects.filter(
        branch__in=[branch.pk for branch in listed],
        created_at__gte=local_datetime(first),
        created_at__lt=local_datetime(last + datetime.timedelta(days=1)),
    )
    if kind:
        found = found.filter(slot__rule__key=kind)
    sums = {row.pop("branch_id"): row for row in _grouped(found, "branch_id")}
    rows = [ReceiptRow(str(branch), **sums.get(branch.pk, {})) for branch in listed]
    kinds = [ReceiptRow(row.pop("slot__rule__name"), **row) for row in _grouped(found, "slot__rule__name")]
    return ReceiptCounts(sorted(rows, key=lambda row: -row.failed), kinds)


def _grouped(found, by: str) -> Iterable[dict]:
    return found.order_by(by).values(by).annotate(**_COUNTS)
