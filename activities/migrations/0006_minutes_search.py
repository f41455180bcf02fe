import django.contrib.postgres.indexes
from django.db import migrations

import activities.models.bigrams
from branch_portal.migration_operations import BuildIndex

WAIVED = {"RunSQL": "函数可以重复建立，旧版本不用它；ANALYZE 只读表，都可以再做一次"}

# IMMUTABLE and built from pg_catalog alone, so that an index may hold its results; replace it only together with the index.
FUNCTION = """
CREATE OR REPLACE FUNCTION activities_bigrams(title text, preparation text, content text, summary text) RETURNS int4[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT pg_catalog.array_agg(DISTINCT token) FROM (
        SELECT pg_catalog.unnest(ARRAY[
                   -code, ((code * 65599 + pg_catalog.lead(code) OVER (ORDER BY place)) & 2147483647)::pg_catalog.int4
               ]) AS token
        FROM (SELECT pg_catalog.ascii(letter)::pg_catalog.int8 AS code, place
              FROM pg_catalog.unnest(pg_catalog.string_to_array(
                  title || E'\\n' || preparation || E'\\n' || content || E'\\n' || summary, NULL
              )) WITH ORDINALITY AS letters (letter, place)) AS codes
    ) AS tokens WHERE token IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    """The function of record search and its index; statistics of an expression come only with ANALYZE."""

    atomic = False  # the index is built without keeping anybody from writing

    dependencies = [("activities", "0005_checks")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION IF EXISTS activities_bigrams(text, text, text, text)"),
        BuildIndex(
            "activityrecord",
            django.contrib.postgres.indexes.GinIndex(
                activities.models.bigrams.Bigrams("title", "preparation", "content", "summary"),
                fastupdate=False,
                name="record_bigrams",
            ),
        ),
        migrations.RunSQL("ANALYZE activities_activityrecord", migrations.RunSQL.noop),
    ]
