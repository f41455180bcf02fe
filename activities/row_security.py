"""What PostgreSQL must find out about gatherings beyond the asker's scope: functions that run as the owner, asked once a statement."""

#: Whoever moved to another branch goes on seeing the own rows in the old one's rolls, which need the gathering and its record.
SHARES_ATTENDED = """
CREATE OR REPLACE FUNCTION portal_shares_attended() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 10 ROWS 100 SET search_path = public, pg_temp AS $$
DECLARE
    own bigint := nullif(current_setting('portal.member_id', true), '')::bigint;
BEGIN
    IF own IS NOT NULL THEN
        RETURN QUERY SELECT r.share_id FROM activities_rollentry r WHERE r.member_id = own;
    END IF;
END $$
"""

#: Branches that hold a gathering together know of each other's part in it, not of its rolls and records. Whoever takes part was invited.
GATHERINGS_SHARED = """
CREATE OR REPLACE FUNCTION portal_gatherings_shared() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 10 ROWS 100 SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[] := nullif(nullif(current_setting('portal.organization_ids', true), ''), '{}')::bigint[];
BEGIN
    IF ids IS NOT NULL THEN
        RETURN QUERY
        SELECT i.gathering_id FROM activities_invitation i WHERE i.branch_id = ANY (ids)
        UNION ALL
        SELECT i.gathering_id FROM activities_invitation i JOIN activities_gathering g ON g.id = i.gathering_id
        WHERE g.host_id = ANY (ids);
    END IF;
END $$
"""
