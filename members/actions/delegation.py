"""授权委托: somebody else acts for a while, with no more than the one who delegates holds there, and never without an end."""

import datetime

from django.db import transaction

from branch_portal.dates import add_years, today_shanghai
from branch_portal.permissions import ROLE_LABELS, ROLE_PERMISSIONS, Permission, Role
from members.actions.accounts import grant_role
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.sessions import rights_changed
from members.models import PartyOrganization, RoleGrant, User

#: What may be lent: a branch's own roles in a branch, the committee's in a committee.
_LENT = {
    PartyOrganization.Kind.BRANCH: (Role.SECRETARY, Role.BRANCH_OFFICER, Role.CELL_LEADER),
    PartyOrganization.Kind.GENERAL_BRANCH: (Role.COMMITTEE_STAFF,),
    PartyOrganization.Kind.COMMITTEE: (Role.COMMITTEE_STAFF,),
}


def roles_to_lend(user: User, organization: PartyOrganization) -> list[tuple[str, str]]:
    """(role, words) that the user may lend in the organisation: only bundles wholly within the own rights there."""
    return [
        (role.value, ROLE_LABELS[role])
        for role in _LENT.get(PartyOrganization.Kind(organization.kind), ())
        if all(user.access.may(permission, organization) for permission in ROLE_PERMISSIONS[role])
    ]


@transaction.atomic
def delegate(
    *,
    by: User,
    user: User,
    role: str,
    organization: PartyOrganization,
    valid_from: datetime.date,
    valid_to: datetime.date,
    reason: str,
) -> RoleGrant:
    """Lend a role between two days, both included, for a year at most."""
    if not by.access.may(Permission.DELEGATE, organization) or role not in dict(
        roles_to_lend(by, organization)
    ):
        raise ActionRefused("只能在您负责的党组织内委托您自己具有的权限。")
    if not user.is_active or user.pk == by.pk:
        raise ActionRefused("请选择另一个启用中的账号。")
    if valid_from < today_shanghai():
        raise ActionRefused("委托从今天或以后开始，不能补办过去的日期。")
    if not valid_from <= valid_to <= add_years(valid_from, 1):
        raise ActionRefused("截止日期应在开始日期之后，最长一年。")
    running = RoleGrant.objects.filter(
        user=user, role=role, organization=organization, valid_from__lte=valid_to
    )
    if running.exclude(valid_to__lt=valid_from).exists():
        raise ActionRefused("该账号在这段时间已有同样的授权。")
    return grant_role(
        by=by,
        user=user,
        role=Role(role),
        organization=organization,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip()[:100],
    )


@transaction.atomic
def end_delegation(*, by: User, grant: RoleGrant, reason: str) -> RoleGrant:
    """收回: the last day is yesterday; one that has not begun ends before it begins, on its first day."""
    locked = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    last = today_shanghai() - datetime.timedelta(days=1)
    if locked.valid_to is not None and locked.valid_to <= last:
        raise ActionRefused("这项委托已经结束。")
    note_reason(f"收回委托：{reason}")
    rights_changed(by=by, user=locked.user, what=f"收回{locked.get_role_display()}：{reason}")
    if locked.valid_from > last:
        locked.delete()
        return locked
    locked.valid_to = last
    locked.save(update_fields=["valid_to"])
    return locked
