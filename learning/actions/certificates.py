"""Issuing 学时证明: the confirmed hours of a year, frozen under a code."""

import secrets

from django.db import transaction
from django.utils import timezone

from branch_portal.dates import local_date
from branch_portal.verification import new_code
from learning.actions.years import lock_members
from learning.models import StudyCertificate
from learning.queries.certificates import (
    INTACT,
    certifiable_rows,
    certificate_content,
    latest_certificate,
    standing_of,
)
from learning.queries.sheets import sheet_of
from learning.rules.certificate import content_hash, same_facts
from members.models import Member

_TRIES = 5


class NothingToCertify(Exception):
    """No confirmed hours in that year, or the member belongs to no branch."""


@transaction.atomic
def issue_certificate(*, by, member: Member, year: int) -> StudyCertificate:
    """A certificate of the year as it stands; the last one again while it still says the same."""
    lock_members([member.pk])
    sheet, now = sheet_of(member, year), timezone.now()
    rows = certifiable_rows(sheet)
    branch_id = member.branch_id or member.left_branch_id
    if not rows or branch_id is None:
        raise NothingToCertify
    content = certificate_content(sheet, local_date(now))
    last = latest_certificate(member, year)
    if last is not None and same_facts(last.content, content) and standing_of(last) == INTACT:
        return last
    return StudyCertificate.objects.create(
        member=member,
        branch_id=branch_id,
        year=year,
        code=_fresh_code(),
        content=content,
        content_hash=content_hash(content),
        credit_ids=[row.pk for row in rows],
        issued_by=by,
        issued_at=now,
    )


def _fresh_code() -> str:
    """A code that no certificate has; the database's constraint has the last word."""
    for _ in range(_TRIES):
        code = new_code(secrets.choice)
        if not StudyCertificate.objects.filter(code=code).exists():
            return code
    raise RuntimeError("no fresh verification code")
