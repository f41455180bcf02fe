"""The stored study rules as the pure rules read them: which version counts in which year."""

from collections.abc import Mapping
from functools import cached_property

from learning import models
from learning.rules.categories import FixedBlock, StudyRule, rules_for_year
from learning.rules.hours import StudyRequirement, requirement_for_year


class RuleBook:
    """All versions of rules and requirements, each read once when first asked for; then arithmetic only."""

    @cached_property
    def _rows(self) -> list[models.StudyRule]:
        return list(models.StudyRule.objects.all())

    @cached_property
    def _ids(self) -> dict[tuple[str, int], int]:
        return {(row.category, row.from_year): row.pk for row in self._rows}

    @cached_property
    def _requirements(self) -> list[StudyRequirement]:
        return [
            StudyRequirement(
                from_year=row.from_year,
                member_hours=row.member_hours,
                officer_hours=row.officer_hours,
                officer_trainings=row.officer_trainings,
                officer_test=row.officer_test,
                prorate=row.prorate,
                clause=row.clause,
                prospect_hours=row.prospect_hours,
                new_secretary_months=row.new_secretary_months,
                probation_training=row.probation_training,
                first_year_training=row.first_year_training,
            )
            for row in models.StudyRequirement.objects.all()
        ]

    @cached_property
    def _years(self) -> dict[int, Mapping[str, StudyRule]]:
        return {}

    def rules(self, year: int) -> Mapping[str, StudyRule]:
        """Category → version in force; categories without a rule yet in that year are missing and earn nothing."""
        if year not in self._years:
            self._years[year] = rules_for_year(
                [as_rule(row) for row in self._rows if row.from_year <= year], year
            )
        return self._years[year]

    def rule_id(self, rule: StudyRule) -> int:
        return self._ids[rule.category, rule.from_year]

    def requirement(self, year: int) -> StudyRequirement:
        """What is owed in the year; before the first stored version, that first version."""
        first = min((row.from_year for row in self._requirements), default=year)
        return requirement_for_year(self._requirements or [StudyRequirement()], max(year, first))


def as_rule(row: models.StudyRule) -> StudyRule:
    """One stored version as the pure rule."""
    block = None
    if row.block_minutes and row.block_hours is not None:
        block = FixedBlock(row.block_minutes, row.block_hours)
    return StudyRule(
        row.category,
        minutes_per_hour=row.minutes_per_hour,
        step=row.step,
        per_item_cap=row.per_item_cap,
        annual_cap=row.annual_cap,
        counts_toward_required=row.counts_toward_required,
        fixed_block=block,
        from_year=row.from_year,
        clause=row.clause,
        factor=row.factor,
        partial_attendance=row.partial_attendance,
        online_counts=row.online_counts,
        made_up_counts=row.made_up_counts,
    )
