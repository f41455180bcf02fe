"""The statistics on screen and on paper: tables with levels, whose cells lead to who is behind them."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from branch_portal.tables import Column, Table
from members.queries.dictionaries import label_of
from supervision.queries.statistics_lists import Behind, Person, Place
from supervision.rules.statistics import Difference, Line, Sheet

CellUrl = Callable[[str, str, str], str]
_NOTHING = SafeString("")
_SKIPPED = SafeString(" data-chart-skip")  # a sum is no bar of the chart
#: Tabs of the page and the tables on each.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "people": (
        "党员",
        (
            "category", "gender", "ethnicity", "age", "education", "job_post", "standing_years", "admission", "situation",
            "membership",
        ),
    ),
    "moves": ("增减和发展", ("change", "development", "exits", "transfers", "stopped")),
    "organizations": ("党组织", ("below", "unit", "formation", "organizations")),
    "life": ("组织生活和学习", ("life", "meetings", "study")),
    "checks": ("校验", ()),
}  # fmt: skip
#: Tables that people would rather look at, and which of their columns.
CHARTS = {"age": "2", "change": "2", "below": "3", "life": "4,6"}


def sheet_table(sheet: Sheet, name: str, cell_url: CellUrl | None) -> SafeString:
    """One table; `cell_url(sheet, line, column)` is where a number leads, None on paper."""
    heads = format_html_join(
        "", '<th scope="col" class="num">{}</th>', ((head,) for _, head in sheet.columns)
    )
    body = format_html_join(
        "",
        '<tr{}><th scope="row" class="level-{}">{}</th>{}</tr>',
        (
            (
                _SKIPPED if _is_sum(sheet, place) else _NOTHING,
                line.level,
                line.label,
                format_html_join(
                    "",
                    '<td class="num" data-label="{}">{}</td>',
                    (
                        (head, _number(sheet, line, key, value, cell_url))
                        for (key, head), value in zip(sheet.columns, line.values, strict=True)
                    ),
                ),
            )
            for place, line in enumerate(sheet.lines)
        ),
    )
    return format_html(
        '<table class="portal-table statistics-table" id="{}"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        f"statistics-{sheet.key}",
        name,
        sheet.head,
        heads,
        body,
    )


def _is_sum(sheet: Sheet, place: int) -> bool:
    """Whether a chart leaves the line out: beside a sum its parts are too small to see."""
    if sheet.key == "change":
        return sheet.lines[place].level != 1
    return bool(sheet.parts_of(place))


def _number(sheet: Sheet, line: Line, column: str, value: int, cell_url: CellUrl | None):
    if (
        cell_url is None
        or not value
        or not sheet.opens
        or (sheet.key == "change" and line.key in ("13", "15"))
    ):
        return value
    # The link says what it counts for whoever hears the page read out.
    return format_html(
        '<a href="{}" aria-label="{} {}：{}">{}</a>',
        cell_url(sheet.key, line.key, column),
        line.label,
        dict(sheet.columns)[column],
        value,
        value,
    )


def person_columns(*, events: bool) -> list[Column]:
    """People behind a cell: no number, no telephone, nothing that is sealed."""
    known: Callable[[Callable], Callable[[Person], object]] = lambda read: (  # noqa: E731
        lambda person: read(person.member) if person.member else ""
    )
    columns = [
        Column("姓名", lambda person: person.name, _card),
        Column("性别", known(lambda member: member.get_gender_display())),
        Column("民族", known(lambda member: label_of("ethnicity", member.ethnicity))),
        Column("出生年份", known(lambda member: member.birth_year)),
        Column("人员类别", lambda person: person.category),
        Column("所在党支部", lambda person: person.branch),
        Column("入党日期", known(lambda member: member.admitted_on)),
    ]
    if events:
        return [*columns, Column("日期", lambda p: p.day), Column("情况", lambda p: p.how)]
    return [
        *columns,
        Column("学历", lambda person: person.education),
        Column("工作岗位", lambda person: person.job_post),
    ]


def _card(person: Person):
    if person.member is None:
        return person.name
    return format_html('<a href="{}">{}</a>', reverse("members:card", args=[person.member.uid]), person.name)


def place_columns(found: Behind) -> list[Column]:
    columns = [
        Column("党组织", lambda place: place.name, _place),
        Column("类别", lambda place: place.organization.get_kind_display()),
    ]
    for at, head in enumerate(found.heads):
        columns.append(Column(head, lambda place, at=at: place.numbers[at], numeric=True))
    return columns


def _place(place: Place):
    return format_html(
        '<a href="{}">{}</a>', reverse("organizations:detail", args=[place.organization.uid]), place.name
    )


def breaker_table(found: Sequence[tuple[Person, int]]) -> Table:
    """Who keeps the change table from closing."""
    columns = [
        Column("姓名", lambda pair: pair[0].name, lambda pair: _card(pair[0])),
        Column("所在党支部", lambda pair: pair[0].branch),
        Column("日期", lambda pair: pair[0].day),
        Column("影响", lambda pair: f"{pair[1]:+d}" if pair[1] else "0", numeric=True),
        Column("原因", lambda pair: pair[0].how),
    ]
    return Table(columns, found, caption="有差别的党员")


def difference_table(found: Sequence[Difference]) -> Table:
    columns = [
        Column("表", lambda each: each.sheet),
        Column("行", lambda each: each.line.strip()),
        Column("栏", lambda each: each.column),
        Column("上报数", lambda each: each.reported, numeric=True),
        Column("现在统计", lambda each: each.now, numeric=True),
        Column("相差", lambda each: f"{each.change:+d}", numeric=True),
    ]
    return Table(columns, found, caption="与上报数的差别")


def report_table(reports) -> Table:
    """What was reported, the newest first."""
    columns = [
        Column("填报单位", lambda r: r.organization.name, _report),
        Column("截止日期", lambda r: r.as_of),
        Column("版次", lambda r: r.revision, numeric=True),
        Column("党员总数", lambda r: r.members, numeric=True),
        Column("校验通过", lambda r: r.checks_held, numeric=True),
        Column("未通过", lambda r: r.checks_failed, numeric=True),
        Column("填报人", lambda r: r.made_by.display_name),
        Column("填报时间", lambda r: r.made_at),
    ]
    return Table(columns, reports, caption="已上报的统计")


def _report(report):
    return format_html(
        '<a href="{}">{}</a>',
        reverse("supervision:statistics-report", args=[report.uid]),
        report.organization.name,
    )
