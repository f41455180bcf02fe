"""Posting to the ledger: a source says what it earned, the ledger follows by reversals and new rows, never by changes.

The number of statements does not depend on the number of lines.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from branch_portal.uids import ordered_uid
from learning.actions.years import recompute_member_years
from learning.models import StudyCredit
from learning.queries.rules import RuleBook
from learning.rules.hours import credit_hours


@dataclass(frozen=True)
class CreditLine:
    """What one member earned on one day: minutes of study, hours follow from the rule of that day's year."""

    member_id: int
    branch_id: int
    category: str
    on_date: datetime.date
    minutes: int
    title: str


#: Member, category and day: what one source says at most once.
Key = tuple[int, str, datetime.date]


def day_lines(
    *,
    member_id: int,
    branch_id: int,
    category: str,
    title: str,
    days: Iterable[tuple[datetime.date, int]],
) -> list[CreditLine]:
    """A line a day of a training of several days, from (day, minutes): each counts in the year that it lies in."""
    return [CreditLine(member_id, branch_id, category, day, minutes, title) for day, minutes in days]


@transaction.atomic(savepoint=False)
def post_credits(
    *,
    by,
    source: str,
    source_url: str,
    lines: Sequence[CreditLine],
    confirmed: bool,
    book: RuleBook | None = None,
    first: bool = False,
) -> None:
    """Make the ledger say exactly these lines for this source.

    `source` is the caller's own name of what earned it: "activities.record:<uid>", "learning.submission:<uid>", … Only
    its holder posts under it. Hours come from a confirmed roll or an approved item, never from time on a page (0.1).

    Lines that stand already are left alone (only their status follows `confirmed`); what differs is reversed and entered
    again under the next revision; what is no longer said is reversed. An empty list takes everything back. Posting the
    same lines again changes nothing. A line without minutes, or of a year in which its category has no rule yet, earns
    nothing. ValueError when two lines are of the same member, category and day. `book` spares a caller who has one the
    reading of the rules. `first`: under this source nothing was ever posted, and a lock of the caller's keeps others from it.
    """
    wanted = _by_key(lines)
    stored: list[StudyCredit] = []
    if not first:
        _lock(source)
        stored = list(StudyCredit.objects.filter(source=source).order_by("pk"))
    reversed_ids = {row.reverses_id for row in stored if row.reverses_id}
    standing = {
        (row.member_id, row.category, row.on_date): row
        for row in stored
        if row.reverses_id is None and row.pk not in reversed_ids
    }
    status = StudyCredit.Status.CONFIRMED if confirmed else StudyCredit.Status.PENDING
    gone = [row for key, row in standing.items() if not _says(row, wanted.get(key))]
    fresh = [line for key, line in wanted.items() if not _says(standing.get(key), line)]
    rows = [_reversal(row) for row in gone] + credit_rows(
        fresh,
        source=source,
        source_url=source_url,
        status=status,
        book=book or RuleBook(),
        revisions=_last_revisions(stored),
    )
    StudyCredit.objects.bulk_create(rows)
    kept = [row for key, row in standing.items() if _says(row, wanted.get(key)) and row.status != status]
    if kept:
        StudyCredit.objects.filter(pk__in=[row.pk for row in kept]).update(status=status)
    _recompute(by, [*rows, *kept])


@transaction.atomic(savepoint=False)
def confirm_credits(*, by, source: str) -> None:
    """The source is confirmed: what stands of it counts for certain."""
    _lock(source)
    pending = list(
        StudyCredit.objects.filter(source=source, status=StudyCredit.Status.PENDING)
        .standing()
        .only("pk", "member_id", "year")
    )
    if pending:
        StudyCredit.objects.filter(pk__in=[row.pk for row in pending]).update(
            status=StudyCredit.Status.CONFIRMED
        )
    _recompute(by, pending)


def credit_rows(
    lines: Iterable[CreditLine],
    *,
    source: str,
    source_url: str,
    status: str,
    book: RuleBook,
    revisions: Mapping[Key, int],
) -> list[StudyCredit]:
    """Unsaved ledger rows; `revisions` holds the last revision of (member, category, day) where there was one."""
    rows = []
    for line in lines:
        rule = book.rules(line.on_date.year).get(line.category)
        if rule is None:
            continue
        rows.append(
            StudyCredit(
                uid=ordered_uid(),
                member_id=line.member_id,
                branch_id=line.branch_id,
                on_date=line.on_date,
                year=line.on_date.year,
                category=line.category,
                title=line.title,
                minutes=line.minutes,
                hours=credit_hours(line.minutes, rule),
                rule_id=book.rule_id(rule),
                source=source,
                source_url=source_url,
                revision=revisions.get(_key(line), 0) + 1,
                status=status,
            )
        )
    return rows


def _by_key(lines: Sequence[CreditLine]) -> dict[Key, CreditLine]:
    earning = [line for line in lines if line.minutes > 0]
    wanted = {_key(line): line for line in earning}
    if len(wanted) != len(earning):
        raise ValueError("a source credits each member at most once a day in a category")
    return wanted


def _key(row: CreditLine | StudyCredit) -> Key:
    return row.member_id, row.category, row.on_date


def _lock(source: str) -> None:
    """One writer a source at a time, also while the source has no rows that could be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [source])


def _says(row: StudyCredit | None, line: CreditLine | None) -> bool:
    return (
        row is not None
        and line is not None
        and (row.branch_id, row.minutes, row.title) == (line.branch_id, line.minutes, line.title)
    )


def _last_revisions(stored: Sequence[StudyCredit]) -> dict[Key, int]:
    last: dict[Key, int] = {}
    for row in stored:
        last[_key(row)] = max(last.get(_key(row), 0), row.revision)
    return last


def _reversal(row: StudyCredit) -> StudyCredit:
    """The row that takes another back; it keeps the other's status, so that pending sums close as well."""
    return StudyCredit(
        uid=ordered_uid(),
        member_id=row.member_id,
        branch_id=row.branch_id,
        on_date=row.on_date,
        year=row.year,
        category=row.category,
        title=f"更正：{row.title}"[:120],
        minutes=-row.minutes,
        hours=-row.hours,
        rule_id=row.rule_id,
        source=row.source,
        source_url=row.source_url,
        revision=row.revision,
        reverses=row,
        status=row.status,
    )


def _recompute(by, rows: Sequence[StudyCredit]) -> None:
    if rows:
        recompute_member_years(
            by=by, member_ids={row.member_id for row in rows}, years={row.year for row in rows}
        )
