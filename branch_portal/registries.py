"""What higher apps offer and lower ones use: page panels, tabs of a card, and the carrier of messages.

A registry is a list that apps fill in `AppConfig.ready`; the reader knows no domain. Order is by `order`, then by name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """A piece of a page: a template and what it needs."""

    template: str
    context: dict = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class Message:
    """Something to tell these members at once. `rule_key` names its `ReminderRule`; `subject` makes it unique.

    `organization` is where they belong; `title` names nobody, because mail may carry it outside.
    """

    rule_key: str
    subject: str
    organization: Any
    member_ids: tuple[int, ...]
    title: str
    body: str = ""
    link: str = ""


Carrier = Callable[..., None]
TabProvider = Callable[[HttpRequest, Any], tuple[str, dict] | None]


@dataclass(frozen=True)
class CardTab:
    """A tab of a member's card."""

    key: str
    label: str
    order: int
    provider: TabProvider


_workbench: list[Callable[[HttpRequest], Panel | None]] = []
_card_tabs: dict[str, CardTab] = {}
_carriers: list[Carrier] = []


def workbench_panel(provider: Callable[[HttpRequest], Panel | None]):
    """Register a panel of the workbench; it returns None for whom it does not concern."""
    _workbench.append(provider)
    return provider


def workbench_panels(request: HttpRequest) -> list[Panel]:
    panels = [panel for provider in _workbench if (panel := provider(request)) is not None]
    return sorted(panels, key=lambda panel: (panel.order, panel.template))


def card_tab(key: str, label: str, order: int):
    """Register a tab of a member's card: a function of request and member that says template and context, or None for
    whom its content does not concern."""

    def register(provider: TabProvider) -> TabProvider:
        _card_tabs[key] = CardTab(key, label, order, provider)
        return provider

    return register


def card_tabs() -> list[CardTab]:
    return sorted(_card_tabs.values(), key=lambda tab: (tab.order, tab.key))


def message_carrier(carrier: Carrier) -> Carrier:
    """Register `carrier(*, by, message)`; it writes rows in the running transaction and sends nothing itself."""
    _carriers.append(carrier)
    return carrier


def send_message(*, by, message: Message) -> None:
    """Hand a message to whoever carries messages; part of the change that it tells of."""
    for carrier in _carriers:
        carrier(by=by, message=message)
