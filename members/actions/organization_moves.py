"""Moving, merging and splitting organisations: on a day, with a reason, whole and at once.

Members change branch all together (`move_unit`), as 整建制. Cells never change their branch: a
meeting that was due in the old branch stays due there. So cells of a merged branch are abolished with it, and a cell that
goes into a new branch is founded there anew.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction

from branch_portal.database import beyond_scope
from members.actions.affiliations import end_posts, move_unit
from members.actions.errors import ActionRefused
from members.actions.organization_checks import (
    BELOW,
    check_change_day,
    check_may_manage,
    check_may_rearrange,
    check_no_later_affiliations,
    check_no_open_transfers,
    check_reason,
    locked_organization,
)
from members.actions.organizations import create_organization, end_organization, follow_history, record_change
from members.models import (
    Affiliation,
    AffiliationTransfer,
    Member,
    OrganizationChange,
    PartyOrganization,
    User,
)
from members.queries.history import subtree_on
from members.queries.organizations import next_cell_code, parent_of

_Kind = PartyOrganization.Kind
_Change = OrganizationChange.Kind


@transaction.atomic
@beyond_scope("a tree that changes is not the one the request began with")
def move_organization(
    *,
    by: User | None,
    organization: PartyOrganization,
    parent: PartyOrganization,
    on: datetime.date,
    reason: str,
) -> PartyOrganization:
    """Put an organisation with all that stands under it under another superior from a day on.

    Entered late, before a move that is recorded already, it changes the past and leaves today's tree alone.
    """
    check_may_rearrange(by, organization)
    check_may_manage(by, parent)
    check_reason(reason)
    target = locked_organization(parent)
    locked = locked_organization(organization)
    if locked.kind == _Kind.CELL:
        raise ActionRefused("党小组不能改到别的党支部，请在新的党支部另设党小组。")
    if locked.kind not in BELOW[_Kind(target.kind)]:
        raise ActionRefused(f"{_Kind(target.kind).label}之下不能设{_Kind(locked.kind).label}。")
    check_change_day(locked, on, "调整")
    check_change_day(target, on, "调整")
    if target.abolished_on is not None:
        raise ActionRefused("新的上级党组织已撤销，请另选。")
    if target.path.startswith(locked.path) or _stood_below(target, locked, on):
        raise ActionRefused("不能把党组织调整到它自己或它的下级之下。")
    record_change(by, locked, _Change.MOVED, on, reason, parent=target)
    _stand_where_history_says(locked)
    return follow_history(locked)


@transaction.atomic
@beyond_scope("a tree that changes is not the one the request began with")
def merge_branches(
    *,
    by: User | None,
    source: PartyOrganization,
    target: PartyOrganization,
    on: datetime.date,
    reason: str,
) -> PartyOrganization:
    """Merge `source` into `target`: its members go over on the day, its posts end, it and its cells are abolished."""
    check_may_rearrange(by, source)
    check_may_manage(by, target)
    check_reason(reason)
    if source.pk == target.pk:
        raise ActionRefused("不能与自己合并，请选择另一个党支部。")
    # In the order of their keys, so that two mergers at once never wait for each other.
    both = {
        pk: locked_organization(each) for pk, each in sorted({source.pk: source, target.pk: target}.items())
    }
    source, target = both[source.pk], both[target.pk]
    for branch in (source, target):
        if branch.kind != _Kind.BRANCH:
            raise ActionRefused("只有党支部可以合并。")
        check_change_day(branch, on, "合并")
    if target.abolished_on is not None:
        raise ActionRefused("接收的党支部已撤销，请另选。")
    check_no_open_transfers(source, "合并")
    check_no_later_affiliations(source, on, "合并")
    cells = list(_live_cells(source))
    for cell in cells:
        check_change_day(cell, on, "合并")
    end_posts(path=source.path, on=on)
    move_unit(by=by, members=_members_of(source), branch=target, on=on, reason=reason)
    for cell in cells:
        end_organization(by, cell, on, reason)
    record_change(by, source, _Change.MERGED, on, reason, other=target)
    record_change(by, target, _Change.MERGED, on, reason, other=source)
    end_organization(by, source, on, reason)
    return target


@transaction.atomic
@beyond_scope("a tree that changes is not the one the request began with")
def split_branch(
    *,
    by: User | None,
    branch: PartyOrganization,
    on: datetime.date,
    reason: str,
    name: str,
    code: str,
    short_name: str = "",
    members: Iterable[Member] = (),
    cells: Iterable[PartyOrganization] = (),
) -> PartyOrganization:
    """Found a branch beside this one with some of its members and cells; their posts in the old branch end."""
    check_may_rearrange(by, branch)
    check_reason(reason)
    locked, cells = locked_organization(branch), list(cells)
    if locked.kind != _Kind.BRANCH:
        raise ActionRefused("只有党支部可以拆分。")
    check_change_day(locked, on, "拆分")
    if on == locked.founded_on:
        raise ActionRefused("拆分日期应晚于成立日期。")
    staying = {member.pk: member for member in _members_of(locked)}
    leaving = _leaving(locked, staying, members, cells)
    _check_can_leave(locked, leaving, on)
    created = create_organization(
        by=by, parent=parent_of(locked), kind=_Kind.BRANCH, name=name, short_name=short_name, code=code,
        founded_on=on, reason=reason, formation=locked.formation, unit_category=locked.unit_category,
    )  # fmt: skip
    new_cells = {cell.pk: _found_cell_anew(by, cell, created, on, reason) for cell in cells}
    end_posts(path=locked.path, on=on, members=leaving)
    move_unit(by=by, members=leaving, branch=created, on=on, reason=reason, cells=new_cells)
    for cell in cells:
        end_organization(by, locked_organization(cell), on, reason)
    record_change(by, locked, _Change.SPLIT, on, reason, other=created)
    record_change(by, created, _Change.SPLIT, on, reason, other=locked)
    return created


def _stand_where_history_says(organization: PartyOrganization) -> None:
    """Today's tree: under the superior of the latest row that names one."""
    latest = (
        OrganizationChange.objects.filter(organization=organization, parent__isnull=False)
        .select_related("parent")
        .latest("effective_on", "pk")
    )
    current = parent_of(organization)
    if current is None or current.pk != latest.parent_id:
        PartyOrganization.objects.move(organization, latest.parent, pos="last-child")
        organization.refresh_from_db()


