"""The kinds of votes: which clause, which quorum, which majority, and what varies by configuration (domain 5.3, 13)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

ORDINARY, ADMISSION, CONFIRMATION = "ordinary", "admission", "confirmation"
COMMITTEE_DECISION, ELECTION, DISPOSAL = "committee_decision", "election", "disposal"

SECRET, SHOW_OF_HANDS = "secret", "show_of_hands"
METHOD_LABELS = {SECRET: "无记名投票", SHOW_OF_HANDS: "举手表决"}

EXPECTED, PRESENT = "expected", "present"
HALF, TWO_THIRDS = "half", "two_thirds"
MAJORITY_OF_COMMITTEE, MAJORITY_OF_PRESENT = "majority_of_committee", "majority_of_present"

REGULATION = "《中国共产党支部工作条例（试行）》"
ADMISSION_RULES = "《中国共产党发展党员工作细则》"
ELECTION_RULES = "《中国共产党基层组织选举工作条例》"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a base that has to be reached (`strict` False) or exceeded (`strict` True); whole numbers only."""

    numerator: int
    denominator: int
    strict: bool

    def met(self, count: int, base: int) -> bool:
        """Never met on an empty base: where nobody has the right, nothing is decided."""
        if base <= 0:
            return False
        left, right = self.denominator * count, self.numerator * base
        return left > right if self.strict else left >= right

    def needed(self, base: int) -> int:
        """The smallest count that meets it."""
        if base <= 0:
            return 1
        product = self.numerator * base
        if self.strict:
            return product // self.denominator + 1
        return -(-product // self.denominator)


AT_LEAST_HALF = Share(1, 2, strict=False)
MORE_THAN_HALF = Share(1, 2, strict=True)
AT_LEAST_TWO_THIRDS = Share(2, 3, strict=False)
AT_LEAST_FOUR_FIFTHS = Share(4, 5, strict=False)
MORE_THAN_FOUR_FIFTHS = Share(4, 5, strict=True)


@dataclass(frozen=True, slots=True)
class VoteKind:
    """One kind: its clause, whether written opinions count, whether it is about one person, in which meeting it is held."""

    key: str
    code: str
    label: str
    quorum_words: str
    passing_words: str
    clause: str
    method: str
    written: bool = False
    one_person: bool = False
    important: bool = True
    committee: bool = False


VOTE_KINDS: dict[str, VoteKind] = {
    kind.key: kind
    for kind in (
        VoteKind(
            ORDINARY,
            "V1",
            "一般决议（含表彰、工作报告等）",
            "应到会有表决权的党员半数以上到会",
            "赞成票超过应到会有表决权的党员的半数为通过",
            f"{REGULATION}第十一条",
            SHOW_OF_HANDS,
            important=False,
        ),
        VoteKind(
            ADMISSION,
            "V2",
            "接收预备党员",
            "有表决权的到会人数必须超过应到会有表决权人数的半数",
            "赞成人数（含会前正式提出的书面意见）超过应到会有表决权的正式党员的半数为通过",
            f"{ADMISSION_RULES}第二十条、第二十一条",
            SECRET,
            written=True,
            one_person=True,
        ),
        VoteKind(
            CONFIRMATION,
            "V3",
            "预备党员转正、延长预备期或取消预备党员资格",
            "有表决权的到会人数必须超过应到会有表决权人数的半数",
            "赞成人数（含会前正式提出的书面意见）超过应到会有表决权的正式党员的半数为通过",
            f"{ADMISSION_RULES}第三十三条等（与讨论接收预备党员的支部大会相同）",
            SECRET,
            written=True,
            one_person=True,
        ),
        VoteKind(
            DISPOSAL,
            "V6",
            "不合格党员组织处置",
            "有表决权的到会人数超过应到会有表决权人数的半数",
            "赞成票超过应到会有表决权的党员的半数为通过，逐人表决",
            f"{REGULATION}第十一条；会议要求参照地方规定",
            SECRET,
            one_person=True,
        ),
        VoteKind(
            ELECTION,
            "V5",
            "选举",
            "有选举权的到会人数不少于应到会人数的五分之四",
            "得赞成票超过半数始得当选",
            ELECTION_RULES,
            SECRET,
        ),
        VoteKind(
            COMMITTEE_DECISION,
            "V4",
            "支部委员会决定",
            "半数以上支部委员会委员到会方可召开",
            "赞成票超过支部委员会委员的半数为通过",
            f"{REGULATION}第十二条；通过的票数条例未作规定，按本单位设置",
            SHOW_OF_HANDS,
            important=False,
            committee=True,
        ),
    )
}

GENERAL_KINDS = (ORDINARY, ADMISSION, CONFIRMATION, DISPOSAL)
COMMITTEE_KINDS = (COMMITTEE_DECISION,)
#: The record's kind → the kinds of votes that its meeting may take; an election is opened by its own page.
KINDS_BY_MEETING: dict[str, tuple[str, ...]] = {
    "general_meeting": GENERAL_KINDS,
    "committee_meeting": COMMITTEE_KINDS,
}

CONFIRM, EXTEND, ANNUL = "confirm", "extend", "annul"
MEASURE_LABELS = {CONFIRM: "按期转为正式党员", EXTEND: "延长预备期", ANNUL: "取消预备党员资格"}

DEFAULT_METHODS = {key: kind.method for key, kind in VOTE_KINDS.items()}


@dataclass(frozen=True, slots=True)
class VoteTerms:
    """One version of what may be configured (domain 13), in force from a day on; defaults are the stricter readings."""

    effective_from: datetime.date
    clause: str = ""
    election_win_base: str = EXPECTED
    election_quorum_strict: bool = False
    general_quorum_strict: bool = False
    committee_pass_rule: str = MAJORITY_OF_COMMITTEE
    committee_quorum: str = HALF
    exclusions_apply_to: frozenset[str] = frozenset({ADMISSION, CONFIRMATION, DISPOSAL, ELECTION})
    floating_exclusion: bool = True
    online_not_for: frozenset[str] = frozenset({ADMISSION, CONFIRMATION, ELECTION})
    methods: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_METHODS))

    def quorum(self, kind: str) -> Share:
        """How many must have come, of the base, for a vote of this kind to be taken."""
        if kind == ORDINARY:
            return MORE_THAN_HALF if self.general_quorum_strict else AT_LEAST_HALF
        if kind == COMMITTEE_DECISION:
            return AT_LEAST_TWO_THIRDS if self.committee_quorum == TWO_THIRDS else AT_LEAST_HALF
        if kind == ELECTION:
            return MORE_THAN_FOUR_FIFTHS if self.election_quorum_strict else AT_LEAST_FOUR_FIFTHS
        return MORE_THAN_HALF

    def passing_base(self, kind: str, expected: int, present: int) -> int:
        """What the votes in favour are compared with: those expected, but where the configuration says those present."""
        if kind == COMMITTEE_DECISION and self.committee_pass_rule == MAJORITY_OF_PRESENT:
            return present
        if kind == ELECTION and self.election_win_base == PRESENT:
            return present
        return expected

    def method(self, kind: str) -> str:
        return self.methods.get(kind) or VOTE_KINDS[kind].method

    def exclusions_apply(self, kind: str) -> bool:
        return kind in self.exclusions_apply_to

    def online_counts(self, kind: str) -> bool:
        """Whether who took part by video counts as present for this vote."""
        return kind not in self.online_not_for

    def as_data(self) -> dict:
        """For storing beside a ballot: plain values, in a fixed order."""
        return {
            "effective_from": self.effective_from.isoformat(),
            "clause": self.clause,
            "election_win_base": self.election_win_base,
            "election_quorum_strict": self.election_quorum_strict,
            "general_quorum_strict": self.general_quorum_strict,
            "committee_pass_rule": self.committee_pass_rule,
            "committee_quorum": self.committee_quorum,
            "exclusions_apply_to": sorted(self.exclusions_apply_to),
            "floating_exclusion": self.floating_exclusion,
            "online_not_for": sorted(self.online_not_for),
            "methods": dict(self.methods),
        }

    @classmethod
    def from_data(cls, data: dict) -> VoteTerms:
        values = dict(data)
        values["effective_from"] = datetime.date.fromisoformat(values["effective_from"])
        for name in ("exclusions_apply_to", "online_not_for"):
            values[name] = frozenset(values[name])
        return cls(**values)


