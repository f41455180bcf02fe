from django.db import migrations


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    rules.get_or_create(
        key="correction_answered",
        defaults={
            "name": "信息更正申请答复",
            "clause": "《个人信息保护法》第四十六条：及时更正、补充",
            "offsets_minutes": [0],
            "urgent": False,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_correction_rules")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
