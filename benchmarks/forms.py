"""A page's form as a browser would send it back: what stands in its fields."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._open = False
        self._text: str | None = None
        self._select: tuple[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        name, value = of.get("name") or "", of.get("value") or ""
        if tag == "form":
            self._open = of.get("method", "get") == "post"
            if self._open:
                self.forms.append([])
        elif not self._open:
            return
        elif tag == "input" and name and of.get("type") not in ("submit", "file", "button"):
            if of.get("type") not in ("radio", "checkbox") or "checked" in of:
                self._add(name, value)
        elif tag == "textarea" and name:
            self._add(name, "")
            self._text = name
        elif tag == "select" and name:
            self._select = (name, None)
        elif tag == "option" and self._select and ("selected" in of or self._select[1] is None):
            self._select = (self._select[0], value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "textarea":
            self._text = None
        elif tag == "select" and self._select:
            if self._select[1] is not None:
                self._add(*self._select)  # type: ignore[arg-type]
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text:
            # The line break behind the tag is not part of the text.
            self.forms[-1][-1] = (self._text, (self.forms[-1][-1][1] + data).removeprefix("\n"))

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].append((name, value))


def filled(page: str, holding: str, **typed: str) -> list[tuple[str, str]]:
    """The fields of the posted form that has one named `holding`, with what was typed over them."""
    reader = _Fields()
    reader.feed(page)
    form = next(form for form in reader.forms if any(name == holding for name, _ in form))
    rest = [(name, value) for name, value in form if name not in typed]
    return [*rest, *typed.items()]
