"""What PostgreSQL must find out about gatherings beyond the asker's scope: a function that runs as the owner."""

#: Whoever moved to another branch goes on seeing the own rows in the old one's rolls, which need the gathering.
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
