"""Who is meant by an audience, as SQL: resolved when the moment has come, so it knows today's members and posts (G6).

Audiences are JSON of a slot:
    {"kind": "branch_members", "organization": id}     members of the branch
    {"kind": "cell_members", "organization": id}       members of the cell
    {"kind": "branch_officers", "organization": id}    holders of posts and grants in the branch; for a cell, its leader
                                                       and the officers of its branch
    {"kind": "committee_members", "organization": id}  the branch's committee, without cell leaders
    {"kind": "own_staff", "organization": id}          staff of the committee itself
    {"kind": "superior_staff", "organization": id}     staff of the committees above the organisation
    {"kind": "members", "ids": [member ids]}           these, as far as they still belong to the slot's organisation
    {"kind": "accounts", "ids": [user ids]}            these accounts, with or without a member behind them
    {"kind": "notice", "notice": id}                   whom a notice was sent to, as far as they still belong to its sender
    {"kind": "notice_unanswered", "notice": id}        those of them who have not answered (`notices/audience_notices.py`)
Only members of normal standing with an active account are ever meant.
"""

from collections.abc import Sequence
from typing import Any

from branch_portal.permissions import POST_ROLES, Permission, roles_with
from members.models import PostTenure
from notices.audience_notices import NOTICE_GRANTS, NOTICE_PEOPLE

_OFFICER_POSTS = sorted(POST_ROLES)
_COMMITTEE_POSTS = sorted(set(PostTenure.Post.values) - {PostTenure.Post.CELL_LEADER.value})
#: Whoever may log gatherings of an organisation is its officer, by post or by a dated grant.
_OFFICER_ROLES = roles_with(Permission.LOG_GATHERINGS)
#: Whoever supervises an organisation reminds those below it.
_STAFF_ROLES = roles_with(Permission.VIEW_SUPERVISION)

#: Audiences that are a whole group of the named organisation, whose chat group may be told as well.
GROUP_AUDIENCES = ["branch_members", "branch_officers", "committee_members", "own_staff"]

# `meant(slot_id, user_id, branch_id, email)`: one row per slot and person. Parameters: %(slots)s and PARAMETERS.
RECIPIENTS = f"""
asked AS (
    SELECT slot.id AS slot_id, slot.organization_id, own.path AS own_path, slot.audience->>'kind' AS kind,
           (slot.audience->>'organization')::bigint AS target_id, target.path AS target_path,
           CASE WHEN jsonb_typeof(slot.audience->'ids') = 'array' THEN slot.audience->'ids' ELSE '[]' END AS ids
    FROM notices_reminderslot slot
    JOIN members_partyorganization own ON own.id = slot.organization_id
    LEFT JOIN members_partyorganization target ON target.id = (slot.audience->>'organization')::bigint
    WHERE slot.id = ANY(%(slots)s)
), people AS (
    SELECT slot_id, member.id AS member_id FROM asked
    JOIN members_member member ON member.branch_id = target_id WHERE kind = 'branch_members'
    UNION
    SELECT slot_id, member.id FROM asked
    JOIN members_member member ON member.cell_id = target_id WHERE kind = 'cell_members'
    UNION
    SELECT slot_id, tenure.member_id FROM asked
    JOIN members_partyorganization held ON held.kind IN ('branch', 'cell') AND starts_with(target_path, held.path)
    JOIN members_posttenure tenure ON tenure.organization_id = held.id
     AND tenure.period @> %(today)s::date AND tenure.post = ANY(%(officer_posts)s)
    WHERE asked.kind = 'branch_officers'
    UNION
    SELECT slot_id, tenure.member_id FROM asked
    JOIN members_posttenure tenure ON tenure.organization_id = target_id
     AND tenure.period @> %(today)s::date AND tenure.post = ANY(%(committee_posts)s)
    WHERE asked.kind = 'committee_members'
    UNION
    SELECT slot_id, member.id FROM asked
    CROSS JOIN LATERAL jsonb_array_elements_text(ids) AS named(member_id)
    JOIN members_member member ON member.id = named.member_id::bigint
    JOIN members_partyorganization home ON home.id = member.branch_id
     AND (starts_with(home.path, own_path) OR starts_with(own_path, home.path))
    WHERE asked.kind = 'members'
    UNION
    {NOTICE_PEOPLE}
), meant AS (
    SELECT slot_id, account.id AS user_id, member.branch_id, account.email FROM people
    JOIN members_member member ON member.id = people.member_id AND member.standing = 'normal'
    JOIN members_user account ON account.member_id = member.id AND account.is_active
    WHERE member.branch_id IS NOT NULL
    UNION
    SELECT slot_id, account.id, coalesce(member.branch_id, asked.organization_id), account.email FROM asked
    JOIN members_partyorganization held ON held.kind IN ('branch', 'cell') AND starts_with(target_path, held.path)
    JOIN members_rolegrant granted ON granted.organization_id = held.id AND granted.role = ANY(%(officer_roles)s)
     AND granted.valid_from <= %(today)s AND (granted.valid_to IS NULL OR granted.valid_to >= %(today)s)
    JOIN members_user account ON account.id = granted.user_id AND account.is_active
    LEFT JOIN members_member member ON member.id = account.member_id
    WHERE asked.kind = 'branch_officers'
    UNION
    SELECT slot_id, account.id, coalesce(member.branch_id, asked.organization_id), account.email FROM asked
    JOIN members_partyorganization above ON starts_with(target_path, above.path)
     AND (above.id = target_id) = (asked.kind = 'own_staff')
    JOIN members_rolegrant granted ON granted.organization_id = above.id AND granted.role = ANY(%(staff_roles)s)
     AND granted.valid_from <= %(today)s AND (granted.valid_to IS NULL OR granted.valid_to >= %(today)s)
    JOIN members_user account ON account.id = granted.user_id AND account.is_active
    LEFT JOIN members_member member ON member.id = account.member_id
    WHERE asked.kind IN ('own_staff', 'superior_staff')
    UNION
    SELECT slot_id, account.id, coalesce(member.branch_id, asked.organization_id), account.email FROM asked
    CROSS JOIN LATERAL jsonb_array_elements_text(ids) AS named(account_id)
    JOIN members_user account ON account.id = named.account_id::bigint AND account.is_active
    LEFT JOIN members_member member ON member.id = account.member_id
    WHERE asked.kind = 'accounts'
    UNION
    {NOTICE_GRANTS}
)
"""


def parameters(slot_ids: Sequence[int], today) -> dict[str, Any]:
    """What RECIPIENTS asks for; `today` is the Shanghai date whose posts and grants count."""
    return {
        "slots": list(slot_ids),
        "today": today,
        "officer_posts": _OFFICER_POSTS,
        "committee_posts": _COMMITTEE_POSTS,
        "officer_roles": _OFFICER_ROLES,
        "staff_roles": _STAFF_ROLES,
    }
