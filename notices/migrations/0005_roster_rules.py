from django.db import migrations

DAY = 24 * 60
# As in 0002_default_rules; after a probation's end a reminder comes every week for twelve weeks.
RULES = [
    ("political_birthday", "政治生日提醒", "党员政治生日", [7 * DAY, 0], False),
    ("confirmation_due", "预备党员转正提醒", "《中国共产党章程》第七条", [60 * DAY, 30 * DAY, 7 * DAY, *(-7 * DAY * week for week in range(13))], False),
    ("party_standing_50", "党龄满50年提醒", "光荣在党50年纪念章", [60 * DAY, 14 * DAY], False),
    ("retirement_age", "到龄党员提醒", "", [14 * DAY], False),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause, offsets, urgent in RULES:
        rules.get_or_create(
            key=key, defaults={"name": name, "clause": clause, "offsets_minutes": offsets, "urgent": urgent}
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_flow_rules")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
