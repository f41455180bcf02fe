"""Study hours in templates, written as everywhere else."""

from decimal import Decimal

from django import template

from learning.rules.hours import show

register = template.Library()


@register.filter
def study_hours(hours: Decimal) -> str:
    """2.00 → 2.0, 0.25 → 0.25: never rounded, so that page and paper say the same."""
    return show(hours)
