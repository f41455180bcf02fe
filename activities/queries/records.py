"""Reading records: lists within scope, what waits, what comes up."""

import datetime

from django.db.models import QuerySet

from activities.models import ActivityRecord, Gathering, GatheringBranch
from activities.rules.states import ANNOUNCED, DRAFT, POSTPONED
from members.models import PartyOrganization

_LIST_COLUMNS = (
    "uid", "kind", "on_date", "title", "state", "number", "version", "branch__name", "branch__short_name",
    "branch__path", "cell__name", "cell__short_name", "share__uid", "share__expected_count", "share__present_count",
    "share__leave_count", "share__absent_count", "share__roll_saved_at", "share__gathering__state",
)  # fmt: skip


def listed_records(user) -> QuerySet[ActivityRecord]:
    """Records for lists: minutes and texts stay in the database. Announced gatherings are not records yet."""
    return (
        ActivityRecord.objects.visible_to(user)
        .exclude(share__roll_saved_at=None)
        .select_related("branch", "cell", "share__gathering")
        .only(*_LIST_COLUMNS)
    )


def filtered(records: QuerySet[ActivityRecord], values: dict) -> QuerySet[ActivityRecord]:
    """Narrow a list by the filter form's values; what is not given does not narrow."""
    lookups = {"year": "assessment_year", "kind": "kind", "state": "state", "branch": "branch__uid"}
    return records.filter(**{lookups[name]: values[name] for name in lookups if values.get(name)})


def visible_record(user) -> QuerySet[ActivityRecord]:
    """One record with all that its page shows."""
    return ActivityRecord.objects.visible_to(user).select_related(
        "branch", "cell", "share__gathering", "recorded_by", "confirmed_by"
    )


def people_of(record: ActivityRecord) -> dict[int, str]:
    """Names of chair and recorder, without loading personal data. One query."""
    from members.models import Member

    ids = [pk for pk in (record.share.chair_id, record.share.recorder_id) if pk]
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))


def visible_branches(user, permission) -> list[PartyOrganization]:
    """Branches to filter by, in official order; at most 200 are offered."""
    branches = PartyOrganization.objects.permitted(user, permission).branches().in_official_order()
    return list(branches[:200])


def coming_up(user, day: datetime.date, *, limit: int = 5) -> list[GatheringBranch]:
    """Announced gatherings from the day on that the user may see, the next one first, each with its draft's kind."""
    shares = (
        GatheringBranch.objects.visible_to(user)
        .filter(gathering__state__in=(ANNOUNCED, POSTPONED), gathering__on_date__gte=day)
        .select_related("gathering", "branch", "cell")
        .prefetch_related("records")
        .order_by("gathering__started_at", "pk")
    )
    return list(shares[:limit])


def announced_drafts(branches, day: datetime.date) -> list[ActivityRecord]:
    """Drafts of gatherings announced for the day or later."""
    return list(
        ActivityRecord.objects.filter(
            branch__in=branches,
            state=DRAFT,
            share__gathering__state=Gathering.State.ANNOUNCED,
            on_date__gte=day,
        ).only("uid", "kind", "on_date", "branch_id", "cell_id")
    )
