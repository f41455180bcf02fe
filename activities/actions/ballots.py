"""Votes of a meeting: stored with electors, numbers and rule, changed and withdrawn until the record is confirmed."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.actions.locks import lock_branches
from activities.actions.quality import review_records
from activities.actions.records import Conflict, NotEditable
from activities.models import ActivityRecord, Ballot, Elector, Gathering
from activities.queries.electors import Adjustments, RollVoter, roll_voters, rule_on, voters_of
from activities.rules.states import EDITABLE
from activities.rules.vote_kinds import CONFIRMATION, ELECTION, KINDS_BY_MEETING, VOTE_KINDS, VoteTerms
from activities.rules.voters import Base, Voter, base_of, counts_as_present, is_excluded, voter_problems
from activities.rules.votes import (
    FAILED,
    PASSED,
    Votes,
    quorum_needed,
    quorum_problems,
    resolution_sentence,
    standing,
    subject_problems,
    vote_problems,
    votes_needed,
)
from members.actions.errors import ActionRefused


class VoteRefused(ActionRefused):
    """What the regulation or arithmetic forbids (HARD); `problems` are Chinese sentences, each with its mend."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """What is voted on; `subject_member_id` where the person is on the roster, `subject_name` always for one person."""

    kind: str
    title: str
    method: str = ""
    subject_member_id: int | None = None
    subject_name: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """One judged base: the people of the roll, as the rules see them and what they add up to."""

    people: Sequence[RollVoter]
    voters: Sequence[Voter]
    base: Base
    terms: VoteTerms


@transaction.atomic
def store_vote(
    *,
    by,
    record: ActivityRecord,
    facts: VoteFacts,
    votes: Votes,
    adjustments: Adjustments | None = None,
    ballot: Ballot | None = None,
    version: int | None = None,
) -> Ballot:
    """Store a resolution with its result, or put a stored one right; the roll and the rights are read anew.

    Raises VoteRefused, Conflict (`version` is the one that the page was opened with) or NotEditable.
    """
    current = editable_record(record)
    adjustments = adjustments or Adjustments()
    _check_kind(current, facts.kind)
    if ballot is not None:
        ballot = locked_ballot(ballot, version, states=(Ballot.State.DECIDED,))
        if ballot.kind == ELECTION:
            raise NotEditable
    count, rule = counted(current, facts.kind, adjustments)
    problems = [
        *subject_problems(facts.kind, [facts.subject_name] if facts.subject_name else []),
        *vote_problems(facts.kind, count.base, count.terms, votes),
    ]
    if facts.kind == CONFIRMATION and not facts.measure:
        problems.append("请选择转正、延长预备期或取消预备党员资格。")
    if problems:
        raise VoteRefused(problems)
    ballot = ballot or new_ballot(by, current, facts.kind)
    fill(ballot, current, rule, count, facts.kind)
    _write_result(ballot, facts, count, votes)
    decide_now(ballot, by)
    ballot.save()
    write_electors(ballot, count, adjustments)
    review_records([current.pk])
    return ballot


@transaction.atomic
def withdraw_ballot(*, by, ballot: Ballot, reason: str) -> None:
    """撤销: entered by mistake or voted on anew; the row and its numbers stay, with the reason."""
    editable_record(ballot.record)
    current = locked_ballot(ballot, None, states=(Ballot.State.OPEN, Ballot.State.DECIDED))
    if not reason.strip():
        raise VoteRefused(["请填写撤销的原因。"])
    if Ballot.objects.filter(previous=current).standing().exists():
        raise VoteRefused(["这次选举已有再次投票，请先撤销再次投票。"])
    current.state = Ballot.State.WITHDRAWN
    current.withdrawn_by, current.withdrawn_at = by, timezone.now()
    current.withdrawn_reason = reason.strip()
    current.previous = None  # so that the election it continued may be continued again
    current.version += 1
    current.save()
    review_records([current.record_id])


# --- Parts that elections share ---


def editable_record(record: ActivityRecord) -> ActivityRecord:
    """The record, locked; NotEditable once it is confirmed, or where nothing was held."""
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.select_related("share__gathering", "branch").get(pk=record.pk)
    if current.state not in EDITABLE or current.share.gathering.state == Gathering.State.CANCELLED:
        raise NotEditable
    if current.share.roll_saved_at is None:
        raise VoteRefused(["会议还没有登记到会情况，请先记录会议，再添加表决。"])
    return current


def locked_ballot(ballot: Ballot, version: int | None, *, states: Sequence[str]) -> Ballot:
    current = Ballot.objects.select_for_update(of=("self",)).get(pk=ballot.pk)
    if version is not None and current.version != version:
        raise Conflict
    if current.state not in states:
        raise NotEditable
    return current


def counted(
    record: ActivityRecord, kind: str, adjustments: Adjustments, people: Sequence[RollVoter] | None = None
):
    """The base of this vote with the rule of its day. Raises VoteRefused for what may not be stored of a person."""
    rule = rule_on(record.on_date)
    terms = rule.terms
    people = roll_voters(record) if people is None else people
    voters = voters_of(people, adjustments)
    problems = [line for voter in voters for line in voter_problems(voter, kind, record.on_date, terms)]
    if problems:
        raise VoteRefused(problems)
    return Count(people, voters, base_of(voters, kind, record.on_date, terms), terms), rule


def require_quorum(kind: str, count: Count) -> None:
    if problems := quorum_problems(kind, count.base, count.terms):
        raise VoteRefused(problems)


def new_ballot(by, record: ActivityRecord, kind: str) -> Ballot:
    last = Ballot.objects.filter(record=record).aggregate(last=Max("number"))["last"] or 0
    return Ballot(
        record=record, branch_id=record.branch_id, kind=kind, number=last + 1, created_by=by, version=0
    )


def fill(ballot: Ballot, record: ActivityRecord, rule, count: Count, kind: str) -> None:
    """Freeze base, thresholds and rule on the row."""
    base, terms = count.base, count.terms
    ballot.kind, ballot.on_date = kind, record.on_date
    ballot.rule, ballot.terms = rule, terms.as_data()
    ballot.expected_voting, ballot.present_voting = base.expected, base.present
    ballot.excluded_count = base.excluded
    ballot.written_for, ballot.written_against = base.written_for, base.written_against
    ballot.written_abstain = base.written_abstain
    ballot.quorum_needed = quorum_needed(kind, base.expected, terms)
    ballot.votes_needed = votes_needed(kind, base, terms)
    ballot.version += 1


def decide_now(ballot: Ballot, by) -> None:
    ballot.state = Ballot.State.DECIDED
    ballot.decided_by, ballot.decided_at = by, timezone.now()


def write_electors(
    ballot: Ballot, count: Count, adjustments: Adjustments, duties: Mapping[int, str] | None = None
) -> None:
    """Freeze the people: their rows are written anew, the audit trail keeps what they said before."""
    Elector.objects.filter(ballot=ballot).delete()
    day: datetime.date = ballot.on_date
    rows = []
    for person, voter in zip(count.people, count.voters, strict=True):
        exclusion, opinion = voter.exclusion, adjustments.opinions.get(person.member_id, ("", None))
        rows.append(
            Elector(
                ballot=ballot,
                branch_id=ballot.branch_id,
                member_id=person.member_id,
                row_number=person.row_number,
                name=person.name,
                roll_status=person.roll_status,
                why_no_right=person.why_no_right,
                present=counts_as_present(voter, ballot.kind, count.terms),
                left_early=person.member_id in adjustments.left,
                exclusion_reason=exclusion.reason if exclusion else "",
                superior_agreed_on=exclusion.superior_agreed_on if exclusion else None,
                meeting_agreed=bool(exclusion and exclusion.meeting_agreed),
                excluded=is_excluded(voter, ballot.kind, day, count.terms),
                written=opinion[0],
                written_on=opinion[1] if opinion[0] else None,
                duty=(duties or {}).get(person.member_id, ""),
            )
        )
    Elector.objects.bulk_create(rows)


def _check_kind(record: ActivityRecord, kind: str) -> None:
    if kind not in KINDS_BY_MEETING.get(record.kind, ()):
        label = VOTE_KINDS[kind].label if kind in VOTE_KINDS else kind
        raise VoteRefused([f"{record.get_kind_display()}不作“{label}”表决，请另选类别。"])


def _write_result(ballot: Ballot, facts: VoteFacts, count: Count, votes: Votes) -> None:
    ballot.title = facts.title.strip()
    ballot.method = facts.method or count.terms.method(facts.kind)
    one_person = VOTE_KINDS[facts.kind].one_person
    ballot.subject_member_id = facts.subject_member_id if one_person else None
    ballot.subject_name = facts.subject_name.strip() if one_person else ""
    ballot.measure = facts.measure if facts.kind == CONFIRMATION else ""
    ballot.votes_for, ballot.votes_against, ballot.votes_abstain = (
        votes.in_favour,
        votes.against,
        votes.abstain,
    )
    passed = standing(facts.kind, count.base, count.terms, votes).passed
    ballot.outcome = PASSED if passed else FAILED
    ballot.resolution = resolution_sentence(
        facts.kind, count.base, count.terms, votes, method=ballot.method, title=ballot.title
    )
