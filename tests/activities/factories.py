"""Gatherings for tests, through the same actions as the pages use."""

import datetime

from activities.actions.facts import AgendaLine, Facts, Mark, RemarkLine, ResolutionLine
from activities.actions.gatherings import announce_gathering
from activities.actions.records import record_gathering, update_record
from activities.models import ActivityRecord, GatheringBranch
from activities.queries.eligibility import eligible_members
from branch_portal.dates import local_datetime, today_shanghai


def facts(kind="theme_day", *, day=None, start="15:00", end="16:30", cell=None, **fields) -> Facts:
    day = day or today_shanghai()
    values = {
        "theme": "学习党章",
        "place": "党群服务中心",
        "content": "学习党章，交流体会。",
        "lecturer": "安国强" if kind == "party_lecture" else "",
        "held_as": "general" if kind == "org_life_meeting" else "",
    } | fields
    return Facts(
        kind=kind,
        on_date=day,
        started_at=local_datetime(day, datetime.time.fromisoformat(start)),
        ended_at=local_datetime(day, datetime.time.fromisoformat(end)),
        cell=cell,
        **values,
    )


def minutes(count: int) -> dict:
    """`count` rows of each part, as fields of `facts`."""
    numbers = range(1, count + 1)
    return {
        "agenda": [AgendaLine(f"议题{n}") for n in numbers],
        "remarks": [RemarkLine("安国强", f"发言{n}") for n in numbers],
        "resolutions": [ResolutionLine(f"决议{n}") for n in numbers],
    }


def marks(branch, kind="theme_day", *, day=None, cell=None, **by_row) -> list[Mark]:
    """Everyone as by default; `row_3=("absent", "", "外出")` marks a row, a fourth item being the own minutes."""
    people = eligible_members(kind=kind, branch=branch, day=day or today_shanghai(), cell=cell)
    result = []
    for person in people:
        status, leave, reason, *own = by_row.get(
            f"row_{person.row_number}", (person.status, "", person.reason)
        )
        result.append(
            Mark(
                person.row_number,
                person.member_id,
                person.name,
                status,
                leave,
                reason,
                own[0] if own else None,
            )
        )
    return result


def record(
    by, branch, kind="theme_day", *, day=None, cell=None, signed=True, rows=None, **fields
) -> ActivityRecord:
    return record_gathering(
        by=by,
        branch=branch,
        facts=facts(kind, day=day, cell=cell, **fields),
        marks=marks(branch, kind, day=day, cell=cell, **(rows or {})),
        signed=signed,
    )


def announcement(by, branch, kind="theme_day", *, days=5, cell=None, **fields) -> GatheringBranch:
    day = today_shanghai() + datetime.timedelta(days=days)
    return announce_gathering(
        by=by, branch=branch, facts=facts(kind, day=day, cell=cell, content="", **fields)
    )


def update_record_to(by, record: ActivityRecord, day: datetime.date) -> ActivityRecord:
    """The same record on another day."""
    return update_record(
        by=by,
        record=record,
        version=record.version,
        facts=facts(record.kind, day=day, cell=record.cell),
        marks=marks(record.branch, record.kind, day=day, cell=record.cell),
    )
