"""Whom the rows of a file mean: the name among the members of the year, then the last figures of the telephone.

Nothing is guessed: a name that is there once and not contradicted is taken, everything else is asked about.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from learning.external.reading import Entry
from learning.models import ExternalRow
from learning.queries.years import branches_by_year
from members.imports.cells import half_width
from members.models import Affiliation, Member, PartyOrganization
from members.names import tidy_name

NAMESAKES = "有同名党员，请选择"
OTHER_TAIL = "手机尾号与名册不一致，请核对后选择"
NO_TAIL = "名册里没有登记手机，请核对后选择"
TWICE = "与前面一行是同一人，请核对"
NOBODY = "本组织当年没有这个姓名的党员"
ELSEWHERE = "已由其他党组织的文件登记"


@dataclass(frozen=True, slots=True)
class Person:
    """A member who may be meant, with the branch that the year belongs to."""

    pk: int
    name: str
    tail: str
    branch_id: int
    branch: str


@dataclass(frozen=True, slots=True)
class Match:
    """What became of one entry."""

    entry: Entry
    state: str
    person: Person | None = None
    candidates: tuple[int, ...] = ()
    why: str = ""


def people_of(organization: PartyOrganization, year: int, names: Iterable[str]) -> dict[str, list[Person]]:
    """Name → members who belonged to the organisation on some day of the year; four queries. Only the stored last figures
    of the telephone are read, never the sealed number."""
    during = (datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))
    affiliated = Affiliation.objects.filter(
        branch__path__startswith=organization.path, period__overlap=during, member__name__in=set(names)
    )
    ids = set(affiliated.values_list("member_id", flat=True))
    places = branches_by_year(ids, [year])
    branches = {row.pk: row for row in PartyOrganization.objects.filter(pk__in=set(places.values()))}
    found: dict[str, list[Person]] = defaultdict(list)
    members = Member.objects.filter(pk__in=ids).order_by("name_pinyin", "pk")
    for pk, name, tail in members.values_list("pk", "name", "mobile_tail"):
        branch = branches[places[pk, year]]
        found[name].append(Person(pk, name, tail, branch.pk, str(branch)))
    return found


def match_entries(
    entries: Sequence[Entry],
    organization: PartyOrganization,
    *,
    source: str,
    year: int,
) -> list[Match]:
    """Every entry with what it means; the number of queries does not depend on the entries."""
    people = people_of(organization, year, {tidy_name(entry.name) for entry in entries})
    ids = [person.pk for group in people.values() for person in group]
    elsewhere = counted_elsewhere(organization, source=source, year=year, ids=ids)
    matches: list[Match] = []
    taken: set[int] = set()
    for entry in entries:
        match = _match(entry, people.get(tidy_name(entry.name), []))
        person = match.person
        if person is not None and person.pk in elsewhere:
            match = Match(entry, ExternalRow.State.TAKEN, person, why=ELSEWHERE)
        elif person is not None and person.pk in taken:
            match = Match(entry, ExternalRow.State.AMBIGUOUS, candidates=(person.pk,), why=TWICE)
        elif person is not None:
            taken.add(person.pk)
        matches.append(match)
    return matches


def _match(entry: Entry, named: Sequence[Person]) -> Match:
    if not named:
        return Match(entry, ExternalRow.State.UNMATCHED, why=NOBODY)
    if entry.branch:
        # A branch that is written otherwise than here narrows nothing.
        named = [person for person in named if half_width(person.branch) == entry.branch] or named
    fitting = [person for person in named if entry.tail and person.tail == entry.tail]
    if len(fitting) == 1:
        return Match(entry, ExternalRow.State.MATCHED, fitting[0])
    candidates = tuple(person.pk for person in fitting or named)
    if len(candidates) > 1:
        return Match(entry, ExternalRow.State.AMBIGUOUS, candidates=candidates, why=NAMESAKES)
    if not entry.tail:
        return Match(entry, ExternalRow.State.MATCHED, named[0])
    why = OTHER_TAIL if named[0].tail else NO_TAIL
    return Match(entry, ExternalRow.State.AMBIGUOUS, candidates=candidates, why=why)


def counted_elsewhere(organization: PartyOrganization, *, source: str, year: int, ids) -> set[int]:
    """Those of the members whose year a file of another organisation has already recorded: nobody counts twice."""
    rows = ExternalRow.objects.in_force().filter(member__in=ids, file__source=source, file__year=year)
    return set(rows.exclude(file__organization=organization).values_list("member_id", flat=True))
