"""One member's study year with every row behind the total. Whose sheet may be read is the caller's question."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from branch_portal.registries import study_chances
from learning.models import StudyCredit
from learning.queries.rules import RuleBook, as_rule
from learning.queries.trainings import duties_of
from learning.queries.years import months_in_branch, posts_by_member
from learning.rules.categories import THEME_DAY, StudyRule
from learning.rules.gap import closing_sentence
from learning.rules.hours import Credit, YearTotal, explain_credit, required_hours, year_total
from learning.rules.outlook import Outlook, outlook
from learning.rules.trainings import TrainingDuty
from members.models import Member


@dataclass(frozen=True)
class Undone:
    """A row that was reversed, when that was, and the row that stands in its place now."""

    row: StudyCredit
    at: datetime.datetime
    now: StudyCredit | None


@dataclass(frozen=True)
class Sheet:
    """A member's year: the rows that stand, those that were reversed, the sum and the rules by which it counts."""

    member: Member
    year: int
    rows: Sequence[StudyCredit]
    undone: Sequence[Undone]
    total: YearTotal
    rules: Mapping[str, StudyRule]
    duties: Sequence[TrainingDuty] = ()

    @property
    def certain(self) -> Decimal:
        """Counted hours that are confirmed."""
        return self.total.counted - self.total.pending

    @cached_property
    def months(self) -> list[tuple[Decimal, Decimal]]:
        """(confirmed, waiting) hours of January to December, of the categories that count."""
        sums = [[Decimal(0), Decimal(0)] for _ in range(12)]
        for row in self.rows:
            rule = self.rules.get(row.category)
            if rule is not None and rule.counts:
                sums[row.on_date.month - 1][row.status == StudyCredit.Status.PENDING] += row.hours
        return [(certain, pending) for certain, pending in sums]

    @cached_property
    def item_lines(self) -> list[str]:
        """The arithmetic of the rows, each different division once: 90 分钟 ÷ 45 = 2.0 学时."""
        return list(dict.fromkeys(explain_credit(row.minutes, as_rule(row.rule)) for row in self.rows))

    def outlook(self, today: datetime.date) -> Outlook:
        """What would close the gap in the running year: the branch's plan, else an average of what was attended."""
        if self.year != today.year or self.member.branch_id is None:
            return Outlook()
        chances = study_chances(
            member=self.member,
            first=today + datetime.timedelta(days=1),
            last=datetime.date(self.year, 12, 31),
        )
        counted = {total.category: total.counted for total in self.total.categories}
        found = outlook(self.total.gap, chances, self.rules, counted)
        if found.sentence or not self.total.gap:
            return found
        theme_days = [(row.on_date, row.hours) for row in self.rows if row.category == THEME_DAY]
        return replace(
            found, sentence=closing_sentence(self.total.gap, theme_days, year=self.year, today=today)
        )


def sheet_of(member: Member, year: int) -> Sheet:
    """Five queries, whatever the number of rows; one more where the requirement goes by months."""
    ledger = list(
        StudyCredit.objects.filter(member=member, year=year)
        .select_related("rule", "branch")
        .order_by("-on_date", "-pk")
    )
    reversals = {row.reverses_id: row for row in ledger if row.reverses_id}
    rows = [row for row in ledger if row.reverses_id is None and row.pk not in reversals]
    book, posts = RuleBook(), posts_by_member([member.pk])
    requirement = book.requirement(year)
    months = months_in_branch([member.pk], year)[member.pk] if requirement.prorate else 12
    required = required_hours(requirement, year, posts.get(member.pk, ()), months_in_branch=months)
    credits = [
        Credit(
            row.category,
            row.minutes,
            row.hours,
            row.status == StudyCredit.Status.PENDING,
            source=row.source,
        )
        for row in ledger
    ]
    return Sheet(
        member=member,
        year=year,
        rows=rows,
        undone=_undone(ledger, reversals, rows),
        total=year_total(year, credits, book.rules(year), required),
        rules=book.rules(year),
        duties=duties_of([member], year, requirement=requirement, posts=posts)[member.pk],
    )


def _undone(
    ledger: Sequence[StudyCredit], reversals: Mapping[int, StudyCredit], rows: Sequence[StudyCredit]
) -> list[Undone]:
    """The reversed rows, the latest reversal first."""
    standing = {(row.source, row.category, row.on_date): row for row in rows}
    found = [
        Undone(row, reversals[row.pk].created_at, standing.get((row.source, row.category, row.on_date)))
        for row in ledger
        if row.pk in reversals
    ]
    return sorted(found, key=lambda one: (one.at, one.row.pk), reverse=True)


def years_of(member: Member, today: datetime.date) -> list[int]:
    """The years that have a row, and this one, the newest first."""
    stored = StudyCredit.objects.filter(member=member).order_by().values_list("year", flat=True).distinct()
    return sorted({*stored, today.year}, reverse=True)
