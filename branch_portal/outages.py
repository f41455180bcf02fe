"""What an error that nobody caught means (answered by `views_errors.server_error`): 503 when the database is away or busy, 507 when a disk is full, 500 otherwise.

In all three nothing was kept (the request's transaction is rolled back), and the words say whether trying again helps. A form
sent again with its one-time key has its effect once, also when the first answer was lost on the way.
"""

import errno
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

_FULL = (errno.ENOSPC, errno.EDQUOT)
#: PostgreSQL's own words for a full disk, a lock that was not to be had, a statement that took too long.
_DISK_FULL, _LOCKED, _TOO_LONG = "53100", ("55P03", "40P01"), "57014"
WORDS = {
    "full": "服务器磁盘已满，这次操作没有保存。请联系管理员清理磁盘，之后再试一次。",
    "locked": "有人正在修改同一内容，这次操作没有保存。请过几秒再试一次。",
    "slow": "这次查询用时过长，已经停止，没有保存任何内容。请缩小范围后再试；如果反复出现，请联系管理员。",
    "away": "系统正忙或数据库正在恢复，这次操作没有保存。请过几秒再试一次，同一内容不会重复保存。",
}


def kind_of(error: BaseException | None) -> str:
    """What the error means for whoever asked; "" when it is a mistake of the portal."""
    for each in _chain(error):
        code = getattr(each, "pgcode", None) or getattr(each.__cause__, "pgcode", None) or ""
        if (isinstance(each, OSError) and each.errno in _FULL) or code == _DISK_FULL:
            return "full"
        if isinstance(each, OperationalError | InterfaceError):
            if code in _LOCKED:
                return "locked"
            return "slow" if code == _TOO_LONG else "away"
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
