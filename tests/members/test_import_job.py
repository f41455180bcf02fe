"""A large roster goes through a worker: the same action, told by the job's page."""

import datetime
import io

import pytest
import xlsxwriter
from django.test import Client

from branch_portal.jobs import enqueue, run_one
from branch_portal.models import Job
from members.actions.imports import JOB_KIND, queue_import, start_import
from members.models import ImportBatch, Member
from members.rules.national_id import compose
from tests.personas import build_world


def sheet(count):
    """A roster; no day of birth has more serial numbers than there are."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "公民身份号码", "入党日期", "转正日期"])
        for serial in range(1, count + 1):
            day, of_that_day = divmod(serial - 1, 999)
            number = compose(
                "110101", datetime.date(1980, 5, 6) + datetime.timedelta(days=day), of_that_day + 1
            )
            page.write_row(serial, 0, [f"郑{serial:03d}", number, "2005.7.1", "2006.7.1"])
    return buffer


@pytest.fixture
def queued(committed_db):
    world = build_world()
    owner = world.officer_a
    batch = start_import(
        by=owner, branch=world.branch_a, file=sheet(30), file_name="x.xlsx", since=datetime.date(2025, 12, 31)
    )
    queue_import(by=owner, batch=batch)
    url = f"/members/import/{batch.uid}/"
    job = enqueue(
        by=owner,
        kind=JOB_KIND,
        title="导入名册",
        arguments={"batch": str(batch.uid), "only_good": False, "url": url},
    )
    return world, batch, job


def test_the_worker_imports_and_the_page_says_so(queued):
    world, batch, job = queued
    assert run_one() is True
    assert Member.objects.filter(branch=world.branch_a, name__startswith="郑").count() == 30
    client = Client()
    client.force_login(world.officer_a)
    page = client.get(f"/jobs/{job.uid}/").content.decode()
    assert "新增 30 人，修改 0 人。" in page
    assert "新增 30 人，修改 0 人，不变 0 人" in client.get(f"/members/import/{batch.uid}/").content.decode()


def test_whoever_lost_the_right_meanwhile_imports_nothing(queued):
    world, batch, job = queued
    world.members_a[1].tenures.all().delete()
    run_one()
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.error) == ("failed", "您已没有修改该党组织名册的权限。")
    assert ImportBatch.objects.get(pk=batch.pk).state == "queued"
    assert not Member.objects.filter(name__startswith="郑").exists()