def _stood_below(target: PartyOrganization, organization: PartyOrganization, on: datetime.date) -> bool:
    """Whether the new superior stood under the organisation on any day on which the change would hold."""
    moves = OrganizationChange.objects.filter(parent__isnull=False, effective_on__gt=on)
    end = (
        moves.filter(organization=organization)
        .order_by("effective_on")
        .values_list("effective_on", flat=True)
        .first()
    )
    if end is not None:
        moves = moves.filter(effective_on__lt=end)
    days = {on, *moves.filter(kind=_Change.MOVED).values_list("effective_on", flat=True)}
    return any(target.pk in subtree_on(organization.pk, day) for day in sorted(days))


def _live_cells(branch: PartyOrganization):
    return (
        PartyOrganization.objects.select_for_update()
        .filter(kind=_Kind.CELL, path__startswith=branch.path, abolished_on__isnull=True)
        .order_by("path")
    )


def _members_of(branch: PartyOrganization) -> list[Member]:
    """Whoever has an open affiliation here."""
    return list(
        Member.objects.filter(affiliations__branch=branch, affiliations__period__upper_inf=True)
        .without_personal_data()
        .order_by("pk")
    )


def _leaving(
    branch: PartyOrganization,
    staying: dict[int, Member],
    members: Iterable[Member],
    cells: list[PartyOrganization],
) -> list[Member]:
    """Those who go: chosen one by one or with their cell."""
    if any(cell.path[: -PartyOrganization.steplen] != branch.path or cell.abolished_on for cell in cells):
        raise ActionRefused("所选党小组不属于该党支部。")
    chosen = {member.pk for member in members}
    if chosen - set(staying):
        raise ActionRefused("所选党员有人已不在该党支部，请重新选择。")
    chosen |= {pk for pk, member in staying.items() if member.cell_id in {cell.pk for cell in cells}}
    if not chosen:
        raise ActionRefused("请选择转入新党支部的党员或党小组。")
    if len(chosen) == len(staying):
        raise ActionRefused("不能把全部党员转入新党支部，请改用更名或调整。")
    return [staying[pk] for pk in sorted(chosen)]


def _check_can_leave(branch: PartyOrganization, leaving: list[Member], on: datetime.date) -> None:
    if count := AffiliationTransfer.objects.open().filter(member__in=leaving).count():
        raise ActionRefused(f"所选党员中有未办结的组织关系转接 {count} 件，请先办结再拆分。")
    later = Affiliation.objects.filter(member__in=leaving, period__startswith__gte=on)
    if count := later.count():
        raise ActionRefused(
            f"{on:%Y-%m-%d} 及以后所选党员已有 {count} 条组织关系变动，拆分日期应在这些变动之后。"
        )


def _found_cell_anew(
    by: User | None, cell: PartyOrganization, branch: PartyOrganization, on: datetime.date, reason: str
) -> PartyOrganization:
    check_no_later_affiliations(cell, on, "拆分")
    return create_organization(
        by=by, parent=branch, kind=_Kind.CELL, name=cell.name, short_name=cell.short_name,
        code=next_cell_code(branch), founded_on=on, reason=reason, sort_number=cell.sort_number,
    )  # fmt: skip
