"""Elections: how many candidates, which ballots count, who is elected, when to vote again (domain 5.4, 10; 2020 Election Regulation)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from activities.rules.vote_kinds import AT_LEAST_HALF, ELECTION, MORE_THAN_HALF, VoteTerms

COMMITTEE_MEMBER, SECRETARY, DEPUTY, DELEGATE = (
    "committee_member",
    "secretary",
    "deputy_secretary",
    "delegate",
)
OFFICE_LABELS = {
    COMMITTEE_MEMBER: "支部委员会委员",
    SECRETARY: "党支部书记",
    DEPUTY: "党支部副书记",
    DELEGATE: "出席上级党代表大会代表",
}
#: Elected with as many candidates as seats (等额).
EQUAL = frozenset({SECRETARY, DEPUTY})

VOID, FILLED, TIE, SHORT, REDUCED = "void", "filled", "tie", "short", "reduced"
OUTCOME_LABELS = {
    VOID: "选举无效（收回的选票多于发出的选票），须重新选举",
    FILLED: "选足名额",
    TIE: "票数相等，须就票数相等的候选人再次投票",
    SHORT: "当选人数少于应选名额，不足的名额另行选举",
    REDUCED: "当选人数接近应选名额，经半数以上选举人同意减少名额，不再选举",
}
OUTCOME_WORDS = {VOID: "选举无效", FILLED: "选足名额", TIE: "票数相等", SHORT: "未选足", REDUCED: "减少名额"}


def candidates_needed(seats: int, office: str = COMMITTEE_MEMBER) -> int:
    """At least a fifth more than seats, rounded up; exactly as many as seats for secretary and deputy."""
    return seats if office in EQUAL else seats + -(-seats // 5)


def candidate_problems(
    seats: int, names: Sequence[str], office: str = COMMITTEE_MEMBER, *, tied: int = 0
) -> list[str]:
    """HARD: number of candidates. `tied` candidates of a further ballot are exactly those, whatever their number."""
    if seats < 1:
        return ["应选名额至少为 1 名，请改正。"]
    problems = []
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        problems.append(f"候选人“{'、'.join(twice)}”写了两次，请删去一个。")
    if tied:
        if len(names) != tied:
            problems.append(f"再次投票只在票数相等的 {tied} 名候选人中进行，现有 {len(names)} 名，请改正。")
        return problems
    needed = candidates_needed(seats, office)
    if office in EQUAL and len(names) != needed:
        problems.append(
            f"{OFFICE_LABELS[office]}实行等额选举：应选 {seats} 名，候选人应为 {needed} 名，现有 {len(names)} 名，请改正。"
        )
    elif len(names) < needed:
        problems.append(
            f"应选 {seats} 名，候选人的差额不少于应选人数的20%，至少 {needed} 名，现有 {len(names)} 名，"
            f"还差 {needed - len(names)} 名。"
        )
    return problems


def staff_problems(
    candidates: Collection[str], scrutineers: Sequence[str], tellers: Sequence[str]
) -> list[str]:
    """HARD: whoever watches and counts is no candidate; scrutineers come from those who vote."""
    problems = []
    for label, names in (("监票人", scrutineers), ("计票人", tellers)):
        problems += [f"{name}是候选人，不能担任{label}，请另选。" for name in names if name in candidates]
    both = sorted(set(scrutineers) & set(tellers))
    if both:
        problems.append(f"{'、'.join(both)}同时列为监票人和计票人，请分开。")
    if not scrutineers:
        problems.append("请选监票人：从不是候选人的选举人中提名，经会议通过。")
    return problems


def marks_valid(marked_for: int, seats: int) -> bool:
    """One ballot: as many marks as seats or fewer count; more and it is invalid, the others count."""
    return marked_for <= seats


@dataclass(frozen=True, slots=True)
class Papers:
    """The ballot papers of one election."""

    issued: int
    collected: int
    valid: int
    invalid: int

    @property
    def void(self) -> bool:
        """More came back than went out: the whole election is void."""
        return self.collected > self.issued


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of one candidate; `write_in` for a name that voters against a candidate wrote themselves."""

    name: str
    in_favour: int
    against: int = 0
    abstain: int = 0
    write_in: bool = False


def paper_problems(papers: Papers, present: int) -> list[str]:
    """HARD: arithmetic of the papers. Too many collected is no problem of arithmetic but a void election."""
    problems = []
    if min(papers.issued, papers.collected, papers.valid, papers.invalid) < 0:
        problems.append("票数不能为负数，请改正。")
    if papers.issued < 1:
        problems.append("发出选票至少 1 张，请填写。")
    if papers.issued > present:
        problems.append(
            f"发出选票 {papers.issued} 张，多于实到有选举权的 {present} 人；每人一张，请核对发票数或到会情况。"
        )
    if not papers.void and papers.valid + papers.invalid != papers.collected:
        problems.append(
            f"有效票 {papers.valid} 张、无效票 {papers.invalid} 张合计 {papers.valid + papers.invalid} 张，"
            f"与收回选票 {papers.collected} 张不符，请核对。"
        )
    return problems


