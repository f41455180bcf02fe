"""Editing code tables. Days that are over never read differently: whatever changes, changes from today on or later."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branch_portal.dates import today_shanghai
from members.actions.errors import ActionRefused
from members.models import DictionaryEntry, User
from members.queries.dictionaries import forget


@transaction.atomic
def add_entry(
    *, by: User | None, table: str, code: str, label: str, on: datetime.date, sort_number: int
) -> DictionaryEntry:
    """Begin an entry, or begin an ended one again."""
    _not_past(on)
    known = DictionaryEntry.objects.select_for_update().filter(table=table, code=code)
    if known.filter(period__overlap=(on, None)).exists():
        raise ActionRefused(f"代码 {code} 在该日期之后已有名称，请改用“改名”。")
    known.update(sort_number=sort_number)
    return _begin(table, code, label, on, sort_number)


@transaction.atomic
def reword_entry(
    *, by: User | None, entry: DictionaryEntry, label: str, on: datetime.date
) -> DictionaryEntry:
    """New words from a day on: the old version ends, the next one begins."""
    ended = _end(entry, on)
    return _begin(ended.table, ended.code, label, on, ended.sort_number)


@transaction.atomic
def end_entry(*, by: User | None, entry: DictionaryEntry, on: datetime.date) -> DictionaryEntry:
    """No new card takes the code from the day on; cards that have it keep it with its last words."""
    ended = _end(entry, on)
    _forget()
    return ended


@transaction.atomic
def order_entry(*, by: User | None, entry: DictionaryEntry, sort_number: int) -> None:
    """Move a code, with all its versions."""
    for version in DictionaryEntry.objects.select_for_update().filter(table=entry.table, code=entry.code):
        version.sort_number = sort_number
        version.save(update_fields=["sort_number"])
    _forget()


def _not_past(on: datetime.date) -> None:
    if on < today_shanghai():
        raise ActionRefused("日期不能早于今天：以往日期的名称保持原样。")


def _end(entry: DictionaryEntry, on: datetime.date) -> DictionaryEntry:
    _not_past(on)
    entry = DictionaryEntry.objects.select_for_update().get(pk=entry.pk)
    if entry.period.upper is not None:
        raise ActionRefused("这一名称已经停用。")
    if on <= entry.period.lower:
        raise ActionRefused(f"日期应晚于现名称的起始日期 {entry.period.lower:%Y-%m-%d}。")
    entry.period = DateRange(entry.period.lower, on)
    entry.save(update_fields=["period"])
    return entry


def _begin(table: str, code: str, label: str, on: datetime.date, sort_number: int) -> DictionaryEntry:
    entry = DictionaryEntry.objects.create(
        table=table, code=code, label=label, sort_number=sort_number, period=DateRange(on, None)
    )
    _forget()
    return entry


def _forget() -> None:
    forget()
    transaction.on_commit(forget)
