"""One lesson of the committee, with its check."""

from learning.actions.lessons import LessonFacts, create_lesson, publish_lesson, save_series
from learning.actions.quiz import QuestionFacts, add_question
from learning.models import Lesson
from members.models import PartyOrganization, User

_TEXT = """# 党支部是什么

党支部是党的基础组织，是党组织开展工作的基本单元，担负直接教育党员、管理党员、监督党员和组织群众、宣传群众、凝聚群众、服务群众的职责。

## “三会一课”

- 支部党员大会一般每季度召开 1 次
- 支部委员会会议一般每月召开 1 次
- 党小组会一般每月召开 1 次
- 党课应当针对党员思想和工作实际

## 主题党日

党支部每月相对固定 1 天开展**主题党日**，组织党员集中学习、过组织生活、进行民主议事和志愿服务等。
"""
_QUESTIONS = (
    ("single", "支部党员大会一般多久召开 1 次？", ["每月", "每季度", "每半年"], [1]),
    ("single", "党小组会一般多久召开 1 次？", ["每周", "每月", "每季度"], [1]),
    (
        "multiple",
        "“三会一课”包括哪些？",
        ["支部党员大会", "支部委员会会议", "党小组会", "党课", "职工大会"],
        [0, 1, 2, 3],
    ),
    ("true_false", "主题党日一般每月相对固定 1 天开展。", ["正确", "错误"], [0]),
)


def build_lesson(committee: PartyOrganization, *, staff: User) -> None:
    """Every branch below sees it, and nobody has completed it yet."""
    series = save_series(by=staff, organization=committee, title="党支部工作条例", note="")
    facts = LessonFacts(
        title="党支部的组织生活", kind=Lesson.Kind.ARTICLE, text=_TEXT, series=series, drawn=3, minutes=45
    )
    lesson = create_lesson(by=staff, organization=committee, facts=facts)
    for kind, text, options, answers in _QUESTIONS:
        question = QuestionFacts(kind, text, options, answers, "《中国共产党支部工作条例（试行）》")
        add_question(by=staff, bank=series, facts=question)
    publish_lesson(by=staff, lesson=lesson)
