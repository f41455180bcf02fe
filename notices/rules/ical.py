"""Calendar entries as iCalendar text (RFC 5545), written by the `icalendar` package: folding, escaping and CRLF are its own.

The text depends on the entries alone, so the same entries give the same bytes and an unchanged feed can be answered by its tag.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from branch_portal.dates import to_local
from branch_portal.registries import CalendarEntry

TZID = "Asia/Shanghai"
_PRODUCT = "-//branch_portal//calendar//ZH"
#: How often a program may come again; most look at it, none has to.
_REFRESH = timedelta(hours=1)


def calendar_text(entries: Iterable[CalendarEntry], *, name: str, host: str) -> bytes:
    """One VCALENDAR. `host` makes the entries' names unique in the world, as RFC 7986 asks."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", TZID)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add_component(_shanghai())
    for entry in entries:
        calendar.add_component(_event(entry, host))
    return calendar.to_ical()


def _shanghai() -> Timezone:
    """Eight hours ahead of UTC all the year. The summer time of 1986 to 1991 concerns no entry of the portal."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", TZID)
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  local time by definition
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(entry: CalendarEntry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", to_local(entry.starts_at))
    event.add("dtend", to_local(entry.ends_at))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("categories", [entry.kind])
    event.add("status", "CANCELLED" if entry.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED")
    return event
