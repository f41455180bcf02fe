"""到会情况 of a year (domain 12: A1, A2): from what each roll said when it was saved, never from today's roster.

应到 leaves the exempt out; leave and absence stand apart, and who made it up later counts as absent.
"""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from activities.models import ActivityKind, ActivityRecord, GatheringBranch, RollEntry
from members.models import PartyOrganization
from supervision.queries.subtree import Child, Subtree, summed

_COUNTS = {
    "gatherings": Count("pk"),
    "expected": Sum("expected_count"),
    "present": Sum("present_count"),
    "leave": Sum("leave_count"),
    "absent": Sum("absent_count"),
}


@dataclass(frozen=True, slots=True)
class Attendance:
    """Times that somebody was expected and came, over some gatherings; `leaders_*` only of leading officials."""

    gatherings: int = 0
    expected: int = 0
    present: int = 0
    leave: int = 0
    absent: int = 0
    leaders_expected: int = 0
    leaders_present: int = 0

    def __add__(self, other: "Attendance") -> "Attendance":
        # Spelt out: ten thousand branches are added up twice a page.
        return Attendance(
            self.gatherings + other.gatherings,
            self.expected + other.expected,
            self.present + other.present,
            self.leave + other.leave,
            self.absent + other.absent,
            self.leaders_expected + other.leaders_expected,
            self.leaders_present + other.leaders_present,
        )

    @property
    def missed(self) -> int:
        return self.expected - self.present


NOTHING = Attendance()


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One branch's year."""

    uid: UUID
    name: str
    path: str
    figures: Attendance


@dataclass(frozen=True)
class AttendanceYear:
    """A subtree's year: its branches, lowest rate first; the sums below the chosen organisation; the kinds."""

    rows: list[AttendanceRow]
    lines: list[tuple[Child, Attendance]]
    total: Attendance
    records: QuerySet = field(repr=False)

    @cached_property
    def kinds(self) -> list[tuple[str, Attendance]]:
        """Kinds in their order, those that were held. One query, for who asks."""
        return _by_kind(self.records)


def attendance_year(
    *, user, year: int, day: datetime.date, root: PartyOrganization | None = None, kind: str = ""
) -> AttendanceYear:
    """Five queries and one for the kinds, whatever the number of branches. A branch that held nothing is there, last."""
    subtree = Subtree(user, root, min(day, datetime.date(year, 12, 31)))
    branches = list(subtree.branches().in_official_order().values_list("pk", "uid", "short_name", "path"))
    inside = subtree.branches().order_by().values("pk")
    records = ActivityRecord.objects.counted().filter(on_date__year=year, branch__in=inside)
    if kind:
        records = records.filter(kind=kind)
    by_branch = _by_branch(records)
    rows = [AttendanceRow(uid, name, path, by_branch.get(pk, NOTHING)) for pk, uid, name, path in branches]
    rows.sort(key=_need)
    lines = summed(subtree, ((row.path, row.figures) for row in rows), NOTHING)
    total = sum((row.figures for row in rows), NOTHING)
    return AttendanceYear(rows, lines, total, records)


def _need(row: AttendanceRow) -> tuple[bool, float]:
    """Who came least comes first; branches alike stay in their official order."""
    figures = row.figures
    return not figures.expected, figures.present / figures.expected if figures.expected else 0


def attendance_by_branch(records) -> dict[int, tuple[int, int]]:
    """Branch id → (expected, present) of the gatherings behind some records, each once. One query."""
    shares = GatheringBranch.objects.filter(pk__in=records.order_by().values("share"))
    rows = shares.order_by().values_list("branch_id").annotate(Sum("expected_count"), Sum("present_count"))
    return {branch: (expected, present) for branch, expected, present in rows}


def _by_branch(records) -> dict[int, Attendance]:
    """One gathering is counted once, however many records it has. Two queries."""
    held = records.order_by().values("share")
    sums = (
        GatheringBranch.objects.filter(pk__in=held)
        .order_by()
        .values_list("branch_id")
        .annotate(**_COUNTS)
        .values_list("branch_id", *_COUNTS)
    )
    leaders = (
        RollEntry.objects.filter(member__is_leading_official=True, share__in=held)
        .order_by()
        .values_list("branch_id")
        .annotate(
            expected=Count("pk", filter=~Q(status=RollEntry.Status.EXEMPT)),
            present=Count("pk", filter=Q(status__in=RollEntry.PRESENT_STATUSES)),
        )
        .values_list("branch_id", "expected", "present")
    )
    officials = {pk: counts for pk, *counts in leaders}
    return {pk: Attendance(*counts, *officials.get(pk, ())) for pk, *counts in sums}


def _by_kind(records) -> list[tuple[str, Attendance]]:
    counts = {name: Sum(F(f"share__{name}_count")) for name in ("expected", "present", "leave", "absent")}
    found = {
        row.pop("kind"): Attendance(**row)
        for row in records.order_by().values("kind").annotate(gatherings=Count("pk"), **counts)
    }
    return [(kind.label, found[kind.value]) for kind in ActivityKind if kind.value in found]


def gatherings_of(*, user, branch: PartyOrganization, year: int, kind: str = "") -> list[ActivityRecord]:
    """The branch's counted records of a year that the user may read, with their counts, the newest first. One query."""
    records = ActivityRecord.objects.visible_to(user).counted().filter(branch=branch, on_date__year=year)
    if kind:
        records = records.filter(kind=kind)
    return list(records.select_related("share", "cell").newest_first())
