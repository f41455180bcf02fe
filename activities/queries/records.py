"""Reading records: lists within scope, what waits, what comes up."""

import datetime
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from activities.models import ActivityKind, ActivityRecord, GatheringBranch
from activities.queries.minutes_search import few_branches_of, search_texts
from activities.rules.states import (
    ANNOUNCED,
    CANCELLED,
    CONFIRMED_STATES,
    DRAFT,
    PLANNED,
    POSTPONED,
    RECORDED,
    RETURNED,
)
from branch_portal.dates import month_bounds
from members.models import Member, PartyOrganization

_LIST_COLUMNS = (
    "uid", "kind", "on_date", "title", "state", "number", "version", "branch__name", "branch__short_name",
    "branch__path", "cell__name", "cell__short_name", "share__uid", "share__expected_count", "share__present_count",
    "share__leave_count", "share__absent_count", "share__roll_saved_at", "share__gathering__state",
)  # fmt: skip
_COMING = (
    "uid", "gathering__theme", "gathering__on_date", "gathering__started_at", "gathering__place", "gathering__state",
    "branch__name", "branch__short_name", "cell__name", "cell__short_name",
)  # fmt: skip
#: What a line of the workbench says of a gathering by its share: of five tables with a hundred columns these.
GATHERING_SAID = (
    "share__uid", "share__gathering__on_date", "share__branch__name", "share__branch__short_name", "share__cell__name",
    "share__cell__short_name",
)  # fmt: skip


def listed_records(user) -> QuerySet[ActivityRecord]:
    """Records for lists: minutes and texts stay in the database. Announced gatherings are not records yet."""
    return (
        ActivityRecord.objects.visible_to(user)
        .exclude(share__roll_saved_at=None)
        .select_related("branch", "cell", "share__gathering")
        .only(*_LIST_COLUMNS)
    )


def filtered(records: QuerySet[ActivityRecord], values: dict, *, user) -> QuerySet[ActivityRecord]:
    """Narrow a list of the user's by the filter form's values; what is not given does not narrow."""
    lookups = {"year": "assessment_year", "kind": "kind", "state": "state", "branch": "branch__uid"}
    records = records.filter(**{lookups[name]: values[name] for name in lookups if values.get(name)})
    text = (values.get("text") or "").strip()
    return search_texts(records, text, within=few_branches_of(user)) if text else records


def visible_record(user) -> QuerySet[ActivityRecord]:
    """One record with all that its page shows."""
    return ActivityRecord.objects.visible_to(user).select_related(
        "branch", "cell", "share__gathering", "recorded_by", "confirmed_by"
    )


def people_of(record: ActivityRecord) -> dict[int, str]:
    """Names of chair and recorder, without loading personal data. One query."""
    ids = [pk for pk in (record.share.chair_id, record.share.recorder_id) if pk]
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))


def visible_branches(user, permission) -> list[PartyOrganization]:
    """Branches to filter by, in official order; at most 200 are offered."""
    known = user.access.single_branches(permission)
    if known is not None:
        return known
    branches = PartyOrganization.objects.permitted(user, permission).branches().in_official_order()
    return list(branches[:200])


def coming_up(user, day: datetime.date, *, limit: int = 5) -> list[GatheringBranch]:
    """Gatherings from the day on that the user may see, planned ones too for who keeps them, each with its draft's kind."""
    shares = (
        GatheringBranch.objects.visible_to(user)
        .filter(gathering__state__in=(PLANNED, ANNOUNCED, POSTPONED), gathering__on_date__gte=day)
        .select_related("gathering", "branch", "cell")
        .only(*_COMING)
        .prefetch_related("records")
        .order_by("gathering__started_at", "pk")
    )
    return list(shares[:limit])


def coming_drafts(branches: Sequence[PartyOrganization], day: datetime.date) -> list[ActivityRecord]:
    """Drafts of gatherings announced or planned for the day or later, the next one last (so that it wins in a mapping)."""
    drafts = ActivityRecord.objects.filter(
        branch__in=[branch.pk for branch in branches],
        state=DRAFT,
        share__gathering__state__in=(ANNOUNCED, PLANNED),
        on_date__gte=day,
    )
    columns = ("uid", "kind", "on_date", "branch_id", "cell_id", "share__uid", "share__gathering__state")
    return list(drafts.select_related("share__gathering").only(*columns).order_by("-on_date", "-pk"))


