"""组织关系转接: request, letter, acceptance. Until the letter is accepted the old branch keeps the member (2019 Reg. Art. 25)."""

import datetime

from django.db import transaction

from branch_portal.database import beyond_scope
from members.actions.affiliations import exit_member, transfer_member
from members.actions.errors import ActionRefused
from members.actions.statuses import end_status
from members.actions.transfer_states import close, locked_transfer, move, not_in_future
from members.models import AffiliationTransfer, Member, MemberStatus, PartyOrganization, User
from members.queries.dictionaries import choices_of, label_of
from members.rules.findings import Severity
from members.rules.transfers import check_letter


@transaction.atomic
def request_transfer(
    *,
    by: User | None,
    member: Member,
    requested_on: datetime.date,
    reason: str,
    to_branch: PartyOrganization | None = None,
    to_name: str = "",
    dues_paid_until: datetime.date | None = None,
) -> AffiliationTransfer:
    """Ask for a letter to a branch of the portal or to a named organisation outside of it."""
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    not_in_future(requested_on, "申请日期")
    if member.branch is None:
        raise ActionRefused("该党员没有正在生效的组织关系，不能办理转接。")
    if (to_branch is None) == (not to_name.strip()):
        raise ActionRefused("请选择本系统内的转入党支部，或填写转往党组织的全称，两者填其一。")
    if to_branch is not None:
        _check_receiver(member.branch, to_branch)
    if reason not in dict(choices_of("transfer_reason")):
        raise ActionRefused("请选择转接原因。")
    if member.transfers.open().exists():
        raise ActionRefused("该党员已有正在办理的组织关系转接，请先办结或撤回。")
    return AffiliationTransfer.objects.create(
        member=member,
        from_branch=member.branch,
        to_branch=to_branch,
        to_name=to_name.strip(),
        reason=reason,
        requested_on=requested_on,
        requested_by=by,
        dues_paid_until=dues_paid_until,
    )


@transaction.atomic
def issue_transfer(
    *,
    by: User | None,
    transfer: AffiliationTransfer,
    letter_no: str,
    issued_on: datetime.date,
    valid_until: datetime.date,
    dues_paid_until: datetime.date | None = None,
) -> AffiliationTransfer:
    """Issue the letter. A validity outside of one to six months is refused; what is only unusual is the caller's to show."""
    transfer = locked_transfer(transfer)
    not_in_future(issued_on, "开出日期")
    if issued_on < transfer.requested_on:
        raise ActionRefused(f"开出日期不能早于申请日期 {transfer.requested_on:%Y-%m-%d}。")
    if not letter_no.strip():
        raise ActionRefused("请填写介绍信编号。")
    transfer.dues_paid_until = dues_paid_until or transfer.dues_paid_until
    for finding in check_letter(issued_on, valid_until, transfer.dues_paid_until):
        if finding.severity == Severity.HARD:
            raise ActionRefused(f"{finding.message}（{finding.clause}）。")
    move(transfer, "issue")
    transfer.letter_no, transfer.issued_on, transfer.valid_until = letter_no.strip(), issued_on, valid_until
    transfer.issued_by = by
    transfer.save(
        update_fields=["state", "letter_no", "issued_on", "valid_until", "issued_by", "dues_paid_until"]
    )
    return transfer


@transaction.atomic
@beyond_scope("a person moves between branches")
def accept_transfer(
    *,
    by: User | None,
    transfer: AffiliationTransfer,
    on: datetime.date,
    cell: PartyOrganization | None = None,
) -> AffiliationTransfer:
    """The letter was accepted: now the member moves to the new branch, or has left for the organisation outside.

    Posts in the old branch end with the move. Whoever accepts has no rights there and needs none: the letter was issued by
    who has, so the move is nobody's reach into the old branch (`by=None`). Being away from the old branch ends with it too
    (9.2: the affiliation unchanged).
    """
    transfer = locked_transfer(transfer)
    member = transfer.member
    if transfer.valid_until is not None and on > transfer.valid_until:
        raise ActionRefused(
            f"介绍信已于 {transfer.valid_until:%Y-%m-%d} 过期，请原党支部登记过期后重新办理。"
        )
    close(transfer, "accept", by=by, on=on)
    reason = label_of("transfer_reason", transfer.reason)
    if transfer.to_branch is None:
        exit_member(
            by=None,
            member=member,
            on=on,
            standing=Member.Standing.TRANSFERRED_OUT,
            reason=f"转往{transfer.to_name}（{reason}）",
        )
        return transfer
    if transfer.to_branch.abolished_on is not None:
        raise ActionRefused("转入党支部已经撤销，请原党支部撤回后重新办理。")
    transfer_member(by=None, member=member, branch=transfer.to_branch, cell=cell, on=on, reason=reason)
    away = member.statuses.open().filter(kind=MemberStatus.Kind.FLOATING).first()
    if away is not None and away.period.lower < on:
        end_status(by=by, member=member, kind=MemberStatus.Kind.FLOATING, on=on)
    return transfer


@transaction.atomic
def return_transfer(
    *, by: User | None, transfer: AffiliationTransfer, on: datetime.date, reason: str
) -> AffiliationTransfer:
    """The receiving side sends the letter back, and says why."""
    return close(locked_transfer(transfer), "return", by=by, on=on, note=_said(reason, "退回"))


@transaction.atomic
def withdraw_transfer(
    *, by: User | None, transfer: AffiliationTransfer, on: datetime.date, reason: str
) -> AffiliationTransfer:
    """The old branch takes the request or the letter back."""
    return close(locked_transfer(transfer), "withdraw", by=by, on=on, note=_said(reason, "撤回"))


@transaction.atomic
def expire_transfer(
    *, by: User | None, transfer: AffiliationTransfer, on: datetime.date
) -> AffiliationTransfer:
    """A person notes that the letter ran out; another one may be asked for then."""
    transfer = locked_transfer(transfer)
    if transfer.valid_until is not None and on <= transfer.valid_until:
        raise ActionRefused(f"介绍信有效期至 {transfer.valid_until:%Y-%m-%d}，还没有过期；不再转接的请撤回。")
    return close(transfer, "expire", by=by, on=on)


def _said(reason: str, what: str) -> str:
    if not reason.strip():
        raise ActionRefused(f"请写明{what}的原因。")
    return reason.strip()


def _check_receiver(old: PartyOrganization, new: PartyOrganization) -> None:
    if new.kind != PartyOrganization.Kind.BRANCH or new.abolished_on is not None:
        raise ActionRefused("组织关系只能转入现有的党支部。")
    if new.pk == old.pk:
        raise ActionRefused("转入党支部就是现在的党支部；调整党小组请用“调整支部或小组”。")
