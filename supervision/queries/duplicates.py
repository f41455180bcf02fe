"""Whether something was asked before: earlier answers of the same branches to the same question, and what follows from them."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from branch_portal.dates import add_months, today_shanghai
from members.models import PartyOrganization
from supervision.models import RequestAnswer, RequestBranch, RequestField, WorkRequest
from supervision.queries.held import figures_day, held_figure, held_values
from supervision.queries.requests import branches_meant
from supervision.rules.held import Value
from supervision.rules.requests import LOOK_BACK_MONTHS, fits, plain_value, still_valid


@dataclass(frozen=True)
class Earlier:
    """What a branch said before to the same question: who, when, to whom, and whether it still stands."""

    answer_id: int
    kind: str
    value: str
    stated_on: datetime.date
    said_by: str
    asked_by: str
    title: str
    valid: bool

    @property
    def when(self) -> str:
        return f"{self.stated_on.year}年{self.stated_on.month}月"

    @property
    def shown(self) -> str:
        return str(plain_value(self.kind, self.value))


def earlier_answers(
    *,
    user,
    labels: Collection[str],
    branches: Sequence[int],
    day: datetime.date,
    without: WorkRequest | None = None,
) -> dict[tuple[str, int], Earlier]:
    """(normalised label, branch id) → the latest answer of the last twelve months that the user may see. One query."""
    if not labels:
        return {}
    said = (
        RequestAnswer.objects.visible_to(user)
        .filter(
            branch__in=branches,
            field__same_label__in=list(labels),
            field__held_key="",
            target__state=RequestBranch.State.ANSWERED,
            stated_on__gt=add_months(day, -LOOK_BACK_MONTHS),
        )
        .exclude(value="")
        .exclude(field__kind=RequestField.Kind.FILE)
        .select_related("field", "target__request__organization", "answered_by")
        .order_by("stated_on", "answered_at", "pk")
    )
    if without is not None:
        said = said.exclude(target__request=without)
    return {(answer.field.same_label, answer.branch_id): _earlier(answer, day) for answer in said}


def _earlier(answer: RequestAnswer, day: datetime.date) -> Earlier:
    asked = answer.target.request
    return Earlier(
        answer.pk,
        answer.field.kind,
        answer.value,
        answer.stated_on,
        str(answer.answered_by.display_name),
        str(asked.organization),
        asked.title,
        still_valid(answer.stated_on, answer.field.valid_months, day),
    )


@dataclass(frozen=True)
class Knowledge:
    """What is known of the branches that a request means, before anybody is asked."""

    branches: list[PartyOrganization]
    fields: list[RequestField]
    day: datetime.date
    held: dict[str, dict[int, Value]]
    earlier: dict[tuple[str, int], Earlier] = field(repr=False)

    def answer_before(self, asked: RequestField, branch_id: int) -> Earlier | None:
        """An earlier answer that can be offered: of the same question, in a form that the field takes."""
        found = self.earlier.get((asked.same_label, branch_id))
        return found if found and fits(asked.kind, found.value, asked.choices) else None

    def knows(self, asked: RequestField, branch_id: int) -> bool:
        """Held, or answered within the validity of the earlier answer: nobody needs to be asked."""
        if asked.is_held:
            return True
        before = self.answer_before(asked, branch_id)
        return before is not None and before.valid

    def known_fields(self, branch_id: int) -> int:
        return sum(self.knows(asked, branch_id) for asked in self.fields)

    def all_known(self, branch_id: int) -> bool:
        return bool(self.fields) and all(self.knows(asked, branch_id) for asked in self.fields)

    @property
    def nothing_to_ask(self) -> bool:
        """Every field of every branch is known: the request asks for nothing new."""
        return bool(self.branches) and all(self.all_known(branch.pk) for branch in self.branches)

    @property
    def to_ask(self) -> list[PartyOrganization]:
        """The branches that have something new to say, or something to do."""
        return [branch for branch in self.branches if not self.all_known(branch.pk)]

    def asked_before(self) -> list[tuple[RequestField, list[tuple[PartyOrganization, Earlier]]]]:
        """The free fields that some of the branches answered before, with what each said."""
        found = [
            (
                asked,
                [
                    (branch, before)
                    for branch in self.branches
                    if (before := self.earlier.get((asked.same_label, branch.pk)))
                ],
            )
            for asked in self.fields
            if not asked.is_held
        ]
        return [(asked, said) for asked, said in found if said]

    def text_of(self, asked: RequestField, branch_id: int) -> str:
        """The held value as it is stored with an answer."""
        return stored_figure(self.held.get(asked.held_key, {}).get(branch_id))


def knowledge_of(user, request: WorkRequest, today: datetime.date | None = None) -> Knowledge:
    """As many queries for one branch as for a thousand."""
    today = today or today_shanghai()
    branches = list(branches_meant(request.organization, request.audience, today).in_official_order())
    return _knowledge(user, request, branches, today)


def knowledge_for_branch(user, target: RequestBranch, today: datetime.date | None = None) -> Knowledge:
    """The same for one branch that was asked."""
    return _knowledge(user, target.request, [target.branch], today or today_shanghai())


def _knowledge(user, request: WorkRequest, branches, today: datetime.date) -> Knowledge:
    fields = list(request.fields.all())
    ids, day = [branch.pk for branch in branches], figures_day(request.as_of, today)
    return Knowledge(
        branches,
        fields,
        day,
        held_values(user=user, keys=[one.held_key for one in fields if one.is_held], branches=ids, day=day),
        earlier_answers(
            user=user,
            labels={one.same_label for one in fields if not one.is_held},
            branches=ids,
            day=today,
            without=request,
        ),
    )


def stored_figure(value: Value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, datetime.date) else str(value)


def figure_words(key: str, text: str) -> str:
    """A stored figure as people read it; dates are told from text by their form."""
    figure = held_figure(key)
    if figure is None:
        return text
    try:
        return figure.in_words(datetime.date.fromisoformat(text))
    except ValueError:
        return figure.in_words(text)
