"""The row of links on every page of 组织生活."""

from django import template

from activities.sections import section_tabs

register = template.Library()


@register.inclusion_tag("components/tabs.html", takes_context=True)
def activity_sections(context, current: str) -> dict:
    """{% activity_sections "activities:resolutions" %}: the pages beside the records, this one marked."""
    return {"label": "组织生活", "tabs": section_tabs(context["request"].user, current)}
