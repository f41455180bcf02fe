"""The walk of the URLconf: every route that the product answers, the admin's included."""

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """A route by its name (namespace included) and its pattern; nameless ones of the admin go by their pattern."""

    name: str
    pattern: str
    callback: object

    @property
    def key(self) -> str:
        return self.name or self.pattern


def routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns, prefix: str = "", namespace: str = "") -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, pattern, inner)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name}" if entry.name else "", pattern, entry.callback)


def filled(pattern: str, values: dict[str, str]) -> str:
    """The pattern as a path, with values for its parts (`<uuid:uid>`, `(?P<url>.*)$`)."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values[part[1]], pattern)
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: values[part[1]], path)
    return "/" + path.replace("^", "").replace("$", "")


def focused(keys: Iterable[str]) -> list[str]:
    """The route names that `PORTAL_ROUTES` asks for: all of them, ordinarily."""
    patterns = (os.environ.get("PORTAL_ROUTES") or "*").split()
    return [key for key in keys if any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns)]
