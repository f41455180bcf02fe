from django.db import migrations

DAY = 24 * 60
# Key, name, clause, minutes before the anchor (negative: after it), urgent. Copied from the rules of the field, chapter 11.1.
RULES = [
    ("meeting_notice", "会议和活动通知", "支部工作条例：会议时间、地点、议题提前通知", [3 * DAY, 60], True),
    ("theme_day_next", "主题党日提醒", "支部工作条例第十六条：每月相对固定1天", [7 * DAY, DAY], False),
    ("general_meeting_due", "支部党员大会提醒", "支部工作条例第十一条：一般每季度召开1次", [30 * DAY, 14 * DAY, 3 * DAY], False),
    ("committee_meeting_due", "支部委员会会议提醒", "支部工作条例第十二条：一般每月召开1次", [10 * DAY, 3 * DAY], False),
    ("cell_meeting_due", "党小组会提醒", "支部工作条例第十三条：一般每月召开1次", [10 * DAY, 3 * DAY], False),
    ("lecture_due", "党课提醒", "支部工作条例第十六条：按期开展党课", [30 * DAY, 7 * DAY], False),
    ("record_overdue", "活动记录提醒", "会后及时整理记录", [-DAY, -7 * DAY], False),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause, offsets, urgent in RULES:
        rules.get_or_create(
            key=key, defaults={"name": name, "clause": clause, "offsets_minutes": offsets, "urgent": urgent}
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
