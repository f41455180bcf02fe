"""Long exports: written by a worker, fetched by whoever asked, recorded, gone after a day; a day's measure of full data."""

import datetime
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from branch_portal.dates import today_shanghai
from branch_portal.jobs import run_one
from branch_portal.models import Job
from branch_portal.retention import apply_short_rules
from members.actions.exports import FULL_PER_DAY, IN_REQUEST_ROWS
from members.actions.people import NewMember, create_members_bulk
from members.models import Member, PersonalDataAccess, RosterExport
from tests import factories as make
from tests.personas import build_world

ASK = {"content": "masked", "reason": "年报核对"}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def long_roster(committed_db):
    """So many in branch B that with branch A's ten the export is a worker's."""
    world = build_world()
    values = {
        "category": "probationary",
        "admitted_on": datetime.date(2001, 7, 1),
        "ethnicity": "01",
        "gender": "male",
    }
    rows = [
        NewMember(values=values | {"name": f"郑{number:04d}"}, since=datetime.date(2020, 1, 1))
        for number in range(IN_REQUEST_ROWS + 1)
    ]
    create_members_bulk(by=None, branch=world.branch_b, rows=rows)
    return world


def queued(world, query=""):
    """The job that staff asked for."""
    answer = signed_in(world.staff).post(reverse("members:export") + query, ASK)
    job = Job.objects.get()
    assert answer.url == reverse("jobs:progress", args=[job.uid])
    return job


def test_a_long_export_is_written_by_a_worker_and_fetched_by_its_owner(long_roster):
    world = long_roster
    job = queued(world)
    assert not PersonalDataAccess.objects.exists()
    assert run_one() is True
    job.refresh_from_db()
    count = Member.objects.filter(branch__path__startswith=world.committee.path).count()
    assert (job.state, job.total_count, job.error) == ("done", count, "")
    client = signed_in(world.staff)
    assert job.result_url in client.get(reverse("jobs:progress", args=[job.uid])).content.decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(job.result_url).content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["序号", *range(1, count + 1)]
    named = sorted(
        Member.objects.filter(branch__path__startswith=world.committee.path).values_list("name", flat=True)
    )
    assert sorted(row[1] for row in sheet[1:]) == named
    about = dict(row[:2] for row in book.get_sheet_by_name("导出说明").to_python())
    assert (about["人数"], about["导出事由"], about["内容"]) == (count, "年报核对", "遮盖")
    assert list(PersonalDataAccess.objects.values_list("user_id", "action", "field", "row_count", "reason", "ip", "branch_id")) == [
        (world.staff.pk, "export", "党员名册（遮盖）", count, "年报核对", "127.0.0.1", world.committee.pk)
    ]  # fmt: skip
    for other in ("secretary_b", "staff_x", "superuser", "member_a"):
        assert signed_in(getattr(world, other)).get(job.result_url).status_code == 404


def test_the_filter_goes_with_it_and_says_nothing_outside(long_roster):
    """A name that was searched for is in no job's arguments."""
    world = long_roster
    job = queued(world, f"?branch={world.branch_b.uid}&q=郑&day=2026-06-01")
    assert job.arguments.keys() == {"export"}
    assert "郑" not in job.title + str(job.arguments)
    run_one()
    export = RosterExport.objects.get()
    assert (export.row_count, export.day) == (IN_REQUEST_ROWS + 1, datetime.date(2026, 6, 1))


@pytest.mark.fault("F36", "role revoked while the export runs")
@pytest.mark.parametrize("change", ["before", "after"])
def test_rights_count_at_the_run_and_at_the_download(long_roster, change, measured):
    world = long_roster
    job = queued(world, f"?branch={world.branch_b.uid}&q=郑")
    yesterday = today_shanghai() - datetime.timedelta(days=1)
    if change == "before":
        world.staff.grants.update(valid_to=yesterday)
    run_one()
    job.refresh_from_db()
    if change == "before":
        assert (job.state, job.error) == ("failed", "您的权限在导出以后有变化，请重新导出。")
        assert not PersonalDataAccess.objects.exists()
        measured("revoked before the run: refused")
        return
    world.staff.grants.update(valid_to=yesterday)
    make.grant(world.staff, "committee_staff", world.branch_a)
    refused = signed_in(world.staff).get(job.result_url)
    assert refused["Content-Type"].startswith("text/html")
    assert "您的权限在导出以后有变化" in refused.content.decode()
    measured("revoked after the run: not handed out")


def test_a_file_is_gone_after_a_day(world, as_user):
    export = RosterExport.objects.create(
        owner=world.staff, day=today_shanghai(), reason="年报核对", asked="{}", content="AAAA"
    )
    now = timezone.now()
    assert apply_short_rules(now=now)["roster_exports"] == 0
    assert apply_short_rules(now=now + datetime.timedelta(hours=25))["roster_exports"] == 1
    export.refresh_from_db()
    assert (export.asked, export.content) == ("", "")
    page = as_user(world.staff).get(reverse("members:export-file", args=[export.uid]))
    assert "这份文件已过期" in page.content.decode()


def taken_today(user, rows, field="党员名册（完整）"):
    PersonalDataAccess.objects.create(
        user_id=user.pk, user_label="x", action="export", field=field, row_count=rows, reason="测试"
    )


def test_full_data_has_a_days_measure(world, as_user):
    """Ten of branch A's fit exactly, and then not one more; masked ones and other people's do not count."""
    taken_today(world.secretary_a, FULL_PER_DAY - 10)
    taken_today(world.secretary_a, 4000, "党员名册（遮盖）")
    taken_today(world.secretary_b, 4000)
    client, url = as_user(world.secretary_a), reverse("members:export")
    full = {"content": "full", "reason": "向上级报送"}
    assert client.post(url, full)["Content-Type"].endswith("sheet")
    refused = client.post(url, full).context["form"].non_field_errors()
    assert refused == [
        "每人每天最多导出 5000 人的完整信息，今天已导出 5000 人，这次有 10 人。请缩小筛选、改日再导，或选择遮盖的内容。"
    ]
    assert client.post(url, ASK)["Content-Type"].endswith("sheet")
    assert PersonalDataAccess.objects.filter(reason="向上级报送").count() == 1
