"""Accounts as columns; without names for who sees no roster."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.dates import to_local
from branch_portal.tables import Column, Table
from members.models import User


def place_of(user: User) -> str:
    """The member's branch, or where a colleague works."""
    if user.member_id:
        place = user.member.branch or user.member.left_branch
        return str(place) if place else ""
    return "、".join(dict.fromkeys(str(grant.organization) for grant in user.running_grants))


def roles_of(user: User) -> str:
    """Posts and grants of today, in words."""
    words = [tenure.get_post_display() for tenure in user.member.current_tenures] if user.member_id else []
    words += [grant.get_role_display() for grant in user.running_grants]
    if user.is_superuser:
        words.append("单一管理员")
    if user.platform_role:
        words.append(user.get_platform_role_display())
    return "、".join(dict.fromkeys(words)) or ("党员" if user.member_id else "")


def state_of(user: User) -> str:
    if not user.is_active:
        return "已停用"
    if user.is_locked:
        return "暂停登录"
    if user.last_login is None:
        return "链接过期未用" if user.link_stale else "等待设置密码" if user.link_open else "从未登录"
    return "正常"


def _last_login(user: User):
    return to_local(user.last_login).date() if user.last_login else None


def account_columns(*, names: bool) -> list[Column]:
    def link(user: User) -> Any:
        hidden = user.display_name if names else user.username
        url = reverse("supervision:account", args=[user.uid])
        return format_html('<a href="{}">办理<span class="visually-hidden">{}</span></a>', url, hidden)

    personal = [
        Column("姓名", lambda user: user.display_name),
        Column("用户名", lambda user: user.username),
        Column("党组织", place_of),
    ]
    return [
        *(personal if names else personal[1:2]),
        Column("角色", roles_of),
        Column("状态", state_of),
        Column("最近登录", _last_login),
        Column("两步验证", lambda user: "已开启" if user.two_step else "未开启"),
        Column("操作", lambda user: "", link, export=False),
    ]


def accounts_table(rows: Sequence[User], *, names: bool) -> Table:
    return Table(account_columns(names=names), rows, caption="账号", numbered=False)


def branches_table(rows: Sequence[tuple], link: Callable[[Any], str], *, first_number: int) -> Table:
    def cell(row):
        if not row[2]:
            return "都已开通"
        return format_html(
            '<a href="{}">开通<span class="visually-hidden">{}</span></a>', link(row[0]), row[0]
        )

    columns = [
        Column("党支部", lambda row: str(row[0])),
        Column("党员", lambda row: row[1], numeric=True),
        Column("已有账号", lambda row: row[1] - row[2], numeric=True),
        Column("没有账号", lambda row: row[2], numeric=True),
        Column("操作", lambda row: "", cell, export=False),
    ]
    return Table(columns, rows, caption="各党支部账号开通情况", first_number=first_number)


def candidate_lines(members, names: Sequence[str]) -> list[dict]:
    """The tick list: who, which post, which user name will be given."""
    return [
        {
            "member": member,
            "posts": "、".join(tenure.get_post_display() for tenure in member.current_tenures),
            "username": username,
        }
        for member, username in zip(members, names, strict=True)
    ]
