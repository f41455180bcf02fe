"""Large files in parts: resumed after a broken connection, known again after days, and never mixed up or left behind."""

import datetime
import io
import os
import random
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from branch_portal.retention import run_retention
from learning.actions.media_store import path_of, uploads_folder
from learning.actions.uploads import PART_BYTES, PartRefused, add_part, begin_upload, drop_stray_files
from learning.models import LessonFile, LessonUpload
from tests.activities.test_main_path import hidden
from tests.learning.lessons import MP3, MP4, lesson

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PORTAL_DISK_RESERVE_MB = 1


@pytest.fixture
def film(world):
    return lesson(world.secretary_a, world.branch_a, kind="video", publish=False, questions=0, file=False)


def content_of(size: int) -> bytes:
    return MP4 + random.Random(7).randbytes(size - len(MP4))


def begin(client, row, content, *, name="党课.mp4", modified=1):
    typed = {"name": name, "size": len(content), "modified": modified}
    return client.post(f"/learning/lessons/{row.uid}/uploads/", typed)


def send(client, state, offset, piece):
    return client.post(f"{state['part_url']}?offset={offset}", piece, content_type="application/octet-stream")


def kept_bytes(row) -> bytes:
    file = LessonFile.objects.kept().get(lesson=row, role="main")
    from django.conf import settings

    return (Path(settings.MEDIA_ROOT) / file.stored_name).read_bytes()


def leftovers() -> list[str]:
    return sorted(path.name for path in uploads_folder().iterdir())


def test_a_file_in_parts_is_the_file(world, as_user, film, django_capture_on_commit_callbacks):
    client, content = as_user(world.officer_a), content_of(700_001)
    state = begin(client, film, content).json()
    assert (state["received"], state["size"], state["done"]) == (0, len(content), False)
    with django_capture_on_commit_callbacks(execute=True):
        for offset in range(0, len(content), 100_000):
            state |= send(client, state, offset, content[offset : offset + 100_000]).json()
    assert state["done"] and state["received"] == len(content)
    assert kept_bytes(film) == content
    file = LessonFile.objects.kept().get(lesson=film)
    assert (file.content_type, file.size, file.file_name) == ("video/mp4", len(content), "党课.mp4")
    assert file.checksum == f"crc32:{zlib.crc32(content):08x}"
    assert leftovers() == []
    assert "“党课.mp4”已上传" in client.get(f"/learning/lessons/{film.uid}/files/").content.decode()


def test_after_a_break_one_asks_how_much_is_there_and_goes_on(world, as_user, film):
    client, content = as_user(world.officer_a), content_of(300_000)
    state = begin(client, film, content).json()
    send(client, state, 0, content[:100_000])
    assert client.get(state["url"]).json() == {"received": 100_000, "size": 300_000, "done": False}
    # The answer was lost and the part comes again: nothing changes. A gap or an overlap: told where to go on.
    assert send(client, state, 0, content[:100_000]).json()["received"] == 100_000
    for offset in (50_000, 100_001, 200_000, 299_999):
        answer = send(client, state, offset, content[offset : offset + 70_000])
        assert (answer.status_code, answer.json()["received"]) == (409, 100_000), offset
    # The browser was closed; the same file is chosen again days later, perhaps after another one.
    begin(client, film, content[:-1])
    again = begin(client, film, content).json()
    assert (again["url"], again["received"]) == (state["url"], 100_000)
    assert send(client, again, 100_000, content[100_000:]).json()["done"]
    assert kept_bytes(film) == content


def test_a_part_that_breaks_off_leaves_nothing(world, film):
    content = content_of(200_000)
    upload = begin_upload(by=world.officer_a, lesson=film, name="党课.mp4", size=200_000, modified=1)
    upload = add_part(
        by=world.officer_a, upload=upload, offset=0, length=50_000, read=io.BytesIO(content).read
    )

    class Broken(OSError):
        """As Django's UnreadablePostError: without a number."""

    def breaks(number):
        raise Broken("connection reset")

    for read in (io.BytesIO(content[50_000:70_000]).read, breaks):
        with pytest.raises(PartRefused) as refused:
            add_part(by=world.officer_a, upload=upload, offset=50_000, length=100_000, read=read)
        assert refused.value.received == 50_000
    upload.refresh_from_db()
    assert upload.received == 50_000 and path_of(upload).stat().st_size == 50_000
    assert leftovers() == [path_of(upload).name]


