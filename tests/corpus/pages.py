"""Every form that the portal shows, read off its pages as a browser would: address, fields, and what stands in them."""

import datetime
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import Resolver404, resolve

from tests.access_table import ADMIN_MODELS, ROUTES, Line
from tests.routes import filled, routes
from tests.test_access import path_values

#: Whose pages are read: for each address the first of them who may open it.
READERS = ("secretary_a", "staff", "superuser", "member_a", "cell_leader_a", "secretary_b")
_TODAY = datetime.date.today().isoformat()
#: What somebody types into an empty field that must be filled.
_TYPED = {"date": _TODAY, "time": "09:00", "number": "1", "email": "a@example.org", "datetime-local": f"{_TODAY}T09:00",
          "tel": "13800138000", "url": "https://example.org/", "password": "Xk7!mmqPz-2026"}  # fmt: skip


@dataclass
class Field:
    """One name of a form. `free` takes any text by keyboard; the rest is chosen or hidden."""

    name: str
    value: str
    free: bool = False
    file: bool = False
    required: bool = False


@dataclass
class Form:
    """A form as it stands on a page, `route` naming what answers it."""

    route: str
    reader: str
    path: str
    page: str
    fields: list[Field] = field(default_factory=list)

    def typed(self, **others: str) -> list[tuple[str, str]]:
        """What a browser sends; `others` replace values by name and come percent-encoded already."""
        return [
            (each.name, others.get(each.name, quote(each.value, safe="")))
            for each in self.fields
            if not each.file
        ]

    def free(self) -> list[Field]:
        return [each for each in self.fields if each.free]


def addresses(things: dict) -> list[tuple[str, Line]]:
    """(path, line of the access table) of every route that can be asked for."""
    by_key = {route.key: route for route in routes()}
    lines = dict(ROUTES)
    for label, pages in ADMIN_MODELS.items():
        base = label.lower().replace(".", "_")
        lines |= {f"admin:{base}_{page}": line for page, line in pages.items()}
    return [(filled(by_key[key].pattern, path_values(line, things)), line) for key, line in lines.items()]


def forms_of(world, things: dict) -> dict[tuple, Form]:
    """Route and names of fields → the form, over all pages, each read by the first who may open it."""
    clients = {}
    for name in READERS:
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(getattr(world, name))
    found: dict[tuple, Form] = {}
    for path, line in addresses(things):
        reader = next((name for name in READERS if line.get[name] == 200), None)
        if reader is None:
            continue
        answer = clients[reader].get(path)
        if answer.status_code != 200 or "text/html" not in answer.get("Content-Type", ""):
            continue
        for form in _on_page(answer.content.decode(), path, reader):
            found.setdefault((form.route, *sorted(each.name for each in form.fields)), form)
    return found


def _on_page(html: str, path: str, reader: str) -> list[Form]:
    if "<form" not in html:
        return []
    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all("form"):
        if str(tag.get("method", "get")).lower() != "post":
            continue
        target = str(tag.get("hx-post") or tag.get("action") or path) or path
        target = urlsplit(target)._replace(fragment="").geturl()
        target = path + target if target.startswith("?") else target
        try:
            route = resolve(urlsplit(target).path).view_name
        except Resolver404:
            route = f"nothing answers {target}"
        found.append(Form(route, reader, target, path, _fields(tag)))
    return found


def _fields(form: Tag) -> list[Field]:
    found, radios = [], set()
    for tag in form.find_all(["input", "select", "textarea"]):
        name, kind = str(tag.get("name") or ""), str(tag.get("type", "text"))
        required = tag.has_attr("required") or tag.get("aria-required") == "true"
        if not name or tag.has_attr("disabled") or kind in ("submit", "button", "image", "reset"):
            continue
        if tag.name == "select":
            found += [Field(name, value) for value in _selected(tag)]
        elif tag.name == "textarea":
            found.append(Field(name, tag.text.lstrip("\n") or "学习党章党规", free=True, required=required))
        elif kind == "file":
            found.append(Field(name, "", file=True, required=required))
        elif kind == "radio":
            if name not in radios:
                chosen = form.find("input", {"type": "radio", "name": name, "checked": True}) or tag
                found.append(Field(name, str(chosen.get("value", "on"))))
                radios.add(name)
        elif kind == "checkbox":
            found.append(Field(name, str(tag.get("value", "on"))))
        else:
            value = str(tag.get("value") or ("" if kind == "hidden" else _TYPED.get(kind, "按规定办理")))
            found.append(Field(name, value, free=kind != "hidden", required=required))
    return found


def _selected(tag: Tag) -> list[str]:
    """What is chosen, or else the first real choice."""
    options = tag.find_all("option")
    chosen = [str(each.get("value", each.text)) for each in options if each.has_attr("selected")]
    if any(chosen):
        return chosen if tag.has_attr("multiple") else chosen[:1]
    return [value for each in options if (value := str(each.get("value", each.text)))][:1]
