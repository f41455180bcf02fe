"""Inspections and findings as lists and as the values of a report."""

import datetime
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from members.models import PartyOrganization
from supervision.models import Finding, InspectedBranch, Inspection


def listed_inspections(user) -> QuerySet[Inspection]:
    """With the numbers of branches, findings and of those that are not closed."""
    return (
        Inspection.objects.visible_to(user)
        .select_related("organization")
        .annotate(
            branch_count=Count("branches", distinct=True),
            finding_count=Count("findings", distinct=True),
            unresolved_count=Count("findings", filter=~Q(findings__state="closed"), distinct=True),
        )
    )


def listed_findings(
    user, *, day: datetime.date, root: PartyOrganization | None = None, state: str = ""
) -> QuerySet[Finding]:
    """`state`: one of the states, `overdue` (G1), `unresolved`, or all."""
    found = Finding.objects.visible_to(user).select_related("branch", "inspection")
    if root is not None:
        found = found.filter(branch__path__startswith=root.path)
    if state == "overdue":
        return found.overdue(day)
    if state == "unresolved":
        return found.unresolved()
    return found.filter(state=state) if state else found


def open_findings(branches: Iterable[PartyOrganization]) -> list[Finding]:
    """What these branches have not answered yet, the most urgent first. One query."""
    rows = Finding.objects.filter(
        branch__in=[branch.pk for branch in branches], state=Finding.State.OPEN
    ).select_related("branch", "inspection")
    return list(rows.order_by("due_on", "pk"))


def visited_branches(inspection: Inspection) -> list[InspectedBranch]:
    """In official order. One query."""
    rows = InspectedBranch.objects.filter(inspection=inspection).select_related("branch")
    return list(rows.order_by("branch__sort_number", "branch__path"))


def reported_findings(inspection: Inspection) -> list[Finding]:
    """One query."""
    return list(Finding.objects.filter(inspection=inspection).select_related("record").order_by("number"))


def finding_parts(queryset: QuerySet[Finding]) -> QuerySet[Finding]:
    """All that a finding's page shows, in two queries."""
    return queryset.select_related(
        "branch", "inspection__organization", "record", "closed_by"
    ).prefetch_related("steps__by")
