"""Who needs attention on a day: letters running out, people away, out of reach, suspended. Candidates only; people decide.

One computation for the reminders of all branches and for the page that names people. Its number of queries is constant.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from members.models import AffiliationTransfer, Member, MemberStatus, PartyOrganization
from members.queries.contacts import last_contacts
from members.rules.attention import alert_lost, alert_remove, becomes_floating, contact_due

LETTER, CONTACT, FLOATING, LOST, REMOVE = (
    "transfer_letter_expiry",
    "floating_contact",
    "floating_began",
    "lost_contact_6m",
    "suspended_2y",
)
#: How long before its day each is worth showing; what only tells of a fact is shown for a while after it.
AHEAD = {LETTER: 30, CONTACT: 14, FLOATING: 14, LOST: 0, REMOVE: 0}
_SHOWN_AFTER = datetime.timedelta(days=30)
#: Suspended because nobody could reach the member: only then does the clock of two years run (2019 Reg. Art. 24).
SUSPENDED_AS_LOST = "3"

_Kind = MemberStatus.Kind


@dataclass(frozen=True, slots=True)
class Concern:
    """One reason to look at one member. `since` is the day that the clock runs from."""

    key: str
    member: Member
    branch: PartyOrganization
    since: datetime.date
    due_on: datetime.date
    transfer: AffiliationTransfer | None = None


def concerns(members, day: datetime.date) -> list[Concern]:
    """What there is for these members (a queryset), the most urgent first. Two queries, and one for each source of contacts."""
    known = members.filter(branch__isnull=False).order_by().values("pk")
    found = [*_letters(known, day), *_status_concerns(known, day)]
    found = [concern for concern in found if (concern.due_on - day).days <= AHEAD[concern.key]]
    return sorted(found, key=lambda concern: (concern.due_on, concern.member.name_pinyin, concern.member.pk))


def _letters(known, day: datetime.date) -> Iterator[Concern]:
    rows = AffiliationTransfer.objects.filter(state="issued", member__in=known, issued_on__lte=day)
    for transfer in rows.select_related("member", "from_branch").defer(*_sealed("member")):
        assert transfer.issued_on and transfer.valid_until  # the database keeps both for an issued letter
        yield Concern(
            LETTER,
            transfer.member,
            transfer.from_branch,
            transfer.issued_on,
            transfer.valid_until,
            transfer,
        )


def _status_concerns(known, day: datetime.date) -> Iterator[Concern]:
    rows = MemberStatus.objects.filter(member__in=known).on(day)
    statuses = list(rows.select_related("member__branch").defer(*_sealed("member")))
    contacts = last_contacts({status.member_id for status in statuses}, day)
    kinds = {(status.member_id, status.kind) for status in statuses}
    for status in statuses:
        suspended = (status.member_id, _Kind.SUSPENDED) in kinds
        contact, since = contacts.get(status.member_id), status.period.lower
        if status.kind == _Kind.FLOATING and not suspended:
            due = contact_due(since, contact, abroad=status.abroad)
            yield Concern(CONTACT, status.member, status.member.branch, max(since, contact or since), due)
            began = becomes_floating(since)
            if day <= began + _SHOWN_AFTER:
                yield Concern(FLOATING, status.member, status.member.branch, since, began)
        elif status.kind == _Kind.OUT_OF_CONTACT and not suspended:
            yield Concern(
                LOST, status.member, status.member.branch, contact or since, alert_lost(since, contact)
            )
        elif status.kind == _Kind.SUSPENDED and _still_lost(status, contact):
            yield Concern(REMOVE, status.member, status.member.branch, since, alert_remove(since))


def _still_lost(status: MemberStatus, contact: datetime.date | None) -> bool:
    return status.reason == SUSPENDED_AS_LOST and (contact is None or contact < status.period.lower)


def _sealed(relation: str) -> list[str]:
    return [f"{relation}__{name}" for name in Member.SEALED_FIELDS]
