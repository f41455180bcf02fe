"""What PostgreSQL must find out about training beyond the asker's scope: a function that runs as the owner, asked once a statement."""

#: Whoever holds a class knows who was named for it, from branches of other committees too.
MEMBERS_TRAINED = """
CREATE OR REPLACE FUNCTION portal_members_trained() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 10 ROWS 100 SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[] := nullif(nullif(current_setting('portal.organization_ids', true), ''), '{}')::bigint[];
BEGIN
    IF ids IS NOT NULL THEN
        RETURN QUERY
        SELECT e.member_id FROM learning_trainingclass t JOIN learning_trainingenrollment e ON e.training_id = t.id
        WHERE t.organizer_id = ANY (ids) AND e.member_id IS NOT NULL;
    END IF;
END $$
"""
