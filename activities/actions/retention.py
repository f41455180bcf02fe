"""保存期限 of bound records that were made and taken away."""

from activities.models import Binder
from branch_portal.files import drop_made_files
from branch_portal.retention import RetentionRule, retention_rule

retention_rule(
    RetentionRule(
        key="binders",
        data="生成的记录册",
        kept="生成后",
        then="删除文件，保留生成和下载记录",
        days=1,
        minimum=1,
        due=lambda cutoff: Binder.objects.filter(created_at__lt=cutoff).exclude(stored_name=""),
        remove=drop_made_files,
        order=24,
    )
)
