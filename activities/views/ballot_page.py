"""What the page and the paper of one ballot show, as plain values."""

from activities.models import Ballot, Candidate, Elector
from activities.rules.elections import OFFICE_LABELS, OUTCOME_LABELS
from activities.rules.roll import mark_label
from activities.rules.vote_kinds import (
    COMMITTEE_DECISION,
    MEASURE_LABELS,
    METHOD_LABELS,
    VOTE_KINDS,
    passing_words,
    quorum_words,
)
from activities.rules.voters import EXCLUSION_REASONS, OPINION_LABELS, WHY_NO_RIGHT
from branch_portal.tables import Column, Table

OUTCOME_STATES = {"passed": "done", "filled": "done", "reduced": "done"}


def outcome_state(ballot: Ballot) -> tuple[str, str]:
    """(state of the badge, word)."""
    if ballot.state == Ballot.State.WITHDRAWN:
        return "plain", "已撤销"
    if ballot.state == Ballot.State.OPEN:
        return "wait", "待计票"
    return OUTCOME_STATES.get(ballot.outcome, "late"), ballot.get_outcome_display()


def whom(ballot: Ballot) -> str:
    if ballot.kind == COMMITTEE_DECISION:
        return "委员"
    return "有选举权" if ballot.is_election else "有表决权"


def outcome_stats(ballot: Ballot) -> list[dict]:
    """Tiles: base, presence, and what was needed."""
    stats = [
        {"label": f"应到（{whom(ballot)}）", "value": ballot.expected_voting, "unit": "人"},
        {
            "label": f"实到（{whom(ballot)}）",
            "value": ballot.present_voting,
            "unit": "人",
            "hint": f"至少须到 {ballot.quorum_needed} 人",
        },
    ]
    if ballot.is_election:
        stats.append({"label": "应选", "value": ballot.seats, "unit": "名"})
        return [*stats, {"label": "当选须得", "value": ballot.votes_needed, "unit": "票以上"}]
    in_favour = (ballot.votes_for or 0) + ballot.written_for
    hint = f"通过须 {ballot.votes_needed} 票" + (
        f"，其中书面意见 {ballot.written_for}" if ballot.written_for else ""
    )
    return [
        *stats,
        {"label": "赞成", "value": in_favour, "unit": "票", "hint": hint},
        {"label": "不赞成", "value": (ballot.votes_against or 0) + ballot.written_against, "unit": "票"},
        {"label": "弃权", "value": (ballot.votes_abstain or 0) + ballot.written_abstain, "unit": "名"},
    ]


def facts_of(ballot: Ballot, *, all_facts: bool) -> list[tuple[str, object]]:
    """Label–value pairs; who may not read rolls is not told how many were left out of the base."""
    terms = ballot.rule_terms
    facts: list[tuple[str, object]] = [
        ("类别", VOTE_KINDS[ballot.kind].label),
        ("方式", METHOD_LABELS[ballot.method]),
        ("到会要求", quorum_words(ballot.kind, terms)),
        ("通过要求" if not ballot.is_election else "当选要求", passing_words(ballot.kind, terms)),
        ("依据", VOTE_KINDS[ballot.kind].clause),
        ("规则版本", f"{terms.effective_from:%Y-%m-%d} 起"),
    ]
    if ballot.subject_name:
        facts.insert(1, ("表决对象", ballot.subject_name))
    if ballot.measure:
        facts.insert(2, ("转正事项", MEASURE_LABELS[ballot.measure]))
    if ballot.is_election:
        facts.insert(1, ("选举职务", OFFICE_LABELS[ballot.office]))
        if ballot.outcome:
            facts.append(("结果", OUTCOME_LABELS[ballot.outcome]))
        if ballot.ballots_issued is not None:
            facts.append(("选票", _papers(ballot)))
    if all_facts and ballot.excluded_count:
        facts.append(("不计入应到会", f"{ballot.excluded_count} 人"))
    if ballot.withdrawn_reason:
        facts.append(("撤销原因", ballot.withdrawn_reason))
    return facts


def candidate_table(ballot: Ballot) -> Table:
    """The paper's lines with their votes."""
    columns = [
        Column("姓名", lambda row: row.name + ("（另选）" if row.write_in else "")),
        Column("赞成", lambda row: row.votes_for, numeric=True),
        Column("不赞成", lambda row: row.votes_against, numeric=True),
        Column("弃权", lambda row: row.votes_abstain, numeric=True),
        Column("名次", lambda row: row.place, numeric=True),
        Column("结果", _result),
    ]
    return Table(columns, ballot.candidates.all(), caption="候选人")


def _result(row: Candidate) -> str:
    if row.votes_for is None:
        return ""
    if row.elected:
        return "当选"
    if row.tied:
        return "票数相等，再次投票"
    return "超过半数，未当选" if row.passed else "未超过半数"


def people_of_ballot(ballot: Ballot) -> dict[str, list[dict]]:
    """Who was not counted and why, who wrote beforehand, who watched: for who runs votes alone. One query."""
    rows = list(ballot.electors.all())
    return {
        "no_right": [
            {"name": row.name, "why": WHY_NO_RIGHT[row.why_no_right]} for row in rows if row.why_no_right
        ],
        "exclusions": [_exclusion(row) for row in rows if row.exclusion_reason],
        "opinions": [
            {"name": row.name, "opinion": OPINION_LABELS[row.written], "on": row.written_on}
            for row in rows
            if row.written
        ],
        "absent": [
            {"name": row.name, "why": "到会但未参加" if row.left_early else mark_label(row.roll_status, "")}
            for row in rows
            if not row.why_no_right and not row.present and not row.excluded
        ],
        "duties": [{"name": row.name, "duty": row.get_duty_display()} for row in rows if row.duty],
    }


def _exclusion(row: Elector) -> dict:
    return {
        "name": row.name,
        "reason": EXCLUSION_REASONS[row.exclusion_reason],
        "superior": row.superior_agreed_on,
        "meeting": row.meeting_agreed,
        "excluded": row.excluded,
    }


def _papers(ballot: Ballot) -> str:
    return (
        f"发出 {ballot.ballots_issued} 张，收回 {ballot.ballots_collected} 张，"
        f"有效 {ballot.ballots_valid} 张，无效 {ballot.ballots_invalid} 张"
    )
