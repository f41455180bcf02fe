from django.db import migrations

DAY = 24 * 60
WEEKLY = [-7 * DAY * week for week in range(1, 9)]
# As in 0002: key, name, clause, minutes before the anchor (negative: after it), urgent. From chapters 9 and 11.1 of the field's rules.
RULES = [
    ("transfer_letter_expiry", "组织关系介绍信到期提醒", "党员教育管理工作条例第二十五条：转接组织关系", [30 * DAY, 7 * DAY, 0, *WEEKLY], False),
    ("floating_contact", "外出党员联系提醒", "流动党员管理工作的意见：流出地党组织保持联系", [0, *WEEKLY], False),
    ("floating_began", "外出满六个月提醒", "流动党员管理工作的意见：连续六个月以上无法正常参加活动", [0], False),
    ("lost_contact_6m", "失去联系满六个月提醒", "党员教育管理工作条例第二十四条", [0, *WEEKLY], False),
    ("suspended_2y", "停止党籍满两年提醒", "党员教育管理工作条例第二十四条", [0, *WEEKLY], False),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause, offsets, urgent in RULES:
        rules.get_or_create(
            key=key, defaults={"name": name, "clause": clause, "offsets_minutes": offsets, "urgent": urgent}
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_term_rules")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
