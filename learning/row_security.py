"""What PostgreSQL must find out about training beyond the asker's scope: a function that runs as the owner and says yes or no."""

#: Whoever holds a class knows who was named for it, from branches of other committees too.
TRAINS_MEMBER = """
CREATE OR REPLACE FUNCTION portal_trains_member(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[] := nullif(nullif(current_setting('portal.organization_ids', true), ''), '{}')::bigint[];
BEGIN
    RETURN ids IS NOT NULL AND EXISTS (
        SELECT 1 FROM learning_trainingenrollment e JOIN learning_trainingclass t ON t.id = e.training_id
        WHERE e.member_id = wanted AND t.organizer_id = ANY (ids)
    );
END $$
"""
