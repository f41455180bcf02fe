"""保存期限 of what the plumbing keeps itself."""

from django.db.models import Q

from branch_portal.models import Job, KeptForm, ListExport, RetentionRun, SubmissionKey
from branch_portal.retention import RetentionRule, retention_rule

_ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)

retention_rule(
    RetentionRule(
        key="list_exports",
        data="后台导出的列表文件",
        kept="导出后",
        then="清空文件和筛选条件，保留导出记录",
        days=1,
        minimum=1,
        due=lambda cutoff: ListExport.objects.filter(created_at__lt=cutoff).kept(),
        remove=lambda rows: rows.update(content=b"", asked=b""),
        order=20,
    ),
    RetentionRule(
        key="kept_forms",
        data="自动保存、没有提交的表单",
        kept="最后一次保存后",
        then="删除",
        days=30,
        minimum=7,
        due=lambda cutoff: KeptForm.objects.filter(saved_at__lt=cutoff),
        order=30,
    ),
    RetentionRule(
        key="submission_keys",
        data="表单的一次性凭据",
        kept="使用后",
        then="删除",
        days=30,
        minimum=7,
        due=lambda cutoff: SubmissionKey.objects.filter(created_at__lt=cutoff),
        order=31,
    ),
    RetentionRule(
        key="jobs",
        data="后台任务及其结果",
        kept="结束后",
        then="删除",
        days=90,
        minimum=30,
        due=lambda cutoff: Job.objects.filter(state__in=_ENDED, finished_at__lt=cutoff),
        order=32,
    ),
    RetentionRule(
        key="retention_runs",
        data="保存期限的执行记录",
        kept="执行后",
        then="删除",
        days=3 * 365,
        minimum=365,
        due=lambda cutoff: RetentionRun.objects.filter(Q(ended_at__lt=cutoff) | Q(ended_at__isnull=True, started_at__lt=cutoff)),
        order=90,
    ),
)  # fmt: skip
