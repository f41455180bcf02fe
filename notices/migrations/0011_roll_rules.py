from django.db import migrations

DAY = 24 * 60
# Key, name, clause, minutes before the anchor (negative: after it).
RULES = [
    ("leave_request", "请假待审批提醒", "不能参加的，应事先请假", [2 * DAY, 0]),
    # A year before means: at once. The deadline lies nearer than that.
    ("make_up", "补课提醒", "缺席的党员应补学补课", [366 * DAY, 3 * DAY]),
    ("make_up_review", "补课待审核提醒", "缺席的党员应补学补课", [0, -7 * DAY]),
    ("attendance_dispute", "到会情况异议提醒", "党员对登记提出异议的，应在期限内答复", [6 * DAY, DAY, -DAY]),
    ("attendance_answer", "请假、补课和异议的答复", "", [0]),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause, offsets in RULES:
        rules.get_or_create(
            key=key, defaults={"name": name, "clause": clause, "offsets_minutes": offsets, "urgent": False}
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0010_signup")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
