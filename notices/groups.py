"""Groups of reminders, as people switch their mail on and off (消息设置), and which of them go out at once.

What is news of a meeting goes out by itself and at once; everything else waits for the one mail of the day. A rule that no
group names belongs to the last one. An app above puts its own rules into a group in `AppConfig.ready` by `join`.
"""

import json
from dataclasses import dataclass, field


@dataclass
class RuleGroup:
    """One line of the settings page. `at_once`: not collected into the mail of the day."""

    key: str
    label: str
    hint: str
    at_once: bool = False
    rule_keys: set[str] = field(default_factory=set)


MEETINGS = RuleGroup(
    "meetings",
    "会议和活动通知",
    "会议、活动的时间地点和变动，随时发",
    at_once=True,
    rule_keys={"meeting_notice", "signup_moved_up", "training_notice", "robot_test"},
)
DUTIES = RuleGroup(
    "duties",
    "组织生活到期提醒",
    "三会一课、主题党日、组织生活会、记录和决议事项等",
    rule_keys={
        "theme_day_next",
        "general_meeting_due",
        "committee_meeting_due",
        "cell_meeting_due",
        "lecture_due",
        "record_overdue",
        "org_life_meeting_due",
        "appraisal_due",
        "heart_talk_gap",
        "resolution_due",
        "term_expiry",
    },
)
ROSTER = RuleGroup(
    "roster",
    "党员和组织关系提醒",
    "介绍信到期、外出党员联系、转正、政治生日等",
    rule_keys={
        "transfer_letter_expiry",
        "floating_contact",
        "floating_began",
        "lost_contact_6m",
        "suspended_2y",
        "political_birthday",
        "confirmation_due",
        "party_standing_50",
        "retirement_age",
        "correction_due",
        "correction_answered",
        "erasure_due",
        "erasure_answered",
    },
)
DEALINGS = RuleGroup(
    "dealings",
    "请假、补课和共建办理",
    "待办理的请假、补课、异议和共建邀请，以及答复",
    rule_keys={
        "joint_invitation",
        "joint_answer",
        "leave_request",
        "make_up",
        "make_up_review",
        "attendance_dispute",
        "attendance_answer",
    },
)
STUDY = RuleGroup(
    "study",
    "学习提醒",
    "学时差距、集中培训、自学申报的审核和学时疑问的答复",
    rule_keys={
        "study_hours_gap",
        "probation_training",
        "first_year_training",
        "new_secretary_training",
        "study_question",
        "study_question_answer",
        "submission_review",
        "submission_answer",
    },
)
OTHERS = RuleGroup("others", "其他提醒", "以上没有列出的提醒")

GROUPS = (MEETINGS, DUTIES, ROSTER, DEALINGS, STUDY, OTHERS)


def join(group: RuleGroup, *rule_keys: str) -> None:
    """Put rules into a group, out of whichever they were in."""
    for other in GROUPS:
        other.rule_keys.difference_update(rule_keys)
    group.rule_keys.update(rule_keys)


def group_of(rule_key: str) -> RuleGroup:
    return next((group for group in GROUPS if rule_key in group.rule_keys), OTHERS)


def wishes() -> dict[str, str]:
    """For SQL that compares rules with what people muted: key of the group by rule, and the group of those not named."""
    by_rule = {rule_key: group.key for group in GROUPS for rule_key in group.rule_keys}
    return {"groups": json.dumps(by_rule), "others": OTHERS.key}


def at_once() -> list[str]:
    """Keys of the rules whose mail goes out at once."""
    return sorted(rule_key for group in GROUPS if group.at_once for rule_key in group.rule_keys)
