"""Form widgets drawn in Python where Django draws them with templates: a select of fifty organisations is a hundred includes
there, and a list page has three of them. The markup is Django's own, and what is not here Django draws."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_SELECT = "django/forms/widgets/select.html"
_TEXTAREA = "django/forms/widgets/textarea.html"
_INPUTS = {
    f"django/forms/widgets/{name}.html"
    for name in (
        "input",
        "text",
        "number",
        "email",
        "url",
        "hidden",
        "date",
        "time",
        "datetime",
        "checkbox",
        "password",
    )
}
_EMPTY = SafeString("")


class PortalRenderer(DjangoTemplates):
    """Django's renderer with short ways for plain inputs, selects and text areas."""

    def render(self, template_name: str, context: dict[str, Any], request=None) -> str:
        if template_name in _INPUTS:
            return _input(context["widget"])
        if template_name == _SELECT:
            return _select(context["widget"])
        if template_name == _TEXTAREA:
            widget = context["widget"]
            return format_html(
                '<textarea name="{}"{}>\n{}</textarea>',
                widget["name"],
                _attributes(widget["attrs"]),
                widget["value"] or "",
            )
        return super().render(template_name, context, request)


def _attributes(attrs: dict[str, Any]) -> SafeString:
    """As Django's attrs.html: False leaves an attribute out, True writes it without a value."""
    if not attrs:
        return _EMPTY
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value)),)
            for name, value in attrs.items()
            if value is not False
        ),
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = _EMPTY if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _select(widget: dict[str, Any]) -> SafeString:
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        _attributes(widget["attrs"]),
        format_html_join("", "{}", ((_group(name, options),) for name, options, _ in widget["optgroups"])),
    )


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    drawn = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((str(option["value"]), _attributes(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn
