"""Files of a lesson: the recording or PDF that it is, and what hangs on it."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from branch_portal.files import MAX_BYTES, FileRefused, drop_file, keep_file
from learning.actions.lessons import LessonRefused, missing_parts
from learning.actions.media_store import FOLDER, check_room, copy_of, take_in, uploads_folder
from learning.models import Lesson, LessonFile

MAX_ATTACHMENTS = 20
_PIECE = 1024 * 1024


@transaction.atomic
def put_main_file(*, by, lesson: Lesson, file: BinaryIO, name: str) -> LessonFile:
    """Keep a small recording or PDF from an ordinary form; larger ones come in parts (`actions.uploads`)."""
    file.seek(0, 2)
    size = file.tell()
    if size > MAX_BYTES:
        raise FileRefused("文件超过 20 MB。请在打开了脚本的浏览器中分段上传，或者压缩后再上传。")
    check_room(lesson, size)
    file.seek(0)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=uploads_folder(), suffix=".small", delete=False) as copy:
        path = Path(copy.name)
        try:
            while piece := file.read(_PIECE):
                copy.write(piece)
                digest.update(piece)
            copy.flush()
            taken = take_in(path, lesson=lesson, name=name)
        except (FileRefused, OSError):  # no lesson's file, or a full disk
            path.unlink(missing_ok=True)
            raise
    return set_main_file(by=by, lesson=lesson, taken=taken, checksum=f"sha256:{digest.hexdigest()}")


@transaction.atomic
def set_main_file(*, by, lesson: Lesson, taken: dict, checksum: str) -> LessonFile:
    """What was taken in becomes the lesson's file; the former one goes."""
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    for former in LessonFile.objects.kept().filter(lesson=lesson, role=LessonFile.Role.MAIN):
        _remove(by, former)
    return LessonFile.objects.create(
        lesson=lesson, role=LessonFile.Role.MAIN, checksum=checksum, uploaded_by=by, **taken
    )


@transaction.atomic
def add_attachment(*, by, lesson: Lesson, file: BinaryIO, name: str) -> LessonFile:
    """Keep a picture (drawn anew, without its EXIF), a PDF or an office file beside the text."""
    _check_number(lesson)
    stored = keep_file(file, name=name, folder=FOLDER, office=True)
    try:
        check_room(lesson, stored.size)
    except FileRefused:
        drop_file(stored.stored_name)
        raise
    fields = {key: value for key, value in vars(stored).items() if key != "sha256"}
    return LessonFile.objects.create(
        lesson=lesson,
        role=LessonFile.Role.ATTACHMENT,
        checksum=f"sha256:{stored.sha256}",
        uploaded_by=by,
        **fields,
    )


@transaction.atomic
def adopt_kept_file(
    *,
    by,
    lesson: Lesson,
    stored_name: str,
    file_name: str,
    content_type: str,
    size: int,
    sha256: str,
) -> LessonFile:
    """A file that the portal keeps already (of a record) also becomes the lesson's: the PDF of a PDF lesson its main one."""
    _check_number(lesson)
    is_main = content_type == "application/pdf" and lesson.kind == Lesson.Kind.PDF
    has_main = LessonFile.objects.kept().filter(lesson=lesson, role=LessonFile.Role.MAIN).exists()
    return LessonFile.objects.create(
        lesson=lesson,
        role=LessonFile.Role.MAIN if is_main and not has_main else LessonFile.Role.ATTACHMENT,
        stored_name=copy_of(stored_name),
        file_name=file_name,
        content_type=content_type,
        size=size,
        checksum=f"sha256:{sha256}",
        uploaded_by=by,
    )


def _check_number(lesson: Lesson) -> None:
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    if LessonFile.objects.kept().filter(lesson=lesson).count() >= MAX_ATTACHMENTS:
        raise FileRefused(f"每门课最多 {MAX_ATTACHMENTS} 个文件，请先移除不需要的。")


@transaction.atomic
def remove_lesson_file(*, by, file: LessonFile) -> None:
    """Take a file off its lesson: the row stays with who and when, the bytes go once this has committed."""
    lesson = Lesson.objects.select_for_update().get(pk=file.lesson_id)
    current = LessonFile.objects.get(pk=file.pk)
    if current.removed_at is None:
        _remove(by, current)
    if lesson.state == Lesson.State.PUBLISHED and missing_parts(lesson):
        raise LessonRefused("课程已发布，不能没有课件。请上传新的课件来替换，或者先下架。")


def _remove(by, file: LessonFile) -> None:
    file.removed_at, file.removed_by = timezone.now(), by
    file.save(update_fields=["removed_at", "removed_by"])
    drop_file(file.stored_name)
