"""What PostgreSQL must find out about gatherings beyond the asker's scope: functions that run as the owner and say yes or no."""

#: Whoever moved to another branch goes on seeing the own rows in the old one's rolls, which need the gathering and its record.
WAS_THERE = """
CREATE OR REPLACE FUNCTION portal_was_there(share bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
DECLARE
    own bigint := nullif(current_setting('portal.member_id', true), '')::bigint;
BEGIN
    RETURN own IS NOT NULL AND EXISTS (
        SELECT 1 FROM activities_rollentry r WHERE r.share_id = share AND r.member_id = own
    );
END $$
"""

#: Branches that hold a gathering together know of each other's part in it, not of its rolls and records.
TAKES_PART = """
CREATE OR REPLACE FUNCTION portal_takes_part(gathering bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[] := nullif(nullif(current_setting('portal.organization_ids', true), ''), '{}')::bigint[];
BEGIN
    RETURN ids IS NOT NULL AND (
        EXISTS (SELECT 1 FROM activities_gathering g WHERE g.id = gathering AND g.host_id = ANY (ids))
        OR EXISTS (SELECT 1 FROM activities_invitation i WHERE i.gathering_id = gathering AND i.branch_id = ANY (ids))
    );
END $$
"""
