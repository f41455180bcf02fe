from django.db import migrations

DAY = 24 * 60
# Key, name, clause, minutes before the anchor. Copied from the rules of the field, chapter 11.1.
RULES = [
    ("org_life_meeting_due", "组织生活会提醒", "支部工作条例第十七条：每年至少召开1次，一般在第四季度", [90 * DAY, 30 * DAY]),
    ("appraisal_due", "民主评议党员提醒", "支部工作条例第十八条：一般每年开展1次", [90 * DAY, 30 * DAY]),
    ("heart_talk_gap", "谈心谈话提醒", "支部工作条例第十九条：每年谈心谈话一般不少于1次", [90 * DAY, 30 * DAY]),
    ("resolution_due", "决议事项提醒", "会议决议明确责任人和完成时限，抓好落实", [7 * DAY, 0]),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause, offsets in RULES:
        rules.get_or_create(
            key=key, defaults={"name": name, "clause": clause, "offsets_minutes": offsets, "urgent": False}
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0007_correction_answered")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
