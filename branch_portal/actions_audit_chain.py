"""Anchoring the audit: once a day, for the day before, each day in one transaction; run again it goes on where it stopped."""

import datetime
import time

from django.db import connection, transaction

from branch_portal.audit_chain import (
    FIRST,
    AuditTable,
    Fingerprints,
    anchor_mac,
    audit_tables,
    first_day,
    rows_of_day,
    unpacked,
)
from branch_portal.dates import SHANGHAI
from branch_portal.models import AuditAnchor

#: A transaction that began before midnight has ended by then: no job runs for longer than half an hour.
SETTLED = datetime.timedelta(hours=2)
_LOCK = 7_205_001


def anchor_audit(*, now: datetime.datetime, seconds: float | None = None) -> int:
    """Anchor every day that is over and not yet closed, as long as there is time; returns how many."""
    until = None if seconds is None else time.monotonic() + seconds
    tables = audit_tables()
    last_over = (now - SETTLED).astimezone(SHANGHAI).date() - datetime.timedelta(days=1)
    closed = 0
    while until is None or time.monotonic() < until:
        with transaction.atomic():
            day = _next_day(tables)
            if day is None or day > last_over:
                break
            _anchor_day(tables, day)
        closed += 1
    return closed


def _next_day(tables: list[AuditTable]) -> datetime.date | None:
    """The day after the last closed one; two processes never anchor the same day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    newest = AuditAnchor.objects.filter(table="").order_by("-number").values_list("day", flat=True).first()
    return newest + datetime.timedelta(days=1) if newest else first_day(tables)


def _anchor_day(tables: list[AuditTable], day: datetime.date) -> None:
    newest = AuditAnchor.objects.order_by("-number").values_list("number", "mac").first()
    number, previous = (newest[0], bytes(newest[1])) if newest else (0, FIRST)
    for table in tables:
        fingerprints = Fingerprints(table.name)
        for part, rows in enumerate(rows_of_day(table, day, floor=_floor(table, day))):
            leaves = b"".join(fingerprints.leaf(key, text) for key, text in rows)
            number += 1
            previous = _add(number, table.name, day, part, list(table.columns), leaves, len(rows), previous)
    _add(number + 1, "", day, 0, [], b"", 0, previous)


def _floor(table: AuditTable, day: datetime.date) -> int:
    """The first key of the last anchored day before: rows of `day` have greater ones, as no transaction lasts a day."""
    if not table.numbered:
        return 0
    earlier = AuditAnchor.objects.filter(table=table.name, day__lt=day, part=0).order_by("-day").first()
    return int.from_bytes(next(unpacked(bytes(earlier.leaves)))[0], "big") if earlier else 0


def _add(
    number: int,
    table: str,
    day: datetime.date,
    part: int,
    columns: list[str],
    leaves: bytes,
    row_count: int,
    previous: bytes,
) -> bytes:
    mac = anchor_mac(number, table, day, part, columns, leaves, previous)
    AuditAnchor.objects.create(
        number=number, table=table, day=day, part=part, row_count=row_count, columns=columns, leaves=leaves,
        previous=previous, mac=mac,
    )  # fmt: skip
    return mac
