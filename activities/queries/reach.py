"""What an officer reaches: the branch of a row or, for a cell leader, its cell."""

from branch_portal.permissions import Permission


def reaches(user, permission: Permission, row) -> bool:
    """Whether the permission covers the row's branch or cell (no query for rows loaded with both)."""
    scope = user.access.scope(permission)
    return scope.covers(row.branch) or (row.cell is not None and scope.covers(row.cell))


def may_log(user, row) -> bool:
    """Whether the user writes up what happens there."""
    return reaches(user, Permission.LOG_GATHERINGS, row)
