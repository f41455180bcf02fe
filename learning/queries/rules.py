"""The rows of rules and requirements as the pure rules want them."""

from collections.abc import Mapping

from learning.models import StudyRequirement, StudyRule
from learning.rules import categories, hours


def rule_rows(year: int) -> dict[str, StudyRule]:
    """Category → the stored rule in force in the year; categories without a version yet are missing."""
    rows: dict[str, StudyRule] = {}
    for row in StudyRule.objects.filter(from_year__lte=year).order_by("from_year"):
        rows[row.category] = row
    return rows


def pure_rule(row: StudyRule) -> categories.StudyRule:
    return categories.StudyRule(
        category=row.category,
        minutes_per_hour=row.minutes_per_hour,
        step=row.step,
        annual_cap=row.annual_cap,
        counts_toward_required=row.counts_toward_required,
        from_year=row.from_year,
        clause=row.clause,
    )


def pure_rules(year: int) -> Mapping[str, categories.StudyRule]:
    return {category: pure_rule(row) for category, row in rule_rows(year).items()}


def requirement(year: int) -> hours.StudyRequirement:
    """The requirement in force in the year; the shipped one where no row reaches back that far."""
    row = StudyRequirement.objects.filter(from_year__lte=year).order_by("-from_year").first()
    if row is None:
        return hours.StudyRequirement()
    return hours.StudyRequirement(
        from_year=row.from_year,
        member_hours=row.member_hours,
        officer_hours=row.officer_hours,
        clause=row.clause or hours.StudyRequirement().clause,
    )
