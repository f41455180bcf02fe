"""What branches owe of organisational life on a day: unmet cadence, and records left to write, mend or confirm."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from activities.models import ActivityKind, ActivityRecord
from activities.queries.cadence import (
    KIND_ORDER,
    branch_statuses,
    cadence_rules,
    cells_of,
    due_masks,
    rule_in_force,
)
from activities.queries.defaults import theme_day_of
from activities.queries.holidays import uploaded_days
from activities.queries.records import cells_met, coming_drafts, unfinished_records
from activities.reminders import RULE_OF_KIND
from activities.rules.cadence import DUE, YEAR_CLOSES_IN, YEAR_OPENS_IN, Dues, month_bit
from activities.rules.kinds import KINDS
from activities.rules.states import DRAFT, PLANNED, RECORDED
from activities.rules.strip import PeriodStatus
from branch_portal.dates import local_date
from branch_portal.due import DueItem, due_provider
from members.models import PartyOrganization

CONFIRM_WITHIN = datetime.timedelta(days=7)
_RECORD_CLAUSE = "会议记录应及时整理，由主持人和记录人签名"


@due_provider
def activities_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """Everything due of these branches. The number of queries does not depend on how many branches there are."""
    listed = list(branches)
    if not listed:
        return
    yield from _cadence_items(listed, day)
    yield from _record_items(listed, day)


@dataclass(frozen=True)
class _Owed:
    """One unmet period of one organisation."""

    kind: str
    branch: PartyOrganization
    organization: PartyOrganization
    period: PeriodStatus
    clause: str
    coming: ActivityRecord | None
    theme_day: datetime.date

    def item(self, day: datetime.date) -> DueItem:
        due_on = self.theme_day if self.kind == ActivityKind.THEME_DAY else self.period.last
        late = due_on < day and self.period.months == 12
        if late:
            due_on = self.period.closes
        label = KINDS[self.kind].label
        title = (
            f"{self.period.label}{label}"
            if self.period.months < 12
            else f"{self.period.first.year}年度{label}"
        )
        url = reverse("activities:new", args=[self.kind]) + "?" + urlencode({"for": self.organization.uid})
        action = "记录"
        if self.coming is not None:
            planned = self.coming.share.gathering.state == PLANNED
            word = "已计划" if planned else "已预告"
            title += f"（{word} {self.coming.on_date.month}月{self.coming.on_date.day}日）"
            url = reverse("activities:gathering", args=[self.coming.share.uid])
            action = "查看计划" if planned else "查看预告"
        return DueItem(
            rule_key=RULE_OF_KIND[self.kind],
            subject=f"activities.due:{self.kind}:{self.organization.uid}",
            due_key=self._due_key(due_on, late),
            organization_id=self.organization.pk,
            organization_name=str(self.organization),
            title=title,
            due_on=due_on,
            clause=self.clause,
            url=url,
            action_label=action,
            not_before=self.period.last + datetime.timedelta(days=1) if late else None,
        )

    def _due_key(self, due_on: datetime.date, late: bool) -> str:
        """The period, and the day where that may be another one: a moved theme day, the months after a year."""
        key = f"{self.period.first:%Y-%m}"
        if late:
            return f"{key}-late"
        return f"{key}-{due_on:%m%d}" if self.kind == ActivityKind.THEME_DAY else key


def _cadence_items(branches: Sequence[PartyOrganization], day: datetime.date) -> Iterator[DueItem]:
    all_rules = cadence_rules()
    dues = Dues(all_rules)
    clauses = {str(kind): rule_in_force(all_rules, kind, day).clause for kind in KIND_ORDER}
    statuses = branch_statuses(branches, day.year, day)
    late = branch_statuses(branches, day.year - 1, day) if day.month <= YEAR_CLOSES_IN else {}
    cells, met = cells_of(branches), cells_met(branches, day)
    uploaded = uploaded_days([day.year])
    coming = {(draft.branch_id, draft.kind, draft.cell_id): draft for draft in coming_drafts(branches, day)}
    for branch in branches:
        theme_day = theme_day_of(branch, day, uploaded)
        for kind, periods in statuses[branch.pk].items():
            period = next(period for period in periods if period.first <= day <= period.last)
            if period.months == 12 and branch.pk in late:
                # What last year owes once a year may be held until the end of March, and is asked for first.
                period = late[branch.pk][kind][0]
            if period.status != DUE or (period.months == 12 and not _asked_for(period, day)):
                continue
            owing = [branch]
            if kind == ActivityKind.CELL_MEETING:
                owing = _owing_cells(dues, branch, cells[branch.pk], met, day)
            for organization in owing:
                cell_id = organization.pk if kind == ActivityKind.CELL_MEETING else None
                draft = coming.get((branch.pk, kind, cell_id))
                in_period = draft if draft is not None and draft.on_date <= period.closes else None
                yield _Owed(kind, branch, organization, period, clauses[kind], in_period, theme_day).item(day)


def _asked_for(period: PeriodStatus, day: datetime.date) -> bool:
    return day >= period.first.replace(month=YEAR_OPENS_IN)


def _owing_cells(
    dues: Dues,
    branch: PartyOrganization,
    cells: Sequence[PartyOrganization],
    met: set[int],
    day: datetime.date,
) -> list[PartyOrganization]:
    """The cells that owe this month's meeting and have not met."""
    _, due = due_masks(dues, branch, cells, day.year)
    return [cell for cell in cells if due[cell.pk] & month_bit(day.month) and cell.pk not in met]


def _record_items(branches: Sequence[PartyOrganization], day: datetime.date) -> Iterator[DueItem]:
    for record in unfinished_records(branches, day):
        signed_on = local_date(record.recorded_at) if record.recorded_at else record.on_date
        label = f"{record.on_date.month}月{record.on_date.day}日{KINDS[record.kind].label}"
        url = reverse("activities:record", args=[record.uid])
        if record.state == DRAFT:
            title, due_on, action = f"整理记录：{label}", record.on_date, "记录"
            url = reverse("activities:edit", args=[record.uid])
        elif record.state == RECORDED:
            title, due_on, action = f"确认记录：{label}", signed_on + CONFIRM_WITHIN, "去确认"
        else:
            returned_on = local_date(record.returned_at) if record.returned_at else signed_on
            due_on = record.return_due_on or returned_on + CONFIRM_WITHIN
            title, action = f"按退回意见修改：{label}", "修改"
            url = reverse("activities:edit", args=[record.uid])
        organization = record.cell or record.branch
        yield DueItem(
            rule_key="record_overdue",
            subject=f"activities.record:{record.uid}",
            # The day belongs to it: a record that is handed in or returned once more is a new reason to remind.
            due_key=f"{record.state}-{due_on:%Y%m%d}",
            organization_id=organization.pk,
            organization_name=str(organization),
            title=title,
            due_on=due_on,
            clause=_RECORD_CLAUSE,
            url=url,
            action_label=action,
        )
