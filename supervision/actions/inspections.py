"""Inspections: which branches, by whom, and the findings; by hand, or from the problems of a spot check."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from activities.models import ActivityRecord
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.actions.findings import add_step, tell_of_finding
from supervision.models import (
    Finding,
    FindingStep,
    InspectedBranch,
    Inspection,
    SpotCheck,
    SpotCheckItem,
)
from supervision.queries.committees import inspecting_path


class InspectionRefused(Exception):
    """It cannot be written; the message is Chinese and says why."""


class InspectionConflict(Exception):
    """Somebody else has saved it since the page was opened."""


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """What stands at the head of an inspection."""

    title: str
    on_date: datetime.date
    inspectors: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """One finding as it is raised."""

    branch: PartyOrganization
    code: str
    text: str
    due_on: datetime.date
    responsible: str = ""
    record: ActivityRecord | None = None
    item: SpotCheckItem | None = None


@transaction.atomic
def write_inspection(
    *,
    by,
    facts: InspectionFacts,
    branches: Iterable[PartyOrganization],
    spot_check: SpotCheck | None = None,
) -> Inspection:
    """A new inspection of these branches, in the name of the committee for which the writer inspects all of them."""
    listed = list(branches)
    committee = _one_committee(by, listed)
    inspection = Inspection.objects.create(
        organization=spot_check.organization if spot_check else committee,
        spot_check=spot_check,
        created_by=by,
        **_values(facts),
    )
    InspectedBranch.objects.bulk_create(
        InspectedBranch(inspection=inspection, branch=branch) for branch in listed
    )
    return inspection


@transaction.atomic
def change_inspection(
    *, by, inspection: Inspection, version: int, facts: InspectionFacts, opinions: Mapping[int, str]
) -> Inspection:
    """Put its head right, and the opinion on each branch (by branch id)."""
    row = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    if row.version != version:
        raise InspectionConflict
    for name, value in _values(facts).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    for visited in InspectedBranch.objects.filter(inspection=row, branch__in=opinions):
        words = opinions[visited.branch_id].strip()
        if words != visited.opinion:
            visited.opinion = words
            visited.save(update_fields=["opinion"])
    return row


@transaction.atomic
def raise_finding(*, by, inspection: Inspection, facts: FindingFacts) -> Finding:
    """提出问题: the branch is told and has until the day."""
    row = _locked(inspection)
    if not InspectedBranch.objects.filter(inspection=row, branch=facts.branch).exists():
        raise InspectionRefused("这个党支部不在本次检查的范围里。")
    if not by.access.may(Permission.INSPECT, facts.branch):
        raise InspectionRefused("这个党支部现在不归您检查（可能已转由其他党组织管理），没有提出。")
    if facts.record is not None and facts.record.branch_id != facts.branch.pk:
        raise InspectionRefused("所选记录不是这个党支部的。")
    return _raise(by, row, facts)


@transaction.atomic
def inspection_from_check(
    *, by, check: SpotCheck, facts: InspectionFacts, due_on: datetime.date
) -> Inspection:
    """An inspection of all branches of the sample, with a finding of each problem that was written down."""
    if not by.access.may(Permission.INSPECT, check.organization):
        raise InspectionRefused("没有登记这次检查的权限。")
    SpotCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if Inspection.objects.filter(spot_check=check).exists():
        raise InspectionRefused("这次抽查已经形成检查。")
    items = list(check.items.select_related("branch", "record").order_by("position"))
    branches = {item.branch_id: item.branch for item in items}
    inspection = write_inspection(by=by, facts=facts, branches=branches.values(), spot_check=check)
    for item in items:
        if item.result == SpotCheckItem.Result.PROBLEM:
            _raise(by, inspection, FindingFacts(
                item.branch, "other", item.text, due_on, record=item.record, item=item
            ))  # fmt: skip
    return inspection


def _one_committee(by, branches: list[PartyOrganization]) -> PartyOrganization:
    paths = {inspecting_path(by, branch) for branch in branches}
    if not paths or None in paths:
        raise InspectionRefused("请选择所属的党支部。")
    if len(paths) > 1:
        raise InspectionRefused("这些党支部分属不同的党委，请分别登记检查。")
    return PartyOrganization.objects.get(path=paths.pop())


def _raise(by, inspection: Inspection, facts: FindingFacts) -> Finding:
    last = Finding.objects.filter(inspection=inspection).aggregate(last=Max("number"))["last"] or 0
    finding = Finding.objects.create(
        inspection=inspection,
        number=last + 1,
        branch=facts.branch,
        record=facts.record,
        item=facts.item,
        code=facts.code,
        text=facts.text.strip(),
        responsible=facts.responsible.strip(),
        due_on=facts.due_on,
    )
    add_step(finding, by, FindingStep.Kind.RAISED, facts.text, due_on=facts.due_on)
    tell_of_finding(by, finding)
    return finding


def _locked(inspection: Inspection) -> Inspection:
    rows = Inspection.objects.select_for_update(of=("self",)).select_related("organization")
    return rows.get(pk=inspection.pk)


def _values(facts: InspectionFacts) -> dict:
    return {
        "title": facts.title.strip(),
        "on_date": facts.on_date,
        "inspectors": facts.inspectors.strip(),
        "summary": facts.summary.strip(),
    }
