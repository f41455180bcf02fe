"""Verifying the audit against its anchors, and the alarm when nobody makes new ones."""

import datetime
import hmac
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from branch_portal.audit_chain import (
    FIRST,
    AuditTable,
    Fingerprints,
    anchor_mac,
    audit_tables,
    key_bytes,
    key_of,
    rows_a_day,
    rows_by_key,
    rows_of_day,
    unpacked,
)
from branch_portal.health import Alarm, Figure, Readings, age, health_source
from branch_portal.models import AuditAnchor

LATE = datetime.timedelta(hours=50)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was anchored."""

    words: str
    table: str
    day: datetime.date
    key: int | uuid.UUID | None = None

    def __str__(self) -> str:
        where = f"{self.table} 第 {self.key} 行" if self.key is not None else self.table or "锚点"
        return f"{self.day} {where}：{self.words}"


class Verification:
    """Goes through the chain once, part by part, in constant memory. `rows` counts what was compared."""

    def __init__(self) -> None:
        self.rows = 0
        self.unreadable: set[str] = set()
        self._tables = {table.name: table for table in audit_tables()}
        self._anchored: dict[str, Counter[datetime.date]] = defaultdict(Counter)
        self._closed: datetime.date | None = None

    def findings(self) -> Iterator[Finding]:
        previous = FIRST
        for number, anchor in enumerate(AuditAnchor.objects.order_by("number").iterator(chunk_size=10), 1):
            if broken := _broken_link(anchor, number, previous):
                yield broken
                return  # what follows is not vouched for
            previous = bytes(anchor.mac)
            if anchor.table:
                self._anchored[anchor.table][anchor.day] += anchor.row_count
                yield from self._altered(anchor)
            else:
                self._closed = anchor.day
        yield from self._added()

    def _altered(self, anchor: AuditAnchor) -> Iterator[Finding]:
        table = self._tables.get(anchor.table)
        if table is None or not set(anchor.columns) <= set(table.columns):
            self.unreadable.add(
                anchor.table
            )  # by a later version of the portal; the chain still vouches for the fingerprints
            return
        expected = [(key_of(table, key), mac) for key, mac in unpacked(bytes(anchor.leaves))]
        found = rows_by_key(table, anchor.columns, [key for key, _ in expected])
        fingerprints = Fingerprints(table.name)
        for key, mac in expected:
            self.rows += 1
            if key not in found:
                yield Finding("被删除", table.name, anchor.day, key)
            elif not hmac.compare_digest(fingerprints.leaf(key, found[key])[16:], mac):
                yield Finding("内容被改动", table.name, anchor.day, key)

    def _added(self) -> Iterator[Finding]:
        """Rows that say they are of a day that was closed without them."""
        if self._closed is None:
            return
        for table in self._tables.values():
            there = rows_a_day(table, self._closed)
            for day in sorted(there):
                if there[day] > self._anchored[table.name][day]:
                    yield Finding("事后补入", table.name, day, _first_stranger(table, day))


def _broken_link(anchor: AuditAnchor, number: int, previous: bytes) -> Finding | None:
    if anchor.number != number or bytes(anchor.previous) != previous:
        return Finding(f"第 {number} 个锚点缺失或次序不对", "", anchor.day)
    mac = anchor_mac(
        anchor.number, anchor.table, anchor.day, anchor.part, anchor.columns, bytes(anchor.leaves), previous
    )
    if not hmac.compare_digest(mac, bytes(anchor.mac)):
        return Finding(f"第 {number} 个锚点被改动，或密钥文件不是原来的", "", anchor.day)
    return None


def _first_stranger(table: AuditTable, day: datetime.date) -> int | uuid.UUID | None:
    known = {
        key
        for leaves in AuditAnchor.objects.filter(table=table.name, day=day).values_list("leaves", flat=True)
        for key, _ in unpacked(bytes(leaves))
    }
    return next(
        (key for rows in rows_of_day(table, day) for key, _ in rows if key_bytes(key) not in known), None
    )


@health_source("audit_unanchored")
def anchors(now: datetime.datetime) -> Readings:
    """One query. Before the first night there is nothing to miss."""
    newest = (
        AuditAnchor.objects.filter(table="").order_by("-number").values_list("created_at", flat=True).first()
    )
    readings = Readings(
        figures=[
            Figure(
                "portal_audit_anchor_age_seconds",
                "Seconds since a day of the audit was closed.",
                age(newest, now),
                "最近一次固定审计记录距今",
                seconds=True,
            )
        ]
    )
    if newest and now - newest > LATE:
        readings.alarms.append(
            Alarm(
                "audit_unanchored",
                "审计记录已两天没有固定，期间的改动将查不出来。",
                "请查看后台进程，或执行 manage.py anchor_audit。",
            )
        )
    return readings
