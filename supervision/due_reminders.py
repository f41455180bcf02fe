"""What a committee has reminded a branch of stands on its workbench until it is held, and says who reminded of it.

A period that runs is on the workbench already and gets the mark; one that is over is not owed there any more and gets a
line of its own for thirty days. Nobody is reminded a second time of these lines: the reminder was the message.
"""

import datetime
from collections.abc import Iterable, Sequence

from activities.models import ActivityKind
from activities.queries.cadence import branch_statuses, cadence_rules, rule_in_force
from activities.queries.holidays import uploaded_days
from activities.rules.cadence import DUE, MISSING, MONTHS_IN, YEAR_OPENS_IN
from activities.rules.strip import PeriodStatus
from activities.rules.theme_day import UploadedDays
from branch_portal.due import DueItem, due_provider, reminded_source
from members.models import PartyOrganization
from supervision.actions.nudges import RULE_KEY, form_url
from supervision.queries.nudges import asked_lately, branches_of_cells, reminders_for_branches
from supervision.rules.lacks import period_title

_OWN, _CADENCE = "supervision.reminded", "activities.due"


@due_provider
def reminded_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """A line for each reminded period that is still missing; one query where nobody was reminded lately."""
    by_year = asked_lately(day)
    if not by_year:
        return
    listed = {branch.pk: branch for branch in branches}
    rules = cadence_rules()
    for year, cells in by_year.items():
        concerned = [listed[pk] for pk in cells if pk in listed]
        if not concerned:
            continue
        statuses, uploaded = branch_statuses(concerned, year, day), uploaded_days([year])
        for branch in concerned:
            for kind, period in dict.fromkeys(cells[branch.pk]):
                status = next((s for s in statuses[branch.pk][kind] if s.index == period), None)
                if status is not None and _stands_alone(status, day):
                    clause = rule_in_force(rules, kind, status.first).clause
                    yield _item(branch, kind, status, clause, uploaded)


def _stands_alone(status: PeriodStatus, day: datetime.date) -> bool:
    """Over and missing, or of a year that nothing else asks for yet."""
    early = status.months == 12 and day < status.first.replace(month=YEAR_OPENS_IN)
    return status.status == MISSING or (status.status == DUE and early)


def _item(
    branch: PartyOrganization, kind: str, status: PeriodStatus, clause: str, uploaded: UploadedDays
) -> DueItem:
    return DueItem(
        rule_key=RULE_KEY,
        subject=f"{_OWN}:{kind}:{branch.uid}",
        due_key=f"{status.first:%Y-%m}",
        organization_id=branch.pk,
        organization_name=str(branch),
        title=period_title(kind, status),
        due_on=status.closes,
        clause=clause,
        url=form_url(branch, kind, status, uploaded),
        action_label="记录",
        shown_only=True,
    )


@reminded_source
def reminded_by_committee(*, user, items: Sequence[DueItem]) -> dict[DueItem, str]:
    """清源镇党委于 5月3日提醒：…, for the lines of the branches that the user keeps records of."""
    concerned = [item for item in items if item.subject.startswith((f"{_OWN}:", f"{_CADENCE}:"))]
    if not concerned:
        return {}
    rows = reminders_for_branches(user, {int(item.due_key[:4]) for item in concerned})
    if not rows:
        return {}
    rules, branch_of = cadence_rules(), _branches_of_cells(concerned)
    said = {(row.branch_id, row.kind, row.year, row.period): row for row in rows}
    found = {}
    for item in concerned:
        _, kind, _ = item.subject.split(":", 2)
        first = datetime.date.fromisoformat(f"{item.due_key[:7]}-01")
        width = MONTHS_IN[rule_in_force(rules, kind, datetime.date(first.year, 1, 1)).period]
        branch_id = branch_of.get(item.organization_id, item.organization_id)
        row = said.get((branch_id, kind, first.year, (first.month - 1) // width + 1))
        if row is not None:
            note = f"：{row.reminder.note}" if row.reminder.note else ""
            found[item] = f"{row.reminder.sender}于 {row.sent_on.month}月{row.sent_on.day}日提醒{note}"
    return found


def _branches_of_cells(items: Iterable[DueItem]) -> dict[int, int]:
    """For the lines that cells owe."""
    ids = [item.organization_id for item in items if f":{ActivityKind.CELL_MEETING}:" in item.subject]
    return branches_of_cells(ids) if ids else {}
