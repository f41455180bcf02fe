"""What a branch owes of its committee's inspections: findings that it has not answered yet."""

import datetime
from collections.abc import Iterable

from branch_portal.due import DueItem, due_provider
from supervision.actions.findings import branch_url, finding_subject
from supervision.queries.inspections import open_findings

_CLAUSE = "检查发现的问题限期整改"


@due_provider
def findings_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """Open findings of these branches, whenever they are due. One query."""
    for row in open_findings(branches):
        yield DueItem(
            rule_key="finding_due",
            subject=finding_subject(row),
            due_key=f"{row.due_on:%Y-%m-%d}",
            organization_id=row.branch_id,
            organization_name=str(row.branch),
            # Titles go out by mail: the inspection's day, not what was found, nor words that may name somebody.
            title=f"整改：{row.inspection.outside_name}第 {row.number} 项",
            due_on=row.due_on,
            clause=_CLAUSE,
            url=branch_url(row),
            action_label="整改",
        )
