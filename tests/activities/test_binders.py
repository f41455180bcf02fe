"""记录册: asked for once, written by a worker, downloadable by the asker alone and for a day."""

import datetime
import re

import pytest
from django.utils import timezone

from activities.actions.binders import ask_for_binder
from activities.models import Binder
from branch_portal.jobs import JobRefused, run_one
from branch_portal.models import Job
from branch_portal.retention import apply_short_rules
from members.models import PersonalDataAccess, PostTenure
from tests.activities.paper_records import DAY, full_record
from tests.activities.test_sheet import text_of_docx
from tests.personas import build_world


@pytest.fixture
def busy_world(committed_db):
    """Jobs run over connections of their own, so the rows are committed."""
    world = build_world()
    for month in (2, 3, 5):
        full_record(world, day=DAY.replace(month=month), theme=f"{month}月会议")
    return world


def test_from_the_page_to_the_file(busy_world, as_user):
    world, client = busy_world, as_user(busy_world.secretary_a)
    page = client.get("/activities/binders/").content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    data = {"submission_key": key, "branch": world.branch_a.uid, "year": "2026", "quarter": "1"}
    first, again = client.post("/activities/binders/", data), client.post("/activities/binders/", data)
    assert first["Location"] == again["Location"] and Job.objects.count() == 1
    assert run_one()
    job = Job.objects.get()
    assert (job.state, job.done_count, job.total_count, job.error) == ("done", 2, 2, "")
    binder = Binder.objects.get()
    url = f"/activities/binders/{binder.uid}/binder.docx"
    assert url in client.get(job.result_url).content.decode()
    text = text_of_docx(client.get(url).content)
    assert "2月会议" in text and "3月会议" in text and "5月会议" not in text and "2026年第一季度" in text
    noted = PersonalDataAccess.objects.get()
    assert (noted.action, noted.row_count) == ("export", 20)
    for other in (world.officer_a, world.secretary_b, world.staff):
        assert as_user(other).get(url).status_code == 404


def test_rights_are_asked_again(busy_world, as_user):
    world = busy_world
    ask_for_binder(by=world.secretary_a, branch=world.branch_a, year=2026, quarter=None)
    PostTenure.objects.filter(member=world.members_a[0]).delete()
    assert run_one()
    assert "权限" in Job.objects.get().error
    assert not Binder.objects.exists()


def test_nothing_to_bind_and_foreign_branches_are_refused(world, as_user):
    with pytest.raises(JobRefused, match="还没有已保存的记录"):
        ask_for_binder(by=world.secretary_a, branch=world.branch_a, year=2020, quarter=None)
    client = as_user(world.secretary_a)
    key = re.search(
        r'name="submission_key" value="([^"]+)"', client.get("/activities/binders/").content.decode()
    )[1]
    data = {"submission_key": key, "branch": world.branch_b.uid, "year": "2026", "quarter": ""}
    assert "不在您的范围内" in client.post("/activities/binders/", data).content.decode()


def test_bytes_go_after_a_day(busy_world, as_user):
    world = busy_world
    ask_for_binder(by=world.secretary_a, branch=world.branch_a, year=2026, quarter=None)
    run_one()
    binder = Binder.objects.get()
    client = as_user(world.secretary_a)
    url = f"/activities/binders/{binder.uid}/binder.docx"
    assert client.get(url).status_code == 200
    assert apply_short_rules(now=timezone.now() + datetime.timedelta(hours=25))["binders"] == 1
    assert client.get(url).status_code == 404
    assert "已过期" in client.get("/activities/binders/").content.decode()
