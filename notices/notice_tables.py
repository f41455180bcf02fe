"""The lists of notices, each declared once."""

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column
from notices.models import Notice
from notices.queries.notices import line_of
from notices.rules.notices import ANSWERS, is_late

_LINK = '<a href="{}">{}</a>'


def _link(notice: Notice):
    return format_html(_LINK, reverse("notices:notice", args=[notice.uid]), notice.title)


def received_columns() -> list[Column]:
    """Rows are targets of the reader."""
    return [
        Column("标题", lambda t: t.notice.title, cell=lambda t: _link(t.notice)),
        Column("发出组织", lambda t: str(t.notice.organization)),
        Column("发出时间", lambda t: t.sent_at),
        Column("发给", lambda t: "本人" if t.member_id else str(t.branch)),
        Column("答复截止", lambda t: t.notice.deadline),
        Column("答复", lambda t: line_of(t).label),
    ]


def sent_columns(*, several: bool) -> list[Column]:
    """Rows are notices with `target_count` and `answer_count`."""
    columns = [Column("标题", lambda n: n.title, cell=_link)]
    if several:
        columns.append(Column("发出组织", lambda n: str(n.organization)))
    return [
        *columns,
        Column("状态", state_words),
        Column("发出时间", lambda n: n.sent_at),
        Column("发出人", lambda n: n.sent_by.display_name if n.sent_by else ""),
        Column("对象", lambda n: n.target_count if n.sent_at else None, numeric=True),
        Column("已答复", lambda n: n.answer_count if n.sent_at and n.wants_answer else None, numeric=True),
        Column("答复截止", lambda n: n.deadline),
    ]


def state_words(notice: Notice) -> str:
    if notice.is_withdrawn:
        return "已撤回"
    if notice.is_draft:
        return "草稿"
    return "已发出，有更正" if notice.corrected_at else "已发出"


def receipt_columns(notice: Notice) -> list[Column]:
    """Rows are targets with `was_read`, `has_account` and `stays`; for the sender alone."""
    if notice.to_branches:
        return [
            Column("党支部", lambda t: str(t.branch)),
            *_answer_columns(notice),
            Column("答复人", _answered_by),
            Column("情况", lambda t: "" if t.stays else "已不在所属组织"),
        ]
    columns = [Column("姓名", lambda t: t.member.name)]
    if not notice.organization.is_branch:
        columns.append(Column("党支部", lambda t: str(t.branch)))
    return [*columns, *_answer_columns(notice), Column("情况", _person_state)]


def _answer_columns(notice: Notice) -> list[Column]:
    if not notice.wants_answer:
        return [Column("阅读", lambda t: "已阅读" if t.was_read else "未阅读")]
    reason = [Column("请假原因", lambda t: t.answer.reason if _answered(t) else "")]
    return [
        Column("答复", lambda t: _answer_words(notice, t)),
        *(reason if "leave" in ANSWERS[notice.wanted] else []),
        Column("答复时间", lambda t: t.answer.answered_at if _answered(t) else None),
    ]


def _answered(target) -> bool:
    return getattr(target, "answer", None) is not None


def _answer_words(notice: Notice, target) -> str:
    if not _answered(target):
        return "未答复，已阅读" if target.was_read else "未答复"
    late = is_late(deadline=notice.deadline, answered_at=target.answer.answered_at)
    return f"{target.answer.get_answer_display()}{'（截止后）' if late else ''}"


def _answered_by(target) -> str:
    return target.answer.answered_by.display_name if _answered(target) else ""


def _person_state(target) -> str:
    if not target.stays:
        return "已离开本组织"
    return "" if target.has_account else "没有账号，请另行通知"
