"""F47 to F49: a server in another time zone, without a language, with little memory."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from branch_portal.local.paths import ROOT
from tests.activities.uploads import picture
from tests.corpus.workbooks import claims_four_billion_strings, long_string, lying
from tests.faults.web import media_of, memory_of, new_record, pdf, secretary
from tests.harness.own import children

pytestmark = pytest.mark.long
IMPORTS = "/members/import/"
ZONES = {
    "Shanghai": {"TZ": "Asia/Shanghai"},
    "UTC": {"TZ": "UTC"},
    "New York": {"TZ": "America/New_York"},
    "none set": {"TZ": ""},
    "no system data": {"TZ": "UTC", "PYTHONTZPATH": ""},
}
MOMENTS = """
import datetime
from branch_portal.dates import local_datetime, today_shanghai
for day in (datetime.date(1986, 5, 4), datetime.date(1988, 7, 1), datetime.date(2024, 2, 29), datetime.date(2030, 12, 31)):
    for clock in (datetime.time(0), datetime.time(15), datetime.time(23, 59)):
        print(local_datetime(day, clock).astimezone(datetime.UTC).isoformat())
print(today_shanghai())
"""


@pytest.mark.fault("F47", "server in UTC or New York, no time zone data")
def test_every_zone_gives_the_same_moments(servers, worker_database, measured):
    said = {}
    for name, extra in ZONES.items():
        environment = {**os.environ, **servers.environment(worker_database), **extra}
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", MOMENTS]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said[name] = done.stdout
    assert set(said.values()) == {said["Shanghai"]}
    assert (
        "1988-06-30T15:00:00+00:00" in said["UTC"]
    )  # summer time in Shanghai: midnight is 15:00 in Greenwich
    measured(
        f"{len(said['UTC'].splitlines())} moments alike in {len(ZONES)} settings, summer time of 1986–1991 included"
    )


@pytest.mark.stack
@pytest.mark.fault("F48", "locale C, Chinese file names")
def test_without_a_language(own_site, measured):
    bare = {"LC_ALL": "C", "LANG": "", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    site = own_site(env=bare, workers=0, beats=0)
    browser = secretary(site.port)
    record = new_record(browser)
    file = ("二〇二六年 会议·纪要𠮷.pdf", pdf(1000, "F48"))
    assert browser.post(f"{record}attachments/", browser.form(record), {"files": file}).status == 302
    [(uid, name)] = site.sql("SELECT uid::text, file_name FROM activities_attachment")
    answer = browser.get(f"/activities/attachments/{uid}/")
    sheet = browser.get(f"{record}sheet.docx")
    assert (name, answer.status, sheet.status) == (file[0], 200, 200)
    assert list(media_of(site).rglob("*.pdf"))
    measured("upload, download and Word sheet under LC_ALL=C")


IMPORT = """
import datetime
from branch_portal.jobs import run_one
from members.actions.imports import queue_work, start_import, JOB_KIND
from members.models import User, PartyOrganization
from tests.members.test_import_job import sheet
by = User.objects.get(username="officer_a")
branch = PartyOrganization.objects.get(name="清源村第一党支部")
batch = start_import(by=by, branch=branch, file=sheet(%d), file_name="x.xlsx", since=datetime.date(2025, 12, 31))
queue_work(by=by, batch=batch, kind=JOB_KIND, url="/", only_good=False)
"""
ROWS = 20_000  # as many as an import takes
SECONDS = 600
PENDING = ("queued", "running")


@pytest.mark.stack
@pytest.mark.fault("F49", "little memory")
def test_little_memory(own_site, measured):
    """No limit is set, which needs a service manager: what all processes need at once is measured instead."""
    site = own_site(env={"PORTAL_TICK_SECONDS": "5"})
    site.servers.manage(site.database, "shell", "-c", IMPORT % ROWS, extra=site.environment)
    people = [secretary(site.port, "secretary_b"), secretary(site.port, "officer_a")]
    web = children(site.web.pid)
    begun, most = time.monotonic(), 0
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(photograph_and_bombs, *people)
        while site.sql("SELECT state FROM branch_portal_job")[0][0] in PENDING or not others.done():
            assert time.monotonic() - begun < SECONDS
            most = max(most, memory_of(processes_of(site)))
            time.sleep(0.2)
    took = time.monotonic() - begun
    assert others.result() == (302, ["无法读取"] * 2)
    assert site.sql("SELECT state, error FROM branch_portal_job") == [("done", "")]
    assert site.sql("SELECT count(*) FROM members_member WHERE name LIKE '郑%%'") == [(ROWS,)]
    assert site.sql("SELECT count(*) FROM activities_attachment WHERE content_type = 'image/jpeg'") == [(1,)]
    assert children(site.web.pid) == web, "no process that answers pages was ended"
    assert most < 1024**3
    measured(
        f"import of {ROWS} rows ({took:.0f} s), a photograph of 20 megapixels and two workbook bombs at once:"
        f" {most / 1024**2:.0f} MB at most for all processes, none of them ended"
    )


def photograph_and_bombs(browser, officer) -> tuple[int, list[str]]:
    """What the others do meanwhile, and what they are told."""
    record = new_record(browser)
    photograph = picture(size=(5000, 4000), quality=100)
    kept = browser.post(f"{record}attachments/", browser.form(record), {"files": ("合影.jpg", photograph)})
    told = []
    for bomb in (lying(long_string(400)), claims_four_billion_strings()):
        answer = officer.post(IMPORTS, officer.form(IMPORTS), {"file": ("名册.xlsx", bomb)})
        told.append("无法读取" if answer.status == 200 and "文件无法读取" in answer.text else answer.text)
    return kept.status, told


def processes_of(site) -> list[int]:
    parents = [site.web, *site.workers, *site.beats, site.own.cluster.process, site.own.valkey.process]
    return [pid for parent in parents if parent for pid in (parent.pid, *children(parent.pid))]
