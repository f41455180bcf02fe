"""The branch's theme Party day: a relatively fixed day that the branch itself decides, dated like every other change."""

import datetime

from django.db import transaction

from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.actions.organization_checks import check_change_day, locked_organization
from members.actions.organizations import follow_history, record_change
from members.models import OrganizationChange, PartyOrganization, User


@transaction.atomic
def change_theme_day(
    *,
    by: User | None,
    branch: PartyOrganization,
    on: datetime.date,
    rule: str,
    number: int,
    weekday: int | None,
    shift: str,
    label: str,
) -> PartyOrganization:
    """Give a branch its fixed day from `on`, today or earlier; `label` says it in words, as the history shows it.

    Refused for who does not keep the branch's life, and where nothing would change.
    """
    if by is not None and not by.access.may(Permission.LOG_GATHERINGS, branch):
        raise ActionRefused("您没有调整这个党支部主题党日的权限。")
    locked = locked_organization(branch)
    if locked.kind != PartyOrganization.Kind.BRANCH:
        raise ActionRefused("主题党日由党支部确定。")
    check_change_day(locked, on, "调整")
    # The mirror keeps the last weekday, as a sparse row cannot say "none"; a day of the month does not look at it.
    now = (locked.theme_day_rule, locked.theme_day_number, locked.theme_day_shift)
    same_weekday = rule == PartyOrganization.ThemeDayRule.DAY_OF_MONTH or weekday == locked.theme_day_weekday
    if now == (rule, number, shift) and same_weekday:
        raise ActionRefused("与现在的规则相同，没有改动。")
    record_change(
        by,
        locked,
        OrganizationChange.Kind.ADJUSTED,
        on,
        f"主题党日：{label}",
        theme_day_rule=rule,
        theme_day_number=number,
        theme_day_weekday=weekday,
        theme_day_shift=shift,
    )
    return follow_history(locked)
