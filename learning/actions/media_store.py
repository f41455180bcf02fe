"""The bytes of lessons on the server's own disk: the folder of what is on its way, room, and taking a whole file in.

Nothing is re-encoded. What is taken is judged by its content, gets a name that says nothing, and appears there whole.
"""

import os
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from branch_portal.files import (
    FileRefused,
    check_pdf,
    display_name,
    refuse_marked_name,
    scan,
)
from branch_portal.media_types import HEAD, PDF, MediaType, refusal, sniffed
from learning.models import Lesson, LessonFile, LessonUpload

FOLDER = "lessons"
MB = 1024 * 1024
_PDF_MB = 200
_FAMILY_WORDS = {"video": "视频", "audio": "音频", "pdf": "PDF 课件"}


def uploads_folder() -> Path:
    """Beside the media, so that what is whole need not be copied; nginx must not serve it (names are random besides)."""
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def path_of(upload: LessonUpload) -> Path:
    return uploads_folder() / f"{upload.uid.hex}.part"


def check_name(name: str) -> str:
    """The name as people read it; SecrecyMarked when it carries a mark."""
    refuse_marked_name(name)
    return display_name(name) or "课件"


def check_room(lesson: Lesson, size: int) -> None:
    """FileRefused when the file is too large, the organisation has used up its room or the disk would get full."""
    if size < 1:
        raise FileRefused("文件是空的，请重新选择。")
    if size > settings.PORTAL_MEDIA_MAX_MB * MB:
        raise FileRefused(
            f"文件有 {_megabytes(size)} MB，超过 {settings.PORTAL_MEDIA_MAX_MB} MB。请压缩视频（720p 一般已经够清楚）后再上传。"
        )
    kept = LessonFile.objects.kept().filter(lesson__organization=lesson.organization_id)
    coming = LessonUpload.objects.unfinished()
    used = (kept.aggregate(size=Sum("size"))["size"] or 0) + (
        coming.filter(lesson__organization=lesson.organization_id).aggregate(size=Sum("size"))["size"] or 0
    )
    if used + size > settings.PORTAL_MEDIA_ROOM_MB * MB:
        raise FileRefused(
            f"本组织的课件合计不超过 {settings.PORTAL_MEDIA_ROOM_MB} MB，已用 {_megabytes(used)} MB。请先移除不用的课件。"
        )
    promised = coming.aggregate(size=Sum(F("size") - F("received")))["size"] or 0
    free = shutil.disk_usage(uploads_folder()).free
    if free - promised - size < settings.PORTAL_DISK_RESERVE_MB * MB:
        raise FileRefused("服务器磁盘空间不足，暂时不能上传。请联系管理员清理磁盘后再试。")


def _megabytes(size: int) -> int:
    return -(-size // MB)


def judge_head(lesson: Lesson, head: bytes) -> MediaType:
    """What the file is by its beginning; FileRefused when it is nothing to play or not what the lesson is."""
    found = sniffed(head)
    if found is None:
        raise FileRefused(refusal(head))
    if found.family != lesson.kind:
        raise FileRefused(
            f"这门课的形式是{lesson.get_kind_display()}，文件却是{_FAMILY_WORDS[found.family]}。"
            "请换一个文件，或者修改课程的形式。"
        )
    return found


def take_in(path: Path, *, lesson: Lesson, name: str) -> dict:
    """Judge a whole file and give it its place; the fields of its LessonFile except checksum and people.

    The file gets a second name and keeps its first until the transaction has committed, so a rollback loses nothing.
    """
    shown = check_name(name)
    with path.open("rb") as file:
        kind = judge_head(lesson, file.read(HEAD))
        scan(file)
    size = path.stat().st_size
    if kind is PDF:
        _check_pdf(path, size)
    stored_name = f"{FOLDER}/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}{kind.suffix}"
    _second_name(path, Path(settings.MEDIA_ROOT) / stored_name)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return {
        "file_name": f"{Path(shown).stem or '课件'}{kind.suffix}"[:120],
        "stored_name": stored_name,
        "content_type": kind.content_type,
        "size": size,
    }


def _check_pdf(path: Path, size: int) -> None:
    if size > _PDF_MB * MB:
        raise FileRefused(f"PDF 超过 {_PDF_MB} MB，请压缩其中的图片后再上传。")
    check_pdf(path)


def _second_name(path: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(path, there)
    except OSError:  # a file system without hard links
        try:
            shutil.copyfile(path, there)
        except OSError:
            there.unlink(missing_ok=True)
            raise


def copy_of(stored_name: str) -> str:
    """A second name for a file that is kept already: removing one leaves the other."""
    source = Path(settings.MEDIA_ROOT) / stored_name
    copied = f"{FOLDER}/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}{source.suffix}"
    _second_name(source, Path(settings.MEDIA_ROOT) / copied)
    return copied
