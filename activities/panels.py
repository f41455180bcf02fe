"""What organisational life shows on the workbench and on a member's card.

On the workbench panels below order 100 stand in the wide column, below 200 beside it, the rest under both.
"""

import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from activities.models import ActivityKind, GatheringBranch
from activities.queries.cadence import KIND_ORDER, branch_of_cell, branch_statuses
from activities.queries.records import coming_up, first_record, listed_records
from activities.queries.rolls import attendance_of
from activities.rules import cadence
from activities.rules.kinds import KINDS
from activities.rules.roll import mark_label
from activities.rules.states import RECORDED
from activities.rules.strip import PeriodStatus
from activities.views.lists import record_columns
from branch_portal.dates import format_date_cn, to_local, today_shanghai
from branch_portal.due import DueItem, due_items, reminded
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, card_tab, workbench_panel
from branch_portal.tables import Column, Table
from members.models import PartyOrganization

CELL_STATES = {
    cadence.HELD: "done",
    cadence.PENDING: "wait",
    cadence.MISSING: "missing",
    cadence.DUE: "future",
    cadence.FUTURE: "future",
    cadence.NOT_APPLICABLE: "none",
}
SHORT_WORDS = {cadence.DUE: "应开", cadence.FUTURE: "—", cadence.NOT_APPLICABLE: "·"}
#: Lines in sight, and those that the line below opens.
DUE_SHOWN, DUE_MOST = 12, 72


@workbench_panel
def work_to_do(request: HttpRequest) -> Panel | None:
    """记录活动, 发布预告, and what is due: overdue first."""
    if not request.user.may(Permission.LOG_GATHERINGS):
        return None
    day = today_shanghai()
    items = _items_for(request, day)
    told = reminded(user=request.user, items=items[:DUE_MOST])
    lines = [due_line(item, day, told.get(item, "")) for item in items[:DUE_MOST]]
    context = {
        "lines": lines[:DUE_SHOWN],
        "further": lines[DUE_SHOWN:],
        "more": max(len(items) - DUE_SHOWN, 0),
        "beyond": max(len(items) - DUE_MOST, 0),
    }
    return Panel("activities/_panel_work.html", context, order=10)


@workbench_panel
def year_strip(request: HttpRequest) -> Panel | None:
    """This year of the branch one works for."""
    branch = _own_branch(request)
    if branch is None or not request.user.access.may(Permission.VIEW_ROLLS, branch):
        return None
    day = today_shanghai()
    statuses = branch_statuses([branch], day.year, day)[branch.pk]
    may_log = request.user.access.may(Permission.LOG_GATHERINGS, branch)
    rows = [strip_row(str(kind), statuses[kind], branch, day, may_log=may_log) for kind in KIND_ORDER]
    context = {
        "year": day.year,
        "branch": branch,
        "rows": rows,
        "head": [f"{month}月" for month in range(1, 13)],
    }
    return Panel("activities/_panel_strip.html", context, order=200)


@workbench_panel
def what_comes_up(request: HttpRequest) -> Panel | None:
    """Announced gatherings within reach; planned ones for who keeps them."""
    if not request.user.may(Permission.VIEW_RECORDS):
        return None
    shares = coming_up(request.user, today_shanghai())
    return Panel(
        "activities/_panel_coming.html", {"gatherings": [_coming(share) for share in shares]}, order=30
    )


@workbench_panel
def latest_records(request: HttpRequest) -> Panel | None:
    """The newest records, for whoever keeps them."""
    if not request.user.may(Permission.LOG_GATHERINGS):
        return None
    rows = list(listed_records(request.user).newest_first()[:5])
    table = Table(record_columns(several=False), rows, numbered=False, caption="最近记录")
    return Panel("activities/_panel_records.html", {"table": table}, order=40)


@workbench_panel
def own_attendance(request: HttpRequest) -> Panel | None:
    """The member's own latest attendance."""
    member = request.user.member if request.user.member_id else None
    if member is None or request.user.may(Permission.LOG_GATHERINGS):
        return None
    return Panel(
        "activities/_panel_attendance.html",
        {"table": attendance_table(request.user, member, 5), "mine": True},
        order=50,
    )


@card_tab("activities", "组织生活", 40)
def member_attendance(request: HttpRequest, member):
    """组织生活 on a member's card, as far as the reader may see rolls."""
    own = member.pk == request.user.member_id
    panel = {"table": attendance_table(request.user, member, 12), "card": True, "mine": own}
    return "activities/_panel_attendance.html", {"panel": panel}


