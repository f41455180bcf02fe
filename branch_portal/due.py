"""What is due, by when, under which clause, and where to do it.

Each app's `due.py` registers a provider that yields `DueItem`s for a set of branches on a day, or for the committees above
them. The workbench shows them, the tick turns them into reminders: one computation, so the two never disagree.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class MemberNote:
    """What the members concerned are told themselves, beside the officers: whom, in which words, where it leads."""

    member_ids: tuple[int, ...]
    title: str
    url: str


@dataclass(frozen=True)
class DueItem:
    """One thing that is owed.

    `rule_key` names the reminder rule, `subject` and `due_key` make the reminder unique, `organization_id` is the branch,
    cell or committee that owes it. `url` opens the pre-filled form. A due day that may be moved belongs into `due_key`.
    """

    rule_key: str
    subject: str
    due_key: str
    organization_id: int
    organization_name: str
    title: str
    due_on: datetime.date
    clause: str
    url: str
    action_label: str = "去办理"
    #: The superior committee's staff is reminded as well.
    tell_superior: bool = False
    #: A committee owes it: its own staff act, because there are no officers.
    by_committee: bool = False
    #: The members concerned are told as well.
    members: MemberNote | None = None
    #: Nobody is reminded of it before this day, whatever the rule's times.
    not_before: datetime.date | None = None
    #: It is told and stands on no workbench.
    told_only: bool = False
    #: It stands on the workbench and is told in another way.
    shown_only: bool = False

    def days_left(self, day: datetime.date) -> int:
        return (self.due_on - day).days

    def state(self, day: datetime.date) -> str:
        """overdue, soon (within a week) or ahead."""
        left = self.days_left(day)
        return "overdue" if left < 0 else "soon" if left <= 7 else "ahead"


Provider = Callable[..., Iterable[DueItem]]
_providers: list[Provider] = []
_committee_providers: list[Provider] = []


def due_provider(provider: Provider) -> Provider:
    """Register `provider(*, branches, day) -> Iterable[DueItem]`; `branches` is a queryset of branches."""
    _providers.append(provider)
    return provider


def committee_due_provider(provider: Provider) -> Provider:
    """Register `provider(*, committees, day) -> Iterable[DueItem]` for what organisations above branches owe themselves."""
    _committee_providers.append(provider)
    return provider


Reminded = Callable[..., dict[DueItem, str]]
_reminded: list[Reminded] = []


def due_items(*, branches, day: datetime.date) -> list[DueItem]:
    """What is due for these branches as pages show it, the most urgent first."""
    return [item for item in _owed(branches, day) if not item.told_only]


def items_to_tell(*, branches, day: datetime.date) -> list[DueItem]:
    """Everything that these branches are reminded of, the most urgent first."""
    return [item for item in _owed(branches, day) if not item.shown_only]


def reminded_source(source: Reminded) -> Reminded:
    """Register `source(*, user, items) -> {item: words}`: when and how the user was reminded of it."""
    _reminded.append(source)
    return source


def reminded(*, user, items: Iterable[DueItem]) -> dict[DueItem, str]:
    """When the user was reminded of each of these, in words; those that nobody was reminded of are missing."""
    listed = list(items)
    found: dict[DueItem, list[str]] = {}
    for source in _reminded:
        for item, words in source(user=user, items=listed).items():
            found.setdefault(item, []).append(words)
    return {item: "；".join(words) for item, words in found.items()}


def committee_due_items(*, committees, day: datetime.date) -> list[DueItem]:
    """Everything that these committees and general branches owe themselves, the most urgent first."""
    return _in_order(
        item for provider in _committee_providers for item in provider(committees=committees, day=day)
    )


def _owed(branches, day: datetime.date) -> list[DueItem]:
    return _in_order(item for provider in _providers for item in provider(branches=branches, day=day))


def _in_order(items: Iterable[DueItem]) -> list[DueItem]:
    return sorted(items, key=lambda item: (item.due_on, item.title, item.organization_id))
