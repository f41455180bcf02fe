"""Numbered pages: lists that are sorted by sums, which no index keeps, are worked out whole for each page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from supervision.forms.filters import SubtreeForm

PAGE_SIZE = 50


class NumberedPage:
    """One page of rows, and links that keep the filter. A number past the end shows the last page."""

    def __init__(self, rows: Sequence[Any], form: SubtreeForm):
        self._count(len(rows), form)
        self.rows = rows[(self.number - 1) * PAGE_SIZE : self.number * PAGE_SIZE]

    def _count(self, total: int, form) -> None:
        self.total = total
        self.last = max(1, -(-self.total // PAGE_SIZE))
        self.number = min(form.page_number, self.last)
        self._given = {
            name: value
            for name, value in form.values().items()
            if value not in (None, "", False) and name != "page"
        }

    @property
    def first_number(self) -> int:
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def previous_url(self) -> str | None:
        return self.link(page=self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self.link(page=self.number + 1) if self.number < self.last else None

    def link(self, path: str = "", **changes) -> str:
        """The same filter with changes; an empty value takes a part of it away."""
        asked = {name: value for name, value in (self._given | changes).items() if value != ""}
        return f"{path}?{urlencode(asked)}"


class FetchedPage(NumberedPage):
    """A page whose rows alone were fetched, out of `total`."""

    def __init__(self, rows: Sequence[Any], total: int, form):
        self._count(total, form)
        self.rows = rows

    @property
    def left(self) -> int:
        """How many come after it."""
        return max(0, self.total - self.number * PAGE_SIZE)
