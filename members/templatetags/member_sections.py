"""The row of links on every page of 党员."""

from django import template

from members.sections import section_tabs

register = template.Library()


@register.inclusion_tag("components/tabs.html", takes_context=True)
def member_sections(context, current: str) -> dict:
    """{% member_sections "members:transfers" %}: the pages beside the roster, this one marked."""
    return {"label": "党员", "tabs": section_tabs(context["request"].user, current)}
