"""Files that a member adds to own study: kept one by one, so that what is wrong with one costs none of the others."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from branch_portal.files import FileRefused, SecrecyMarked, display_name, drop_file, keep_file
from learning.models import StudySubmission, SubmissionFile
from learning.rules.submissions import MEMBERS_TURN

MAX_FILES = 5
FOLDER = "submissions"


@transaction.atomic
def add_files(*, by, submission: StudySubmission, files: Iterable) -> list[str]:
    """Keep each upload that may be kept; a Chinese sentence for each that was refused."""
    refused = []
    for number, file in enumerate(files, start=1):
        try:
            _keep(by, submission, file)
        except SecrecyMarked as error:
            refused.append(f"第 {number} 个文件没有保存：{error}")
        except FileRefused as error:
            refused.append(f"“{display_name(file.name)}”没有保存：{error}")
    return refused


@transaction.atomic
def remove_file(*, by, file: SubmissionFile) -> bool:
    """Take a file off while the member may still write; the row stays, the bytes go. False when it is too late."""
    submission = StudySubmission.objects.select_for_update(no_key=True).get(pk=file.submission_id)
    if submission.member_id != by.member_id or submission.state not in MEMBERS_TURN:
        return False
    if SubmissionFile.objects.filter(pk=file.pk).kept().update(removed_at=timezone.now()):
        drop_file(file.stored_name)
    return True


def _keep(by, submission: StudySubmission, file) -> None:
    # Decoding takes seconds, so the row is locked only while the file is counted and written.
    if SubmissionFile.objects.filter(submission=submission).kept().count() >= MAX_FILES:
        raise FileRefused(f"每份申报最多 {MAX_FILES} 个附件，请先移除不需要的。")
    stored = keep_file(file, name=file.name, folder=FOLDER, office=True)
    locked = StudySubmission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    full = SubmissionFile.objects.filter(submission=submission).kept().count() >= MAX_FILES
    if full or locked.member_id != by.member_id or locked.state not in MEMBERS_TURN:
        drop_file(stored.stored_name)
        raise FileRefused("这份申报已经提交，或附件已满。")
    SubmissionFile.objects.create(submission=submission, **vars(stored))
