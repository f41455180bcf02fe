"""F8 to F10: the disk full under PostgreSQL, under the media and under /tmp. Small file systems of their own stand for it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.invariants import files_without_row, holds
from tests.faults.web import media_of, new_record, pdf, secretary
from tests.faults.workload import Workload

pytestmark = [pytest.mark.stack, pytest.mark.long]
SPEED = {"PORTAL_LOG_LEVEL": "WARNING", "PORTAL_TICK_SECONDS": "2", "PORTAL_DISK_RESERVE_MB": "0"}
MB = 1024 * 1024


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of this size at the folder; skips where mounting is not permitted."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(folder: Path, leaving: int = 0) -> Iterator[Path]:
    """No more than `leaving` bytes are free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out:
        left = shutil.disk_usage(folder).free - leaving
        try:
            while left > 0:
                left -= out.write(b"\0" * min(MB, left))
        except OSError:
            pass
    try:
        yield ballast
    finally:
        ballast.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def shared(own_site, tmp_path_factory):
    """The data folder, the media and the temporary files on disks of their own."""
    place = tmp_path_factory.mktemp("disks")
    with small_disk(place / "pg", 700), small_disk(place / "tmp", 24):
        site = own_site(env=SPEED | {"TMPDIR": str(place / "tmp")}, disk=place / "pg")
        with small_disk(media_of(site), 16):
            yield site
            site.stop()


@pytest.fixture
def site(shared):
    shared.heal()
    yield shared
    shared.heal()


@pytest.mark.fault("F8", "disk full under PostgreSQL")
def test_full_under_postgres(site, measured):
    disk = site.own.folder
    with Workload(site, ("secretary_b", "secretary_d"), patience=240) as work:
        with filled(disk):
            until = time.monotonic() + 180
            while not work.log.troubles["507"] and site.own.cluster.process.poll() is None:
                assert time.monotonic() < until, f"the disk is full and nobody notices: {work.log.words}"
                time.sleep(0.2)
            died = site.own.cluster.process.poll() is not None
        if died:  # systemd would start it again, and again until there is room
            site.own.cluster.process = None
            site.start_postgres()
        site.seconds_until_ready()
        work.wait_for(8)
    end = "shut itself down" if died else "refused to write"
    measured(f"PostgreSQL {end}; after there was room: {holds(site, work.log)}")


def upload(browser, record: str, content: bytes):
    return browser.post(f"{record}attachments/", browser.form(record), {"files": ("材料.pdf", content)})


@pytest.mark.fault("F9", "disk full under media")
def test_full_under_media(site, measured):
    browser = secretary(site.port)
    record, media = new_record(browser), media_of(site)
    before = site.sql("SELECT count(*) FROM activities_attachment")[0][0]
    kept = 0
    while (answer := upload(browser, record, pdf(3 * MB, f"F9 {kept}"))).status == 302:
        kept += 1
        assert kept < 20, "the disk never gets full"
    assert (answer.status, "磁盘已满" in answer.text) == (507, True)
    assert site.sql("SELECT count(*) FROM activities_attachment")[0][0] == before + kept
    assert files_without_row(site) == []
    lesson = upload_lesson(site, browser)
    # Room for a recording is asked for before it is written.
    assert "磁盘空间不足" in lesson.text or (lesson.status, "磁盘已满" in lesson.text) == (507, True)
    assert [path for path in (media / "uploads").rglob("*") if path.is_file()] == []
    assert list((media / "lessons").rglob("*.mp4")) == []
    shutil.rmtree(media / "records")
    site.sql("DELETE FROM activities_attachment")
    measured(
        f"{kept} uploads kept, then 507 in words, a lesson's file refused in words ({lesson.status}); rows and files agree"
    )


LESSON = """
from members.models import User, PartyOrganization
from tests.learning.lessons import lesson
by = User.objects.get(username="secretary_a")
branch = PartyOrganization.objects.get(name="清源村第一党支部")
print("UID", lesson(by, branch, kind="video", text="", file=False, publish=False, questions=0).uid)
"""


def upload_lesson(site, browser):
    """A recording by the ordinary form."""
    from tests.learning.lessons import MP4

    out = site.servers.manage(site.database, "shell", "-c", LESSON, extra=site.environment)
    path = f"/learning/lessons/{out.split('UID ')[1].split()[0]}/files/"
    fields = browser.form(path)
    return browser.post(path, fields, {"file": ("课.mp4", MP4 + b"x" * (8 * MB))})


@pytest.mark.fault("F10", "disk full under /tmp")
def test_full_under_tmp(site, measured):
    browser = secretary(site.port)
    record, temporary = new_record(browser), Path(site.environment["TMPDIR"])
    form = browser.form(record)
    before = set(temporary.iterdir())
    with filled(temporary, leaving=2 * MB) as ballast:
        # More than 5 MB: the web process puts it on the disk while it comes.
        answer = browser.post(f"{record}attachments/", form, {"files": ("大.pdf", pdf(7 * MB, "F10"))})
        sheet = browser.get(f"{record}sheet.docx")
        left = [path.name for path in temporary.iterdir() if path not in before | {ballast}]
    assert (answer.status, "磁盘已满" in answer.text) == (507, True)
    assert sheet.status in (200, 507)
    assert left == []
    assert site.sql("SELECT count(*) FROM activities_attachment WHERE size > 7000000") == [(0,)]
    again = browser.post(f"{record}attachments/", form, {"files": ("大.pdf", pdf(7 * MB, "F10"))})
    assert again.status == 302
    measured(
        f"upload 507 in words, Word sheet {sheet.status}, nothing temporary left; sent again with room: kept"
    )
