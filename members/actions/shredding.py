"""清除: the sealed items of people who have left can be opened by nobody any more, not in the row, its history or a later backup."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from members.models import CorrectionRequest, Member, MemberKey, PersonalDataErasure, User


@transaction.atomic
def shred_members(*, by: User | None, member_ids: Iterable[int], ground: str) -> int:
    """Delete the salts, empty what hangs on them, and write down that it was done; whoever is in a branch is passed over.

    Gender, dates of membership and the like stay: they are the branch's history. Returns how many were cleared.
    """
    left = Member.objects.filter(pk__in=list(member_ids), branch__isnull=True)
    ids = list(left.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    MemberKey.objects.filter(member__in=ids).delete()
    emptied = dict.fromkeys(Member.SEALED_FIELDS, b"")
    Member.objects.filter(pk__in=ids).update(
        **emptied,
        id_number_index=None,
        mobile_index=None,
        mobile_tail="",
        birth_year=None,
        version=F("version") + 1,
    )
    CorrectionRequest.objects.filter(member__in=ids).exclude(proposed=b"").update(proposed=b"")
    PersonalDataErasure.objects.bulk_create(
        [PersonalDataErasure(member_id=member, ground=ground, by=by) for member in ids]
    )
    return len(ids)
