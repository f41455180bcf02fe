"""What may be certified of a member's year, and whether a certificate still agrees with the ledger."""

import datetime
from dataclasses import dataclass
from typing import Any

from branch_portal.database import beyond_scope
from learning.models import StudyCertificate, StudyCredit
from learning.queries.sheets import Sheet
from learning.rules.categories import CATEGORY_LABELS
from learning.rules.certificate import content_hash, masked_name
from learning.rules.hours import Credit, show, year_total
from members.models import Member

INTACT, CORRECTED, BROKEN = "intact", "corrected", "broken"


@dataclass(frozen=True)
class VerifiedCertificate:
    """All that the public page says of a certificate."""

    name: str
    branch: str
    year: int
    hours: str
    issued_on: str
    state: str


def certifiable_rows(sheet: Sheet) -> list[StudyCredit]:
    """The confirmed rows, in order of time: what waits for confirmation is nobody's word yet."""
    rows = [row for row in sheet.rows if row.status == StudyCredit.Status.CONFIRMED]
    return sorted(rows, key=lambda row: (row.on_date, row.pk))


def certificate_content(sheet: Sheet, day: datetime.date) -> dict[str, Any]:
    """Every value of the paper, as text: names and rules may change later, the certificate does not."""
    rows = certifiable_rows(sheet)
    credits = [Credit(row.category, row.minutes, row.hours, source=row.source) for row in rows]
    total = year_total(sheet.year, credits, sheet.rules, sheet.total.required)
    member = sheet.member
    branch = member.branch or member.left_branch
    return {
        "name": member.name,
        "branch": branch.name if branch else "",
        "year": sheet.year,
        "issued_on": day.isoformat(),
        "required": show(total.required.hours),
        "reason": total.required.reason,
        "hours": show(total.counted),
        "gap": show(total.gap),
        "met": total.met,
        "trainings": total.trainings,
        "categories": [
            [CATEGORY_LABELS[one.category], one.items, one.minutes, show(one.hours), show(one.counted)]
            for one in total.categories
        ],
        "rows": [
            [
                row.on_date.isoformat(),
                row.title,
                row.get_category_display(),
                row.branch.name,
                row.minutes,
                show(row.hours),
            ]
            for row in rows
        ],
    }


def latest_certificate(member: Member, year: int) -> StudyCertificate | None:
    """The newest one of the year. Whose year may be read is the caller's question."""
    return StudyCertificate.objects.filter(member=member, year=year).newest_first().first()


def standing_of(certificate: StudyCertificate) -> str:
    """Whether the frozen words are untouched and every row that they rest on still stands, confirmed."""
    if content_hash(certificate.content) != certificate.content_hash:
        return BROKEN
    standing = StudyCredit.objects.filter(
        pk__in=certificate.credit_ids, status=StudyCredit.Status.CONFIRMED
    ).standing()
    return INTACT if standing.count() == len(certificate.credit_ids) else CORRECTED


@beyond_scope("the public page of a code on paper")
def verified_certificate(code: str) -> VerifiedCertificate | None:
    """The certificate of a code, as far as everybody may know it; None when there is none."""
    found = StudyCertificate.objects.unscoped("the public page of a code on paper").filter(code=code).first()
    if found is None:
        return None
    said = found.content
    return VerifiedCertificate(
        name=masked_name(said["name"]),
        branch=said["branch"],
        year=found.year,
        hours=said["hours"],
        issued_on=said["issued_on"],
        state=standing_of(found),
    )
