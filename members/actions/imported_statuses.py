"""Being away and out of contact as a roster file tells it: begun or corrected, never ended."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from members.models import Member, MemberStatus, User
from members.queries.imports import statuses_of


@transaction.atomic
def set_imported_statuses(*, by: User | None, changes: Sequence[tuple[Member, Mapping[str, Any]]]) -> int:
    """Open or correct the statuses of known members; `values` may hold STATUS_FIELDS. Returns how many rows were written.

    The mirrors on the member are the caller's, who writes them with the rest of the card.
    """
    open_ones = {
        (member_id, status.kind): status
        for member_id, statuses in statuses_of([member for member, _ in changes]).items()
        for status in statuses
        if status.period.upper is None
    }
    new, corrected = [], []
    for member, values in changes:
        for kind, since, place in _told(member, values):
            status = open_ones.get((member.pk, kind))
            if status is None:
                new.append(MemberStatus(member=member, kind=kind, period=DateRange(since, None), place=place))
            else:
                status.period, status.place = DateRange(since, None), place
                corrected.append(status)
    MemberStatus.objects.bulk_create(new, batch_size=1000)
    MemberStatus.objects.bulk_update(corrected, ["period", "place"], batch_size=1000)
    return len(new) + len(corrected)


def _told(member: Member, values: Mapping[str, Any]) -> list[tuple[str, datetime.date, str]]:
    """(kind, since, place): what is not in `values` stays as the member has it."""
    told: list[tuple[str, datetime.date, str]] = []
    if "floating_since" in values or "floating_destination" in values:
        since = values.get("floating_since", member.floating_since)
        place = values.get("floating_destination", member.floating_destination)
        told.append((MemberStatus.Kind.FLOATING, since, place))
    if "lost_contact_on" in values:
        told.append((MemberStatus.Kind.OUT_OF_CONTACT, values["lost_contact_on"], ""))
    return told
