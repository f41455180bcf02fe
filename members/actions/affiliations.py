"""组织关系: opening, moving and ending. Only here are `Member.branch`, `cell` and `left_branch` written after entry.

Everything may be entered late: the affiliation changes on its day, the mirrors on the member say what is true today.
"""

import datetime
from collections.abc import Mapping, Sequence

from django.contrib.postgres.fields import DateRangeField
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, F, Func, Value, When

from branch_portal.database import beyond_scope
from branch_portal.dates import today_shanghai
from members.actions.account_state import close_account_of
from members.actions.errors import ActionRefused
from members.actions.posts import check_reach
from members.actions.transfer_states import withdraw_open
from members.models import Affiliation, AffiliationTransfer, Member, PartyOrganization, PostTenure, User
from members.signals import members_moved

#: What each way of leaving is in the yearly change table.
_LOSS_OF: dict[str, str] = {
    Member.Standing.EXITED: Affiliation.Loss.EXITED,
    Member.Standing.DECEASED: Affiliation.Loss.DECEASED,
    Member.Standing.TRANSFERRED_OUT: Affiliation.Loss.TRANSFERRED_OUT,
}
_MIRRORS = ("branch", "cell", "standing", "version")


@transaction.atomic
@beyond_scope("a person moves between branches")
def open_affiliation(
    *,
    by: User | None,
    member: Member,
    branch: PartyOrganization,
    since: datetime.date,
    gain: str,
    cell: PartyOrganization | None = None,
    reason: str = "",
) -> Affiliation:
    """Place a member who has no open affiliation into a branch; `gain` says why (恢复党籍, 转入). Standing becomes normal."""
    _check_cell(branch, cell)
    member = _locked(member)
    if since > today_shanghai():
        raise ActionRefused("日期不能晚于今天，请到生效当天再办理。")
    if Affiliation.objects.filter(member=member, period__upper_inf=True).exists():
        raise ActionRefused("该党员的组织关系仍在原党支部，请先办理转出。")
    if Affiliation.objects.filter(member=member, period__overlap=(since, None)).exists():
        raise ActionRefused(
            f"{since:%Y-%m-%d} 该党员的组织关系还在原党支部，接收日期应在转出日期当天或之后。"
        )
    member.standing = Member.Standing.NORMAL
    return _place(member, branch, cell, since, reason, gain=gain)


@transaction.atomic
@beyond_scope("a person moves between branches")
def transfer_member(
    *,
    by: User | None,
    member: Member,
    branch: PartyOrganization,
    on: datetime.date,
    cell: PartyOrganization | None = None,
    reason: str = "",
    whole_unit: bool = False,
) -> Affiliation:
    """Move a member to another branch or cell: the old affiliation ends the day the new one starts (`on`).

    Posts held in the branch or cell that is left end on the same day, because a post gives rights. `whole_unit`: the branch
    came as a whole (merger, split). Another branch is refused while a letter is under way; a whole unit withdraws it.
    """
    _check_cell(branch, cell)
    member = _locked(member)
    current = _close(member, on, loss=Affiliation.Loss.WHOLE_UNIT if whole_unit else Affiliation.Loss.MOVED)
    if current.branch_id == branch.pk:
        left = PostTenure.objects.filter(organization_id=current.cell_id) if current.cell_id else None
        if current.cell_id == getattr(cell, "pk", None):
            raise ActionRefused("党员已在该党支部和党小组，无需调整。")
    else:
        left = PostTenure.objects.filter(organization__path__startswith=current.branch.path)
        if whole_unit:
            withdraw_open(member, by=by, note="所在党支部整建制调整")
        elif member.transfers.open().exists():
            raise ActionRefused("该党员有正在办理的组织关系转接，请先办结或撤回。")
    if left is not None:
        _end_tenures(by, left.filter(member=member), on)
    gain = Affiliation.Gain.WHOLE_UNIT if whole_unit else Affiliation.Gain.MOVED
    return _place(member, branch, cell, on, reason, gain=gain)


