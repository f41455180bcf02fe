"""What higher apps offer and lower ones use: panels, tabs of a card, calendar entries, study ahead, the carrier of messages.

A registry is a list that apps fill in `AppConfig.ready`; the reader knows no domain. Order is by `order`, then by name.
"""

import datetime
from collections.abc import Callable, Iterable
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

    `organization` is where they belong; `title` names nobody, because mail may carry it outside. `account_ids` are for
    what concerns an account, with or without a member behind it; `organization` may then be None.
    """

    rule_key: str
    subject: str
    organization: Any
    member_ids: tuple[int, ...]
    title: str
    body: str = ""
    link: str = ""
    account_ids: tuple[int, ...] = ()


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


@dataclass(frozen=True)
class CalendarEntry:
    """Something that stands in a calendar: on the month's page and, by title, time and place alone, in a feed.

    `uid` never changes while the thing is the same; `sequence` rises with every change, `changed_at` says when the last
    one was. `state` is a word of the style sheet (`is-…`), `remark` the same in words. Nothing of people belongs in it.
    """

    uid: str
    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    place: str
    url: str
    kind: str
    organization: str
    changed_at: datetime.datetime
    sequence: int = 0
    state: str = "plain"
    remark: str = ""
    tentative: bool = False
    cancelled: bool = False


CalendarSource = Callable[..., Iterable[CalendarEntry]]
_calendar_sources: list[CalendarSource] = []


def calendar_source(source: CalendarSource) -> CalendarSource:
    """Register `source(*, user, branch, first, last, own)`: what the user may see of a branch between two days, both
    included; `own` narrows it to what concerns the user as a member."""
    _calendar_sources.append(source)
    return source


def calendar_entries(
    *, user, branch, first: datetime.date, last: datetime.date, own: bool = False
) -> list[CalendarEntry]:
    """Everything of a branch's calendar that the user may see, in order of time."""
    found = [
        entry
        for source in _calendar_sources
        for entry in source(user=user, branch=branch, first=first, last=last, own=own)
    ]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


@dataclass(frozen=True)
class StudyChance:
    """Something ahead that would bring study hours. `day` None: at any time; `url` "" where the page is not yet the
    reader's; `group` is what a list sums up by (主题党日, 云端党课 …), `category` the study category that it counts under."""

    group: str
    category: str
    minutes: int
    title: str = ""
    day: datetime.date | None = None
    url: str = ""


StudyOutlook = Callable[..., Iterable[StudyChance]]
_study_outlooks: list[StudyOutlook] = []


def study_outlook(source: StudyOutlook) -> StudyOutlook:
    """Register `source(*, member, first, last)`: what this member could still take part in between two days, both
    included. A source says nothing that the member may not know yet."""
    _study_outlooks.append(source)
    return source


def study_chances(*, member, first: datetime.date, last: datetime.date) -> list[StudyChance]:
    """Everything ahead of a member that brings hours, what has a day first and in its order."""
    found = [chance for source in _study_outlooks for chance in source(member=member, first=first, last=last)]
    return sorted(
        found, key=lambda chance: (chance.day is None, chance.day or last, chance.group, chance.title)
    )


@dataclass(frozen=True)
class DoubtLink:
    """Where a member says that a credit is wrong, or reads what became of it."""

    label: str
    url: str


DoubtSource = Callable[..., dict[str, DoubtLink]]
_doubt_sources: list[DoubtSource] = []


def credit_doubts(source: DoubtSource) -> DoubtSource:
    """Register `source(*, user, sources) -> {source: DoubtLink}` for the credits whose source the app knows and has an own
    way of disputing; what nobody answers for is asked about in the ledger itself."""
    _doubt_sources.append(source)
    return source


def doubt_links(*, user, sources: Iterable[str]) -> dict[str, DoubtLink]:
    wanted = list(dict.fromkeys(sources))
    links: dict[str, DoubtLink] = {}
    for source in _doubt_sources:
        links |= source(user=user, sources=wanted)
    return links


OwnSection = Callable[..., tuple[str, list[dict[str, Any]]]]
_own_sections: list[OwnSection] = []


def own_data_section(source: OwnSection) -> OwnSection:
    """Register `source(*, user, member) -> (title, rows of label → value)`: what an app keeps of a member, for the member's
    own copy. It holds what the member may read, and nothing of another's."""
    _own_sections.append(source)
    return source


def own_data_sections(*, user, member) -> dict[str, list[dict[str, Any]]]:
    return dict(source(user=user, member=member) for source in _own_sections)


LessonUse = Callable[..., bool]
_lesson_uses: list[LessonUse] = []


def lesson_use(source: LessonUse) -> LessonUse:
    """Register `source(*, lesson) -> bool`: whether the hours of this lesson come from a roll, so that it may not bring its
    own as well."""
    _lesson_uses.append(source)
    return source


def earned_by_roll(*, lesson) -> bool:
    return any(source(lesson=lesson) for source in _lesson_uses)


HistoryProvider = Callable[[HttpRequest, Any], Panel]
_histories: list[HistoryProvider] = []


def row_history(provider: HistoryProvider) -> HistoryProvider:
    """Register who tells what happened to a row: on the history page of the admin."""
    _histories.append(provider)
    return provider


def history_panels(request: HttpRequest, row) -> list[Panel]:
    return [provider(request, row) for provider in _histories]