def unfinished_records(branches: Sequence[PartyOrganization], day: datetime.date) -> list[ActivityRecord]:
    """Records of what was held before the day or on it that are still to be written, confirmed or mended."""
    records = ActivityRecord.objects.filter(
        branch__in=[branch.pk for branch in branches], state__in=(DRAFT, RECORDED, RETURNED), on_date__lte=day
    ).exclude(share__gathering__state__in=(PLANNED, POSTPONED, CANCELLED))
    # On the day itself an announced gathering may not have begun.
    records = records.exclude(on_date=day, share__gathering__state=ANNOUNCED)
    columns = ("uid", "kind", "on_date", "state", "recorded_at", "returned_at", "return_due_on", "branch__name", "branch__short_name", "cell__name",
               "cell__short_name")  # fmt: skip
    return list(records.select_related("branch", "cell").only(*columns).order_by("on_date", "pk"))


def drafts_begun(
    branch: PartyOrganization, kind: str, cell: PartyOrganization | None, day: datetime.date
) -> list[ActivityRecord]:
    """Drafts of this kind up to the day and plans of its month: what a new form might be a second copy of."""
    first, last = month_bounds(day.year, day.month)
    planned = Q(share__gathering__state=PLANNED)
    drafts = ActivityRecord.objects.filter(
        Q(on_date__lte=day) & ~planned | planned & Q(on_date__range=(first, last)),
        branch=branch,
        kind=kind,
        state=DRAFT,
    ).exclude(share__gathering__state=CANCELLED)
    if cell is not None:
        drafts = drafts.filter(cell=cell)
    return list(drafts.only("uid", "title", "on_date").order_by("-on_date", "-pk")[:3])


def twin_of(record: ActivityRecord) -> ActivityRecord | None:
    """Another counted record of the same kind, day and cell: most likely the same gathering logged twice."""
    same = ActivityRecord.objects.filter(
        branch_id=record.branch_id, cell_id=record.cell_id, kind=record.kind, on_date=record.on_date
    )
    return same.counted().exclude(pk=record.pk).only("uid", "title").first()


def cells_met(branches: Sequence[PartyOrganization], day: datetime.date) -> set[int]:
    """Cells with a counted meeting in the month of the day."""
    first, last = month_bounds(day.year, day.month)
    return set(
        ActivityRecord.objects.filter(
            branch__in=[branch.pk for branch in branches],
            kind=ActivityKind.CELL_MEETING,
            on_date__range=(first, last),
        )
        .counted()
        .values_list("cell_id", flat=True)
    )


def roll_is_fixed(record: ActivityRecord) -> bool:
    """Whether another record of the same gathering is confirmed, so that time, place and roll no longer change."""
    others = ActivityRecord.objects.filter(share=record.share_id, state__in=CONFIRMED_STATES)
    return others.exclude(pk=record.pk).exists()


def siblings_of(record: ActivityRecord, user=None) -> list[ActivityRecord]:
    """The other records of the same gathering and branch; as far as the user sees them, where they are shown to one."""
    others = ActivityRecord.objects.filter(share=record.share_id).exclude(pk=record.pk)
    if user is not None:
        others = others.visible_to(user)
    return list(others.only("uid", "kind", "title", "state").order_by("pk"))


def earlier_texts(record: ActivityRecord, *, limit: int = 24) -> list[tuple[str, str]]:
    """(day and kind, text) of the branch's latest other records, to see whether a text was taken over. One query."""
    rows = (
        ActivityRecord.objects.filter(branch=record.branch_id)
        .exclude(share=record.share_id)
        .exclude(content="")
        .order_by("-on_date", "-pk")
        .values_list("on_date", "kind", "content")[:limit]
    )
    return [(f"{day.month}月{day.day}日{ActivityKind(kind).label}", content) for day, kind, content in rows]


def first_record(share: GatheringBranch) -> ActivityRecord:
    """The record that the share began with; its kind is the gathering's for this branch."""
    return min(share.records.all(), key=lambda record: record.pk)
