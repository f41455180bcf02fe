"""The columns of the pages on study hours, for screen, paper and .xlsx."""

from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from branch_portal.permissions import Permission
from branch_portal.registries import DoubtLink
from branch_portal.tables import Column
from learning.models import StudyCredit, StudyQuestion
from learning.queries.progress import Progress
from learning.queries.questions import question_url
from learning.queries.rules import as_rule
from learning.queries.sheets import Sheet
from learning.rules.hours import explain_credit, show

_LONG = {"内容", "党支部", "情况", "集中培训"}
_WAITING = StudyCredit.Status.PENDING


def status_badge(row: StudyCredit):
    css = "is-wait" if row.status == _WAITING else "is-done"
    return format_html('<span class="status {}">{}</span>', css, row.get_status_display())


def credit_columns(
    user,
    sheet: Sheet,
    *,
    doubts: Mapping[str, DoubtLink] | None = None,
    questions: Mapping[int, StudyQuestion] | None = None,
) -> list[Column]:
    """日期, 内容, …; the record is linked where the reader may open it. With `doubts` and `questions`: 这条不对."""
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
        Column("折算", lambda r: explain_credit(r.minutes, as_rule(r.rule)), screen=False),
        Column("状态", lambda r: r.get_status_display(), status_badge),
    ]
    if any(row.branch_id != sheet.member.branch_id for row in sheet.rows):
        columns.insert(3, Column("党支部", lambda r: str(r.branch)))
    if doubts is not None:
        columns.append(_doubt_column(doubts, questions or {}))
    return columns


def _doubt_column(doubts: Mapping[str, DoubtLink], questions: Mapping[int, StudyQuestion]) -> Column:
    def link(row: StudyCredit) -> DoubtLink:
        if (found := doubts.get(row.source)) is not None:
            return found
        if (asked := questions.get(row.pk)) is not None:
            return DoubtLink(f"疑问：{asked.get_state_display()}", question_url(asked))
        return DoubtLink("这条不对", reverse("learning:ask", args=[row.uid]))

    def cell(row: StudyCredit):
        found = link(row)
        return format_html(
            '<a href="{}" aria-label="{} {} {}">{}</a>',
            found.url,
            row.on_date.isoformat(),
            row.title,
            found.label,
            found.label,
        )

    return Column("操作", lambda r: "", cell, export=False)


def large_columns() -> list[Column]:
    """Few columns for large print."""
    return paper(
        [
            Column("日期", lambda r: f"{r.on_date.month}月{r.on_date.day}日"),
            Column("内容", lambda r: r.title),
            Column("学时", lambda r: r.hours, numeric=True),
            Column("状态", lambda r: r.get_status_display()),
        ]
    )


def undone_columns() -> list[Column]:
    """What was reversed, when, and what stands instead."""
    return [
        Column("日期", lambda u: u.row.on_date),
        Column("内容", lambda u: u.row.title),
        Column("原学时", lambda u: u.row.hours, lambda u: show(u.row.hours), numeric=True),
        Column("冲销时间", lambda u: u.at),
        Column("现为", lambda u: f"{show(u.now.hours)} 学时" if u.now else "不再计入"),
    ]


def outlook_columns() -> list[Column]:
    """What is ahead, by kind."""

    def named(group):
        links = format_html_join(
            "、",
            '<a href="{}">{}{}</a>',
            ((c.url, f"{c.day.month}月{c.day.day}日" if c.day else "", c.title) for c in group.named),
        )
        return links or ("按计划" if group.dated else "随时可学")

    return [
        Column("类型", lambda g: g.label),
        Column("次数", lambda g: g.times, numeric=True),
        Column("每次约", lambda g: g.each, lambda g: show(g.each), numeric=True),
        Column("可计学时", lambda g: g.counted, lambda g: show(g.counted), numeric=True),
        Column("已通知的", lambda g: "", named),
    ]


def rule_columns() -> list[Column]:
    """How each category counts, with its source."""
    return [
        Column("类别", lambda r: dict(StudyCredit._meta.get_field("category").choices)[r.category]),
        Column("每学时分钟", lambda r: r.minutes_per_hour, numeric=True),
        Column("计算步长", lambda r: r.step, lambda r: show(r.step), numeric=True),
        Column("单项", lambda r: _per_item(r)),
        Column("计入上限", lambda r: _limit(r)),
        Column("依据", lambda r: r.clause),
    ]


def _per_item(rule) -> str:
    """What one item may count, and which attendance earns, in words."""
    words = []
    if rule.fixed_block is not None:
        words.append(f"{rule.fixed_block.minutes} 分钟计 {show(rule.fixed_block.hours)}")
    if rule.per_item_cap is not None:
        words.append(f"最多 {show(rule.per_item_cap)}")
    if rule.factor != 1:
        words.append(f"系数 {show(rule.factor)}")
    if not rule.partial_attendance:
        words.append("迟到按全程")
    if not rule.online_counts:
        words.append("线上不计")
    if not rule.made_up_counts:
        words.append("补课不计")
    return "；".join(words)


def _limit(rule) -> str:
    if not rule.counts:
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
        Column("集中培训", lambda p: trainings_word(p)),
        Column("情况", lambda p: reached_word(p), _reached_badge),
    ]


def trainings_word(progress: Progress) -> str:
    """1 次, 1 / 1 for whom it is owed; the trainings of a time of life that are still open behind it."""
    owed = progress.required_trainings
    words = [
        f"{progress.trainings} / {owed}" if owed else f"{progress.trainings} 次" if progress.trainings else ""
    ]
    words += [duty.label for duty in progress.duties if duty.done_on is None]
    return "；".join(word for word in words if word)


def reached_word(progress: Progress) -> str:
    if progress.missing:
        return "未达到"
    if not progress.reached:
        return "缺集中培训"
    return "达到（含待确认）" if progress.hours - progress.pending < progress.required else "已达到"


def _member_link(progress: Progress):
    return format_html(
        '<a href="{}">{}</a>',
        reverse("learning:member-year", args=[progress.member.uid]),
        progress.member.name,
    )


def _reached_badge(progress: Progress):
    word = reached_word(progress)
    css = {"已达到": "is-done", "达到（含待确认）": "is-wait"}.get(word, "is-plain")
    return format_html('<span class="status {}">{}</span>', css, word)


def paper(columns: list[Column]) -> list[Column]:
    """The same without links and marks; only the long texts break into lines."""
    return [_on_paper(column) for column in columns if column.screen and column.export]


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
