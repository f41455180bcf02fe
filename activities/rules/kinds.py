"""What the kinds of organisational life are, in one line each, and what their records ask for (domain 4.1, 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

THEME_DAY = "theme_day"
GENERAL_MEETING = "general_meeting"
COMMITTEE_MEETING = "committee_meeting"
CELL_MEETING = "cell_meeting"
PARTY_LECTURE = "party_lecture"
ORG_LIFE_MEETING = "org_life_meeting"
APPRAISAL = "appraisal"
POLITICAL_BIRTHDAY = "political_birthday"
VOLUNTEER_SERVICE = "volunteer_service"
RED_BASE_VISIT = "red_base_visit"
COLLECTIVE_STUDY = "collective_study"

#: Kinds that belong to a year, in which they need not have been held: early in the next is in time (domain 4.1).
OF_A_YEAR = (ORG_LIFE_MEETING, APPRAISAL)
_LAST_YEAR_UNTIL_MONTH = 3

#: Study minutes of a record: the whole duration unless another number is typed, only what is typed, or never any.
WHOLE_DURATION, AS_TYPED, NO_STUDY = "whole", "typed", "none"


@dataclass(frozen=True, slots=True)
class KindInfo:
    """One kind: its name, who takes part, one line for the page where kinds are chosen, and how study counts."""

    key: str
    label: str
    who: str
    line: str
    icon: str
    study: str
    content_hint: str

    @property
    def gives_hours(self) -> bool:
        return self.study != NO_STUDY


KINDS: dict[str, KindInfo] = {
    kind.key: kind
    for kind in (
        KindInfo(
            THEME_DAY,
            "主题党日",
            "全体党员",
            "每月相对固定1天，开展集体学习、组织生活、民主议事和志愿服务",
            "calendar-check",
            WHOLE_DURATION,
            "写清学了什么、做了什么、议了什么，以及形成的意见",
        ),
        KindInfo(
            GENERAL_MEETING,
            "支部党员大会",
            "全体党员",
            "一般每季度召开1次，讨论和决定支部重要事项",
            "people",
            AS_TYPED,
            "写清议题、发言要点（含不同意见）、决议和主持人小结",
        ),
        KindInfo(
            COMMITTEE_MEETING,
            "支部委员会会议",
            "支部委员会成员",
            "一般每月召开1次，对支部重要工作进行讨论、作出决定",
            "list",
            NO_STUDY,
            "写清议题、发言要点（含不同意见）、决定事项和责任人",
        ),
        KindInfo(
            CELL_MEETING,
            "党小组会",
            "党小组成员",
            "一般每月召开1次，学习讨论、开展批评和自我批评",
            "message",
            WHOLE_DURATION,
            "写清学习内容和发言要点",
        ),
        KindInfo(
            PARTY_LECTURE,
            "党课",
            "全体党员",
            "定期开展，由党员领导干部、支部书记或其他主讲人讲授",
            "book",
            WHOLE_DURATION,
            "写清授课提纲和党员讨论的要点",
        ),
        KindInfo(
            ORG_LIFE_MEETING,
            "组织生活会",
            "按召开形式确定",
            "每年至少召开1次，一般在第四季度，开展批评和自我批评",
            "check-circle",
            AS_TYPED,
            "写清查摆的问题、批评和自我批评的情况、整改方向",
        ),
        KindInfo(
            APPRAISAL,
            "民主评议党员",
            "全体党员",
            "一般每年开展1次，经过个人自评、党员互评、民主测评，由支部提出评定意见",
            "clipboard",
            NO_STUDY,
            "写清自评、互评、民主测评的情况和支部意见",
        ),
        KindInfo(
            POLITICAL_BIRTHDAY,
            "政治生日",
            "全体党员",
            "重温入党誓词，谈体会，提醒勉励；集中办理的频次由支部决定",
            "calendar",
            AS_TYPED,
            "写清哪些党员过政治生日、做了什么",
        ),
        KindInfo(
            VOLUNTEER_SERVICE,
            "志愿服务",
            "全体党员，自愿报名",
            "组织党员开展志愿服务，按本人参加的时间记服务时长",
            "person",
            NO_STUDY,
            "写清服务对象、内容和成效",
        ),
        KindInfo(
            RED_BASE_VISIT,
            "红色教育基地现场学习",
            "全体党员",
            "到红色教育基地开展现场学习",
            "map",
            WHOLE_DURATION,
            "写清参观学习的内容和体会",
        ),
        KindInfo(
            COLLECTIVE_STUDY,
            "集中学习日",
            "全体党员",
            "主题党日以外集中安排的半天或一天学习，计入集体学习学时",
            "book",
            WHOLE_DURATION,
            "写清学习的文件或专题、领学人和讨论的要点",
        ),
    )
}


def year_of(kind: str, day: date) -> int:
    """The year that a record of the day belongs to unless another is said."""
    early = kind in OF_A_YEAR and day.month <= _LAST_YEAR_UNTIL_MONTH
    return day.year - 1 if early else day.year


def study_minutes(kind: str, typed: int | None, duration: int) -> int:
    """Minutes of study that a record of the kind stands for; 0 where it gives no hours."""
    study = KINDS[kind].study
    if study == NO_STUDY:
        return 0
    if typed is not None:
        return typed
    return duration if study == WHOLE_DURATION else 0


def typed_minutes(kind: str, stored: int | None, duration: int) -> int | None:
    """What the form shows for stored study minutes: nothing where leaving it empty means the same."""
    return None if stored == study_minutes(kind, None, duration) else stored