def tally_problems(papers: Papers, seats: int, tallies: Sequence[Tally]) -> list[str]:
    """HARD: the votes of every candidate add up to the valid papers, and all marks fit on them."""
    problems = []
    for tally in tallies:
        if min(tally.in_favour, tally.against, tally.abstain) < 0:
            problems.append(f"{tally.name}：票数不能为负数，请改正。")
        total = tally.in_favour + tally.against + tally.abstain
        if not tally.write_in and total != papers.valid:
            problems.append(
                f"{tally.name}：赞成 {tally.in_favour}、不赞成 {tally.against}、弃权 {tally.abstain} 合计 {total} 票，"
                f"与有效票 {papers.valid} 张不符，请核对。"
            )
        if tally.write_in and tally.in_favour > papers.valid:
            problems.append(f"另选{tally.name} {tally.in_favour} 票，多于有效票 {papers.valid} 张，请核对。")
    marks, room = sum(tally.in_favour for tally in tallies), papers.valid * seats
    if marks > room:
        problems.append(
            f"赞成票（含另选他人）合计 {marks} 票，多于有效票 {papers.valid} 张 × 应选 {seats} 名 = {room} 票："
            "赞成人数多于应选名额的选票是无效票，请重新计票。"
        )
    written = sum(tally.in_favour for tally in tallies if tally.write_in)
    against = sum(tally.against for tally in tallies if not tally.write_in)
    if written > against:
        problems.append(
            f"另选他人合计 {written} 票，多于不赞成票合计 {against} 票：投不赞成票的才可以另选他人，请核对。"
        )
    names = [tally.name for tally in tallies]
    problems += [f"“{name}”写了两次，请合并。" for name in sorted({n for n in names if names.count(n) > 1})]
    return problems


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of the outcome: place by votes in favour (equal votes share a place), whether more than half, whether elected."""

    place: int
    name: str
    in_favour: int
    passed: bool
    elected: bool


@dataclass(frozen=True, slots=True)
class ElectionOutcome:
    """Who is elected. `tied` are those who vote again among themselves, `remaining` the seats still to fill."""

    outcome: str
    elected: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    remaining: int = 0
    ranking: tuple[Ranked, ...] = field(default_factory=tuple)


def decide(
    seats: int, tallies: Sequence[Tally], papers: Papers, *, expected: int, present: int, terms: VoteTerms
) -> ElectionOutcome:
    """More than half of the base is elected; most votes first; a tie at the last seat is voted on again."""
    if papers.void or not terms.quorum(ELECTION).met(present, expected):
        return ElectionOutcome(VOID, remaining=seats)
    base = terms.passing_base(ELECTION, expected, present)
    order = sorted(tallies, key=lambda tally: -tally.in_favour)
    passing = [tally for tally in order if MORE_THAN_HALF.met(tally.in_favour, base)]
    elected, tied = passing, list[Tally]()
    if len(passing) > seats:
        cut = passing[seats - 1].in_favour
        above = [tally for tally in passing if tally.in_favour > cut]
        at_cut = [tally for tally in passing if tally.in_favour == cut]
        if len(above) + len(at_cut) > seats:
            elected, tied = above, at_cut
        else:
            elected = above + at_cut
    remaining = seats - len(elected)
    names, passed = {tally.name for tally in elected}, {tally.name for tally in passing}
    ranking = tuple(
        Ranked(
            1 + sum(other.in_favour > tally.in_favour for other in order),
            tally.name,
            tally.in_favour,
            tally.name in passed,
            tally.name in names,
        )
        for tally in order
    )
    return ElectionOutcome(
        TIE if tied else SHORT if remaining else FILLED,
        tuple(tally.name for tally in elected),
        tuple(tally.name for tally in tied),
        remaining,
        ranking,
    )


def win_votes(expected: int, present: int, terms: VoteTerms) -> int:
    """Votes that one candidate needs."""
    return MORE_THAN_HALF.needed(terms.passing_base(ELECTION, expected, present))


def reduction_problems(*, outcome: str, elected: int, agreeing: int, electors: int) -> list[str]:
    """HARD: seats are reduced only after too few were elected, with half or more of the electors agreeing."""
    if outcome != SHORT:
        return ["只有当选人数少于应选名额时，才可以减少名额。"]
    if elected < 1:
        return ["还没有人当选，不能减少名额，请另行选举。"]
    if agreeing > electors:
        return [f"同意 {agreeing} 人，多于应到会选举人 {electors} 人，请核对。"]
    if not AT_LEAST_HALF.met(agreeing, electors):
        needed = AT_LEAST_HALF.needed(electors)
        return [
            f"减少名额须半数以上选举人同意：应到会选举人 {electors} 人，至少 {needed} 人，还差 {needed - agreeing} 人。"
        ]
    return []
