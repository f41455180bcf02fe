from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrade", "0003_index")]
    operations = [
        AddConstraintNotValid(
            "thing", models.CheckConstraint(condition=models.Q(grade__gte=0), name="thing_grade")
        )
    ]
