"""保存期限 of forms that were filled in and taken away."""

from branch_portal.files import drop_made_files
from branch_portal.retention import RetentionRule, retention_rule
from supervision.models import FormRun

retention_rule(
    RetentionRule(
        key="form_runs",
        data="填报生成的文件",
        kept="生成后",
        then="删除文件，保留填报记录",
        days=1,
        minimum=1,
        due=lambda cutoff: FormRun.objects.filter(created_at__lt=cutoff).exclude(stored_name=""),
        remove=drop_made_files,
        order=23,
    )
)
