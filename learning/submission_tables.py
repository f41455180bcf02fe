"""Lists of own study: the member's and the reviewer's."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from branch_portal.tables import Column
from learning.models import StudySubmission
from learning.queries.rules import RuleBook
from learning.queries.submissions import submission_url
from learning.rules.hours import credit_hours, show

_CHECKED = SafeString(" checked")
STATE_STYLES = {
    "draft": "is-plain",
    "submitted": "is-wait",
    "returned": "is-late",
    "accepted": "is-done",
    "partly_accepted": "is-done",
    "withdrawn": "is-plain",
}


def state_badge(row: StudySubmission):
    return format_html('<span class="status {}">{}</span>', STATE_STYLES[row.state], row.get_state_display())


def _title(row: StudySubmission):
    return format_html('<a href="{}">{}</a>', submission_url(row), row.title)


def days_text(row: StudySubmission) -> str:
    if row.first_on == row.last_on:
        return f"{row.last_on}"
    return f"{row.first_on} 至 {row.last_on}"


def own_columns() -> list[Column]:
    return [
        Column("完成日期", lambda row: row.last_on),
        Column("内容", lambda row: row.title, _title),
        Column("类别", lambda row: row.get_kind_display()),
        Column("申报分钟", lambda row: row.minutes, numeric=True),
        Column("认定分钟", lambda row: row.accepted_minutes, numeric=True),
        Column("状态", lambda row: row.get_state_display(), state_badge),
    ]


def review_columns(
    *, hints: Mapping[int, list[str]], book: RuleBook, ticked: Collection[str], deciding: bool
) -> list[Column]:
    """`ticked` are the lines that a refused page had ticked."""

    def tick(row: StudySubmission):
        checked = _CHECKED if row.seen in ticked else ""
        return format_html(
            '<label class="d-inline-block p-2"><input class="form-check-input" type="checkbox" name="rows"'
            ' value="{}"{}><span class="visually-hidden">勾选 {} {}</span></label>',
            row.seen,
            checked,
            row.member.name,
            row.title,
        )

    def hours(row: StudySubmission) -> Decimal | None:
        rule = book.rules(row.year).get(row.category)
        return None if rule is None else credit_hours(row.minutes, rule)

    def shown_hours(row: StudySubmission) -> str:
        found = hours(row)
        return "—" if found is None else show(found)

    def remarks(row: StudySubmission) -> str:
        moved = ["由原党支部转来"] if row.member.branch_id != row.branch_id and deciding else []
        return "；".join([*hints.get(row.pk, []), *moved])

    first = [Column("选择", lambda row: "", tick, export=False)] if deciding else []
    last = [] if deciding else [Column("状态", lambda row: row.get_state_display(), state_badge)]
    return [
        *first,
        Column("姓名", lambda row: row.member.name),
        Column("类别", lambda row: row.get_kind_display()),
        Column("内容", lambda row: row.title, _title),
        Column("日期", days_text),
        Column("分钟", lambda row: row.minutes, numeric=True),
        Column("登记学时", hours, shown_hours, numeric=True),
        Column("提示", remarks),
        *last,
    ]
