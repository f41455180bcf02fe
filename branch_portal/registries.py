"""What higher apps offer and lower ones show: page panels now, calendar entries and notice answers as they come.

A registry is a list that apps fill in `AppConfig.ready`; the reader knows no domain. Order is by `order`, then by name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """A piece of a page: a template and what it needs."""

    template: str
    context: dict = field(default_factory=dict)
    order: int = 100


_workbench: list[Callable[[HttpRequest], Panel | None]] = []
_member_card: list[Callable[[HttpRequest, object], Panel | None]] = []


def workbench_panel(provider: Callable[[HttpRequest], Panel | None]):
    """Register a panel of the workbench; it returns None for whom it does not concern."""
    _workbench.append(provider)
    return provider


def workbench_panels(request: HttpRequest) -> list[Panel]:
    panels = [panel for provider in _workbench if (panel := provider(request)) is not None]
    return sorted(panels, key=lambda panel: (panel.order, panel.template))


def member_card_panel(provider: Callable[[HttpRequest, object], Panel | None]):
    """Register a panel of a member's card."""
    _member_card.append(provider)
    return provider


def member_card_panels(request: HttpRequest, member) -> list[Panel]:
    panels = [panel for provider in _member_card if (panel := provider(request, member)) is not None]
    return sorted(panels, key=lambda panel: (panel.order, panel.template))
