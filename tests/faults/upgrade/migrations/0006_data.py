import os
import time

from django.db import migrations


def grade(apps, schema_editor):
    things = apps.get_model("upgrade", "Thing").objects.using(schema_editor.connection.alias)
    things.filter(pk__lte=500).update(grade=1)
    time.sleep(float(os.environ.get("PORTAL_TEST_PAUSE", "0")))
    things.filter(pk__gt=500).update(grade=2)


class Migration(migrations.Migration):
    dependencies = [("upgrade", "0005_validate")]
    operations = [migrations.RunPython(grade, migrations.RunPython.noop)]