def attendance_table(user, member, limit: int) -> Table:
    columns = [
        Column("日期", lambda e: e.on_date),
        Column("主题", lambda e: e.share.gathering.theme),
        Column("到会情况", lambda e: mark_label(e.status, e.leave_type)),
        Column("学习分钟", lambda e: e.minutes, numeric=True),
    ]
    return Table(columns, attendance_of(user, member, limit=limit), numbered=False, caption="到会情况")


def due_line(item: DueItem, day: datetime.date, told: str = "") -> dict:
    """One line as `components/due_line.html` takes it."""
    left = item.days_left(day)
    words = "今天" if left == 0 else f"还剩 {left} 天" if left > 0 else f"逾期 {-left} 天"
    return {
        "title": item.title,
        "organization": item.organization_name,
        "clause": item.clause,
        "when": format_date_cn(item.due_on),
        "left": words,
        "late": left < 0,
        "url": item.url,
        "action_label": item.action_label,
        "reminded": told,
        **_also(item),
    }


def _also(item: DueItem) -> dict:
    """What else may be done about a line: a list of political birthdays is also written up as a record."""
    if item.rule_key != ActivityKind.POLITICAL_BIRTHDAY:
        return {"also_url": "", "also_label": ""}
    branch = item.subject.rpartition(":")[2]
    url = reverse("activities:new", args=[ActivityKind.POLITICAL_BIRTHDAY]) + "?" + urlencode({"for": branch})
    return {"also_url": url, "also_label": "记录政治生日"}


def strip_row(
    kind: str, periods: list[PeriodStatus], branch: PartyOrganization, day: datetime.date, *, may_log: bool
) -> dict:
    """One kind's year as `components/cadence_grid.html` takes it: twelve months, or four quarters of three columns."""
    span = 12 // len(periods)
    listed = reverse("activities:records") + "?" + urlencode({"year": day.year, "kind": kind})
    log = reverse("activities:new", args=[kind]) + "?" + urlencode({"for": branch.uid})
    cells = []
    for period in periods:
        url = ""
        if period.status in (cadence.HELD, cadence.PENDING):
            url = listed
        elif period.status == cadence.DUE and may_log:
            url = log
        elif period.status == cadence.MISSING and may_log:
            url = f"{log}&{urlencode({'date': period.last.isoformat()})}"
        word = SHORT_WORDS.get(period.status, period.word)
        cells.append({"state": CELL_STATES[period.status], "word": word, "url": url, "span": span})
    return {"label": KINDS[kind].label, "cells": cells}


def _items_for(request: HttpRequest, day: datetime.date) -> list[DueItem]:
    """Due items of the branches that the user keeps records of; a cell leader's are those of the cell."""
    user = request.user
    organizations = PartyOrganization.objects.permitted(user, Permission.LOG_GATHERINGS)
    branches = list(organizations.branches().existing_on(day)[:20])
    items = due_items(branches=branches, day=day) if branches else []
    acting = request.acting.organization if request.acting else None
    if acting is not None and acting.kind == PartyOrganization.Kind.CELL:
        own = due_items(branches=[branch_of_cell(acting)], day=day)
        items = [*items, *(item for item in own if item.organization_id == acting.pk and item not in items)]
    # Who may not confirm is not sent to do it: the record waits for somebody else.
    if not user.may(Permission.CONFIRM_RECORDS):
        items = [i for i in items if i.rule_key != "record_overdue" or not i.due_key.startswith(RECORDED)]
    return items


def _own_branch(request: HttpRequest) -> PartyOrganization | None:
    acting = request.acting.organization if request.acting else None
    return acting if acting is not None and acting.is_branch else None


def _coming(share: GatheringBranch) -> dict:
    record = first_record(share)
    gathering = share.gathering
    return {
        "url": reverse("activities:gathering", args=[share.uid]),
        "title": gathering.theme,
        "kind": KINDS[record.kind].label,
        "organization": str(share.cell or share.branch),
        "day": format_date_cn(gathering.on_date),
        "time": f"{to_local(gathering.started_at):%H:%M}",
        "place": gathering.place,
        "remark": {"postponed": "已延期", "planned": "计划，尚未通知"}.get(gathering.state, ""),
    }
