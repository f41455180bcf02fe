"""表彰: entered, changed and taken back by whoever keeps the roster; the audit keeps every version."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from members.actions.audit import note_reason
from members.models import Commendation, Member, User


@transaction.atomic
def add_commendation(*, by: User | None, member: Member, values: Mapping[str, Any]) -> Commendation:
    return Commendation.objects.create(member=member, **values)


@transaction.atomic
def change_commendation(
    *, by: User | None, commendation: Commendation, values: Mapping[str, Any]
) -> Commendation:
    locked = Commendation.objects.select_for_update(of=("self",)).get(pk=commendation.pk)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save()
    return locked


@transaction.atomic
def remove_commendation(*, by: User | None, commendation: Commendation, reason: str) -> None:
    """Take back an entry that was wrong; the reason stays with the event."""
    note_reason(f"移除表彰：{reason}")
    commendation.delete()
