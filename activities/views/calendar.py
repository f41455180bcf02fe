"""日历: the month of one branch with its gatherings and what is due, on screen and on paper."""

import datetime
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from activities.forms.calendar import CalendarForm
from activities.queries.cadence import branch_of_cell
from activities.queries.holidays import uploaded_days
from activities.queries.records import visible_branches
from activities.rules.month import day_mark, month_weeks
from activities.rules.theme_day import WEEK_ALONE, is_workday, source_of_year
from branch_portal.dates import add_months, local_date, to_local, today_shanghai
from branch_portal.due import due_items
from branch_portal.permissions import Permission
from branch_portal.registries import CalendarEntry, calendar_entries
from members.models import PartyOrganization

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@require_safe
def month(request):
    """The month grid; on a phone the days that hold something, as a list."""
    return render(request, "activities/calendar.html", _context(request))


@require_safe
def month_print(request):
    """The same month on a landscape page."""
    context = _context(request)
    context["landscape"] = True
    context["back_url"] = reverse("activities:calendar") + "?" + context["query"]
    return render(request, "activities/calendar_print.html", context)


def _context(request) -> dict:
    today = today_shanghai()
    branches = visible_branches(request.user, Permission.VIEW_RECORDS)
    form = CalendarForm(request.GET, branches=branches)
    first, branch = form.first_day(today), form.chosen(_worked_for(request))
    weeks = month_weeks(first)
    days = _days(request.user, branch, weeks[0][0], weeks[-1][-1], today) if branch else {}
    uploaded = uploaded_days({day.year for week in weeks for day in week})
    return {
        "page_title": f"{branch or ''}{first.year}年{first.month}月日历",
        "breadcrumbs": [("工作台", "/"), ("日历", None)],
        "form": form,
        "branch": branch,
        "several": len(branches) > 1,
        "first": first,
        "week_head": WEEK,
        "weeks": [[_day(day, first, today, days, uploaded) for day in week] for week in weeks],
        "empty": not any(days.get(day) for week in weeks for day in week if day.month == first.month),
        "before": _query(add_months(first, -1), branch),
        "after": _query(add_months(first, 1), branch),
        "query": _query(first, branch),
        "weekends_only": source_of_year(first.year, uploaded) == WEEK_ALONE,
        "may_plan": branch is not None and request.user.access.may(Permission.LOG_GATHERINGS, branch),
        "today": today,
    }


def _worked_for(request) -> PartyOrganization | None:
    acting = request.acting.organization if request.acting else None
    if acting is not None and acting.kind == PartyOrganization.Kind.CELL:
        return branch_of_cell(acting)
    return acting


def _days(user, branch, first: datetime.date, last: datetime.date, today: datetime.date) -> dict:
    """Day → what stands on it."""
    found: dict[datetime.date, list[dict]] = {}
    for entry in calendar_entries(user=user, branch=branch, first=first, last=last):
        found.setdefault(local_date(entry.starts_at), []).append(_shown(entry))
    if user.access.may(Permission.VIEW_ROLLS, branch):
        may_log = user.access.may(Permission.LOG_GATHERINGS, branch)
        branches = PartyOrganization.objects.visible_to(user).filter(pk=branch.pk)
        for item in due_items(branches=branches, day=today):
            if first <= item.due_on <= last:
                due = {
                    "state": "due",
                    "time": "截止",
                    "title": item.title,
                    "remark": "逾期" if item.due_on < today else "到期",
                    "url": item.url if may_log else "",
                }
                found.setdefault(item.due_on, []).append(due)
    return found


def _shown(entry: CalendarEntry) -> dict:
    return {
        "state": entry.state,
        "time": f"{to_local(entry.starts_at):%H:%M}",
        "title": entry.title,
        "remark": f"{entry.place} · {entry.remark}",
        "url": entry.url,
    }


def _day(day: datetime.date, first: datetime.date, today: datetime.date, days: dict, uploaded) -> dict:
    return {
        "day": day,
        "word": WEEK[day.weekday()],
        "other": day.month != first.month,
        "off": not is_workday(day, uploaded),
        "mark": day_mark(day, uploaded),
        "today": day == today,
        "entries": days.get(day, []),
    }


def _query(first: datetime.date, branch: PartyOrganization | None) -> str:
    values = {"month": f"{first:%Y-%m}"}
    return urlencode(values | ({"branch": branch.uid.hex} if branch else {}))
