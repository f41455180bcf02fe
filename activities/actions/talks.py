"""Writing talks: several at once by the record keeper, the own ones by a member, taking these over, taking back a mistake."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from activities.actions.locks import lock_branches
from activities.models import HeartTalk
from activities.queries.talks import Person, committee_on
from activities.rules.talks import pair_kind
from members.models import PartyOrganization


@transaction.atomic
def log_talks(
    *,
    by,
    branch: PartyOrganization,
    day: datetime.date,
    one: Person,
    others: Sequence[Person],
    place: str = "",
    note: str = "",
    accepted: bool = True,
) -> tuple[list[HeartTalk], list[Person]]:
    """One talk of `one` with each of the others; the kind of pair is that of the day.

    Who talked with `one` on that day already is left out. Returns the new talks and the people left out. `accepted` is
    False for what a member enters: it waits for the record keeper and counts from there.
    """
    lock_branches([branch.pk])
    known = _partners(one, day)
    committee = committee_on([branch.pk], day).get(branch.pk, set())
    now = timezone.now() if accepted else None
    fresh = [person for person in others if person.pk not in known and person.pk != one.pk]
    talks = HeartTalk.objects.bulk_create(
        HeartTalk(
            branch=branch,
            on_date=day,
            place=place,
            one_id=one.pk,
            other_id=person.pk,
            one_name=one.name,
            other_name=person.name,
            kind=pair_kind(one.pk in committee, person.pk in committee),
            note=note,
            recorded_by=by,
            accepted_by=by if accepted else None,
            accepted_at=now,
        )
        for person in fresh
    )
    return talks, [person for person in others if person.pk in known]


@transaction.atomic
def accept_talk(*, by, talk: HeartTalk) -> bool:
    """The record keeper takes a member's entry over; False when somebody has done so already."""
    return bool(
        HeartTalk.objects.filter(pk=talk.pk, accepted_at__isnull=True).update(
            accepted_by=by, accepted_at=timezone.now()
        )
    )


@transaction.atomic
def remove_talk(*, by, talk: HeartTalk) -> None:
    """Take back what was entered by mistake; the audit keeps what it said."""
    HeartTalk.objects.filter(pk=talk.pk).delete()


def _partners(one: Person, day: datetime.date) -> set[int]:
    talks = HeartTalk.objects.filter(Q(one=one.pk) | Q(other=one.pk), on_date=day)
    pairs = talks.values_list("one_id", "other_id")
    return {pk for pair in pairs for pk in pair} - {one.pk}
