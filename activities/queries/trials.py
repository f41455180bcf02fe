"""What another rule would change, worked out before it is saved: the cadence on this year's records, votes on round numbers."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from activities.models import BranchYear, CadenceRule, VotingRule
from activities.queries.cadence import cadence_rules, cells_of, committee_changes, due_masks, rule_in_force
from activities.rules.cadence import HELD, MISSING, PENDING, Dues
from activities.rules.cadence import CadenceRule as Cadence
from activities.rules.strip import period_statuses
from activities.rules.vote_kinds import VOTE_KINDS
from activities.rules.voters import Base
from activities.rules.votes import quorum_needed, votes_needed
from branch_portal.dates import year_bounds
from members.models import PartyOrganization

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """A year of one kind over all branches, up to a day."""

    branches: int = 0
    owed: int = 0
    held: int = 0
    lacking: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.branches + other.branches,
            self.owed + other.owed,
            self.held + other.held,
            self.lacking + other.lacking,
        )


def cadence_trial(rule: CadenceRule, day: datetime.date) -> tuple[Outcome, Outcome]:
    """(as it is, as it would be) had the rule been in force since 1 January of the day's year."""
    year = day.year
    first, last = year_bounds(year)
    now = cadence_rules()
    usual = rule_in_force(now, rule.kind, first)
    tried = replace(
        usual,
        period=rule.period,
        minimum=rule.minimum,
        clause=rule.clause,
        effective_from=min(rule.effective_from, first),
        effective_to=None,
    )
    then = [*(each for each in now if each.kind != rule.kind), tried]
    branches = PartyOrganization.objects.branches().filter(founded_on__lte=last)
    branches = list(branches.exclude(abolished_on__lte=first).order_by("pk"))
    before = after = Outcome()
    for start in range(0, len(branches), _BATCH):
        some = branches[start : start + _BATCH]
        before += _outcome(some, now, usual, day)
        after += _outcome(some, then, tried, day)
    return before, after


def _outcome(branches: Sequence[PartyOrganization], rules, rule: Cadence, day: datetime.date) -> Outcome:
    held = {
        row[0]: row[1:]
        for row in BranchYear.objects.filter(
            year=day.year, branch__in=[branch.pk for branch in branches]
        ).values_list("branch_id", f"held_{rule.kind}", f"confirmed_{rule.kind}")
    }
    dues, cells, committees = Dues(rules), cells_of(branches), committee_changes(branches)
    sum_ = Outcome()
    for branch in branches:
        due, _ = due_masks(dues, branch, cells[branch.pk], day.year, committees.get(branch.pk, ()))
        masks = (due.get(rule.kind, 0), *held.get(branch.pk, (0, 0)))
        periods = period_statuses(masks, rule.period, rule.minimum, day.year, day)
        owed = [one for one in periods if masks[0] >> one.first.month - 1 & 1]
        done = sum(one.status in (HELD, PENDING) for one in owed)
        missing = sum(one.status == MISSING for one in owed)
        sum_ += Outcome(bool(masks[0]), done + missing, done, bool(missing))
    return sum_


def voting_trial(rule: VotingRule, expected: int = 30, present: int = 26) -> list[tuple[str, str, str]]:
    """Kinds of votes whose numbers would change, on round numbers: (kind, needs as it is, needs as it would be)."""
    current = VotingRule.objects.filter(effective_from__lte=rule.effective_from).exclude(pk=rule.pk).first()
    if current is None:
        return []
    base = Base(expected, present)
    found = []
    for key, kind in VOTE_KINDS.items():
        said = [
            f"到会 {quorum_needed(key, expected, terms)} 人，赞成 {votes_needed(key, base, terms)} 票"
            for terms in (current.terms, rule.terms)
        ]
        if said[0] != said[1]:
            found.append((kind.label, said[0], said[1]))
    return found
