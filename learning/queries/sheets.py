"""One member's study year with every row behind the total. Whose sheet may be read is the caller's question."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from learning.models import StudyCredit
from learning.queries.rules import RuleBook, as_rule
from learning.queries.years import posts_by_member
from learning.rules.categories import THEME_DAY, StudyRule
from learning.rules.gap import closing_sentence
from learning.rules.hours import Credit, YearTotal, explain_credit, required_hours, year_total
from members.models import Member


@dataclass(frozen=True)
class Sheet:
    """A member's year: the rows that stand, how many were corrected, the sum and the rules by which it counts."""

    member: Member
    year: int
    rows: Sequence[StudyCredit]
    corrections: int
    total: YearTotal
    rules: Mapping[str, StudyRule]

    @property
    def certain(self) -> Decimal:
        """Counted hours that are confirmed."""
        return self.total.counted - self.total.pending

    @cached_property
    def months(self) -> list[tuple[Decimal, Decimal]]:
        """(confirmed, waiting) hours of January to December, of the categories that count."""
        sums = [[Decimal(0), Decimal(0)] for _ in range(12)]
        for row in self.rows:
            rule = self.rules[row.category]
            if rule.counts_toward_required and rule.annual_cap != 0:
                sums[row.on_date.month - 1][row.status == StudyCredit.Status.PENDING] += row.hours
        return [(certain, pending) for certain, pending in sums]

    @cached_property
    def item_lines(self) -> list[str]:
        """The arithmetic of the rows, each different division once: 90 分钟 ÷ 45 = 2.0 学时."""
        return list(dict.fromkeys(explain_credit(row.minutes, as_rule(row.rule)) for row in self.rows))

    def closing(self, today: datetime.date) -> str:
        theme_days = [(row.on_date, row.hours) for row in self.rows if row.category == THEME_DAY]
        return closing_sentence(self.total.gap, theme_days, year=self.year, today=today)


def sheet_of(member: Member, year: int) -> Sheet:
    """Four queries, whatever the number of rows."""
    ledger = list(
        StudyCredit.objects.filter(member=member, year=year)
        .select_related("rule", "branch")
        .order_by("-on_date", "-pk")
    )
    undone = {row.reverses_id for row in ledger if row.reverses_id}
    book = RuleBook()
    required = required_hours(book.requirement(year), year, posts_by_member([member.pk]).get(member.pk, ()))
    credits = [
        Credit(
            row.category, row.minutes, row.hours, row.status == StudyCredit.Status.PENDING, source=row.source
        )
        for row in ledger
    ]
    return Sheet(
        member=member,
        year=year,
        rows=[row for row in ledger if row.reverses_id is None and row.pk not in undone],
        corrections=len(undone),
        total=year_total(year, credits, book.rules(year), required),
        rules=book.rules(year),
    )


def years_of(member: Member, today: datetime.date) -> list[int]:
    """The years that have a row, and this one, the newest first."""
    stored = StudyCredit.objects.filter(member=member).order_by().values_list("year", flat=True).distinct()
    return sorted({*stored, today.year}, reverse=True)
