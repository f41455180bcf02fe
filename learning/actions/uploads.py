"""Large files in parts: begin (or find what began earlier), add parts in order, and the last one makes it whole.

A part is first read to its end, without a lock, then written at the place that the row names. So a connection that breaks
costs at most the part that was under way, and whoever asks for `received` can go on from there.
"""

import datetime
import errno
import tempfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from branch_portal.files import FileRefused
from branch_portal.media_types import HEAD
from learning.actions.lesson_files import set_main_file
from learning.actions.media_store import check_name, check_room, judge_head, path_of, take_in, uploads_folder
from learning.models import Lesson, LessonFile, LessonUpload

#: What one request may carry; the page sends less on a slow line.
PART_BYTES = 8 * 1024 * 1024
MAX_UNFINISHED = 5
_PIECE = 64 * 1024
_FULL = "服务器磁盘已满，这一段没有保存。请联系管理员清理磁盘，之后选择同一个文件可以接着上传。"


class PartRefused(Exception):
    """The part did not arrive whole or fits nowhere; `received` says where to go on."""

    def __init__(self, message: str, received: int):
        super().__init__(message)
        self.received = received


class DiskFull(Exception):
    """The part could not be written; the message is Chinese."""


@transaction.atomic
def begin_upload(*, by, lesson: Lesson, name: str, size: int, modified: int) -> LessonUpload:
    """Begin, or go on with the same file of the same person; FileRefused when it cannot be taken."""
    shown = check_name(name)
    own = LessonUpload.objects.unfinished().filter(owner=by)
    known = own.filter(lesson=lesson, file_name=shown, size=size, modified=modified).first()
    if known is not None:
        return known
    if not lesson.is_media:
        raise FileRefused("图文课没有课件，请先把形式改为视频、音频或 PDF 课件。")
    # One after another: two beginnings at once must not both find the last room.
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    if own.count() >= MAX_UNFINISHED:
        raise FileRefused(f"您还有 {MAX_UNFINISHED} 个文件没有传完，请先传完或取消其中的。")
    check_room(lesson, size)
    return LessonUpload.objects.get_or_create(
        lesson=lesson, owner=by, file_name=shown, size=size, modified=modified, finished_at=None
    )[0]


def add_part(
    *, by, upload: LessonUpload, offset: int, length: int, read: Callable[[int], bytes]
) -> LessonUpload:
    """Add the part that begins at `offset`; `read(n)` gives its bytes. A part that is there already changes nothing."""
    if not 0 < length <= PART_BYTES:
        raise PartRefused("一段最多 8 MB，也不能是空的。", upload.received)
    try:
        with tempfile.TemporaryFile(dir=uploads_folder()) as part:
            _receive(part, length, read, upload)
            return _append(by=by, upload=upload, offset=offset, part=part, length=length)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(_FULL) from error
        raise


def _receive(part: BinaryIO, length: int, read: Callable[[int], bytes], upload: LessonUpload) -> None:
    left = length
    while left:
        try:
            piece = read(min(_PIECE, left))
        except OSError as error:
            if error.errno is not None:
                raise
            piece = b""  # Django's word for a connection that broke has no number
        if not piece:
            raise PartRefused("这一段没有传完。", upload.received)
        part.write(piece)
        left -= len(piece)
    part.seek(0)


@transaction.atomic
def _append(*, by, upload: LessonUpload, offset: int, part: BinaryIO, length: int) -> LessonUpload:
    current = LessonUpload.objects.select_for_update(of=("self",)).select_related("lesson").get(pk=upload.pk)
    if current.finished_at is not None or offset + length <= current.received:
        return current
    if offset != current.received or offset + length > current.size:
        raise PartRefused("这一段接不上。", current.received)
    if offset == 0:
        judge_head(current.lesson, part.read(HEAD))
        part.seek(0)
    path = path_of(current)
    if offset and (not path.exists() or path.stat().st_size < offset):
        # Restored or tidied away: going on would leave a hole of noughts in the recording.
        raise FileRefused("服务器上已收到的部分不见了，请重新选择文件，从头上传。")
    with path.open("r+b" if path.exists() else "w+b") as file:
        # A part whose transaction was undone may have left bytes behind.
        file.truncate(offset)
        file.seek(offset)
        while piece := part.read(_PIECE):
            file.write(piece)
            current.crc32 = zlib.crc32(piece, current.crc32)
        file.flush()
    current.received = offset + length
    if current.received == current.size:
        _finish(by, current)
    current.save(update_fields=["received", "crc32", "touched_at", "finished_at"])
    return current


def _finish(by, upload: LessonUpload) -> LessonFile:
    path = path_of(upload)
    if path.stat().st_size != upload.size:
        raise FileRefused("服务器上的文件不完整，请取消后重新上传。")
    taken = take_in(path, lesson=upload.lesson, name=upload.file_name)
    upload.finished_at = timezone.now()
    return set_main_file(by=by, lesson=upload.lesson, taken=taken, checksum=f"crc32:{upload.crc32:08x}")


@transaction.atomic
def cancel_upload(*, by, upload: LessonUpload) -> None:
    """Give up an upload, or drop one whose file was refused."""
    path = path_of(upload)
    LessonUpload.objects.filter(pk=upload.pk).delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def drop_stray_files(*, now: datetime.datetime) -> int:
    """Drop the bytes of uploads that have no row any more; returns how many. Rows go by their 保存期限."""
    dropped = 0
    known = {path_of(upload) for upload in LessonUpload.objects.all()}
    day_before = (now - datetime.timedelta(days=1)).timestamp()
    for path in uploads_folder().iterdir():
        if path not in known and path.is_file() and path.stat().st_mtime < day_before:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
