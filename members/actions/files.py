"""附件: kept with the card, and taken off it; whoever opens somebody else's file leaves a trace."""

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from branch_portal.files import drop_file, keep_file
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.models import Member, MemberFile, User

MAX_FILES = 50


@transaction.atomic
def add_file(*, by: User, member: Member, title: str, file: BinaryIO, name: str) -> MemberFile:
    """Keep an upload with a card; branch_portal.files.FileRefused when it cannot be kept."""
    if member.files.kept().count() >= MAX_FILES:
        raise ActionRefused(f"每名党员最多保存 {MAX_FILES} 个附件，请先移除不需要的。")
    stored = keep_file(file, name=name, folder="members")
    return MemberFile.objects.create(
        member=member,
        title=title,
        file_name=stored.file_name,
        stored_name=stored.stored_name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=by,
    )


@transaction.atomic
def remove_file(*, by: User, file: MemberFile, reason: str) -> MemberFile:
    """Take a file off the card: the row stays with who and when, the bytes go once this has committed."""
    locked = MemberFile.objects.select_for_update().get(pk=file.pk)
    if locked.removed_at is None:
        note_reason(f"移除附件：{reason}")
        locked.removed_at, locked.removed_by = timezone.now(), by
        locked.save(update_fields=["removed_at", "removed_by"])
        drop_file(locked.stored_name)
    return locked
