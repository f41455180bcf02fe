"""保存期限 of bound records that were made and taken away."""

from activities.models import Binder
from branch_portal.files import drop_file
from branch_portal.retention import RetentionRule, retention_rule


def _drop_files(rows) -> int:
    for binder in rows:
        drop_file(binder.stored_name)
    return rows.update(stored_name="")


retention_rule(
    RetentionRule(
        key="binders",
        data="生成的记录册",
        kept="生成后",
        then="删除文件，保留生成和下载记录",
        days=1,
        minimum=1,
        due=lambda cutoff: Binder.objects.filter(created_at__lt=cutoff).exclude(stored_name=""),
        remove=_drop_files,
        order=24,
    )
)
