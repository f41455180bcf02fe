"""What the organisation life keeps of a member, for the member's own copy: roll, sign-ups, appraisals, talks."""

from django.db.models import Q

from activities.models import AppraisalEntry, HeartTalk, RollEntry, SignUp
from activities.queries.appraisal import results_of
from activities.rules.appraisal import GRADE_LABELS
from activities.talk_tables import state_word
from branch_portal.registries import own_data_section


@own_data_section
def attendance(*, user, member):
    rows = RollEntry.objects.visible_to(user).filter(member=member)
    rows = rows.select_related("share__gathering", "branch").order_by("-on_date", "-pk")
    return "到会情况", [
        {
            "日期": row.on_date,
            "活动": row.share.gathering.theme,
            "党支部": str(row.branch),
            "到会情况": row.get_status_display(),
            "请假类别": row.get_leave_type_display(),
            "原因": row.reason,
            "分钟": row.minutes,
        }
        for row in rows
    ]


@own_data_section
def sign_ups(*, user, member):
    rows = SignUp.objects.visible_to(user).filter(member=member)
    rows = rows.select_related("share__gathering", "branch").order_by("-signed_at", "-pk")
    return "活动报名", [
        {
            "活动": row.share.gathering.theme,
            "党支部": str(row.branch),
            "状态": row.get_state_display(),
            "报名时间": row.signed_at,
            "取消时间": row.withdrawn_at,
            "请假原因": row.reason,
        }
        for row in rows
    ]


@own_data_section
def appraisals(*, user, member):
    """As on the card: what was fed back to the member, once the record is somebody's word."""
    told = [row for row in results_of(user, member) if row.fed_back_on is not None]
    return "民主评议", [
        {
            "年度": row.sheet.record.assessment_year,
            "党支部": str(row.branch),
            "自评": GRADE_LABELS.get(str(row.self_grade), ""),
            "评定意见": "不评定等次"
            if row.category == AppraisalEntry.Category.PROBATIONARY
            else row.grade_label,
            "主要问题": str(row.reason),
            "后续措施": str(row.follow_up),
            "反馈日期": row.fed_back_on,
        }
        for row in told
    ]


@own_data_section
def talks(*, user, member):
    """The talks that the member was one of the two of; both may read what was noted."""
    rows = HeartTalk.objects.visible_to(user).filter(Q(one=member) | Q(other=member))
    rows = rows.select_related("branch").order_by("-on_date", "-pk")
    return "谈心谈话", [
        {
            "日期": row.on_date,
            "谈话人": row.one_name,
            "谈话对象": row.other_name,
            "类别": row.get_kind_display(),
            "地点": row.place,
            "谈话要点": str(row.note),
            "状态": state_word(row),
        }
        for row in rows
    ]
