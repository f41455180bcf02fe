"""表彰: entered, changed and taken back by whoever keeps the roster; the audit keeps every version."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.models import Commendation, Member, User

_STALE = "这项表彰刚被他人修改，请核对最新内容后重新保存；您填写的内容仍在下面。"


@transaction.atomic
def add_commendation(*, by: User | None, member: Member, values: Mapping[str, Any]) -> Commendation:
    return Commendation.objects.create(member=member, **values)


@transaction.atomic
def change_commendation(
    *, by: User | None, commendation: Commendation, version: int, values: Mapping[str, Any]
) -> Commendation:
    """Refused when somebody saved since this version was read, or took the entry back."""
    locked = Commendation.objects.select_for_update(of=("self",)).filter(pk=commendation.pk).first()
    if locked is None or locked.version != version:
        raise ActionRefused(_STALE)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    return locked


@transaction.atomic
def remove_commendation(*, by: User | None, commendation: Commendation, reason: str) -> None:
    """Take back an entry that was wrong; the reason stays with the event."""
    note_reason(f"移除表彰：{reason}")
    commendation.delete()
