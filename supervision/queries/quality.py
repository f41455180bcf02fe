"""记录质量 of a subtree: how many records of each branch have which remark, the sums over it, and the records behind."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from activities.models import ActivityRecord, RecordQuality
from activities.rules.quality import LIKENESS, Remark, remarks
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.models import Likeness


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One organisation's year: `counts` by code, `marked` records with a remark of R1 to R5 (R6 is for the reviewer alone)."""

    organization: PartyOrganization
    records: int = 0
    marked: int = 0
    branches: int = 1
    counts: Counter = field(default_factory=Counter)


@dataclass(frozen=True)
class QualityOverview:
    """All branches of a subtree, those with most to mend first, and the sums over each committee below it."""

    rows: list[QualityRow]
    roll_ups: list[QualityRow]
    total: QualityRow


def quality_overview(
    *, user, year: int, day: datetime.date, root: PartyOrganization | None = None
) -> QualityOverview:
    """Four queries, whatever the number of branches; one without records is there too."""
    tree = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
    if root is not None:
        tree = tree.filter(path__startswith=root.path)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    branches = tree.branches().filter(founded_on__lte=last).exclude(abolished_on__lte=first)
    uppers = list(tree.above_branches().in_official_order())
    listed = list(branches.in_official_order())
    counted = _counts(user, year, day, [branch.pk for branch in listed])
    found = [_row(branch, counted.get(branch.pk, {})) for branch in listed]
    total = _sum(root, found) if root else _sum(PartyOrganization(name="全部"), found)
    # Stable: branches with equally much to mend stay in their official order.
    return QualityOverview(sorted(found, key=lambda row: -row.marked), _roll_ups(uppers, root, found), total)


def _row(branch: PartyOrganization, sums: dict) -> QualityRow:
    return QualityRow(
        branch,
        records=sums.get("records", 0),
        marked=sums.get("marked", 0),
        counts=Counter({code: number for code, number in sums.items() if code.startswith("R")}),
    )


def _counts(user, year: int, day: datetime.date, branch_ids: list[int]) -> dict[int, dict]:
    """Sums by branch id. By ids, because the index alone answers then; the ids are those of the user's own scope."""
    lookups = RecordQuality.objects.remark_lookups(day)
    stored = RecordQuality.objects.filter(year=year, branch__in=branch_ids)
    alike = Likeness.objects.visible_to(user).filter(
        record__assessment_year=year, record__branch__in=branch_ids
    )
    sums: dict[int, dict[str, Any]] = {
        row["branch_id"]: {name: number for name, number in row.items() if name != "branch_id"}
        for row in stored.order_by()
        .values("branch_id")
        .annotate(
            records=Count("pk"),
            marked=Count("pk", filter=RecordQuality.objects.any_remark(day)),
            **{code: Count("pk", filter=lookup) for code, lookup in lookups.items()},
        )
    }
    pairs = alike.order_by().values_list("record__branch_id").annotate(n=Count("record", distinct=True))
    for branch_id, number in pairs:
        sums.setdefault(branch_id, {})[LIKENESS] = number
    return sums


def _sum(organization: PartyOrganization, rows: Sequence[QualityRow]) -> QualityRow:
    return QualityRow(
        organization,
        records=sum(row.records for row in rows),
        marked=sum(row.marked for row in rows),
        branches=len(rows),
        counts=sum((row.counts for row in rows), Counter()),
    )


def _roll_ups(
    uppers: Sequence[PartyOrganization], root: PartyOrganization | None, rows: Sequence[QualityRow]
) -> list[QualityRow]:
    below: dict[str, list[QualityRow]] = defaultdict(list)
    for row in rows:
        path = row.organization.path
        for end in range(PartyOrganization.steplen, len(path), PartyOrganization.steplen):
            below[path[:end]].append(row)
    return [
        _sum(upper, found)
        for upper in uppers
        if (found := below.get(upper.path)) and (root is None or upper.pk != root.pk)
    ]


# --- the records behind a number ---


@dataclass(frozen=True, slots=True)
class MarkedRecord:
    """One record with what is to be seen of it, in words."""

    record: ActivityRecord
    remarks: list[Remark]


def marked_records(
    *, user, year: int, day: datetime.date, root: PartyOrganization | None = None, code: str = ""
) -> QuerySet[RecordQuality]:
    """Rows with a remark of the code, or with any of R1 to R5."""
    rows = RecordQuality.objects.visible_to(user).filter(year=year)
    if root is not None:
        rows = rows.filter(branch__path__startswith=root.path)
    lookups = RecordQuality.objects.remark_lookups(day)
    if code == LIKENESS:
        alike = Likeness.objects.visible_to(user).filter(record=OuterRef("record"))
        rows = rows.filter(Exists(alike))
    else:
        rows = rows.filter(lookups.get(code, RecordQuality.objects.any_remark(day)))
    return rows.select_related("record__branch", "record__cell")


def in_words(user, rows: Sequence[RecordQuality], day: datetime.date) -> list[MarkedRecord]:
    """The stored findings as sentences, with what each text resembles. One query."""
    alike = likenesses(user, [row.record_id for row in rows])
    return [MarkedRecord(row.record, remarks(row.found, day) + alike.get(row.record_id, [])) for row in rows]


def likenesses(user, record_ids: Sequence[int]) -> dict[int, list[Remark]]:
    """R6 in words by record; only where the user reads both records."""
    found: dict[int, list[Remark]] = defaultdict(list)
    pairs = (
        Likeness.objects.visible_to(user)
        .filter(record__in=record_ids)
        .select_related("other__branch")
        .order_by("-percent", "pk")
    )
    for pair in pairs:
        other = pair.other
        words = f"与{other.branch} {other.on_date.month}月{other.on_date.day}日“{other.title}”的内容相同约 {pair.percent}%，请人工核对"
        found[pair.record_id].append(Remark(LIKENESS, words))
    return found
