"""The audience of a notice as SQL: its targets, frozen at sending, as far as they still stand when they are told.

Parts of `notices.audiences.RECIPIENTS`: they read its `asked` and take its parameters. A person is dropped who has left the
sender's organisation meanwhile; of a branch, its officers of the day are meant. Who has answered is not reminded, and that is
asked again before each mail.
"""

_TARGETS = """FROM asked
    JOIN notices_reminderslot about ON about.id = asked.slot_id
    JOIN notices_noticetarget target ON target.notice_id = (about.audience->>'notice')::bigint"""
_WANTED = """asked.kind IN ('notice', 'notice_unanswered') AND (asked.kind = 'notice' OR NOT EXISTS (
        SELECT 1 FROM notices_noticeanswer answer WHERE answer.target_id = target.id))"""

NOTICE_PEOPLE = f"""SELECT slot_id, member.id {_TARGETS}
    JOIN members_member member ON member.id = target.member_id
    JOIN members_partyorganization home ON home.id = member.branch_id AND starts_with(home.path, own_path)
    WHERE {_WANTED}
    UNION
    SELECT slot_id, tenure.member_id {_TARGETS}
    JOIN members_partyorganization held ON held.id = target.branch_id AND starts_with(held.path, own_path)
    JOIN members_posttenure tenure ON tenure.organization_id = held.id
     AND tenure.period @> %(today)s::date AND tenure.post = ANY(%(officer_posts)s)
    WHERE target.member_id IS NULL AND {_WANTED}"""

NOTICE_GRANTS = f"""SELECT slot_id, account.id, coalesce(member.branch_id, asked.organization_id), account.email {_TARGETS}
    JOIN members_partyorganization held ON held.id = target.branch_id AND starts_with(held.path, own_path)
    JOIN members_rolegrant granted ON granted.organization_id = held.id AND granted.role = ANY(%(officer_roles)s)
     AND granted.valid_from <= %(today)s AND (granted.valid_to IS NULL OR granted.valid_to >= %(today)s)
    JOIN members_user account ON account.id = granted.user_id AND account.is_active
    LEFT JOIN members_member member ON member.id = account.member_id
    WHERE target.member_id IS NULL AND {_WANTED}"""
