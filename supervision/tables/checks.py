"""记录质量, 抽查, 退回, 问题整改 as columns."""

import datetime
from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from activities.queries.subjects import record_url
from activities.rules.kinds import KINDS
from activities.rules.quality import CODE_LABELS
from branch_portal.dates import to_local
from branch_portal.tables import Column, Table
from supervision.queries.quality import MarkedRecord, QualityRow

Link = Callable[..., str]


def quality_table(rows: Sequence[QualityRow], link: Link, *, first_number: int = 1) -> Table:
    """Branches; `link(organization, code)` leads to the records behind a number."""

    def number(code: str):
        def cell(row: QualityRow):
            count = row.counts[code]
            return _numbered(count, link(row.organization, code), row.organization, CODE_LABELS[code])

        return cell

    return Table(
        [
            Column("党支部", lambda row: row.organization.name, lambda row: str(row.organization)),
            Column("记录", lambda row: row.records, numeric=True),
            Column(
                "有提示的记录",
                lambda row: row.marked,
                lambda row: _numbered(row.marked, link(row.organization, ""), row.organization, "有提示"),
                numeric=True,
            ),
            *(
                Column(label, lambda row, code=code: row.counts[code], number(code), numeric=True)
                for code, label in CODE_LABELS.items()
            ),
        ],
        rows,
        caption="各党支部记录质量",
        first_number=first_number,
    )


def _numbered(count: int, url: str, organization, label: str):
    if not count:
        return 0
    return format_html('<a href="{}" aria-label="{} {} {} 份">{}</a>', url, organization, label, count, count)


def quality_roll_ups(rows: Sequence[QualityRow], link: Link) -> Table:
    """The sums over each committee and general branch."""
    return Table(
        [
            Column(
                "组织",
                lambda row: row.organization.name,
                lambda row: format_html(
                    '<a href="{}">{}</a>', link(row.organization), row.organization.short_name
                ),
            ),
            Column("党支部", lambda row: row.branches, numeric=True),
            Column("记录", lambda row: row.records, numeric=True),
            Column("有提示的记录", lambda row: row.marked, numeric=True),
            *(
                Column(label, lambda row, code=code: row.counts[code], numeric=True)
                for code, label in CODE_LABELS.items()
            ),
        ],
        rows,
        caption="按上级组织汇总",
    )


def _record_link(record):
    return format_html('<a href="{}">{}</a>', record_url(record), record.title)


def _words(row: MarkedRecord):
    lines = format_html_join(
        "", "<li><b>{}</b> {}</li>", ((remark.label, remark.words) for remark in row.remarks)
    )
    return format_html('<ul class="remarks">{}</ul>', lines)


def marked_table(rows: Sequence[MarkedRecord]) -> Table:
    return Table(
        [
            Column("党支部", lambda row: str(row.record.branch)),
            Column("日期", lambda row: row.record.on_date),
            Column("类型", lambda row: KINDS[row.record.kind].label),
            Column("主题", lambda row: row.record.title, lambda row: _record_link(row.record)),
            Column("状态", lambda row: row.record.get_state_display()),
            Column(
                "提示",
                lambda row: "；".join(f"{remark.label}：{remark.words}" for remark in row.remarks),
                _words,
            ),
        ],
        rows,
        caption="有提示的记录",
        numbered=False,
    )


def checks_table(rows) -> Table:
    def link(check):
        return format_html('<a href="{}">{}</a>', reverse("supervision:check", args=[check.uid]), check.title)

    return Table(
        [
            Column("名称", lambda check: check.title, link),
            Column("抽查的党组织", lambda check: str(check.organization)),
            Column("范围", lambda check: str(check.root)),
            Column("活动日期", lambda check: f"{check.first_on} 至 {check.last_on}"),
            Column("抽取", lambda check: f"{check.size} / {check.population}", numeric=True),
            Column("已查", lambda check: check.judged, numeric=True),
            Column("有问题", lambda check: check.problems, numeric=True),
            Column("抽取时间", lambda check: to_local(check.drawn_at).date()),
        ],
        rows,
        caption="抽查",
        numbered=False,
    )


def items_table(rows, *, linked: bool = True) -> Table:
    def link(item):
        url = reverse("supervision:check-item", args=[item.check_of.uid, item.position])
        return format_html('<a href="{}">{}</a>', url, item.record.title)

    return Table(
        [
            Column("序号", lambda item: item.position, numeric=True),
            Column("党支部", lambda item: str(item.branch)),
            Column("日期", lambda item: item.record.on_date),
            Column("类型", lambda item: KINDS[item.record.kind].label),
            Column("主题", lambda item: item.record.title, link if linked else None),
            Column("结果", lambda item: item.get_result_display() if item.result else "未查"),
            Column("问题", lambda item: item.text),
        ],
        rows,
        caption="抽查的记录",
        numbered=False,
    )


def returns_table(rows, day: datetime.date) -> Table:
    return Table(
        [
            Column("党支部", lambda record: str(record.cell or record.branch)),
            Column("日期", lambda record: record.on_date),
            Column("类型", lambda record: KINDS[record.kind].label),
            Column("主题", lambda record: record.title, _record_link),
            Column("退回意见", lambda record: record.returned_reason),
            Column("退回时间", lambda record: to_local(record.returned_at).date()),
            Column("修改期限", lambda record: record.due),
            Column("进度", lambda record: late_words(record.due, day)),
        ],
        rows,
        caption="退回修改的记录",
        numbered=False,
    )


def late_words(due_on: datetime.date, day: datetime.date) -> str:
    left = (due_on - day).days
    return "今天到期" if left == 0 else f"还剩 {left} 天" if left > 0 else f"逾期 {-left} 天"


def findings_table(rows, day: datetime.date, url_name: str, *, with_branch: bool = True) -> Table:
    def link(finding):
        return format_html('<a href="{}">{}</a>', reverse(url_name, args=[finding.uid]), finding.text)

    def state(finding) -> str:
        return late_words(finding.due_on, day) if finding.state == "open" else ""

    return Table(
        [
            *([Column("党支部", lambda finding: str(finding.branch))] if with_branch else []),
            Column("检查", lambda finding: finding.inspection.title),
            Column("类别", lambda finding: finding.get_code_display()),
            Column("问题", lambda finding: finding.text, link),
            Column("责任人", lambda finding: finding.responsible),
            Column("期限", lambda finding: finding.due_on),
            Column("状态", lambda finding: finding.get_state_display()),
            Column("进度", state),
        ],
        rows,
        caption="检查发现的问题",
    )


def inspections_table(rows) -> Table:
    def link(row):
        return format_html(
            '<a href="{}">{}</a>', reverse("supervision:inspection", args=[row.uid]), row.title
        )

    return Table(
        [
            Column("名称", lambda row: row.title, link),
            Column("检查的党组织", lambda row: str(row.organization)),
            Column("日期", lambda row: row.on_date),
            Column("检查人", lambda row: row.inspectors),
            Column("党支部", lambda row: row.branch_count, numeric=True),
            Column("问题", lambda row: row.finding_count, numeric=True),
            Column("未办结", lambda row: row.unresolved_count, numeric=True),
        ],
        rows,
        caption="检查",
        numbered=False,
    )
