"""附件 of a notice: added while it is a draft or with a correction, kept one by one, so that one bad file costs no other."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from branch_portal.files import FileRefused, SecrecyMarked, display_name, drop_file, keep_file
from notices.actions.errors import NoticeRefused
from notices.models import Notice, NoticeAttachment

MAX_FILES = 10
MAX_BYTES = 50 * 1024 * 1024
FOLDER = "notices"


@transaction.atomic
def add_files(*, by, notice: Notice, files: Iterable) -> tuple[list[NoticeAttachment], list[str]]:
    """Keep each upload that may be kept. Returns (the kept ones, a Chinese sentence for each that was refused)."""
    kept, refused = [], []
    for number, file in enumerate(files, start=1):
        try:
            kept.append(_keep(by, notice, file))
        except SecrecyMarked as error:
            refused.append(f"第 {number} 个文件没有保存：{error}")
        except FileRefused as error:
            refused.append(f"“{display_name(file.name)}”没有保存：{error}")
    return kept, refused


def _keep(by, notice: Notice, file) -> NoticeAttachment:
    _check_room(notice, 0)
    stored = keep_file(file, name=file.name, folder=FOLDER, office=True)
    try:
        # Looking into a file takes its time: the notice is locked only while the row is written.
        locked = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        if locked.is_withdrawn:
            raise FileRefused("通知已撤回，不能再加附件。")
        _check_room(notice, stored.size)
    except FileRefused:
        drop_file(stored.stored_name)
        raise
    return NoticeAttachment.objects.create(notice=notice, uploaded_by=by, **vars(stored))


def _check_room(notice: Notice, size: int) -> None:
    there = (
        NoticeAttachment.objects.filter(notice=notice).kept().aggregate(count=Count("pk"), size=Sum("size"))
    )
    if there["count"] >= MAX_FILES:
        raise FileRefused(f"每条通知最多 {MAX_FILES} 个附件，请先移除不需要的。")
    if (there["size"] or 0) + size > MAX_BYTES:
        raise FileRefused("每条通知的附件合计不超过 50 MB，请先移除不需要的。")


@transaction.atomic
def remove_file(*, by, attachment: NoticeAttachment) -> None:
    """Take a file off a draft; what was sent with a notice stays with it."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=attachment.notice_id)
    if not notice.is_draft:
        raise NoticeRefused("通知已经发出，附件不能移除；发错的请撤回通知。")
    removed = NoticeAttachment.objects.filter(pk=attachment.pk).kept().update(removed_at=timezone.now())
    if removed:
        drop_file(attachment.stored_name)


def drop_all(notice: Notice) -> None:
    """The files of a draft that is being discarded, bytes included."""
    rows = NoticeAttachment.objects.filter(notice=notice)
    for stored_name in rows.kept().values_list("stored_name", flat=True):
        drop_file(stored_name)
    rows.delete()
