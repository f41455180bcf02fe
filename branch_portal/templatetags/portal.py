"""Tags that every template has without loading them (settings: `builtins`)."""

from functools import cache, lru_cache

from django import template
from django.core.signals import setting_changed
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from branch_portal.shell import draw

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of static/img/icons.svg. Decorative: words stand beside it. Nothing for an empty name."""
    return _icon(name, _sprite()) if name else SafeString("")


@cache
def _sprite() -> str:
    return static("img/icons.svg")


def _forget(**kwargs) -> None:
    _sprite.cache_clear()


setting_changed.connect(_forget, dispatch_uid="branch_portal.templatetags.portal")


# A page has dozens of them and the product some fifty: an include costs a tenth of a millisecond each.
@lru_cache(maxsize=256)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.simple_tag(takes_context=True)
def site_header(context) -> SafeString:
    """The header and the bar under it."""
    request = context["request"]
    return draw(
        context["portal"].header, token=str(context.get("csrf_token", "")), address=request.get_full_path()
    )


@register.simple_tag(takes_context=True)
def site_footer(context) -> SafeString:
    return draw(context["portal"].footer, token="", address="")


@register.tag
def htmx_where_used(parser, token) -> "_HtmxWhereUsed":
    """What stands up to {% endhtmx_where_used %}, and the library behind it where something there asks by it: few pages do, and
    it is four fifths of all script."""
    nodes = parser.parse(("endhtmx_where_used",))
    parser.delete_first_token()
    return _HtmxWhereUsed(nodes)


class _HtmxWhereUsed(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context) -> str:
        drawn = self.nodelist.render(context)
        if "hx-get=" not in drawn and "hx-post=" not in drawn:
            return drawn
        return drawn + format_html(
            '<template data-later="{}"></template>', static("django_htmx/htmx-2.min.js")
        )
