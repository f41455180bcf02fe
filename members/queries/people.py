"""Reads over all members that no scope may limit; they say whether, never who or where."""

from collections.abc import Iterable
from uuid import UUID

from branch_portal.crypto import blind_index
from branch_portal.database import beyond_scope
from members.models import Member


def number_index(number: str) -> bytes | None:
    return blind_index(number, column="member.id_number")


@beyond_scope("whether anybody anywhere is this person")
def member_with_number(number: str) -> Member | None:
    """The member with this citizen identity number anywhere in the portal; the caller decides what may be said."""
    index = number_index(number)
    if index is None:
        return None
    return Member.objects.without_personal_data().filter(id_number_index=index).first()


@beyond_scope("whether anybody anywhere is this person")
def member_without_account(uid: UUID) -> Member | None:
    """The member of this card, unless an account is theirs already."""
    return Member.objects.without_personal_data().filter(uid=uid, user__isnull=True).first()


def members_of(branch_ids: Iterable[int]):
    """Everybody with an open affiliation to these branches, for reminders, which nobody asks for."""
    return Member.objects.filter(branch_id__in=list(branch_ids))
