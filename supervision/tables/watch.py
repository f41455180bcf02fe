"""What the pages on who needs help share: words with their colour, names that lead further."""

from collections.abc import Callable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from supervision.queries.subtree import Child
from supervision.rules.watch import ATTENTION, GOOD, HELP

#: Colour of each word; the word always stands with it.
MARKS = {GOOD: "done", ATTENTION: "wait", HELP: "late"}


def mark(word: str, state: str = "") -> SafeString | str:
    """A word in its colour; nothing where nothing is to be said."""
    if not word:
        return ""
    return format_html('<span class="status is-{}">{}</span>', state or MARKS.get(word, "plain"), word)


def marks(words: list[tuple[str, str]]) -> SafeString | str:
    """Several (word, colour) in one cell."""
    return format_html_join(" ", "{}", ((mark(word, state),) for word, state in words))


def child_cell(link: Callable[[Child], str]) -> Callable:
    """The organisation's name, leading to the same page for it; the branches without one between lead nowhere."""

    def cell(row) -> SafeString | str:
        child: Child = row.child if hasattr(row, "child") else row[0]
        return format_html('<a href="{}">{}</a>', link(child), child.name) if child.uid else child.name

    return cell


def child_name(row) -> str:
    child: Child = row.child if hasattr(row, "child") else row[0]
    return child.name


def per_cent(part: int, whole: int) -> str:
    """Rounded down, so that no figure below a line looks as if it had reached it."""
    return f"{part * 100 // whole}%" if whole else "—"
