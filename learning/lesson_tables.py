"""The columns of the pages on lessons, for screen and phone."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.dates import to_local
from branch_portal.tables import Column
from learning.models import Lesson, LessonSeries, Question
from learning.queries.lessons import Standing
from learning.rules.quiz import LETTERS

_STATUS = '<span class="status {}">{}</span>'
_LINK = '<a href="{}">{}</a>'
_STATE_CSS = {
    Lesson.State.DRAFT: "is-plain",
    Lesson.State.PUBLISHED: "is-done",
    Lesson.State.WITHDRAWN: "is-wait",
}


def catalogue_columns(*, learner: bool) -> list[Column]:
    """What a member reads; who is no member has no 我的情况."""
    columns = [
        Column("课程", lambda row: row.title, _lesson_link),
        Column("形式", lambda row: row.get_kind_display()),
        Column("专题", lambda row: row.series.title if row.series else ""),
        Column("开设组织", lambda row: str(row.organization)),
        Column("计入", lambda row: f"{row.minutes} 分钟", numeric=True),
    ]
    return [*columns, Column("我的情况", _own_word, _own_badge)] if learner else columns


def _lesson_link(row: Lesson):
    return format_html(_LINK, reverse("learning:lesson", args=[row.uid]), row.title)


def _own_word(row: Lesson) -> str:
    return "已学完" if row.done else "待支部确认" if row.said else "未学完"


def _own_badge(row: Lesson):
    css = "is-done" if row.done else "is-wait" if row.said else "is-plain"
    return format_html(_STATUS, css, _own_word(row))


def managed_columns() -> list[Column]:
    return [
        Column("课程", lambda row: row.title, _lesson_link),
        Column("形式", lambda row: row.get_kind_display()),
        Column("专题", lambda row: row.series.title if row.series else ""),
        Column("开设组织", lambda row: str(row.organization)),
        Column("完成方式", lambda row: row.get_pass_by_display()),
        Column("发布", lambda row: to_local(row.published_at).date() if row.published_at else None),
        Column("已完成", lambda row: row.done_count, numeric=True),
        Column("状态", lambda row: row.get_state_display(), _state_badge),
    ]


def _state_badge(row: Lesson):
    return format_html(_STATUS, _STATE_CSS[Lesson.State(row.state)], row.get_state_display())


def series_columns() -> list[Column]:
    return [
        Column("专题", lambda row: row.title),
        Column("所属组织", lambda row: str(row.organization)),
        Column("说明", lambda row: row.note),
        Column("课程", lambda row: row.lesson_count, numeric=True),
        Column("题目", lambda row: row.question_count, numeric=True),
        Column("操作", lambda row: "", _series_links, export=False),
    ]


_SERIES_LINKS = '<a href="{}">修改</a> <a href="{}">题库</a>'


def _series_links(row: LessonSeries):
    return format_html(
        _SERIES_LINKS,
        reverse("learning:series-edit", args=[row.uid]),
        reverse("learning:bank", args=["series", row.uid]),
    )


def question_columns(*, linked: bool = True) -> list[Column]:
    columns = [
        Column("题型", lambda row: row.get_kind_display()),
        Column("题目", lambda row: row.text),
        Column("选项", _options),
        Column("答案", _answer),
        Column("解析", lambda row: row.explanation),
    ]
    return [*columns, Column("操作", lambda row: "", _question_link, export=False)] if linked else columns


def _options(row: Question) -> str:
    return "　".join(f"{LETTERS[place]}. {option}" for place, option in enumerate(row.options))


def _answer(row: Question) -> str:
    if row.kind == Question.Kind.TRUE_FALSE:
        return row.options[row.answers[0]]
    return "".join(LETTERS[place] for place in row.answers)


def _question_link(row: Question):
    return format_html(_LINK, reverse("learning:bank-question", args=[row.uid]), "修改")


def import_problem_columns() -> list[Column]:
    return [
        Column("位置", lambda row: f"“{row['sheet']}”第 {row['row']} 行"),
        Column("题目", lambda row: row["text"]),
        Column("需要修改", lambda row: row["sentence"]),
    ]


_BOX = '<input class="form-check-input" type="checkbox" name="members" value="{}" aria-label="{}"{}>'


def people_columns(boxes: Collection[int]) -> list[Column]:
    """`boxes`: ids of the members who can be ticked; whoever said so is ticked already."""

    def box(row: Standing):
        if row.member.pk not in boxes:
            return ""
        checked = " checked" if row.waiting else ""
        return format_html(_BOX, row.member.uid.hex, f"确认{row.member.name}已学完", checked)

    columns = [
        Column("姓名", lambda row: row.member.name),
        Column("情况", _standing_word, _standing_badge),
        Column("完成日期", lambda row: row.completion.completed_on if row.done else None),
        Column("完成方式", lambda row: row.completion.get_how_display() if row.done else ""),
        Column("已答次数", lambda row: row.attempts or "", numeric=True),
    ]
    return [*columns, Column("确认", lambda row: "", box, export=False)] if boxes else columns


def _standing_word(row: Standing) -> str:
    return "已学完" if row.done else "本人报告学完" if row.waiting else "未学完"


def _standing_badge(row: Standing):
    css = "is-done" if row.done else "is-wait" if row.waiting else "is-plain"
    return format_html(_STATUS, css, _standing_word(row))
