from django.db import migrations, models

from branch_portal.migration_operations import BuildIndex


class Migration(migrations.Migration):
    atomic = False  # the index is built without keeping anybody from writing

    dependencies = [("members", "0010_roster_by_columns")]

    operations = [
        BuildIndex(
            "affiliation",
            models.Index(
                condition=models.Q(("loss", ""), _negated=True),
                fields=["branch"],
                include=["member"],
                name="affiliation_ended",
            ),
        ),
    ]
