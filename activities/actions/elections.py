"""Elections of a meeting: set up with candidates and tellers, counted, voted on again where the count asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from activities.actions.ballots import (
    Count,
    VoteRefused,
    counted,
    decide_now,
    editable_record,
    fill,
    locked_ballot,
    new_ballot,
    require_quorum,
    write_electors,
)
from activities.actions.quality import review_records
from activities.models import ActivityKind, ActivityRecord, Ballot, Candidate, Elector
from activities.queries.electors import Adjustments, stored_adjustments
from activities.rules import elections as rules
from activities.rules.strokes import by_strokes
from activities.rules.vote_kinds import ELECTION, SECRET
from activities.rules.voters import is_excluded
from members.rules.pinyin import name_pinyin

OPEN, DECIDED = Ballot.State.OPEN, Ballot.State.DECIDED
#: What each meeting may elect; secretary and deputy by the committee, by the general meeting where there is none (Art. 21).
OFFICES_BY_MEETING: dict[str, tuple[str, ...]] = {
    ActivityKind.GENERAL_MEETING: tuple(rules.OFFICE_LABELS),
    ActivityKind.COMMITTEE_MEETING: (rules.SECRETARY, rules.DEPUTY),
}


@dataclass(frozen=True, slots=True)
class ElectionFacts:
    """An election before it is counted; people by member id. `order` names candidates where strokes do not decide."""

    office: str
    seats: int
    candidates: Sequence[int]
    scrutineers: Sequence[int]
    tellers: Sequence[int] = ()
    title: str = ""
    order: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class CandidateVotes:
    in_favour: int
    against: int
    abstain: int


@transaction.atomic
def store_election(
    *,
    by,
    record: ActivityRecord,
    facts: ElectionFacts,
    adjustments: Adjustments | None = None,
    ballot: Ballot | None = None,
    version: int | None = None,
) -> Ballot:
    """Set an election up, or put it right before it is counted. Raises VoteRefused, Conflict or NotEditable."""
    current = editable_record(record)
    adjustments = adjustments or Adjustments()
    if facts.office not in OFFICES_BY_MEETING.get(current.kind, ()):
        raise VoteRefused([f"{current.get_kind_display()}不选举这一职务，请另选。"])
    if ballot is not None:
        ballot = locked_ballot(ballot, version, states=(OPEN,))
    count, rule = counted(current, ELECTION, adjustments)
    require_quorum(ELECTION, count)
    before = ballot.previous if ballot is not None else None
    among_tied = before is not None and before.outcome == rules.TIE
    if ballot is not None and before is not None and among_tied:
        facts = _as_before(ballot, before, facts)
    _check_people(count, current, facts, among_tied=among_tied)
    ballot = ballot or new_ballot(by, current, ELECTION)
    fill(ballot, current, rule, count, ELECTION)
    ballot.method, ballot.office, ballot.seats = SECRET, facts.office, facts.seats
    ballot.title = facts.title.strip() or f"选举{rules.OFFICE_LABELS[facts.office]}"
    ballot.save()
    duties = dict.fromkeys(facts.scrutineers, Elector.Duty.SCRUTINEER) | dict.fromkeys(
        facts.tellers, Elector.Duty.TELLER
    )
    write_electors(ballot, count, adjustments, duties)
    if not among_tied:
        _write_candidates(ballot, count, facts)
    return ballot


@transaction.atomic
def record_election(
    *,
    by,
    ballot: Ballot,
    papers: rules.Papers,
    votes: dict[int, CandidateVotes],
    write_ins: Sequence[tuple[str, int]] = (),
    version: int | None = None,
) -> Ballot:
    """Store the count and who is elected; `votes` by candidate id. May be put right until the record is confirmed."""
    editable_record(ballot.record)
    ballot = locked_ballot(ballot, version, states=(OPEN, DECIDED))
    if Ballot.objects.filter(previous=ballot).standing().exists():
        raise VoteRefused(["已有再次投票，不能再改这次的计票；请先撤销再次投票。"])
    nominated = list(Candidate.objects.filter(ballot=ballot, write_in=False).order_by("position"))
    tallies = [
        rules.Tally(row.name, one.in_favour, one.against, one.abstain)
        for row in nominated
        if (one := votes.get(row.pk)) is not None
    ] + [rules.Tally(name, number, write_in=True) for name, number in write_ins]
    _check_count(ballot, papers, tallies, len(nominated), len(write_ins))
    decided = rules.decide(
        ballot.seats or 0,
        [] if papers.void else tallies,
        papers,
        expected=ballot.expected_voting,
        present=ballot.present_voting,
        terms=ballot.rule_terms,
    )
    ballot.ballots_issued, ballot.ballots_collected = papers.issued, papers.collected
    ballot.ballots_valid, ballot.ballots_invalid = papers.valid, papers.invalid
    ballot.outcome, ballot.seats_left, ballot.reduction_agreed = decided.outcome, decided.remaining, None
    decide_now(ballot, by)
    _write_tallies(ballot, nominated, [] if papers.void else tallies, decided)
    ballot.resolution = election_sentence(ballot, decided.elected)
    ballot.version += 1
    ballot.save()
    review_records([ballot.record_id])
    return ballot


@transaction.atomic
def further_ballot(*, by, ballot: Ballot) -> Ballot:
    """再次投票: among the tied, for the seats not filled, or the whole election where it was void."""
    record = editable_record(ballot.record)
    before = locked_ballot(ballot, None, states=(DECIDED,))
    if before.outcome not in (rules.VOID, rules.TIE, rules.SHORT):
        raise VoteRefused(["这次选举已有结果，不用再次投票。"])
    if Ballot.objects.filter(previous=before).exists():
        raise VoteRefused(["已有再次投票，请在那里计票。"])
    adjustments = stored_adjustments(before)
    count, rule = counted(record, ELECTION, adjustments)
    require_quorum(ELECTION, count)
    again = new_ballot(by, record, ELECTION)
    fill(again, record, rule, count, ELECTION)
    again.method, again.office, again.previous = SECRET, before.office, before
    again.seats = before.seats if before.outcome == rules.VOID else before.seats_left
    again.title = f"{before.title.removesuffix('（再次投票）')}（再次投票）"
    again.save()
    left = Candidate.objects.filter(ballot=before, write_in=False, elected=False)
    if before.outcome == rules.TIE:
        left = Candidate.objects.filter(ballot=before, tied=True)  # whoever was written in stands now
    standing_again = {row.member_id for row in left}
    duties = {
        member_id: duty
        for member_id, duty in Elector.objects.filter(ballot=before)
        .exclude(duty="")
        .values_list("member_id", "duty")
        if member_id not in standing_again
    }
    write_electors(again, count, adjustments, duties)
    Candidate.objects.bulk_create(
        Candidate(
            ballot=again,
            branch_id=again.branch_id,
            member_id=row.member_id,
            name=row.name,
            position=position,
        )
        for position, row in enumerate(left.order_by("position"), start=1)
    )
    return again


@transaction.atomic
def reduce_seats(*, by, ballot: Ballot, agreeing: int) -> Ballot:
    """减少名额: nearly full, and half or more of the electors agree to leave it at that."""
    editable_record(ballot.record)
    current = locked_ballot(ballot, None, states=(DECIDED,))
    elected = list(current.candidates.filter(elected=True).order_by("place", "position"))
    problems = rules.reduction_problems(
        outcome=current.outcome, elected=len(elected), agreeing=agreeing, electors=current.expected_voting
    )
    if Ballot.objects.filter(previous=current).standing().exists():
        problems.append("已有再次投票，不能再减少名额；请先撤销再次投票。")
    if problems:
        raise VoteRefused(problems)
    current.outcome, current.reduction_agreed = rules.REDUCED, agreeing
    decide_now(current, by)
    current.resolution = election_sentence(current, [row.name for row in elected])
    current.version += 1
    current.save()
    return current


def election_sentence(ballot: Ballot, elected: Sequence[str]) -> str:
    """The sentence for the minutes."""
    office = rules.OFFICE_LABELS[ballot.office]
    who = "委员" if ballot.record.kind == ActivityKind.COMMITTEE_MEETING else "有选举权的党员"
    parts = [
        f"应到会{who}{ballot.expected_voting}名，实到{ballot.present_voting}名。"
        f"采取无记名投票方式选举{office}，应选{ballot.seats}名。"
        f"发出选票{ballot.ballots_issued}张，收回选票{ballot.ballots_collected}张"
    ]
    if ballot.outcome == rules.VOID:
        return parts[0] + "，收回的选票多于发出的选票，选举无效，须重新选举。"
    parts.append(f"，其中有效票{ballot.ballots_valid}张、无效票{ballot.ballots_invalid}张，选举有效。")
    parts.append(f"{'、'.join(elected)}当选{office}。" if elected else "没有候选人得票超过半数。")
    if ballot.outcome == rules.TIE:
        tied = "、".join(row.name for row in ballot.candidates.filter(tied=True).order_by("position"))
        parts.append(f"{tied}得票相等，就票数相等的再次投票。")
    elif ballot.outcome == rules.SHORT:
        parts.append(f"不足的{ballot.seats_left}名另行选举。")
    elif ballot.outcome == rules.REDUCED:
        parts.append(f"经{ballot.reduction_agreed}名选举人同意，减少名额{ballot.seats_left}名，不再选举。")
    return "".join(parts)


def _as_before(ballot: Ballot, before: Ballot, facts: ElectionFacts) -> ElectionFacts:
    """After a tie only those of equal votes stand again, for the seats that were left; nobody changes that."""
    tied = [pk for pk in ballot.candidates.values_list("member_id", flat=True) if pk is not None]
    return replace(facts, office=before.office, seats=before.seats_left, candidates=tied, order=())


def _check_people(count: Count, record: ActivityRecord, facts: ElectionFacts, *, among_tied: bool) -> None:
    names = {person.member_id: person.name for person in count.people}
    missing = {*facts.candidates, *facts.scrutineers, *facts.tellers} - names.keys()
    if missing:
        raise VoteRefused(["所选人员不在本次会议的到会名单中，请重新选择。"])
    by_id = {person.member_id: voter for person, voter in zip(count.people, count.voters, strict=True)}
    tied = set(facts.candidates) if among_tied else set()
    problems = rules.candidate_problems(
        facts.seats, [str(pk) for pk in facts.candidates], facts.office, tied=len(tied)
    )
    problems += [
        f"{names[pk]}没有被选举权，不能作候选人，请改正。"
        for pk in facts.candidates
        if by_id[pk].why_no_right
    ]
    problems += rules.staff_problems(
        {names[pk] for pk in facts.candidates},
        [names[pk] for pk in facts.scrutineers],
        [names[pk] for pk in facts.tellers],
    )
    for pk in (*facts.scrutineers, *facts.tellers):
        voter = by_id[pk]
        if not voter.present or is_excluded(voter, ELECTION, record.on_date, count.terms):
            problems.append(f"{names[pk]}没有到会，不能监票或计票，请另选。")
        elif pk in facts.scrutineers and voter.why_no_right:
            problems.append(f"{names[pk]}没有选举权，不能担任监票人，请另选。")
    if problems:
        raise VoteRefused(problems)


def _check_count(
    ballot: Ballot, papers: rules.Papers, tallies: Sequence[rules.Tally], nominated: int, write_ins: int
) -> None:
    problems = rules.paper_problems(papers, ballot.present_voting)
    if not papers.void:
        if len(tallies) - write_ins != nominated:
            problems.append("请填写每名候选人的票数。")
        else:
            problems += rules.tally_problems(papers, ballot.seats or 0, tallies)
            problems += [
                f"{name}没有被选举权，另选无效，请将这些选票按无效票处理。"
                for name in _ineligible(ballot, tallies)
            ]
    if problems:
        raise VoteRefused(problems)


def _write_candidates(ballot: Ballot, count: Count, facts: ElectionFacts) -> None:
    people = {person.member_id: person for person in count.people}
    chosen = [people[pk] for pk in facts.candidates]
    names = [person.name for person in chosen]
    ordered = by_strokes(
        chosen, name=lambda person: person.name, sound=lambda person: name_pinyin(person.name)
    )
    if facts.order:
        place = {pk: index for index, pk in enumerate(facts.order)}
        ordered.sort(key=lambda person: place.get(person.member_id, len(place)))
    Candidate.objects.filter(ballot=ballot).delete()
    Candidate.objects.bulk_create(
        Candidate(
            ballot=ballot,
            branch_id=ballot.branch_id,
            member_id=person.member_id,
            name=person.name
            if names.count(person.name) == 1
            else f"{person.name}（名单第{person.row_number}号）",
            position=position,
        )
        for position, person in enumerate(ordered, start=1)
    )


def _ineligible(ballot: Ballot, tallies: Sequence[rules.Tally]) -> list[str]:
    """Written-in names of members of the branch who have no right to stand."""
    named = [tally.name for tally in tallies if tally.write_in]
    electors = Elector.objects.filter(ballot=ballot, name__in=named)
    eligible = set(electors.filter(why_no_right="").values_list("name", flat=True))
    return sorted(set(electors.values_list("name", flat=True)) - eligible)


def _members_by_name(ballot: Ballot) -> dict[str, int]:
    """Electors whose name is theirs alone at this ballot."""
    found: dict[str, list[int]] = {}
    for name, member_id in Elector.objects.filter(ballot=ballot).values_list("name", "member_id"):
        found.setdefault(name, []).append(member_id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def _write_tallies(
    ballot: Ballot,
    nominated: Sequence[Candidate],
    tallies: Sequence[rules.Tally],
    decided: rules.ElectionOutcome,
) -> None:
    lines = {line.name: line for line in decided.ranking}
    by_name = {tally.name: tally for tally in tallies}
    members = _members_by_name(ballot)
    Candidate.objects.filter(ballot=ballot, write_in=True).delete()
    written = [
        Candidate(
            ballot=ballot,
            branch_id=ballot.branch_id,
            member_id=members.get(tally.name),
            name=tally.name,
            write_in=True,
            position=len(nominated) + number,
        )
        for number, tally in enumerate((one for one in tallies if one.write_in), start=1)
    ]
    Candidate.objects.bulk_create(written)
    rows = [*nominated, *written]
    for row in rows:
        tally, line = by_name.get(row.name), lines.get(row.name)
        row.votes_for = tally.in_favour if tally else None
        row.votes_against = tally.against if tally and not row.write_in else None
        row.votes_abstain = tally.abstain if tally and not row.write_in else None
        row.place, row.passed, row.elected = (
            (line.place, line.passed, line.elected) if line else (None, False, False)
        )
        row.tied = row.name in decided.tied
    Candidate.objects.bulk_update(
        rows, ["votes_for", "votes_against", "votes_abstain", "place", "passed", "elected", "tied"]
    )
