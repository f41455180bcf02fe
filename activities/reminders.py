"""The reminders of organisational life (domain 11.1): key, name, clause, and how long before the anchor each fires.

Offsets are minutes before the anchor, negative ones after it. The anchor of a meeting notice is the start, of everything
else the due day of the item that `activities.due` yields under the same key.
"""

from dataclasses import dataclass

from activities.rules.cadence import DEFAULT_CADENCE

DAY = 24 * 60
_CLAUSES = {rule.kind: rule.clause for rule in DEFAULT_CADENCE}


@dataclass(frozen=True, slots=True)
class Reminder:
    key: str
    name: str
    clause: str
    offsets_minutes: tuple[int, ...]


REMINDERS = (
    Reminder("meeting_notice", "活动预告", "会前通知时间、地点和内容", (3 * DAY, 60)),
    Reminder("theme_day_next", "主题党日", _CLAUSES["theme_day"], (7 * DAY, DAY)),
    Reminder(
        "general_meeting_due", "支部党员大会", _CLAUSES["general_meeting"], (30 * DAY, 14 * DAY, 3 * DAY)
    ),
    Reminder("committee_meeting_due", "支部委员会会议", _CLAUSES["committee_meeting"], (10 * DAY, 3 * DAY)),
    Reminder("cell_meeting_due", "党小组会", _CLAUSES["cell_meeting"], (10 * DAY, 3 * DAY)),
    Reminder("lecture_due", "党课", _CLAUSES["party_lecture"], (30 * DAY, 7 * DAY)),
    Reminder("org_life_meeting_due", "组织生活会", _CLAUSES["org_life_meeting"], (90 * DAY, 30 * DAY)),
    Reminder("resolution_due", "决议事项", "会议决议明确责任人和完成时限，抓好落实", (7 * DAY, 0)),
    Reminder("appraisal_due", "民主评议党员", _CLAUSES["appraisal"], (90 * DAY, 30 * DAY)),
    Reminder(
        "record_overdue", "记录整理和确认", "会议记录应及时整理，由主持人和记录人签名", (-DAY, -7 * DAY)
    ),
)

#: Which reminder an unmet cadence of each kind goes by.
RULE_OF_KIND = {
    "theme_day": "theme_day_next",
    "general_meeting": "general_meeting_due",
    "committee_meeting": "committee_meeting_due",
    "cell_meeting": "cell_meeting_due",
    "party_lecture": "lecture_due",
    "org_life_meeting": "org_life_meeting_due",
    "appraisal": "appraisal_due",
}
