from django.db import migrations, models

from branch_portal.migration_operations import BuildIndex


class Migration(migrations.Migration):
    atomic = False  # the index is built without keeping anybody from writing

    dependencies = [("members", "0009_security_kinds")]

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
