"""Reading votes: those of a record, one with its lines, and what the rules advise to look at."""

import datetime

from django.db.models import QuerySet

from activities.models import ActivityKind, ActivityRecord, Ballot
from activities.rules.vote_kinds import ADMISSION, COMMITTEE_DECISION, CONFIRMATION, DISPOSAL, ELECTION
from activities.rules.voters import was_full_member
from activities.rules.votes import Votes, close_prompt, committee_warning
from members.models import Affiliation

IMPORTANT = (ADMISSION, CONFIRMATION, DISPOSAL, ELECTION)
#: How long before the general meeting the committee's discussion is looked for.
DAYS_OF_PREPARATION = 92


def visible_ballots(user) -> QuerySet[Ballot]:
    """Votes with their record and branch."""
    return Ballot.objects.visible_to(user).select_related(
        "record__share__gathering", "record__branch", "branch", "rule"
    )


def ballots_of(user, record: ActivityRecord) -> list[Ballot]:
    """A record's votes that the user may see, in their order."""
    return list(Ballot.objects.visible_to(user).filter(record=record).in_order())


def full_members_on(branch_id: int, day: datetime.date) -> int:
    days = (
        Affiliation.objects.filter(branch_id=branch_id).on(day).values_list("member__confirmed_on", flat=True)
    )
    return sum(was_full_member(confirmed_on, day) for confirmed_on in days)


def advice_on(ballot: Ballot) -> list[str]:
    """Sentences to consider (WARN, INFO); nothing is blocked by them."""
    found = []
    if ballot.votes_for is not None and ballot.kind not in (COMMITTEE_DECISION,):
        assert ballot.votes_against is not None and ballot.votes_abstain is not None
        found.append(close_prompt(Votes(ballot.votes_for, ballot.votes_against, ballot.votes_abstain)))
    if ballot.record.kind == ActivityKind.COMMITTEE_MEETING:
        found.append(committee_warning(full_members_on(ballot.branch_id, ballot.on_date)))
    elif ballot.kind in IMPORTANT and ballot.branch.has_committee and not _prepared(ballot):
        found.append(
            "《中国共产党支部工作条例（试行）》第十二条：党支部重要事项一般先经支部委员会会议讨论，再提交支部党员大会；"
            f"此前{DAYS_OF_PREPARATION}天内没有支部委员会会议记录，请核对。"
        )
    return [sentence for sentence in found if sentence]


def _prepared(ballot: Ballot) -> bool:
    earliest = ballot.on_date - datetime.timedelta(days=DAYS_OF_PREPARATION)
    return (
        ActivityRecord.objects.filter(
            branch_id=ballot.branch_id,
            kind=ActivityKind.COMMITTEE_MEETING,
            on_date__range=(earliest, ballot.on_date),
        )
        .counted()
        .exists()
    )


def waiting_ballots(record: ActivityRecord) -> int:
    """Elections of the record that are still to be counted: what confirmation should ask about."""
    return Ballot.objects.filter(record=record, state=Ballot.State.OPEN).count()
