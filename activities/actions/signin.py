"""The printed sheet, and the optional sign-in by a rotating code: opened, closed and used. None of it decides the roll."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from activities.actions.locks import lock_branches
from activities.models import Gathering, GatheringBranch, RollSheet, SignIn, SignInOpening
from activities.queries.eligibility import roll_signature
from activities.queries.leave import is_open, list_of_day
from activities.rules.signin import sheet_code
from branch_portal.dates import today_shanghai


class NotToday(Exception):
    """Sign-in is for a gathering of today that has not been called off."""


class SignInClosed(Exception):
    """It was closed, or its day is over."""


class NotListed(Exception):
    """The person is not on the list of this gathering."""


def signing_key() -> bytes:
    """The server's key for sign-in codes; nobody reads it out of the database."""
    return salted_hmac("activities.sign_in", "codes", secret=settings.SECRET_KEY, algorithm="sha256").digest()


@transaction.atomic
def keep_sheet(*, by, share: GatheringBranch) -> RollSheet:
    """The list as it is now, kept under its code; printing the same list again is the same sheet."""
    people = list_of_day(share)
    code = sheet_code(share.uid, roll_signature(person.uid for person in people))
    sheet, _ = RollSheet.objects.get_or_create(
        share=share,
        code=code,
        defaults={
            "branch_id": share.branch_id,
            "rows": [[person.uid, person.name] for person in people],
            "printed_by": by,
            "printed_at": timezone.now(),
        },
    )
    return sheet


@transaction.atomic
def open_sign_in(*, by, share: GatheringBranch, now: datetime.datetime | None = None) -> SignInOpening:
    """Open it, or open it again after it was closed."""
    moment = now or timezone.now()
    lock_branches([share.branch_id])
    gathering = Gathering.objects.get(pk=share.gathering_id)
    fitting = gathering.state in (Gathering.State.ANNOUNCED, Gathering.State.HELD)
    if not fitting or gathering.on_date != today_shanghai(moment):
        raise NotToday
    opening = SignInOpening.objects.filter(share=share).first()
    if opening is None:
        opening = SignInOpening(share=share, branch_id=share.branch_id, opened_by=by, opened_at=moment)
        opening.save(force_insert=True)
    elif opening.closed_at is not None:
        opening.closed_at = None
        opening.save(update_fields=["closed_at"])
    return opening


@transaction.atomic
def close_sign_in(*, by, share: GatheringBranch, now: datetime.datetime | None = None) -> None:
    lock_branches([share.branch_id])
    SignInOpening.objects.filter(share=share, closed_at=None).update(closed_at=now or timezone.now())


@transaction.atomic
def sign_in(*, by, opening: SignInOpening, now: datetime.datetime | None = None) -> SignIn:
    """The member who is logged in signs in by the server's clock; signing in again is the same sign-in.

    The caller has checked the code. Opening row and list are asked again here, because a page may lie open for minutes.
    """
    moment = now or timezone.now()
    current = (
        SignInOpening.objects.select_for_update(no_key=True, of=("self",))
        .select_related("share__gathering", "share__branch", "share__cell")
        .get(pk=opening.pk)
    )
    if not is_open(current, moment):
        raise SignInClosed
    if by.member_id is None or by.member_id not in {
        person.member_id for person in list_of_day(current.share)
    }:
        raise NotListed
    row, _ = SignIn.objects.get_or_create(
        share=current.share,
        member_id=by.member_id,
        defaults={"branch_id": current.branch_id, "signed_at": moment},
    )
    return row
