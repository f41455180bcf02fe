"""The reminders that the portal ships with; from here on they are data that a committee edits.

Minutes and months count back from the anchor; negative ones come after it.
"""

from django.db import migrations

DAY = 24 * 60
# Key, name, clause, minutes, months, urgent.
RULES = [
    ("meeting_notice", "会议和活动通知", "支部工作条例：会议时间、地点、议题提前通知", [3 * DAY, 60], [], True),
    ("theme_day_next", "主题党日提醒", "支部工作条例第十六条：每月相对固定1天", [7 * DAY, DAY], [], False),
    ("general_meeting_due", "支部党员大会提醒", "支部工作条例第十一条：一般每季度召开1次", [30 * DAY, 14 * DAY, 3 * DAY], [], False),
    ("committee_meeting_due", "支部委员会会议提醒", "支部工作条例第十二条：一般每月召开1次", [10 * DAY, 3 * DAY], [], False),
    ("cell_meeting_due", "党小组会提醒", "支部工作条例第十三条：一般每月召开1次", [10 * DAY, 3 * DAY], [], False),
    ("lecture_due", "党课提醒", "支部工作条例第十六条：按期开展党课", [30 * DAY, 7 * DAY], [], False),
    ("record_overdue", "活动记录提醒", "会后及时整理记录", [-DAY, -7 * DAY], [], False),
    ("term_expiry", "任期届满提醒", "《关于党的基层组织任期的意见》", [], [6, 3, 1, 0], False),
    ("transfer_letter_expiry", "组织关系介绍信到期提醒", "党员教育管理工作条例第二十五条：转接组织关系", [30 * DAY, 7 * DAY, *(-7 * DAY * week for week in range(9))], [], False),
    ("floating_contact", "外出党员联系提醒", "流动党员管理工作的意见：流出地党组织保持联系", [*(-7 * DAY * week for week in range(9))], [], False),
    ("floating_began", "外出满六个月提醒", "流动党员管理工作的意见：连续六个月以上无法正常参加活动", [0], [], False),
    ("lost_contact_6m", "失去联系满六个月提醒", "党员教育管理工作条例第二十四条", [*(-7 * DAY * week for week in range(9))], [], False),
    ("suspended_2y", "停止党籍满两年提醒", "党员教育管理工作条例第二十四条", [*(-7 * DAY * week for week in range(9))], [], False),
    ("political_birthday", "政治生日提醒", "党员政治生日", [7 * DAY, 0], [], False),
    ("confirmation_due", "预备党员转正提醒", "《中国共产党章程》第七条", [60 * DAY, 30 * DAY, 7 * DAY, *(-7 * DAY * week for week in range(13))], [], False),
    ("party_standing_50", "党龄满50年提醒", "光荣在党50年纪念章", [60 * DAY, 14 * DAY], [], False),
    ("retirement_age", "到龄党员提醒", "", [14 * DAY], [], False),
    ("correction_due", "信息更正申请答复提醒", "《个人信息保护法》第四十六条：及时更正、补充", [3 * DAY, 0, -7 * DAY], [], False),
    ("correction_answered", "信息更正申请答复", "《个人信息保护法》第四十六条：及时更正、补充", [0], [], False),
    ("org_life_meeting_due", "组织生活会提醒", "支部工作条例第十七条：每年至少召开1次，一般在第四季度", [90 * DAY, 30 * DAY], [], False),
    ("appraisal_due", "民主评议党员提醒", "支部工作条例第十八条：一般每年开展1次", [90 * DAY, 30 * DAY], [], False),
    ("heart_talk_gap", "谈心谈话提醒", "支部工作条例第十九条：每年谈心谈话一般不少于1次", [90 * DAY, 30 * DAY], [], False),
    ("resolution_due", "决议事项提醒", "会议决议明确责任人和完成时限，抓好落实", [7 * DAY, 0], [], False),
    ("signup_moved_up", "报名递补通知", "候补按报名先后自动递补", [0], [], False),
    ("joint_invitation", "共建邀请", "共建活动由各党支部分别登记、分别确认", [0], [], False),
    ("joint_answer", "共建答复", "共建活动由各党支部分别登记、分别确认", [0], [], False),
    ("leave_request", "请假待审批提醒", "不能参加的，应事先请假", [2 * DAY, 0], [], False),
    ("make_up", "补课提醒", "缺席的党员应补学补课", [366 * DAY, 3 * DAY], [], False),
    ("make_up_review", "补课待审核提醒", "缺席的党员应补学补课", [0, -7 * DAY], [], False),
    ("attendance_dispute", "到会情况异议提醒", "党员对登记提出异议的，应在期限内答复", [6 * DAY, DAY, -DAY], [], False),
    ("attendance_answer", "请假、补课和异议的答复", "", [0], [], False),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("notices", "ReminderRule").objects.using(schema_editor.connection.alias)
    for key, name, clause, minutes, months, urgent in RULES:
        rules.get_or_create(
            key=key,
            defaults={
                "name": name,
                "clause": clause,
                "offsets_minutes": minutes,
                "offsets_months": months,
                "urgent": urgent,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
