"""What the ledger keeps of a member, for the member's own copy: hours, and what the member handed in."""

from branch_portal.registries import own_data_section
from learning.models import StudyCredit, StudySubmission


@own_data_section
def credits(*, user, member):
    rows = StudyCredit.objects.visible_to(user).filter(member=member)
    rows = rows.select_related("branch").order_by("-on_date", "-pk")
    return "学时记录", [
        {
            "日期": row.on_date,
            "年度": row.year,
            "类别": row.get_category_display(),
            "内容": row.title,
            "分钟": row.minutes,
            "学时": float(row.hours),
            "状态": row.get_status_display(),
        }
        for row in rows
    ]


@own_data_section
def submissions(*, user, member):
    rows = StudySubmission.objects.visible_to(user).filter(member=member).order_by("-first_on", "-pk")
    return "自学申报", [
        {
            "起": row.first_on,
            "止": row.last_on,
            "内容": row.title,
            "组织单位": row.organiser,
            "学习情况": row.note,
            "分钟": row.minutes,
            "状态": row.get_state_display(),
            "审核意见": row.remark,
        }
        for row in rows
    ]
