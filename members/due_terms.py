"""Terms that end within six months or have ended, for the branch or committee and those who remind it (10, 11.1)."""

import datetime
from collections.abc import Iterable, Iterator

from django.urls import reverse

from branch_portal.dates import format_date_cn
from branch_portal.due import DueItem, committee_due_provider, due_provider
from members.models import CommitteeTerm
from members.rules.organization import holds_elections, term_reminder

CLAUSE = "《关于党的基层组织任期的意见》"


@due_provider
def terms_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    return _running_out(branches, day, by_committee=False)


@committee_due_provider
def committee_terms_due(*, committees, day: datetime.date) -> Iterable[DueItem]:
    """A committee's own term is its own staff's affair, and its superior's."""
    return _running_out(committees, day, by_committee=True)


def _running_out(organizations, day: datetime.date, *, by_committee: bool) -> Iterator[DueItem]:
    """One query, whatever the number of organisations."""
    terms = CommitteeTerm.objects.unscoped("whoever asks has chosen the organisations").current()
    for term in terms.filter(organization__in=organizations).select_related("organization").order_by("pk"):
        last, owner = term.last_day, term.organization
        if day < term_reminder(last) or not holds_elections(owner.formation):
            continue
        yield DueItem(
            rule_key="term_expiry",
            subject=f"members.term:{term.uid}",
            due_key=f"{last:%Y%m%d}",
            organization_id=owner.pk,
            organization_name=str(owner),
            title=f"换届：任期{format_date_cn(last).split('（')[0]}届满",
            due_on=last,
            clause=CLAUSE,
            url=reverse("members:terms", args=[owner.uid]),
            action_label="查看任期",
            tell_superior=True,
            by_committee=by_committee,
        )