#: Shipped versions: an election before the regulation of 2020 is judged by the words of its own time.
SHIPPED_TERMS: tuple[VoteTerms, ...] = (
    VoteTerms(
        datetime.date(2018, 10, 28),
        f"{REGULATION}；选举按1990年《中国共产党基层组织选举工作暂行条例》",
        election_win_base=PRESENT,
        election_quorum_strict=True,
    ),
    VoteTerms(datetime.date(2020, 7, 13), f"{REGULATION}；{ELECTION_RULES}"),
)


def quorum_words(kind: str, terms: VoteTerms) -> str:
    """The quorum as the configured version has it, in words."""
    if kind == ORDINARY and terms.general_quorum_strict:
        return "有表决权的到会人数超过应到会有表决权的党员的半数"
    if kind == COMMITTEE_DECISION and terms.committee_quorum == TWO_THIRDS:
        return "三分之二以上支部委员会委员到会方可召开"
    if kind == ELECTION and terms.election_quorum_strict:
        return "有选举权的到会人数超过应到会人数的五分之四"
    return VOTE_KINDS[kind].quorum_words


def passing_words(kind: str, terms: VoteTerms) -> str:
    """The majority as the configured version has it, in words."""
    if kind == COMMITTEE_DECISION and terms.committee_pass_rule == MAJORITY_OF_PRESENT:
        return "赞成票超过到会委员的半数为通过"
    if kind == ELECTION:
        whom = "实到会" if terms.election_win_base == PRESENT else "应到会"
        return f"得赞成票超过{whom}有选举权人数的半数始得当选"
    return VOTE_KINDS[kind].passing_words
