"""The columns of the pages on study hours, for screen, paper and .xlsx."""

from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.permissions import Permission
from branch_portal.tables import Column
from learning.models import StudyCredit
from learning.queries.progress import Progress
from learning.queries.sheets import Sheet
from learning.rules.hours import show

_LONG = {"内容", "党支部", "情况"}
_WAITING = StudyCredit.Status.PENDING


def status_badge(row: StudyCredit):
    css = "is-wait" if row.status == _WAITING else "is-done"
    return format_html('<span class="status {}">{}</span>', css, row.get_status_display())


def credit_columns(user, sheet: Sheet) -> list[Column]:
    """日期, 内容, …; the record is linked where the reader may open it."""
    scope = user.access.scope(Permission.VIEW_RECORDS)

    def title(row: StudyCredit):
        if not row.source_url or not scope.covers(row.branch):
            return row.title
        return format_html('<a href="{}">{}</a>', row.source_url, row.title)

    columns = [
        Column("日期", lambda r: r.on_date),
        Column("内容", lambda r: r.title, title),
        Column("类别", lambda r: r.get_category_display()),
        Column("分钟", lambda r: r.minutes, numeric=True),
        Column("学时", lambda r: r.hours, lambda r: show(r.hours), numeric=True),
        Column("状态", lambda r: r.get_status_display(), status_badge),
    ]
    if any(row.branch_id != sheet.member.branch_id for row in sheet.rows):
        columns.insert(3, Column("党支部", lambda r: str(r.branch)))
    return columns


def rule_columns() -> list[Column]:
    """How each category counts, with its source."""
    return [
        Column("类别", lambda r: dict(StudyCredit._meta.get_field("category").choices)[r.category]),
        Column("每学时分钟", lambda r: r.minutes_per_hour, numeric=True),
        Column("计算步长", lambda r: r.step, lambda r: show(r.step), numeric=True),
        Column("计入上限", lambda r: _limit(r)),
        Column("依据", lambda r: r.clause),
    ]


def _limit(rule) -> str:
    if not rule.counts_toward_required or rule.annual_cap == 0:
        return "只记录，不计入"
    return "不限" if rule.annual_cap is None else f"每年 {show(rule.annual_cap)} 学时"


def progress_columns() -> list[Column]:
    return [
        Column("姓名", lambda p: p.member.name, _member_link),
        Column("类别", lambda p: "书记或委员" if p.officer else "党员"),
        Column("应学", lambda p: p.required, lambda p: show(p.required), numeric=True),
        Column("已学", lambda p: p.hours, lambda p: show(p.hours), numeric=True),
        Column(
            "其中待确认", lambda p: p.pending, lambda p: show(p.pending) if p.pending else "—", numeric=True
        ),
        Column("还差", lambda p: p.missing, lambda p: show(p.missing) if p.missing else "—", numeric=True),
        Column("集中培训", lambda p: p.trainings, lambda p: p.trainings or "—", numeric=True),
        Column("情况", lambda p: reached_word(p), _reached_badge),
    ]


def reached_word(progress: Progress) -> str:
    if progress.missing:
        return "未达到"
    return "达到（含待确认）" if progress.hours - progress.pending < progress.required else "已达到"


def _member_link(progress: Progress):
    return format_html(
        '<a href="{}">{}</a>',
        reverse("learning:member-year", args=[progress.member.uid]),
        progress.member.name,
    )


def _reached_badge(progress: Progress):
    word = reached_word(progress)
    css = {"已达到": "is-done", "达到（含待确认）": "is-wait", "未达到": "is-plain"}[word]
    return format_html('<span class="status {}">{}</span>', css, word)


def paper(columns: list[Column]) -> list[Column]:
    """The same without links and marks; only the long texts break into lines."""
    return [_on_paper(column) for column in columns]


def _on_paper(column: Column) -> Column:
    if column.header in _LONG:
        return Column(column.header, column.value)
    return Column(
        column.header,
        column.value,
        lambda row: format_html('<span class="nowrap">{}</span>', _plain_text(column.value(row))),
        numeric=column.numeric,
    )


def _plain_text(value) -> str:
    return show(value) if isinstance(value, Decimal) else str(value)
