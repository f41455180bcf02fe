from django.db import migrations, models

from branch_portal.migration_operations import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("upgrade", "0002_grade")]
    operations = [BuildIndex("thing", models.Index(fields=["name"], name="thing_name"))]
