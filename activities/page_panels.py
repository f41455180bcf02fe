"""What stands on the pages of a record and of a gathering beside its facts: votes, files, sign-up, leave, each from its own file.

A provider gets the request and the row of the page (an `ActivityRecord`, a `GatheringBranch`) and answers with a `Panel`, or
None for whom it does not concern. Panels below order 100 stand in the wide column, the others beside it. A link that
belongs into the head of the page is a `PageLink`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from branch_portal.registries import Panel

Provider = Callable[[HttpRequest, Any], Panel | None]


@dataclass(frozen=True)
class PageLink:
    """One more thing to do with the row of the page: a GET link under 更多."""

    label: str
    url: str
    icon: str = ""
    order: int = 100


LinkProvider = Callable[[HttpRequest, Any], PageLink | None]

_record_panels: list[Provider] = []
_gathering_panels: list[Provider] = []
_record_links: list[LinkProvider] = []


def record_panel(provider: Provider) -> Provider:
    """Register a panel of a record's page."""
    _record_panels.append(provider)
    return provider


def gathering_panel(provider: Provider) -> Provider:
    """Register a panel of the page of a gathering (one branch's share of it)."""
    _gathering_panels.append(provider)
    return provider


def record_link(provider: LinkProvider) -> LinkProvider:
    """Register a link in the head of a record's page."""
    _record_links.append(provider)
    return provider


def record_extras(request: HttpRequest, record) -> dict:
    """Context of the record's page: `wide` and `beside` panels, and `links`."""
    links = [link for provider in _record_links if (link := provider(request, record)) is not None]
    return _extras(request, record, _record_panels) | {
        "links": sorted(links, key=lambda link: (link.order, link.label))
    }


def gathering_extras(request: HttpRequest, share) -> dict:
    """Context of the gathering's page: `wide` and `beside` panels."""
    return _extras(request, share, _gathering_panels)


def _extras(request: HttpRequest, row, panels: list[Provider]) -> dict:
    shown = sorted(
        (panel for provider in panels if (panel := provider(request, row)) is not None),
        key=lambda panel: (panel.order, panel.template),
    )
    return {
        "wide": [panel for panel in shown if panel.order < 100],
        "beside": [panel for panel in shown if panel.order >= 100],
    }
