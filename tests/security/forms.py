"""The forms of a page as a browser sends them: read off the HTML, filled in plausibly."""

import datetime
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

_BY_NAME = {"reason": "因工作需要", "name": "赵一凡", "email": "zhao@demo.example", "mobile": "13900001234"}
_BY_TYPE = {
    "time": "10:00",
    "number": "1",
    "email": "zhao@demo.example",
    "url": "https://www.12371.cn/",
    "tel": "13900001234",
}


@dataclass(frozen=True)
class Field:
    """One control; `offered` are the values that one may choose among."""

    name: str
    kind: str
    value: str = ""
    offered: tuple[str, ...] = ()

    @property
    def filled(self) -> str:
        if self.value:
            return self.value
        if self.offered:
            return next((value for value in self.offered if value), "")
        if self.kind in ("date", "datetime-local"):
            return datetime.date.today().isoformat() + ("T10:00" if self.kind != "date" else "")
        return _BY_NAME.get(self.name) or _BY_TYPE.get(self.kind, "测试所填")


@dataclass(frozen=True)
class Form:
    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.action.partition("?")[0]

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return self.address, tuple(sorted(self.fields))

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in or to choose."""
        return any(one.kind != "hidden" for one in self.fields.values())

    def data(self, **other: str) -> dict[str, str]:
        """What is sent; files are left out, a tick is set."""
        return {name: one.filled for name, one in self.fields.items() if one.kind != "file"} | other


class _Reader(HTMLParser):
    """Posting forms, their controls, and what htmx posts from within them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.lone: list[str] = []
        self.open: Form | None = None
        self.choosing: Field | None = None
        self.writing: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said: dict[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "form":
            posts = said.get("method", "").lower() == "post"
            self.open = Form(said.get("action") or self.page) if posts else None
            if self.open:
                self.forms.append(self.open)
        if said.get("hx-post"):
            self.lone.append(said["hx-post"])
        if said.get("formaction") and self.open:
            self.forms.append(replace(self.open, action=said["formaction"]))  # shares its fields
        if self.open is None or not (said.get("name") or tag == "option"):
            return
        getattr(self, f"_{tag}", lambda said: None)(said)

    def _input(self, said: dict[str, Any]) -> None:
        name, kind = said["name"], said.get("type", "text")
        if kind in ("radio", "checkbox"):
            before = self._field(name, kind)
            chosen = said.get("value", "on") if "checked" in said else before.value
            self._keep(replace(before, value=chosen, offered=(*before.offered, said.get("value", "on"))))
        elif kind not in ("submit", "button", "image"):
            self._keep(Field(name, kind, said.get("value", "")))

    def _button(self, said: dict[str, Any]) -> None:
        """A button that says which was pressed; the first one counts."""
        if said["name"] not in self.open.fields:
            self._keep(Field(said["name"], "button", said.get("value", "")))

    def _textarea(self, said: dict[str, Any]) -> None:
        self._keep(Field(said["name"], "textarea"))
        self.writing = said["name"]

    def _select(self, said: dict[str, Any]) -> None:
        self.choosing = Field(said["name"], "select")
        self._keep(self.choosing)

    def _option(self, said: dict[str, Any]) -> None:
        if self.choosing is None:
            return
        value = said.get("value", "")
        chosen = value if "selected" in said else self.choosing.value
        self.choosing = replace(self.choosing, value=chosen, offered=(*self.choosing.offered, value))
        self._keep(self.choosing)

    def handle_data(self, data: str) -> None:
        if self.writing and self.open and data.strip():
            self._keep(replace(self.open.fields[self.writing], value=data.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.choosing = None
        elif tag == "textarea":
            self.writing = None
        elif tag == "form":
            for action in self.lone:
                if self.open:
                    self.forms.append(replace(self.open, action=action))
            self.lone, self.open = [], None

    def _field(self, name: str, kind: str) -> Field:
        return self.open.fields.get(name, Field(name, kind))

    def _keep(self, one: Field) -> None:
        self.open.fields[one.name] = one


def forms_of(page: str, html: str) -> list[Form]:
    reader = _Reader(page)
    reader.feed(html)
    return [form for form in reader.forms if form.action.startswith("/")]
