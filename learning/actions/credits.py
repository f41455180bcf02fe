"""Posting to the ledger: the caller says what a source stands for, the ledger is brought there by adding rows."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from learning.actions.years import recompute_member_years
from learning.models import StudyCredit
from learning.queries.rules import pure_rule, rule_rows
from learning.rules.hours import credit_hours


@dataclass(frozen=True)
class CreditLine:
    """What one member earns from a source: minutes of one category on one day, with the text that the member reads."""

    member_id: int
    branch_id: int
    category: str
    on_date: datetime.date
    minutes: int
    title: str


@transaction.atomic(savepoint=False)
def post_credits(*, by, source: str, source_url: str, lines: Sequence[CreditLine], confirmed: bool) -> None:
    """Make the ledger say exactly `lines` for this source, and bring the members' years up to date.

    What differs is reversed and written anew with the next revision; what is equal stays. The same call twice changes
    nothing. The number of statements does not depend on the number of lines.
    """
    status = StudyCredit.Status.CONFIRMED if confirmed else StudyCredit.Status.PENDING
    wanted = {(line.member_id, line.category): line for line in lines if line.minutes > 0}
    rows = list(StudyCredit.objects.select_for_update().filter(source=source).order_by("revision", "pk"))
    reversed_ids = {row.reverses_id for row in rows if row.reverses_id}
    standing = {
        (row.member_id, row.category): row
        for row in rows
        if row.reverses_id is None and row.pk not in reversed_ids
    }
    revisions = {(row.member_id, row.category): row.revision for row in rows if row.reverses_id is None}
    unchanged = {
        key for key, line in wanted.items() if key in standing and _says(standing[key], line, status)
    }
    _reverse([row for key, row in standing.items() if key not in unchanged])
    added = [line for key, line in wanted.items() if key not in unchanged]
    _add(added, revisions, source=source, source_url=source_url, status=status)
    touched = {row.member_id for row in standing.values()} | {line.member_id for line in wanted.values()}
    years = {row.year for row in standing.values()} | {line.on_date.year for line in wanted.values()}
    if touched:
        recompute_member_years(by=by, member_ids=touched, years=years)


@transaction.atomic(savepoint=False)
def confirm_credits(*, by, source: str) -> None:
    """待确认 → 已确认 for what the source stands for; reversed rows and their reversals go along, so that sums hold."""
    rows = StudyCredit.objects.filter(source=source)
    touched = list(rows.values_list("member_id", "year").distinct())
    rows.filter(status=StudyCredit.Status.PENDING).update(status=StudyCredit.Status.CONFIRMED)
    if touched:
        recompute_member_years(
            by=by, member_ids={member for member, _ in touched}, years={year for _, year in touched}
        )


def _says(row: StudyCredit, line: CreditLine, status: str) -> bool:
    return (row.branch_id, row.on_date, row.minutes, row.title, row.status) == (
        line.branch_id, line.on_date, line.minutes, line.title, status,
    )  # fmt: skip


def _reverse(rows: list[StudyCredit]) -> None:
    StudyCredit.objects.bulk_create(
        StudyCredit(
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
        for row in rows
    )


def _add(lines: list[CreditLine], revisions: dict, *, source: str, source_url: str, status: str) -> None:
    rules = {year: rule_rows(year) for year in {line.on_date.year for line in lines}}
    created = []
    for line in lines:
        rule = rules[line.on_date.year][line.category]
        created.append(
            StudyCredit(
                member_id=line.member_id,
                branch_id=line.branch_id,
                on_date=line.on_date,
                year=line.on_date.year,
                category=line.category,
                title=line.title,
                minutes=line.minutes,
                hours=credit_hours(line.minutes, pure_rule(rule)),
                rule=rule,
                source=source,
                source_url=source_url,
                revision=revisions.get((line.member_id, line.category), 0) + 1,
                status=status,
            )
        )
    StudyCredit.objects.bulk_create(created)
