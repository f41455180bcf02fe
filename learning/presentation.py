"""Study hours as the components of the pages take them."""

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse

from branch_portal.permissions import Permission
from learning.queries.progress import Progress
from learning.queries.sheets import Sheet
from learning.rules.hours import show


def tabs(user, current: str) -> list[dict]:
    """我的学时 and 党支部学时, for whoever has both."""
    shown = []
    if user.member_id:
        shown.append({"label": "我的学时", "url": reverse("learning:my-year"), "active": current == "mine"})
    if user.may(Permission.VIEW_STUDY):
        shown.append(
            {"label": "党支部学时", "url": reverse("learning:branch"), "active": current == "branch"}
        )
    if user.member_id or user.may(Permission.VIEW_STUDY):
        shown.append(
            {"label": "集中培训班", "url": reverse("learning:trainings"), "active": current == "training"}
        )
        shown.append(
            {"label": "学习强国等", "url": reverse("learning:external"), "active": current == "external"}
        )
    return shown if len(shown) > 1 else []


def ring(required: Decimal, certain: Decimal, pending: Decimal, missing: Decimal) -> dict[str, Decimal]:
    """Hours of `components/hours_ring.html`; `credited` are the confirmed ones."""
    return {
        "required": _plain(required),
        "total": _plain(certain + pending),
        "credited": _plain(certain),
        "pending": _plain(pending),
        "missing": _plain(missing),
    }


def month_bars(sheet: Sheet) -> dict:
    """Twelve months of `components/month_bars.html`."""
    months = [
        {
            "label": f"{number}月",
            "value": _plain(certain),
            "pending": _plain(pending),
            "total": _plain(certain + pending),
        }
        for number, (certain, pending) in enumerate(sheet.months, start=1)
    ]
    return {
        "months": months,
        "max": max([certain + pending for certain, pending in sheet.months] + [Decimal(1)]),
    }


def progress_stats(rows: Sequence[Progress]) -> list[dict]:
    """人数, 已达到 and the gap of all, as tiles."""
    officers = [row for row in rows if row.officer]
    ordinary = [row for row in rows if not row.officer]
    return [
        {"label": "党员", "value": len(rows), "unit": "人"},
        {
            "label": "已达到",
            "value": sum(row.reached for row in rows),
            "unit": "人",
            "hint": "含待确认的学时",
        },
        {"label": "书记和委员已达到", "value": f"{sum(row.reached for row in officers)} / {len(officers)}"},
        {"label": "其他党员已达到", "value": f"{sum(row.reached for row in ordinary)} / {len(ordinary)}"},
        {"label": "合计还差", "value": show(sum((row.missing for row in rows), Decimal(0))), "unit": "学时"},
    ]


def _plain(hours: Decimal) -> Decimal:
    """2.00 → 2.0, 0.25 → 0.25: a number for the drawing that reads as hours are written."""
    return Decimal(show(hours))
