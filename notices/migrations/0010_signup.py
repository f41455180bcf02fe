from django.db import migrations

# Key, name, clause. Each is told at once: the moment that it is about is its anchor.
RULES = [
    ("signup_moved_up", "报名递补通知", "候补按报名先后自动递补"),
    ("joint_invitation", "共建邀请", "共建活动由各党支部分别登记、分别确认"),
    ("joint_answer", "共建答复", "共建活动由各党支部分别登记、分别确认"),
]


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause in RULES:
        rules.get_or_create(
            key=key, defaults={"name": name, "clause": clause, "offsets_minutes": [0], "urgent": False}
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0009_calendar_feeds")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
