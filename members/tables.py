"""The roster's columns, declared once for screen, paper and .xlsx."""

import datetime

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column
from members.models import Affiliation, Commendation, Member
from members.queries.dictionaries import label_of
from members.queries.lines import RosterLine


def masked_tail(member: Member) -> str:
    """A mobile as lists show it: only the stored last four digits, so that no list opens a seal."""
    return f"*******{member.mobile_tail}" if member.mobile_tail else ""


def category_text(member: Member) -> str:
    label = member.get_category_display()
    return (
        label if member.standing == Member.Standing.NORMAL else f"{label}（{member.get_standing_display()}）"
    )


def _link(line: RosterLine):
    if not line.open:
        return line.name
    return format_html('<a href="{}">{}</a>', reverse("members:card", args=[line.member.uid]), line.name)


def _actions(line: RosterLine):
    if not line.open:
        return ""
    # The name is in the link for whoever hears the page read out.
    return format_html(
        '<a href="{}">查看<span class="visually-hidden">{}</span></a>',
        reverse("members:card", args=[line.member.uid]),
        line.name,
    )


def _one_line(line):
    """A cell's short name, never broken."""
    return format_html('<span class="text-nowrap">{}</span>', line.cell or "—")


def roster_columns(*, several_branches: bool) -> list[Column]:
    columns = [
        Column("姓名", lambda line: line.name, _link),
        Column("性别", lambda line: line.member.get_gender_display()),
        Column("民族", lambda line: label_of("ethnicity", line.member.ethnicity)),
        Column("出生年份", lambda line: line.member.birth_year),
        Column("学历", lambda line: label_of("education", line.member.education) if line.open else ""),
        Column("人员类别", lambda line: line.category_text),
        Column("党小组", lambda line: line.cell, _one_line),
        Column("职务", lambda line: line.posts),
        Column("入党日期", lambda line: line.member.admitted_on),
        Column("转正日期", lambda line: line.confirmed_on),
        Column("情形", lambda line: line.situation),
        Column("手机", lambda line: masked_tail(line.member) if line.open else ""),
        Column("操作", lambda line: "", _actions, export=False),
    ]
    if several_branches:
        columns.insert(6, Column("所在党支部", lambda line: line.branch))
    return columns


def paper_columns(*, several_branches: bool) -> list[Column]:
    """The same without links and actions."""
    return [
        Column(column.header, column.value, numeric=column.numeric)
        for column in roster_columns(several_branches=several_branches)
        if column.export
    ]


_STATE_MARKS = {"requested": "wait", "issued": "wait", "accepted": "done", "expired": "late"}


def state_mark(transfer):
    """The state as a mark with its word."""
    mark = _STATE_MARKS.get(transfer.state, "plain")
    return format_html('<span class="status is-{}">{}</span>', mark, transfer.get_state_display())


def transfer_columns() -> list[Column]:
    """组织关系转接: nothing sealed, so the receiving branch may read it before the member is its own."""
    return [
        Column("姓名", lambda t: t.member.name, _transfer_link),
        Column("人员类别", lambda t: t.member.get_category_display()),
        Column("转出党支部", lambda t: t.from_branch.name),
        Column("转入党组织", lambda t: t.to_branch.name if t.to_branch else t.to_name),
        Column("申请日期", lambda t: t.requested_on),
        Column("介绍信编号", lambda t: t.letter_no),
        Column("有效期至", lambda t: t.valid_until),
        Column("状态", lambda t: t.get_state_display(), state_mark),
    ]


def _transfer_link(transfer):
    return format_html(
        '<a href="{}">{}</a>', reverse("members:transfer-detail", args=[transfer.uid]), transfer.member.name
    )


#: What each reason to look at a member is called on the page that names them.
CONCERNS = {
    "transfer_letter_expiry": "介绍信将满有效期",
    "floating_contact": "外出党员应联系",
    "floating_began": "外出满六个月",
    "lost_contact_6m": "失去联系满六个月",
    "suspended_2y": "失联停止党籍满两年",
}


def attention_columns() -> list[Column]:
    return [
        Column("姓名", lambda c: c.member.name, lambda c: _floating_link(c.member)),
        Column("党支部", lambda c: str(c.branch)),
        Column("情形", lambda c: CONCERNS[c.key]),
        Column("起算日期", lambda c: c.since),
        Column("到期日期", lambda c: c.due_on),
    ]


def _floating_link(member: Member):
    return format_html(
        '<a href="{}?tab=floating">{}</a>', reverse("members:card", args=[member.uid]), member.name
    )


def _birth_date(member: Member) -> datetime.date | str:
    """A real date, or what was entered where it is none."""
    try:
        return datetime.date.fromisoformat(str(member.birth_date))
    except ValueError:
        return str(member.birth_date)


def full_columns(*, several_branches: bool) -> list[Column]:
    """With what lists mask, opened: for an export that was reasoned and is recorded."""
    plain = [
        column
        for column in paper_columns(several_branches=several_branches)
        if column.header not in ("手机", "出生年份")
    ]
    return [
        *plain,
        Column("公民身份号码", lambda line: str(line.member.id_number)),
        Column("出生日期", lambda line: _birth_date(line.member)),
        Column("手机号", lambda line: str(line.member.mobile)),
        Column("固定电话", lambda line: str(line.member.landline)),
        Column("家庭住址", lambda line: str(line.member.home_address)),
        Column("工作单位及职务", lambda line: line.member.employer),
    ]


def left_columns() -> list[Column]:
    """历史党员: who left, when and how."""

    def link(row: Affiliation):
        return format_html(
            '<a href="{}">{}</a>', reverse("members:card", args=[row.member.uid]), row.member.name
        )

    return [
        Column("姓名", lambda row: row.member.name, link),
        Column("性别", lambda row: row.member.get_gender_display()),
        Column("出生年份", lambda row: row.member.birth_year),
        Column("人员类别", lambda row: row.member.get_category_display()),
        Column("原所在党支部", lambda row: str(row.branch)),
        Column("减少日期", lambda row: row.period.upper),
        Column("减少方式", lambda row: row.get_loss_display()),
        Column("出党方式", lambda row: label_of("exit_type", row.exit_type)),
        Column("原因", lambda row: row.reason),
    ]


def commendation_columns() -> list[Column]:
    """表彰名单: whom, what, by whom."""

    def link(row: Commendation):
        return format_html(
            '<a href="{}?tab=commendations">{}</a>',
            reverse("members:card", args=[row.member.uid]),
            row.member.name,
        )

    return [
        Column("姓名", lambda row: row.member.name, link),
        Column("所在党支部", lambda row: str(row.member.branch or row.member.left_branch)),
        Column("表彰名称", lambda row: row.title),
        Column("表彰级别", lambda row: label_of("commendation_level", row.level)),
        Column("授予单位", lambda row: row.awarded_by),
        Column("表彰日期", lambda row: row.awarded_on),
        Column("文号", lambda row: row.reference),
    ]