@transaction.atomic
@beyond_scope("a person moves between branches")
def move_unit(
    *,
    by: User | None,
    members: Sequence[Member],
    branch: PartyOrganization,
    on: datetime.date,
    reason: str,
    cells: Mapping[int, PartyOrganization] | None = None,
) -> None:
    """Move many members of other branches at once, 整建制, in the same number of statements however many they are.

    `cells`: old cell → new one; whoever's cell is not named goes without. Says the same of each as `transfer_member` with
    `whole_unit`; the posts that are left are the caller's to end (`end_posts`).
    """
    cells = dict(cells or {})
    for cell in (None, *cells.values()):
        _check_cell(branch, cell)
    ids = [member.pk for member in members]
    locked = list(Member.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    running = Affiliation.objects.filter(member__in=ids, period__upper_inf=True)
    places = {place.member_id: place for place in running.select_for_update(of=("self",))}
    _check_unit(locked, places, branch, on)
    for member in Member.objects.filter(transfers__in=AffiliationTransfer.objects.open(), pk__in=ids):
        withdraw_open(member, by=by, note="所在党支部整建制调整")
    ended = Func(F("period__startswith"), Value(on), function="daterange", output_field=DateRangeField())
    running.update(period=ended, loss=Affiliation.Loss.WHOLE_UNIT)
    Affiliation.objects.bulk_create(
        [
            Affiliation(
                member=member,
                branch=branch,
                cell=cells.get(old) if (old := places[member.pk].cell_id) else None,
                period=DateRange(on, None),
                gain=Affiliation.Gain.WHOLE_UNIT,
                reason=reason[:100],
            )
            for member in locked
        ],
        batch_size=1000,
    )
    place = Case(*[When(cell_id=old, then=Value(new.pk)) for old, new in cells.items()], default=None)
    Member.objects.filter(pk__in=ids).update(
        branch=branch, cell=place if cells else None, left_branch=None, version=F("version") + 1
    )
    members_moved.send(sender=Affiliation, member_ids=ids)


def _check_unit(
    members: Sequence[Member], places: Mapping[int, Affiliation], branch: PartyOrganization, on: datetime.date
) -> None:
    """What `_close` and `transfer_member` refuse of one, for all; the whole unit goes or nobody."""
    if on > today_shanghai():
        raise ActionRefused("日期不能晚于今天，请到生效当天再办理。")
    for member in members:
        place = places.get(member.pk)
        if place is None:
            raise ActionRefused(f"{member.name}没有正在生效的组织关系。")
        if place.branch_id == branch.pk:
            raise ActionRefused(f"{member.name}已在该党支部，无需调整。")
        if on <= place.period.lower:
            raise ActionRefused(
                f"日期应晚于{member.name}现组织关系的起始日期 {place.period.lower:%Y-%m-%d}。"
            )


@transaction.atomic
def exit_member(
    *, by: User | None, member: Member, on: datetime.date, standing: str, reason: str, exit_type: str = ""
) -> Affiliation:
    """End a member's affiliation for good: transferred out of this portal, left the Party, or deceased. Nothing is deleted.

    `exit_type` is a code of the table of that name, for who leaves the Party only. Statuses that run end on the same day.
    """
    if standing not in _LOSS_OF:
        raise ActionRefused("请选择减少原因：转出、出党或死亡。")
    if (standing == Member.Standing.EXITED) != bool(exit_type):
        raise ActionRefused("出党的请选择出党方式，其他减少原因不填。")
    if not reason.strip():
        raise ActionRefused("请写明减少的原因。")
    member = _locked(member)
    current = _close(member, on, loss=_LOSS_OF[Member.Standing(standing)])
    current.reason, current.exit_type = reason[:100], exit_type
    current.save(update_fields=["reason", "exit_type"])
    _end_tenures(by, PostTenure.objects.filter(member=member), on)
    end_statuses(member, on)
    withdraw_open(member, by=by, note="党员已登记减少")
    member.left_branch, member.branch, member.cell = current.branch, None, None
    member.standing = standing
    member.lost_contact_on = member.floating_since = None
    member.floating_destination = ""
    member.version += 1
    member.save(
        update_fields=[*_MIRRORS, "left_branch", "lost_contact_on", "floating_since", "floating_destination"]
    )
    close_account_of(member, by=by, reason=f"党员已登记减少（{member.get_standing_display()}）")
    return current


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update(of=("self",)).get(pk=member.pk)


def _check_cell(branch: PartyOrganization, cell: PartyOrganization | None) -> None:
    if branch.kind != PartyOrganization.Kind.BRANCH:
        raise ActionRefused("组织关系只能落在党支部。")
    if cell is not None and not (
        cell.kind == PartyOrganization.Kind.CELL and cell.path.startswith(branch.path)
    ):
        raise ActionRefused("所选党小组不属于该党支部。")


def _close(member: Member, on: datetime.date, *, loss: str) -> Affiliation:
    current = (
        Affiliation.objects.select_related("branch")
        .select_for_update(of=("self",))
        .filter(member=member, period__upper_inf=True)
        .first()
    )
    if current is None:
        raise ActionRefused("该党员没有正在生效的组织关系。")
    if on > today_shanghai():
        # The member's branch and rights change with this call, so a day to come would part them from the affiliation.
        raise ActionRefused("日期不能晚于今天，请到生效当天再办理。")
    if on <= current.period.lower:
        raise ActionRefused(f"日期应晚于现组织关系的起始日期 {current.period.lower:%Y-%m-%d}。")
    current.period, current.loss = DateRange(current.period.lower, on), loss
    current.save(update_fields=["period", "loss"])
    return current


def end_statuses(member: Member, on: datetime.date) -> None:
    """End statuses that run past the day; one that would only have begun then never was, and goes."""
    for status in member.statuses.select_for_update().filter(period__overlap=(on, None)):
        if status.period.lower >= on:
            status.delete()
        else:
            status.period = DateRange(status.period.lower, on)
            status.save(update_fields=["period"])


def end_posts(*, path: str, on: datetime.date, members=None) -> None:
    """End the posts in an organisation and under it because the organisation changes: who may do that may do this."""
    tenures = PostTenure.objects.filter(organization__path__startswith=path)
    if members is not None:
        tenures = tenures.filter(member__in=members)
    _end_tenures(None, tenures, on)


def _end_tenures(by: User | None, tenures, on: datetime.date) -> None:
    """End tenures that run past the day; one that would only have begun then never was, and goes.

    Whoever may not dismiss the holder may not do it by moving the person away either.
    """
    running = tenures.filter(period__overlap=(on, None)).select_related("organization")
    for tenure in running.select_for_update(of=("self",)):
        check_reach(by, tenure.organization, tenure.post)
        if tenure.period.lower >= on:
            tenure.delete()
        else:
            tenure.period = DateRange(tenure.period.lower, on)
            tenure.save(update_fields=["period"])


def _place(member: Member, branch, cell, since: datetime.date, reason: str, *, gain: str) -> Affiliation:
    member.branch, member.cell, member.left_branch = branch, cell, None
    member.version += 1
    member.save(update_fields=[*_MIRRORS, "left_branch"])
    return Affiliation.objects.create(
        member=member, branch=branch, cell=cell, period=DateRange(since, None), gain=gain, reason=reason[:100]
    )
