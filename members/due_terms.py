"""Terms that end within six months or have ended, for the branch and those who remind it (10, 11.1)."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.dates import format_date_cn
from branch_portal.due import DueItem, due_provider
from members.models import CommitteeTerm
from members.rules.organization import holds_elections, term_reminder

CLAUSE = "《关于党的基层组织任期的意见》"


@due_provider
def terms_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One query, whatever the number of branches."""
    terms = CommitteeTerm.objects.unscoped("whoever asks has chosen the branches").current()
    for term in terms.filter(organization__in=branches).select_related("organization").order_by("pk"):
        last, branch = term.last_day, term.organization
        if day < term_reminder(last) or not holds_elections(branch.formation):
            continue
        yield DueItem(
            rule_key="term_expiry",
            subject=f"members.term:{term.uid}",
            due_key=f"{last:%Y%m%d}",
            organization_id=branch.pk,
            organization_name=str(branch),
            title=f"换届：任期{format_date_cn(last).split('（')[0]}届满",
            due_on=last,
            clause=CLAUSE,
            url=reverse("members:terms", args=[branch.uid]),
            action_label="查看任期",
            tell_superior=True,
        )
