"""Study hours as the components of the pages take them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse

from branch_portal.permissions import Permission
from learning.queries.progress import Progress
from learning.queries.sheets import Sheet
from learning.rules.hours import show
from learning.rules.trainings import DONE, OPEN, OVER, TrainingDuty

_ROLLS_AND_FILES = [
    ("training", "集中培训班", "learning:trainings"),
    ("external", "学习强国等", "learning:external"),
]
#: What a branch keeps, as against what is one's own.
_OF_THE_BRANCH = {"branch", "plans", "review", "lessons-kept", "training", "external"}


def tabs(user, current: str) -> list[dict]:
    """The tabs of 我的学习 or of 支部学习, whichever the page belongs to; the last one leads to the other."""
    own, branch = _own_tabs(user), _branch_tabs(user)
    in_branch = bool(branch) and (current in _OF_THE_BRANCH or not own)
    shown, other = (branch, own) if in_branch else (own, branch)
    if other:
        shown = [*shown, ("", "我的学习 ›" if in_branch else "支部学习 ›", other[0][2])]
    if len(shown) < 2:
        return []
    return [{"label": label, "url": reverse(route), "active": key == current} for key, label, route in shown]


def _own_tabs(user) -> list[tuple[str, str, str]]:
    if not user.member_id:
        return []
    shown = [
        ("mine", "我的学时", "learning:my-year"),
        ("plan", "我的学习计划", "learning:my-plan"),
        ("own", "自学申报", "learning:submissions"),
        ("lessons", "云端党课", "learning:lessons"),
    ]
    return shown if user.may(Permission.VIEW_STUDY) else shown + _ROLLS_AND_FILES


def _branch_tabs(user) -> list[tuple[str, str, str]]:
    shown = []
    if user.may(Permission.VIEW_STUDY):
        shown += [("branch", "党支部学时", "learning:branch"), ("plans", "学习计划", "learning:plans")]
    if user.may(Permission.MANAGE_STUDY):
        shown.append(("review", "自学审核", "learning:review"))
    if user.may(Permission.MANAGE_LESSONS):
        shown.append(("lessons-kept", "课程管理", "learning:lessons-manage"))
    return shown + _ROLLS_AND_FILES if user.may(Permission.VIEW_STUDY) else shown


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


def duty_lines(duties: Sequence[TrainingDuty], today: datetime.date) -> list[dict]:
    """培训要求 as lines of words with the state of each."""
    states = {DONE: ("is-done", "已参加"), OPEN: ("is-wait", "待参加"), OVER: ("is-late", "已过期限")}
    lines = []
    for duty in duties:
        css, word = states[duty.state(today)]
        detail = f"{duty.first:%Y-%m-%d} 至 {duty.until:%Y-%m-%d}"
        if duty.done_on:
            detail = f"{duty.done_on:%Y-%m-%d} 参加"
        lines.append({"label": duty.label, "css": css, "word": word, "detail": detail})
    return lines


def progress_stats(rows: Sequence[Progress]) -> list[dict]:
    """人数, 已达到 and the gap of all, as tiles."""
    officers, ordinary = apart(rows)
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


def apart(rows: Sequence[Progress]) -> tuple[list[Progress], list[Progress]]:
    """Secretaries and committee members, and everybody else: they owe different hours."""
    return [row for row in rows if row.officer], [row for row in rows if not row.officer]


def _plain(hours: Decimal) -> Decimal:
    """2.00 → 2.0, 0.25 → 0.25: a number for the drawing that reads as hours are written."""
    return Decimal(show(hours))
