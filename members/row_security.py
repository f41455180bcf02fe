"""What PostgreSQL must find out about people before, or beyond, the asker's scope: functions that run as the owner.

Each answers with organisations and keys of rows, never with what is about a person. A policy asks each once a statement, when it
meets the first row that nothing cheaper has decided, and not once a row: a committee with 500 branches reads past 300 000 rows.
"""

#: Who may do what where, before anybody has a scope: grants, posts in a branch or cell, the own branch.
REACHES = """
CREATE OR REPLACE FUNCTION portal_reaches(asker bigint, own bigint, day date)
RETURNS TABLE (kind int, what varchar, organization_id bigint, place bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT 0, g.role, g.organization_id, g.id FROM members_rolegrant g
    WHERE g.user_id = asker AND g.valid_from <= day AND (g.valid_to IS NULL OR g.valid_to >= day)
    UNION ALL
    SELECT 1, t.post, t.organization_id, t.id FROM members_posttenure t JOIN members_member m ON m.id = t.member_id
    WHERE t.member_id = own AND m.standing = 'normal' AND t.period @> day
    UNION ALL
    SELECT 2, ''::varchar, m.branch_id, m.id FROM members_member m WHERE m.id = own AND m.standing = 'normal';
END $$
"""

#: A branch goes on knowing who once belonged to it, whose name stands in its rolls, and who is about to come; who belongs to it
#: now the policy has compared before.
MEMBERS_ONCE_KNOWN = """
CREATE OR REPLACE FUNCTION portal_members_once_known() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 10 ROWS 100 SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[] := nullif(nullif(current_setting('portal.organization_ids', true), ''), '{}')::bigint[];
BEGIN
    IF ids IS NOT NULL THEN
        RETURN QUERY
        SELECT a.member_id FROM members_affiliation a WHERE a.branch_id = ANY (ids) AND a.loss <> ''
        UNION ALL SELECT t.member_id FROM members_affiliationtransfer t WHERE t.to_branch_id = ANY (ids);
    END IF;
END $$
"""

#: The same with those who belong to it now, for the audit's events, which have stood elsewhere.
MEMBERS_KNOWN = """
CREATE OR REPLACE FUNCTION portal_members_known() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 10 ROWS 1000 SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[] := nullif(nullif(current_setting('portal.organization_ids', true), ''), '{}')::bigint[];
BEGIN
    IF ids IS NOT NULL THEN
        RETURN QUERY
        SELECT m.id FROM members_member m WHERE m.branch_id = ANY (ids) OR m.left_branch_id = ANY (ids)
        UNION SELECT a.member_id FROM members_affiliation a WHERE a.branch_id = ANY (ids)
        UNION SELECT t.member_id FROM members_affiliationtransfer t WHERE t.to_branch_id = ANY (ids);
    END IF;
END $$
"""
