"""任职: appointing and ending. A post in a branch or cell gives its holder rights there for as long as it runs."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branch_portal.permissions import POST_ROLES, ROLE_PERMISSIONS
from members.actions.errors import ActionRefused
from members.actions.sessions import account_of, rights_changed
from members.models import Member, PartyOrganization, PostTenure, User

_Post = PostTenure.Post
#: Held by one person at a time in an organisation.
_SINGLE = {_Post.SECRETARY}


@transaction.atomic
def appoint(
    *,
    by: User | None,
    member: Member,
    organization: PartyOrganization,
    post: str,
    since: datetime.date,
    until: datetime.date | None = None,
) -> PostTenure:
    """Appoint a member from `since` on, up to but not including `until`."""
    if until is not None and until <= since:
        raise ActionRefused("任职截止日期应晚于开始日期。")
    is_cell = organization.kind == PartyOrganization.Kind.CELL
    if is_cell != (post == _Post.CELL_LEADER):
        raise ActionRefused("党小组组长任职于党小组，其他职务任职于党支部。")
    if member.branch is None or not organization.path.startswith(member.branch.path):
        raise ActionRefused("该党员的组织关系不在这个党支部，不能在此任职。")
    check_reach(by, organization, post)
    # The organisation's row is the lock: two appointments of a secretary at once queue up here.
    PartyOrganization.objects.select_for_update().get(pk=organization.pk)
    same = PostTenure.objects.filter(organization=organization, post=post, period__overlap=(since, until))
    if same.filter(member=member).exists():
        raise ActionRefused("该党员在这段时间已任此职务。")
    if post in _SINGLE and same.exists():
        raise ActionRefused("这段时间已有现任书记，请先办理免职。")
    tenure = PostTenure.objects.create(
        member=member, organization=organization, post=post, period=DateRange(since, until)
    )
    rights_changed(by=by, user=account_of(member), what=f"任{tenure.get_post_display()}")
    return tenure


@transaction.atomic
def end_tenure(*, by: User | None, tenure: PostTenure, on: datetime.date) -> PostTenure:
    """End a tenure: `on` is the first day without the post."""
    locked = PostTenure.objects.select_for_update(of=("self",)).get(pk=tenure.pk)
    check_reach(by, locked.organization, locked.post)
    if on <= locked.period.lower:
        raise ActionRefused(f"免职日期应晚于任职日期 {locked.period.lower:%Y-%m-%d}。")
    if locked.period.upper is not None and locked.period.upper <= on:
        raise ActionRefused(f"该职务已于 {locked.period.upper:%Y-%m-%d} 结束。")
    locked.period = DateRange(locked.period.lower, on)
    locked.save(update_fields=["period"])
    rights_changed(by=by, user=account_of(locked.member), what=f"免{locked.get_post_display()}")
    return locked


def check_reach(by: User | None, organization: PartyOrganization, post: str) -> None:
    """Nobody gives or takes away more than they hold: a post's rights must be the asker's own rights there."""
    if by is None:
        return
    implied = ROLE_PERMISSIONS[POST_ROLES[post]]
    if not all(by.access.may(permission, organization) for permission in implied):
        raise ActionRefused("该职务的权限超出您的权限，请由书记或上级党组织办理。")
