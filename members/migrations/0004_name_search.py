from django.db import migrations

# IMMUTABLE and built from pg_catalog alone, so that an index may hold its results; replace it only together with the index.
FUNCTION = """
CREATE FUNCTION members_name_tokens(name text, pinyin text, initials text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT pg_catalog.array_agg(DISTINCT token) FROM (
        SELECT pg_catalog.substr(whole.line, place, 2) AS token
        FROM (SELECT '|' || pg_catalog.lower(name) || '|' || pg_catalog.replace(pinyin, ' ', '') || '|' || initials AS line)
             AS whole,
             pg_catalog.generate_series(1, pg_catalog.length(whole.line) - 1) AS place
        UNION ALL
        SELECT pg_catalog.substr(name, place, 1)
        FROM pg_catalog.generate_series(1, pg_catalog.length(name)) AS place
    ) AS tokens
$$
"""
INDEXES = """
CREATE INDEX member_name_tokens ON members_member USING gin (members_name_tokens(name, name_pinyin, name_initials))
    WITH (fastupdate = off);
CREATE INDEX member_mobile_tail ON members_member (mobile_tail);
CREATE INDEX member_initials ON members_member (name_initials);
CREATE INDEX member_compact_pinyin ON members_member (replace(name_pinyin, ' ', ''));
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0003_posts")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION members_name_tokens(text, text, text)"),
        migrations.RunSQL(INDEXES, "DROP INDEX member_name_tokens; DROP INDEX member_mobile_tail;"
            " DROP INDEX member_initials; DROP INDEX member_compact_pinyin"),
    ]
