"""The audit is read by time and by who acted; the library's table has no index for either."""

from django.db import migrations

INDEXES = """
CREATE INDEX pghistory_context_recent ON pghistory_context (created_at DESC, id DESC);
CREATE INDEX pghistory_context_actor ON pghistory_context ((metadata ->> 'user'), created_at DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0005_accounts"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [
        migrations.RunSQL(
            INDEXES, "DROP INDEX pghistory_context_recent; DROP INDEX pghistory_context_actor"
        )
    ]
