"""归档: a confirmed record is sealed with a hash over all its values and a code under which anybody may check it."""

import datetime
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from activities.actions.locks import lock_branches
from activities.actions.transitions import move
from activities.models import ActivityRecord, Amendment, RecordSeal
from activities.queries.archive import to_archive
from activities.queries.sheet import sheets_of
from activities.rules.sheet import content_hash
from branch_portal.verification import new_code
from members.models import PartyOrganization

_TRIES = 5


@transaction.atomic
def archive_record(*, by, record: ActivityRecord) -> ActivityRecord:
    """Seal one confirmed record. Raises TransitionError for any other."""
    lock_branches([record.branch_id])
    current = _joined().get(pk=record.pk)
    _archive(by, [current])
    return current


@transaction.atomic
def archive_year(*, by, branch: PartyOrganization, year: int) -> int:
    """Seal every confirmed record of the branch's year; returns how many. The others stay as they are."""
    lock_branches([branch.pk])
    records = list(to_archive(branch, year).select_related(*_JOINS))
    _archive(by, records)
    return len(records)


_JOINS = ("branch", "cell", "share__gathering", "recorded_by", "confirmed_by")


def _joined():
    return ActivityRecord.objects.select_related(*_JOINS)


def _archive(by, records: Sequence[ActivityRecord]) -> None:
    now = timezone.now()
    codes = _fresh_codes(len(records))
    for record, code in zip(records, codes, strict=True):
        move(record, "archive")
        record.archived_by, record.archived_at, record.verify_code = by, now, code
        record.version += 1
    _seal(by, records, now, None)


def seal_again(by, amendment: Amendment, now: datetime.datetime, *, shared: bool) -> None:
    """After an amendment: archived records whose sheet it changed get a new hash; the old ones stay in their seals."""
    touched = _joined().filter(state=ActivityRecord.State.ARCHIVED)
    if shared:
        touched = touched.filter(share__records=amendment.record_id)
    else:
        touched = touched.filter(pk=amendment.record_id)
    _seal(by, list(touched), now, amendment)


def _seal(by, records: Sequence[ActivityRecord], now: datetime.datetime, amendment: Amendment | None) -> None:
    seals = []
    for record, sheet in zip(records, sheets_of(records), strict=True):
        record.content_hash = content_hash(sheet)
        record.save()
        seals.append(
            RecordSeal(
                record=record,
                branch_id=record.branch_id,
                content_hash=record.content_hash,
                amendment=amendment,
                sealed_by=by,
                sealed_at=now,
            )
        )
    RecordSeal.objects.bulk_create(seals)


def _fresh_codes(count: int) -> list[str]:
    """Codes that no record has; the database's constraint has the last word."""
    for _ in range(_TRIES):
        codes = [new_code(secrets.choice) for _ in range(count)]
        if len(set(codes)) == count and not ActivityRecord.objects.filter(verify_code__in=codes).exists():
            return codes
    raise RuntimeError("no fresh verification code")
