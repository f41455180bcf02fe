"""Who may vote at a record's meeting: the people of its roll, with rights as of its day (domain 5.1)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from activities.models import ActivityRecord, Ballot, Elector, RollEntry, VotingRule
from activities.rules.roll import ATTENDING, ONLINE
from activities.rules.voters import (
    EXCLUSION_REASONS,
    Exclusion,
    RightFacts,
    Voter,
    was_full_member,
    why_no_right,
)
from members.models import Affiliation, MemberStatus, VotingRightFact
from members.queries.statuses import statuses_on

_Code = VotingRightFact.Code


@dataclass(frozen=True, slots=True)
class RollVoter:
    """One row of the roll with the right to vote; `suggested` is an exclusion whose reason is on file for that day."""

    member_id: int
    uid: str
    name: str
    row_number: int
    roll_status: str
    why_no_right: str
    suggested: str = ""

    @property
    def came(self) -> bool:
        return self.roll_status in ATTENDING


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What the roll does not say: who is not counted, who wrote beforehand, who left before this vote. By member id."""

    exclusions: Mapping[int, Exclusion] = field(default_factory=dict)
    opinions: Mapping[int, tuple[str, datetime.date | None]] = field(default_factory=dict)
    left: frozenset[int] = frozenset()


def rule_on(day: datetime.date) -> VotingRule:
    """The version in force on the day; the earliest one for meetings before all of them."""
    rules = VotingRule.objects.order_by("effective_from")
    return rules.filter(effective_from__lte=day).last() or rules[0]


def roll_voters(record: ActivityRecord) -> list[RollVoter]:
    """The roll with rights, in its order. Four queries, whatever the branch's size; no personal data."""
    day = record.on_date
    entries = [
        *RollEntry.objects.filter(share_id=record.share_id)
        .order_by("row_number")
        .values_list(
            "member_id", "member__uid", "name", "row_number", "status", "member__confirmed_on", named=True
        )
    ]
    ids = [entry.member_id for entry in entries]
    attached = set(
        Affiliation.objects.filter(branch_id=record.branch_id, member_id__in=ids)
        .on(day)
        .values_list("member_id", flat=True)
    )
    statuses = statuses_on(ids, day)
    facts: dict[int, set[str]] = defaultdict(set)
    for member_id, code in (
        VotingRightFact.objects.filter(member_id__in=ids).on(day).values_list("member_id", "code")
    ):
        facts[member_id].add(code)
    return [
        RollVoter(
            member_id=entry.member_id,
            uid=entry.member__uid.hex,
            name=entry.name,
            row_number=entry.row_number,
            roll_status=entry.status,
            why_no_right=why_no_right(
                RightFacts(
                    affiliated=entry.member_id in attached,
                    full_member=was_full_member(entry.member__confirmed_on, day),
                    standing_normal=MemberStatus.Kind.SUSPENDED not in statuses.get(entry.member_id, {}),
                    within_party_probation=_Code.NO_RIGHTS in facts[entry.member_id],
                    rights_suspended=_Code.RIGHTS_SUSPENDED in facts[entry.member_id],
                )
            ),
            suggested=min(facts[entry.member_id] & EXCLUSION_REASONS.keys(), default=""),
        )
        for entry in entries
    ]


def voters_of(people: Iterable[RollVoter], adjustments: Adjustments) -> list[Voter]:
    """The same people as the rules take them."""
    found = []
    for person in people:
        opinion, opinion_on = adjustments.opinions.get(person.member_id, ("", None))
        found.append(
            Voter(
                name=person.name,
                why_no_right=person.why_no_right,
                present=person.came and person.member_id not in adjustments.left,
                online=person.roll_status == ONLINE,
                exclusion=adjustments.exclusions.get(person.member_id),
                written=opinion,
                written_on=opinion_on,
            )
        )
    return found


def stored_adjustments(ballot: Ballot) -> Adjustments:
    """What was adjusted at a ballot, to start from again."""
    exclusions, opinions, left = {}, {}, set()
    for row in Elector.objects.filter(ballot=ballot):
        if row.exclusion_reason:
            exclusions[row.member_id] = Exclusion(
                row.exclusion_reason, row.superior_agreed_on, row.meeting_agreed
            )
        if row.written:
            opinions[row.member_id] = (row.written, row.written_on)
        if row.left_early:
            left.add(row.member_id)
    return Adjustments(exclusions, opinions, frozenset(left))


def usual_adjustments(record: ActivityRecord, people: Iterable[RollVoter]) -> Adjustments:
    """Where a new vote starts: the exclusions of the last vote of this meeting, else the reasons that are on file."""
    last = Ballot.objects.filter(record=record).standing().order_by("-number").first()
    exclusions = dict(stored_adjustments(last).exclusions) if last is not None else {}
    for person in people:
        if person.suggested and not person.why_no_right:
            exclusions.setdefault(person.member_id, Exclusion(person.suggested))
    return Adjustments(exclusions)


def outdated(record: ActivityRecord) -> set[int]:
    """Ids of the record's standing ballots whose electors are no longer the people of the stored roll. Two queries."""
    roll = set(RollEntry.objects.filter(share_id=record.share_id).values_list("member_id", "status"))
    counted: dict[int, set[tuple[int, str]]] = defaultdict(set)
    days: dict[int, datetime.date] = {}
    rows = Elector.objects.filter(ballot__record=record).exclude(ballot__state=Ballot.State.WITHDRAWN)
    for ballot_id, day, member_id, status in rows.values_list(
        "ballot_id", "ballot__on_date", "member_id", "roll_status"
    ):
        counted[ballot_id].add((member_id, status))
        days[ballot_id] = day
    return {
        ballot_id
        for ballot_id, people in counted.items()
        if people != roll or days[ballot_id] != record.on_date
    }
