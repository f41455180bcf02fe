"""附件 of a record: kept one by one, so that what is wrong with one file costs none of the others."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from activities.models import ActivityRecord, Attachment
from activities.rules.states import EDITABLE
from branch_portal.files import FileRefused, SecrecyMarked, display_name, drop_file, keep_file, keep_thumb

MAX_FILES = 20
MAX_BYTES = 100 * 1024 * 1024
FOLDER = "records"


class AttachmentsClosed(Exception):
    """The record is confirmed or archived: its files are as fixed as its text."""


@transaction.atomic
def add_attachments(*, by, record: ActivityRecord, files: Iterable) -> tuple[list[Attachment], list[str]]:
    """Keep each upload that may be kept. Returns (the kept ones, a Chinese sentence for each that was refused).

    Raises AttachmentsClosed for a record that is confirmed.
    """
    # Decoding takes seconds: the record is asked first and locked only while a row is written.
    if ActivityRecord.objects.get(pk=record.pk).state not in EDITABLE:
        raise AttachmentsClosed
    kept, refused = [], []
    for number, file in enumerate(files, start=1):
        try:
            kept.append(_keep(by, record, file))
        except SecrecyMarked as error:
            refused.append(f"第 {number} 个文件没有保存：{error}")
        except FileRefused as error:
            refused.append(f"“{display_name(file.name)}”没有保存：{error}")
    return kept, refused


def _keep(by, record: ActivityRecord, file) -> Attachment:
    _check_room(record, 0)
    stored = keep_file(file, name=file.name, folder=FOLDER, office=True)
    thumb = ""
    try:
        thumb = keep_thumb(stored)
        locked = ActivityRecord.objects.select_for_update().get(pk=record.pk)
        if locked.state not in EDITABLE:
            raise AttachmentsClosed
        _check_room(record, stored.size)
    except FileRefused:
        drop_file(stored.stored_name)
        drop_file(thumb)
        raise
    return Attachment.objects.create(
        record=record, branch_id=record.branch_id, thumb_name=thumb, uploaded_by=by, **vars(stored)
    )


def _check_room(record: ActivityRecord, size: int) -> None:
    there = Attachment.objects.filter(record=record).kept().aggregate(count=Count("pk"), size=Sum("size"))
    if there["count"] >= MAX_FILES:
        raise FileRefused(f"每条记录最多 {MAX_FILES} 个附件，请先移除不需要的。")
    if (there["size"] or 0) + size > MAX_BYTES:
        raise FileRefused("每条记录的附件合计不超过 100 MB，请先移除不需要的。")


@transaction.atomic
def describe_attachment(*, by, attachment: Attachment, caption: str) -> None:
    """Write what a file shows, before the record is confirmed."""
    _open_record(attachment)
    Attachment.objects.filter(pk=attachment.pk).update(caption=caption.strip())


@transaction.atomic
def remove_attachment(*, by, attachment: Attachment) -> None:
    """Take a file off the record: the row stays with who and when, the bytes go once this has committed."""
    _open_record(attachment)
    locked = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if locked.removed_at is None:
        locked.removed_at, locked.removed_by = timezone.now(), by
        locked.save(update_fields=["removed_at", "removed_by"])
        _drop(locked)


def drop_all(record: ActivityRecord) -> None:
    """The bytes of a record that is being discarded; its rows go with it."""
    for attachment in Attachment.objects.filter(record=record).kept():
        _drop(attachment)


def _drop(attachment: Attachment) -> None:
    drop_file(attachment.stored_name)
    drop_file(attachment.thumb_name)


def _open_record(attachment: Attachment) -> None:
    record = ActivityRecord.objects.select_for_update().get(pk=attachment.record_id)
    if record.state not in EDITABLE:
        raise AttachmentsClosed
