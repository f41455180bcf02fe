"""Files without a row go aside and are deleted a month later; files with a row, fresh files and uploads stay."""

import os
import re
import time
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import FileField

from activities.models import Attachment
from branch_portal.media_sweep import FIELDS, file_fields, sweep_media
from tests.activities import factories as life
from tests.activities.uploads import upload

DAY = 24 * 3600


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def put(media: Path, name: str, *, days: float) -> Path:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


def test_only_what_no_row_knows_goes(world, media):
    from activities.actions.attachments import add_attachments, remove_attachment

    record = life.record(world.secretary_a, world.branch_a)
    (kept, removed), _ = add_attachments(
        by=world.secretary_a, record=record, files=[upload(), upload("b.jpg")]
    )
    remove_attachment(by=world.secretary_a, attachment=removed)
    for row in (kept, removed):
        for name in (row.stored_name, row.thumb_name):
            os.utime(media / name, (time.time() - 3 * DAY,) * 2)
    orphan, fresh = put(media, "records/aa/orphan.pdf", days=2), put(media, "records/aa/fresh.pdf", days=0.5)
    part = put(media, "uploads/1.part", days=9)
    # Two files of the removed row are still there, because its transaction has not ended: they claim nothing.
    assert sweep_media() == 3
    assert [path.exists() for path in (orphan, fresh, part)] == [False, True, True]
    row = Attachment.objects.get(pk=kept.pk)
    assert (media / row.stored_name).exists() and (media / row.thumb_name).exists()
    [aside] = (media / "swept").rglob("orphan.pdf")
    assert sweep_media() == 0
    assert aside.exists()
    os.utime(aside, (time.time() - 31 * DAY,) * 2)
    sweep_media()
    assert not aside.exists()


def test_files_of_another_database_are_left_alone(world, media, caplog):
    """A database restored empty beside full media folders must not cost a file."""
    files = [put(media, f"records/aa/{number}.pdf", days=5) for number in range(60)]
    assert sweep_media() == 0
    assert all(path.exists() for path in files)
    assert "is this their database?" in caplog.text


HOLDERS = {
    "activities.Attachment.stored_name",
    "activities.Attachment.thumb_name",
    "activities.Binder.stored_name",
    "activities.PaperTemplate.stored_name",
    "learning.LessonFile.stored_name",
    "learning.SubmissionFile.stored_name",
    "members.MemberFile.stored_name",
    "notices.NoticeAttachment.stored_name",
    "supervision.FindingStep.stored_name",
    "supervision.FormRun.stored_name",
    "supervision.FormVersion.stored_name",
    "supervision.RequestFile.stored_name",
}


def test_every_field_that_holds_a_file_is_known():
    """A new one belongs into this list; under another name the sweep would take its files for orphans."""
    assert {f"{model._meta.label}.{field}" for model, field in file_fields()} == HOLDERS
    others = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField) or (re.search("stored|path", field.name) and field.name not in FIELDS)
    ]
    # The audit keeps a copy of each column, and no file.
    assert {name for name in others if "Event." not in name} == {"members.PartyOrganization.path"}
