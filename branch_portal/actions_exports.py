"""Files that a worker wrote and that wait a day for whoever asked: writing and handing out; emptying is `retention_rules`.
No domain in it."""

import base64
import hashlib
from collections.abc import Iterable

from branch_portal.models import KeptExport
from branch_portal.permissions import Permission

GONE = "这份文件已过期，请重新导出。"
RIGHTS = "您的权限在导出以后有变化，请重新导出。"


class ExportGone(Exception):
    """The file is no longer to be had; the message is Chinese, for the owner."""


def mark_of(user, permissions: Iterable[Permission]) -> str:
    """What the user may read by these permissions, as a short mark: equal marks mean the same reach."""
    parts = [
        (permission.value, sorted(scope.organization_ids), scope.leaf_paths, scope.paths, scope.everything)
        for permission in permissions
        for scope in [user.access.scope(permission)]
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def keep_workbook(export: KeptExport, *, book: bytes, name: str, count: int, mark: str) -> None:
    """Put the file into the row, sealed, with what its owner might read at this moment."""
    export.file_name, export.row_count, export.scope = name[-200:], count, mark
    export.content = base64.b64encode(book).decode()
    export.save(update_fields=["file_name", "row_count", "scope", "content"])


def workbook_of(export: KeptExport, *, mark: str) -> bytes:
    """The file, while it is kept and its owner may read what they might when it was written."""
    if not export.content:
        raise ExportGone(GONE)
    if export.scope != mark:
        raise ExportGone(RIGHTS)
    return base64.b64decode(str(export.content))
