"""Who may change an organisation, and when a change is refused: permissions, days, what still hangs there."""

import datetime

from django.db.models import Q

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.models import Affiliation, AffiliationTransfer, OrganizationChange, PartyOrganization, User
from members.queries.organizations import parent_of

_Kind = PartyOrganization.Kind
#: What may stand under what.
BELOW = {
    _Kind.COMMITTEE: {_Kind.COMMITTEE, _Kind.GENERAL_BRANCH, _Kind.BRANCH},
    _Kind.GENERAL_BRANCH: {_Kind.BRANCH},
    _Kind.BRANCH: {_Kind.CELL},
    _Kind.CELL: set(),
}
_NOT_YOURS = "您没有办理这个党组织变动的权限，请由上级党组织办理。"


def may_manage(user: User, organization: PartyOrganization, *, cell: bool = False) -> bool:
    """Change the organisation itself. `cell`: it is about a cell, which the branch's own officers keep."""
    if user.access.may(Permission.MANAGE_ORGANIZATIONS, organization):
        return True
    return cell and user.access.may(Permission.EDIT_ROSTER, organization)


def may_rearrange(
    user: User, organization: PartyOrganization, parent: PartyOrganization | None, *, cell: bool = False
) -> bool:
    """Move, merge, split, abolish or restore: asks the same right over the superior, so nobody uproots the own root."""
    return (
        parent is not None
        and may_manage(user, parent, cell=cell)
        and may_manage(user, organization, cell=cell)
    )


def check_may_manage(by: User | None, organization: PartyOrganization, *, cell: bool = False) -> None:
    if by is not None and not may_manage(by, organization, cell=cell):
        raise ActionRefused(_NOT_YOURS)


def may_found_first(user: User) -> bool:
    """Who configures the portal founds what its tree hangs from; nobody founds a second root on a page."""
    return not user.access.scope(Permission.CONFIGURE).empty and not PartyOrganization.objects.exists()


def check_may_found_first(by: User) -> None:
    if not may_found_first(by):
        raise ActionRefused("已有党组织，新的党组织请在其上级之下新设。")


def check_may_rearrange(by: User | None, organization: PartyOrganization, *, cell: bool = False) -> None:
    if by is not None and not may_rearrange(by, organization, parent_of(organization), cell=cell):
        raise ActionRefused(_NOT_YOURS)


def check_reason(reason: str) -> None:
    if len(reason.strip()) < 4:
        raise ActionRefused("请写明原因，至少 4 个字。")


def locked_organization(organization: PartyOrganization) -> PartyOrganization:
    return PartyOrganization.objects.select_for_update().get(pk=organization.pk)


def check_change_day(organization: PartyOrganization, on: datetime.date, what: str) -> None:
    """A change may be entered late, never ahead, and only for days on which the organisation existed."""
    if on > today_shanghai():
        raise ActionRefused("日期不能晚于今天，请到生效当天再办理。")
    if on < organization.founded_on:
        raise ActionRefused(f"{what}日期不能早于成立日期 {organization.founded_on:%Y-%m-%d}。")
    if organization.abolished_on is not None and on >= organization.abolished_on:
        raise ActionRefused(f"该党组织已于 {organization.abolished_on:%Y-%m-%d} 撤销，{what}日期应在此之前。")


def check_nothing_hangs_there(organization: PartyOrganization, on: datetime.date) -> None:
    """Refuse to abolish what still has members, live organisations under it, or open transfers; and say which."""
    hanging = []
    if members := _affiliations(organization).filter(period__upper_inf=True).count():
        hanging.append(f"党员 {members} 人")
    children = PartyOrganization.objects.filter(
        path__startswith=organization.path, depth__gt=organization.depth, abolished_on__isnull=True
    )
    if below := children.count():
        hanging.append(f"下级党组织 {below} 个")
    if transfers := _open_transfers(organization).count():
        hanging.append(f"未办结的组织关系转接 {transfers} 件")
    if hanging:
        raise ActionRefused(f"还不能撤销：该党组织尚有{'、'.join(hanging)}，请先办理完毕。")
    check_no_later_affiliations(organization, on, "撤销")
    later = OrganizationChange.objects.filter(organization=organization, effective_on__gt=on)
    if last := later.order_by("-effective_on").values_list("effective_on", flat=True).first():
        raise ActionRefused(f"该党组织在 {last:%Y-%m-%d} 还有变动记录，撤销日期不能早于这一天。")
    gone = PartyOrganization.objects.filter(
        path__startswith=organization.path, depth__gt=organization.depth, abolished_on__gt=on
    )
    if last := gone.order_by("-abolished_on").values_list("abolished_on", flat=True).first():
        raise ActionRefused(f"有下级党组织到 {last:%Y-%m-%d} 才撤销，撤销日期不能早于这一天。")


def check_no_open_transfers(organization: PartyOrganization, what: str) -> None:
    if count := _open_transfers(organization).count():
        raise ActionRefused(f"尚有未办结的组织关系转接 {count} 件，请先办结再{what}。")


def check_no_later_affiliations(organization: PartyOrganization, on: datetime.date, what: str) -> None:
    """Nobody may have come or gone on or after the day: the past would say two things of them."""
    changed = _affiliations(organization).filter(
        Q(period__startswith__gte=on) | Q(period__upper_inf=False, period__endswith__gt=on)
    )
    if count := changed.count():
        raise ActionRefused(
            f"{on:%Y-%m-%d} 及以后该党组织已有 {count} 条组织关系变动，{what}日期应在这些变动之后。"
        )


def _affiliations(organization: PartyOrganization):
    if organization.kind == _Kind.CELL:
        return Affiliation.objects.filter(cell=organization)
    return Affiliation.objects.filter(branch__path__startswith=organization.path)


def _open_transfers(organization: PartyOrganization):
    path = organization.path
    return AffiliationTransfer.objects.open().filter(
        Q(from_branch__path__startswith=path) | Q(to_branch__path__startswith=path)
    )
