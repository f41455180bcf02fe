"""The year plan: writing it in one step, changing what nobody was told of yet, and letting it out."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from activities.actions.attachments import drop_all
from activities.actions.gatherings import locked, make_known, move_to, tell
from activities.actions.locks import lock_branches
from activities.actions.transitions import move
from activities.models import ActivityKind, ActivityRecord, Gathering, GatheringBranch, RollSheet
from activities.queries.cadence import cadence_rules
from activities.queries.defaults import theme_day_rule
from activities.queries.holidays import uploaded_days
from activities.queries.plan import arranged_records, taken_keys
from activities.queries.records import first_record
from activities.rules.plan import Key
from activities.rules.states import PLANNED, TransitionError
from activities.rules.theme_day import theme_day
from branch_portal.dates import format_date_cn, local_datetime, to_local, today_shanghai
from members.models import PartyOrganization


class PlanRefused(Exception):
    """The plan is not what it was when the page was opened; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One gathering to plan: the period that it fills, and when and where."""

    key: Key
    theme: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    place: str
    chair_id: int | None = None


@transaction.atomic
def plan_gatherings(
    *, by, branch: PartyOrganization, year: int, lines: Sequence[PlanLine]
) -> tuple[int, int]:
    """Write the lines as planned gatherings, each with its share and a draft of its record; nobody is told.

    A period that somebody has filled meanwhile is left alone. Returns (written, left alone).
    """
    lock_branches([branch.pk])
    taken = taken_keys(arranged_records(branch, year), cadence_rules(), year)
    wanted = {line.key: line for line in lines if line.key not in taken}
    now = timezone.now()
    gatherings, shares, records = [], [], []
    for (kind, cell_id, _), line in wanted.items():
        day = to_local(line.started_at).date()
        gathering = Gathering(
            host=branch,
            theme=line.theme,
            on_date=day,
            started_at=line.started_at,
            ended_at=line.ended_at,
            place=line.place,
            changed_at=now,
        )
        share = GatheringBranch(gathering=gathering, branch=branch, cell_id=cell_id, chair_id=line.chair_id)
        record = ActivityRecord(
            share=share,
            branch=branch,
            cell_id=cell_id,
            kind=kind,
            on_date=day,
            title=line.theme,
            assessment_year=year,
            held_as=ActivityRecord.HeldAs.GENERAL if kind == ActivityKind.ORG_LIFE_MEETING else "",
        )
        gatherings.append(gathering)
        shares.append(share)
        records.append(record)
    Gathering.objects.bulk_create(gatherings)
    GatheringBranch.objects.bulk_create(shares)
    ActivityRecord.objects.bulk_create(records)
    return len(records), len(lines) - len(records)


@transaction.atomic
def announce_planned(*, by, share: GatheringBranch) -> None:
    """Let a plan out: it is announced as it stands, and everyone concerned gets the notice."""
    gathering, shares = locked(share)
    if gathering.state != PLANNED:
        raise TransitionError("这项活动已经不是计划状态，请刷新页面查看。")
    if gathering.started_at <= timezone.now():
        raise TransitionError("计划的时间已过，请先改到以后的时间；已经开过的，请直接记录。")
    make_known(gathering)
    gathering.version += 1
    gathering.save()
    for each in shares:
        tell(by, each, first_record(each).kind)


@transaction.atomic
def edit_planned(
    *,
    by,
    share: GatheringBranch,
    version: int,
    theme: str,
    started_at: datetime.datetime,
    ended_at: datetime.datetime,
    place: str,
    note: str = "",
) -> None:
    """Word or move a plan. Nobody has been told, so nobody is told; PlanRefused when it was changed since it was opened."""
    gathering, shares = locked(share)
    if gathering.version != version:
        raise PlanRefused("打开页面以后，这项计划已被他人修改，请核对最新内容后再保存。")
    move(gathering, "replan")
    gathering.theme, gathering.note = theme, note
    move_to(gathering, started_at, ended_at, place)
    ActivityRecord.objects.filter(pk__in=[first_record(each).pk for each in shares]).update(title=theme)
    gathering.version += 1
    gathering.save()


@transaction.atomic
def drop_planned(*, by, share: GatheringBranch) -> None:
    """Take a plan that nobody was told of off the calendar; the audit keeps what it was. TransitionError otherwise."""
    gathering, shares = locked(share)
    dropped = gathering.state == PLANNED and gathering.announced_at is None
    if not dropped or share.roll_saved_at is not None or len(shares) != 1:
        raise TransitionError("只有尚未通知的计划可以删除；已通知过的请“取消活动”并写明原因。")
    for record in shares[0].records.all():
        drop_all(record)
        record.delete()
    RollSheet.objects.filter(share=share).delete()
    GatheringBranch.objects.get(pk=share.pk).delete()
    gathering.delete()


@transaction.atomic
def redate_theme_days(*, by, branch: PartyOrganization) -> list[str]:
    """Put every theme day that is still only planned on the day that the rule names now; returns the days, in words.

    What another branch hosts stays where its host has put it.
    """
    lock_branches([branch.pk])
    today, rule = today_shanghai(), theme_day_rule(branch)
    records = list(
        ActivityRecord.objects.filter(
            branch=branch,
            kind=ActivityKind.THEME_DAY,
            share__gathering__state=PLANNED,
            share__gathering__host=branch,
            on_date__gt=today,
        )
        .select_related("share__gathering")
        .order_by("on_date", "pk")
    )
    uploaded = uploaded_days({record.on_date.year for record in records})
    moved = []
    for record in records:
        gathering = record.share.gathering
        day = theme_day(rule, record.on_date.year, record.on_date.month, uploaded)
        if day == record.on_date or day <= today:
            continue
        start, end = (to_local(at).time() for at in (gathering.started_at, gathering.ended_at))
        move(gathering, "replan")
        move_to(gathering, local_datetime(day, start), local_datetime(day, end), "")
        gathering.version += 1
        gathering.save()
        moved.append(format_date_cn(day))
    return moved