def test_bytes_of_a_part_that_was_undone_are_written_over(world, film):
    content = content_of(100_000)
    upload = begin_upload(by=world.officer_a, lesson=film, name="党课.mp4", size=100_000, modified=1)
    add_part(by=world.officer_a, upload=upload, offset=0, length=40_000, read=io.BytesIO(content).read)
    with path_of(upload).open("ab") as file:
        file.write(b"undone" * 20_000)
    add_part(
        by=world.officer_a,
        upload=upload,
        offset=40_000,
        length=60_000,
        read=io.BytesIO(content[40_000:]).read,
    )
    assert kept_bytes(film) == content


def test_an_upload_is_its_owners_and_the_lesson_its_keepers(world, as_user, film):
    content = content_of(1000)
    state = begin(as_user(world.officer_a), film, content).json()
    for name in ("secretary_a", "member_a", "secretary_b", "staff", "superuser"):
        client = as_user(world.users[name])
        for answer in (client.get(state["url"]), send(client, state, 0, content)):
            assert answer.status_code == 404, name
    assert LessonUpload.objects.get().received == 0
    assert begin(as_user(world.member_a), film, content).status_code == 404, "a draft is not in sight"
    assert begin(as_user(world.secretary_b), film, content).status_code == 404
    # Who began it and keeps lessons no more goes on with nothing.
    world.members_a[1].tenures.all().delete()
    assert send(as_user(world.officer_a), state, 0, content).status_code == 404
    assert not LessonFile.objects.exists()


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"<html><script>alert(1)</script>", "改文件名是不行的"),
        (b"\0\0\0\x14ftypqt  ", "MOV"),
        (MP3, "这门课的形式是视频，文件却是音频"),
        (b"MZ\x90\0", "改文件名是不行的"),
    ],
)
def test_what_is_no_film_is_refused_with_the_first_part(world, as_user, film, head, words):
    client, content = as_user(world.officer_a), head + b"x" * 5000
    state = begin(client, film, content).json()
    answer = send(client, state, 0, content[:1000])
    assert answer.status_code == 422 and words in answer.json()["error"]
    assert not LessonUpload.objects.exists() and not LessonFile.objects.exists()


def test_a_pdf_that_acts_is_refused_at_its_end(world, as_user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = lesson(world.secretary_a, world.branch_a, kind="pdf", publish=False, questions=0)
    former = LessonFile.objects.get(lesson=row)
    client, content = as_user(world.officer_a), b"%PDF-1.7 " + b"x" * 3000 + b"/JavaScript"
    state = begin(client, row, content, name="课件.pdf").json()
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, state, 0, content)
    assert answer.status_code == 422 and "PDF 中含有脚本" in answer.json()["error"]
    assert list(LessonFile.objects.kept()) == [former] and leftovers() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 0}, "文件是空的"),
        ({"size": 1025 * MB}, "超过 1024 MB"),
        ({"name": "机密★党课.mp4"}, "密级标志"),
        ({"size": "x"}, "没有说明是什么文件"),
        ({"size": "9" * 40}, "没有说明是什么文件"),
        ({"name": "党课\0.mp4"}, "没有说明是什么文件"),
    ],
)
def test_what_cannot_be_taken_is_said_at_once(world, as_user, film, change, words):
    typed = {"name": "党课.mp4", "size": 1000, "modified": 1} | change
    answer = as_user(world.officer_a).post(f"/learning/lessons/{film.uid}/uploads/", typed)
    assert answer.status_code == 422 and words in answer.json()["error"]
    assert not LessonUpload.objects.exists()


def test_room_disk_and_number_have_an_end(world, as_user, film, settings):
    client = as_user(world.officer_a)
    settings.PORTAL_MEDIA_ROOM_MB = 3
    begin(client, film, bytes(2 * MB))
    assert "合计不超过 3 MB" in begin(client, film, bytes(2 * MB), name="另.mp4").json()["error"]
    settings.PORTAL_MEDIA_ROOM_MB, settings.PORTAL_DISK_RESERVE_MB = 10_000, 10**9
    assert "磁盘空间不足" in begin(client, film, bytes(1000), name="另.mp4").json()["error"]
    settings.PORTAL_DISK_RESERVE_MB = 1
    for number in range(4):
        assert begin(client, film, bytes(1000), name=f"{number}.mp4").status_code == 200
    assert "没有传完" in begin(client, film, bytes(1000), name="六.mp4").json()["error"]


def test_parts_have_an_end_and_need_a_place(world, as_user, film):
    client, content = as_user(world.officer_a), content_of(9 * MB)
    state = begin(client, film, content).json()
    assert send(client, state, 0, content[: PART_BYTES + 1]).status_code == 413
    assert send(client, state, "", b"x").status_code == 422
    assert send(client, state, -1, b"x").status_code == 422
    assert send(client, state, "9" * 30, b"x").status_code == 422
    assert send(client, state, 0, b"").status_code == 422
    assert send(client, state, 0, content[:PART_BYTES]).json()["received"] == PART_BYTES
    assert send(client, state, PART_BYTES, content[PART_BYTES:] + b"more").status_code == 409
    assert send(client, state, PART_BYTES, content[PART_BYTES:]).json()["done"]


