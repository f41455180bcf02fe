"""The roster's columns, declared once for screen, paper and .xlsx."""

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column
from members.models import Member
from members.queries.dictionaries import label_of


def posts_text(member: Member) -> str:
    """Posts of the day: 组织委员、党小组组长（第一党小组）."""
    return "、".join(
        f"{tenure.get_post_display()}（{tenure.organization}）"
        if tenure.post == tenure.Post.CELL_LEADER
        else tenure.get_post_display()
        for tenure in member.current_tenures
    )


def masked_tail(member: Member) -> str:
    """A mobile as lists show it: only the stored last four digits, so that no list opens a seal."""
    return f"*******{member.mobile_tail}" if member.mobile_tail else ""


def category_text(member: Member) -> str:
    label = member.get_category_display()
    return (
        label if member.standing == Member.Standing.NORMAL else f"{label}（{member.get_standing_display()}）"
    )


def _link(member: Member):
    return format_html('<a href="{}">{}</a>', reverse("members:card", args=[member.uid]), member.name)


def _actions(member: Member):
    # The name is in the link for whoever hears the page read out.
    return format_html(
        '<a href="{}">查看<span class="visually-hidden">{}</span></a>',
        reverse("members:card", args=[member.uid]),
        member.name,
    )


def roster_columns(*, several_branches: bool) -> list[Column]:
    columns = [
        Column("姓名", lambda m: m.name, _link),
        Column("性别", lambda m: m.get_gender_display()),
        Column("民族", lambda m: label_of("ethnicity", m.ethnicity)),
        Column("出生年份", lambda m: m.birth_year),
        Column("学历", lambda m: label_of("education", m.education)),
        Column("人员类别", category_text),
        Column("党小组", lambda m: str(m.cell) if m.cell else ""),
        Column("职务", posts_text),
        Column("入党日期", lambda m: m.admitted_on),
        Column("转正日期", lambda m: m.confirmed_on),
        Column("手机", masked_tail),
        Column("操作", lambda m: "", _actions, export=False),
    ]
    if several_branches:
        columns.insert(6, Column("所在党支部", lambda m: str(m.branch)))
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
