"""保存期限 of uploads that nobody finished or confirmed."""

from branch_portal.retention import RetentionRule, retention_rule
from learning.actions.external import empty_files
from learning.actions.uploads import cancel_upload
from learning.models import ExternalFile, LessonUpload, QuestionImport


def _cancel(rows) -> int:
    uploads = list(rows)
    for upload in uploads:
        cancel_upload(by=None, upload=upload)
    return len(uploads)


retention_rule(
    RetentionRule(
        key="lesson_uploads",
        data="没有传完的课程文件",
        kept="最后一次续传后",
        then="删除文件和记录",
        days=7,
        minimum=1,
        due=lambda cutoff: LessonUpload.objects.filter(touched_at__lt=cutoff),
        remove=_cancel,
        order=60,
    ),
    RetentionRule(
        key="question_imports",
        data="没有确认的题目文件",
        kept="上传后",
        then="删除",
        days=7,
        minimum=1,
        due=lambda cutoff: QuestionImport.objects.filter(created_at__lt=cutoff, applied_at__isnull=True),
        order=61,
    ),
    RetentionRule(
        key="external_files",
        data="没有确认的学时积分文件",
        kept="上传后",
        then="清空内容和逐行结果",
        days=3,
        minimum=1,
        due=lambda cutoff: ExternalFile.objects.pending().filter(uploaded_at__lt=cutoff),
        remove=empty_files,
        order=62,
    ),
)
