from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("upgrade", "0004_check")]
    operations = [ValidateConstraint("thing", "thing_grade")]
