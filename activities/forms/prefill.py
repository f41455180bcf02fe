"""A new roll of an announced gathering, filled with what is known: approved leave, and sign-ins as a suggestion."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from activities.forms.choices import VALUE_OF
from activities.forms.roll import RollRow, RollState, fresh_roll
from activities.models import GatheringBranch
from activities.queries.eligibility import Eligible
from activities.queries.leave import Known, known_of
from activities.rules.roll import LATE, LEAVE, PRESENT, compress_rows
from activities.rules.signin import is_late


def prefilled_roll(share: GatheringBranch, people: Sequence[Eligible]) -> RollState:
    """Leave that was approved is on it; whoever signed in is present or late; nobody is absent for not having signed in."""
    known, started_at = known_of(share), share.gathering.started_at
    fresh = fresh_roll(people)
    state = RollState([_row(row, known, started_at) for row in fresh.rows])
    state.hint = _hint(state, known, started_at)
    return state


def _row(row: RollRow, known: Known, started_at: datetime.datetime) -> RollRow:
    signed = known.signed.get(row.person.member_id)
    if signed is not None:
        return replace(row, value=VALUE_OF[LATE if is_late(signed, started_at) else PRESENT, ""], reason="")
    leave = known.leave.get(row.person.member_id)
    if leave is not None:
        return replace(row, value=VALUE_OF[LEAVE, leave.leave_type], reason=leave.reason)
    return row


def _hint(state: RollState, known: Known, started_at: datetime.datetime) -> str:
    """What was filled in, and who did not sign in while it was open: for the eye of whoever keeps the roll."""
    parts = []
    if known.leave:
        parts.append(f"已按批准的请假填入 {len(known.leave)} 人。")
    if known.opened:
        late = sum(is_late(moment, started_at) for moment in known.signed.values())
        without = [
            row.person.row_number
            for row in state.rows
            if row.status == PRESENT and row.person.member_id not in known.signed
        ]
        parts.append(f"扫码签到 {len(known.signed)} 人" + (f"，其中晚到 {late} 人" if late else "") + "。")
        if without:
            parts.append(f"没有扫码的序号：{compress_rows(without)}。签到只作参考，请核对后登记。")
    return "".join(parts)
