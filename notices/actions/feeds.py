"""Calendar addresses: made, renewed, given up, and fetched without a session."""

import datetime
import secrets
from hashlib import sha256

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from branch_portal.database import set_context
from branch_portal.permissions import Permission
from members.models import PartyOrganization, User
from notices.models import CalendarFeed

#: Programs come every quarter of an hour at the most eager.
MAX_FETCHES = 60
WINDOW = datetime.timedelta(hours=1)


class FeedRefused(Exception):
    """The address is not given; the message is Chinese."""


class TooOften(Exception):
    """The address was fetched too often within the hour."""


def may_have(user: User, branch: PartyOrganization | None) -> bool:
    """A branch's calendar is for who keeps or supervises the branch; one's own for who belongs to a branch."""
    if branch is None:
        home = user.member.branch if user.member else None
        return home is not None and user.access.may(Permission.VIEW_RECORDS, home)
    return user.access.may(Permission.VIEW_ROLLS, branch)


@transaction.atomic
def open_feed(*, by: User, branch: PartyOrganization | None = None) -> str:
    """Give a new address and revoke the one before it; returns its secret, which is kept nowhere."""
    if not may_have(by, branch):
        raise FeedRefused("您没有查看这个党支部日历的权限。")
    # One at a time for each person: the row of the account is the lock.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    CalendarFeed.objects.filter(owner=by, branch=branch).open().update(revoked_at=timezone.now())
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(owner=by, branch=branch, token_hash=hashed(token))
    return token


@transaction.atomic
def revoke_feed(*, by: User, feed: CalendarFeed) -> None:
    """Give an address up: from now on it answers like one that never was."""
    CalendarFeed.objects.filter(pk=feed.pk, owner=by).open().update(revoked_at=timezone.now())


@transaction.atomic
def feed_for_fetch(
    *, token: str, by: None = None, now: datetime.datetime | None = None
) -> CalendarFeed | None:
    """The address behind a secret, counted against its hourly number; None when there is none or its owner lost the right.

    Access is that of the owner at this moment, and the database is told so. TooOften once the hour's fetches are spent.
    """
    moment = now or timezone.now()
    feed = (
        CalendarFeed.objects.open().filter(token_hash=hashed(token)).select_related("owner", "branch").first()
    )
    if feed is None:
        return None
    access = feed.owner.access
    set_context(user=feed.owner, scope=access.widest, editable=access.widest_editable, source="calendar_feed")
    if not (feed.owner.is_active and may_have(feed.owner, feed.branch)):
        return None
    fresh = Q(window_start__gt=moment - WINDOW)
    CalendarFeed.objects.filter(pk=feed.pk).update(
        fetches=Case(When(fresh, then=F("fetches") + 1), default=Value(1)),
        window_start=Case(When(fresh, then=F("window_start")), default=Value(moment)),
    )
    if feed.window_start and feed.window_start > moment - WINDOW and feed.fetches >= MAX_FETCHES:
        raise TooOften
    return feed


def was_a_feed(token: str) -> bool:
    """Whether this address was good once: a calendar that goes on asking is no guess."""
    return (
        CalendarFeed.objects.unscoped("whoever holds the address asks")
        .filter(token_hash=hashed(token))
        .exists()
    )


def hashed(token: str) -> str:
    """256 random bits need no salt and no slow hash: they cannot be guessed."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
