"""Who may vote, and who is counted: rights, exclusions with both consents, the base (domain 5.1, 5.2)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from activities.rules.vote_kinds import COMMITTEE_DECISION, VOTE_KINDS, VoteTerms

NOT_AFFILIATED, PROBATIONARY, NOT_NORMAL = "not_affiliated", "probationary", "not_normal"
NO_RIGHTS, RIGHTS_SUSPENDED = "no_rights", "rights_suspended"
WHY_NO_RIGHT = {
    NOT_AFFILIATED: "组织关系不在本支部",
    PROBATIONARY: "预备党员",
    NOT_NORMAL: "停止党籍期间",
    NO_RIGHTS: "期间无表决权、选举权和被选举权",
    RIGHTS_SUSPENDED: "期间中止表决权、选举权和被选举权",
}

#: The seven cases of the published lists; the codes are those of `members.VotingRightFact`.
FLOATING_CANNOT_RETURN = "exclusion_7"
EXCLUSION_REASONS = {
    "exclusion_1": "患有精神病或其他疾病导致不能表达本人意志",
    "exclusion_2": "自费出国半年以上",
    "exclusion_3": "虽未受到留党察看以上党纪处分，但正在服刑",
    "exclusion_4": "年老体弱卧床不起和长期患病生活不能自理",
    "exclusion_5": "工作调动、借调、驻外、外出学习或工作半年以上，按规定应转走组织关系而未转走",
    "exclusion_6": "离退休后长期在原籍居住，因特殊原因未转走组织关系且确实不能参加会议",
    FLOATING_CANNOT_RETURN: "流动党员不能返回参加（经支部党员大会同意）",
}
EXCLUSION_CLAUSE = (
    "符合规定情形，经报上级党组织同意并经支部党员大会通过，可以不计算在应到会人数之内；两项缺一不可"
)

FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
OPINION_LABELS = {FOR: "赞成", AGAINST: "不赞成", ABSTAIN: "弃权"}


@dataclass(frozen=True, slots=True)
class RightFacts:
    """What is true of a member on the day of the meeting."""

    affiliated: bool = True
    full_member: bool = True
    standing_normal: bool = True
    within_party_probation: bool = False
    rights_suspended: bool = False


def why_no_right(facts: RightFacts) -> str:
    """ "" for who has the right to vote, to elect and to stand; otherwise the code of the reason (2020 Election Reg. Art. 5)."""
    if not facts.affiliated:
        return NOT_AFFILIATED
    if not facts.standing_normal:
        return NOT_NORMAL
    if not facts.full_member:
        return PROBATIONARY
    if facts.within_party_probation:
        return NO_RIGHTS
    return RIGHTS_SUSPENDED if facts.rights_suspended else ""


def was_full_member(confirmed_on: datetime.date | None, day: datetime.date) -> bool:
    """Whether one voted as a full member on the day: who is confirmed by a meeting had no vote when it began."""
    return confirmed_on is not None and confirmed_on < day


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A wish not to count somebody: the reason and the two consents."""

    reason: str
    superior_agreed_on: datetime.date | None = None
    meeting_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Voter:
    """One member at one vote. `online` says that the presence was by video; `written` an opinion handed in beforehand."""

    name: str
    why_no_right: str = ""
    present: bool = False
    online: bool = False
    exclusion: Exclusion | None = None
    written: str = ""
    written_on: datetime.date | None = None

    @property
    def has_right(self) -> bool:
        return not self.why_no_right


@dataclass(frozen=True, slots=True)
class Base:
    """The counted people of one vote, and the opinions that were handed in."""

    expected: int
    present: int
    excluded: int = 0
    written_for: int = 0
    written_against: int = 0
    written_abstain: int = 0

    @property
    def written(self) -> int:
        return self.written_for + self.written_against + self.written_abstain


def consent_gaps(exclusion: Exclusion, day: datetime.date, terms: VoteTerms) -> list[str]:
    """What an exclusion still lacks; it leaves the base alone until nothing does."""
    gaps = []
    if exclusion.reason not in EXCLUSION_REASONS:
        gaps.append("没有选择规定的情形")
    elif exclusion.reason == FLOATING_CANNOT_RETURN and not terms.floating_exclusion:
        gaps.append("本单位未采用“流动党员不能返回”这一情形")
    if exclusion.superior_agreed_on is None:
        gaps.append("没有上级党组织同意的日期")
    elif exclusion.superior_agreed_on > day:
        gaps.append("上级党组织同意的日期晚于会议日期")
    if not exclusion.meeting_agreed:
        gaps.append("没有经支部党员大会通过")
    return gaps


def is_excluded(voter: Voter, kind: str, day: datetime.date, terms: VoteTerms) -> bool:
    """Whether the voter is left out of the base of this vote; leave of absence never does that."""
    return (
        voter.has_right
        and voter.exclusion is not None
        and terms.exclusions_apply(kind)
        and not consent_gaps(voter.exclusion, day, terms)
    )


def counts_as_present(voter: Voter, kind: str, terms: VoteTerms) -> bool:
    return voter.has_right and voter.present and (not voter.online or terms.online_counts(kind))


def voter_problems(voter: Voter, kind: str, day: datetime.date, terms: VoteTerms) -> list[str]:
    """What must not be stored (HARD), each sentence naming the person and the mend."""
    problems = []
    if voter.exclusion is not None:
        if not voter.has_right:
            problems.append(f"{voter.name}本来就没有表决权，不在应到会人数之内，不用再登记不计入。")
        elif not terms.exclusions_apply(kind):
            problems.append(f"{VOTE_KINDS[kind].label}的应到会人数没有可以不计入的情形，请删去{voter.name}。")
        elif counts_as_present(voter, kind, terms) and is_excluded(voter, kind, day, terms):
            problems.append(f"{voter.name}已到会，不能不计入应到会人数；请删去这一行，或修改到会情况。")
    if voter.written:
        problems += _written_problems(voter, kind, day, terms)
    return problems


def _written_problems(voter: Voter, kind: str, day: datetime.date, terms: VoteTerms) -> list[str]:
    if not VOTE_KINDS[kind].written:
        return [f"{VOTE_KINDS[kind].label}不计书面意见，请删去{voter.name}的书面意见。"]
    if not voter.has_right:
        why = WHY_NO_RIGHT[voter.why_no_right]
        return [f"{voter.name}没有表决权（{why}），其意见不能计入票数，请删去。"]
    if counts_as_present(voter, kind, terms):
        return [f"{voter.name}已到会参加表决，不能再计书面意见；请删去其中一项。"]
    if is_excluded(voter, kind, day, terms):
        return [f"{voter.name}不计入应到会人数，不能再计书面意见；请删去其中一项。"]
    if voter.written_on is None:
        return [f"请填写{voter.name}提出书面意见的日期。"]
    if voter.written_on > day:
        return [f"{voter.name}的书面意见提出于会后，只有会前正式提出的才计入。"]
    return []


def base_of(voters: Iterable[Voter], kind: str, day: datetime.date, terms: VoteTerms) -> Base:
    """Count the base. A branch committee is counted whole: whoever of it may not vote is still one of its members."""
    expected = present = excluded = 0
    written = {FOR: 0, AGAINST: 0, ABSTAIN: 0}
    for voter in voters:
        if is_excluded(voter, kind, day, terms):
            excluded += 1
            continue
        expected += voter.has_right or kind == COMMITTEE_DECISION
        present += counts_as_present(voter, kind, terms)
        if voter.written and not _written_problems(voter, kind, day, terms):
            written[voter.written] += 1
    return Base(expected, present, excluded, written[FOR], written[AGAINST], written[ABSTAIN])
