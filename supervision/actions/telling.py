"""Telling the other side of a check: a branch's officers, or the committee's staff. Titles name no person and no matter."""

import datetime

from django.utils import timezone

from members.models import PartyOrganization
from notices.actions.slots import plan_reminders

WORTH_TELLING = datetime.timedelta(days=30)


def tell_branch(
    *, by, rule_key: str, subject: str, branch: PartyOrganization, title: str, body: str, link: str
) -> None:
    """The officers of the branch, at once."""
    _tell(by, rule_key, subject, branch, "branch_officers", title, body, link)


def tell_committee(
    *, by, rule_key: str, subject: str, committee: PartyOrganization, title: str, body: str, link: str
) -> None:
    """The staff of the committee itself, at once."""
    _tell(by, rule_key, subject, committee, "own_staff", title, body, link)


def _tell(
    by, rule_key: str, subject: str, to: PartyOrganization, audience: str, title: str, body: str, link: str
) -> None:
    now = timezone.now()
    plan_reminders(
        by=by,
        rule_key=rule_key,
        subject=subject,
        organization=to,
        anchor=now,
        not_after=now + WORTH_TELLING,
        audience={"kind": audience, "organization": to.pk},
        title=title,
        body=body,
        link=link,
    )
