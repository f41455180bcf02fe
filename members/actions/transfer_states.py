"""Moving a transfer from state to state; the table in `members.rules.transfers` says which moves there are."""

import datetime

from branch_portal.dates import today_shanghai
from members.actions.errors import ActionRefused
from members.models import AffiliationTransfer, Member, User
from members.rules.transfers import STEPS


def not_in_future(day: datetime.date, what: str) -> None:
    if day > today_shanghai():
        raise ActionRefused(f"{what}不能晚于今天。")


def locked_transfer(transfer: AffiliationTransfer) -> AffiliationTransfer:
    rows = AffiliationTransfer.objects.select_related("from_branch", "to_branch")
    return rows.select_for_update(of=("self",)).get(pk=transfer.pk)


def move(transfer: AffiliationTransfer, step: str) -> None:
    """Put a locked transfer into the state that the step leads to; the caller fills in the rest and saves."""
    allowed = STEPS[step]
    if transfer.state not in allowed.before:
        raise ActionRefused(
            f"这次转接的状态是“{transfer.get_state_display()}”，不能再{allowed.label}。请刷新页面查看最新进展。"
        )
    transfer.state = allowed.after


def close(
    transfer: AffiliationTransfer, step: str, *, by: User | None, on: datetime.date, note: str = ""
) -> AffiliationTransfer:
    """End a locked transfer on a day, from its beginning up to today."""
    not_in_future(on, "办理日期")
    earliest = transfer.issued_on or transfer.requested_on
    if on < earliest:
        raise ActionRefused(f"办理日期不能早于申请或开出的日期 {earliest:%Y-%m-%d}。")
    move(transfer, step)
    transfer.closed_on, transfer.closed_by, transfer.closing_note = on, by, note[:100]
    transfer.save(update_fields=["state", "closed_on", "closed_by", "closing_note"])
    return transfer


def withdraw_open(member: Member, *, by: User | None, note: str) -> None:
    """A member who has left otherwise needs no letter any more."""
    for transfer in member.transfers.open().select_for_update():
        close(transfer, "withdraw", by=by, on=today_shanghai(), note=note)
