"""Who saw or took out personal data, and what happened to accounts, as columns."""

from collections.abc import Sequence

from branch_portal.dates import to_local
from branch_portal.tables import Column, Table
from members.models import Member, PersonalDataAccess, SecurityEvent


def access_table(rows: Sequence[PersonalDataAccess], whose: dict, branches: dict[int, str]) -> Table:
    """`whose` names the members and `branches` the branches that the reader may see."""
    return Table(
        [
            Column("时间", lambda row: f"{to_local(row.at):%Y-%m-%d %H:%M}"),
            Column("查看人", lambda row: row.user_label),
            Column("动作", lambda row: row.get_action_display()),
            Column("内容", lambda row: row.field),
            Column("党支部", lambda row: branches.get(row.branch_id, "")),
            Column("党员", lambda row: whose.get(row.member_uid, "")),
            Column("条数", lambda row: row.row_count, numeric=True),
            Column("事由", lambda row: row.reason),
        ],
        rows,
        caption="个人信息查看与导出",
        numbered=False,
    )


def security_table(rows: Sequence[SecurityEvent], *, where: bool) -> Table:
    """`where` shows addresses: for the auditor."""
    return Table(
        [
            Column("时间", lambda row: f"{to_local(row.at):%Y-%m-%d %H:%M}"),
            Column("账号", lambda row: row.user_label),
            Column("事件", lambda row: row.get_kind_display()),
            Column("说明", lambda row: row.detail),
            Column("经办人", lambda row: row.by_label),
            Column("设备", lambda row: row.device),
            *([Column("来源", lambda row: row.ip)] if where else []),
        ],
        rows,
        caption="登录和账号",
        numbered=False,
    )


def affected_table(rows: Sequence[Member]) -> Table:
    """Whom to tell, and through which branch. Nothing sealed."""
    return Table(
        [
            Column("姓名", lambda row: row.name),
            Column("党支部", lambda row: str(row.branch or row.left_branch or "")),
            Column("人员类别", lambda row: row.get_category_display()),
        ],
        rows,
        caption="涉及的党员",
    )