def test_a_part_needs_the_token_like_any_form(world, film):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.officer_a)
    page = client.get(f"/learning/lessons/{film.uid}/files/").content.decode()
    token = hidden(page, "csrfmiddlewaretoken")
    content = content_of(5000)
    typed = {"name": "党课.mp4", "size": 5000, "modified": 1}
    address = f"/learning/lessons/{film.uid}/uploads/"
    assert client.post(address, typed).status_code == 403
    state = client.post(address, typed | {"csrfmiddlewaretoken": token}).json()
    part = f"{state['part_url']}?offset=0"
    octets = "application/octet-stream"
    assert client.post(part, content, content_type=octets).status_code == 403
    answer = client.post(part, content, content_type=octets, headers={"X-CSRFToken": token})
    assert answer.json()["done"]
    assert kept_bytes(film) == content


def test_fifty_megabytes_pass_through_little_memory(world, film):
    """Pieces are read as they come: what is asked of the connection is never more than 64 kB."""
    size, asked = 50 * MB, []
    upload = begin_upload(by=world.officer_a, lesson=film, name="党课.mp4", size=size, modified=1)

    class Line:
        place = 0

        def read(self, number):
            asked.append(number)
            piece = MP4 + bytes(number - len(MP4)) if self.place == 0 else bytes(number)
            self.place += number
            return piece

    line = Line()
    while upload.finished_at is None:
        length = min(PART_BYTES, size - upload.received)
        upload = add_part(
            by=world.officer_a, upload=upload, offset=upload.received, length=length, read=line.read
        )
    assert max(asked) <= 64 * 1024
    assert LessonFile.objects.kept().get(lesson=film).size == size


def test_giving_up_and_what_is_tidied(world, as_user, film, django_capture_on_commit_callbacks):
    client, content = as_user(world.officer_a), content_of(2000)
    with django_capture_on_commit_callbacks(execute=True):
        state = begin(client, film, content).json()
        send(client, state, 0, content[:1000])
        client.post(f"{state['url']}cancel/")
    assert not LessonUpload.objects.exists() and leftovers() == []
    old, new = (
        LessonUpload.objects.get(uid=begin(client, film, content, name=name).json()["url"].split("/")[-2])
        for name in ("旧.mp4", "新.mp4")
    )
    for upload in (old, new):
        path_of(upload).write_bytes(b"x")
    stray = uploads_folder() / "stray.small"
    stray.write_bytes(b"x")
    week = timezone.now() - datetime.timedelta(days=8)
    os.utime(stray, (week.timestamp(), week.timestamp()))
    LessonUpload.objects.filter(pk=old.pk).update(touched_at=week)
    with django_capture_on_commit_callbacks(execute=True):
        assert run_retention().removed["lesson_uploads"] == 1
        assert drop_stray_files(now=timezone.now()) == 1
    assert leftovers() == [path_of(new).name]


def test_without_script_a_small_file_comes_by_an_ordinary_form(world, as_user, film):
    client, address = as_user(world.officer_a), f"/learning/lessons/{film.uid}/files/"
    key = hidden(client.get(address).content.decode(), "submission_key")
    typed = {"submission_key": key, "file": SimpleUploadedFile("党课.mp4", content_of(3000))}
    assert client.post(address, typed).status_code == 302
    assert kept_bytes(film) == content_of(3000)
    bad = typed | {
        "submission_key": "5f6f0c7e-2f6c-4d0c-9df4-0a9c5a7f3a11",
        "file": SimpleUploadedFile("党课.mp4", b"no film"),
    }
    assert "改文件名是不行的" in client.post(address, bad).content.decode()
    large = bad | {"file": SimpleUploadedFile("党课.mp4", MP4 + bytes(20 * MB))}
    assert "文件超过 20 MB" in client.post(address, large).content.decode()
    assert kept_bytes(film) == content_of(3000)


def test_what_had_arrived_and_is_gone_leaves_no_hole_in_the_recording(world, as_user, film):
    client, content = as_user(world.officer_a), content_of(300_000)
    state = begin(client, film, content).json()
    send(client, state, 0, content[:200_000])
    path_of(LessonUpload.objects.get()).unlink()
    refused = send(client, state, 200_000, content[200_000:])
    assert refused.status_code == 422 and "从头上传" in refused.json()["error"]
    assert not LessonUpload.objects.exists() and not LessonFile.objects.kept().filter(lesson=film).exists()
