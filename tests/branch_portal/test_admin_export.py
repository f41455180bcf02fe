"""导出 of a list of the admin: by a worker, in the asker's scope when it runs and when it is fetched, with its record."""

import datetime
import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from branch_portal.jobs import run_one
from branch_portal.models import Job, ListExport
from branch_portal.retention import apply_short_rules
from members.models import PersonalDataAccess, RoleGrant
from tests import factories as make

MEMBERS = "/admin/export/members/member/"


def ask(client, url: str, **fields):
    form = client.get(url).context["form"]
    return client.post(
        url, {"submission_key": str(form["submission_key"].value()), "reason": "半年核对"} | fields
    )


def file_of(client) -> list[list]:
    job = Job.objects.latest("pk")
    answer = client.get(job.result_url)
    assert answer.status_code == 200, job.error
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_a_list_with_its_filter_becomes_a_workbook_and_one_record(world, as_user):
    client = as_user(world.staff)
    answer = ask(client, f"{MEMBERS}?category__exact=probationary&org={world.branch_a.pk}")
    assert answer.status_code == 302 and answer["Location"].startswith("/jobs/")
    assert PersonalDataAccess.objects.count() == 0  # nothing has gone out yet
    assert run_one()
    rows = file_of(client)
    assert rows[0] == ["序号", "姓名", "性别", "民族", "出生年份", "学历", "人员类别", "所在党支部", "手机"]
    assert [row[1] for row in rows[1:]] == ["马晓东"] and rows[1][7] == "清源村第一党支部"
    record = PersonalDataAccess.objects.get()
    assert (record.action, record.reason, record.row_count, record.user_id) == (
        "export", "半年核对", 1, world.staff.pk,
    )  # fmt: skip


def test_nothing_sealed_and_nobody_of_another_committee_goes_out(world, as_user):
    client = as_user(world.staff_x)
    ask(client, MEMBERS)
    assert run_one()
    rows = file_of(client)
    assert [row[1] for row in rows[1:]] == ["外部书记x"]
    content = client.get(Job.objects.latest("pk").result_url).content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        text = "".join(book.read(name).decode() for name in book.namelist())
    member = world.secretary_x.member
    assert not any(secret in text for secret in (member.id_number, member.mobile, "清源村"))


def test_chosen_rows_are_asked_for_again_in_the_scope(world, as_user):
    """Keys of others, slipped into the form, bring nothing."""
    client = as_user(world.staff_x)
    own, foreign = world.secretary_x.member.pk, world.members_a[3].pk
    page = client.post(
        reverse("admin:members_member_changelist"),
        {"action": "export_chosen", "index": 0, "_selected_action": [own, foreign]},
    )
    assert json.loads(str(page.context["form"]["chosen"].value())) == [own]
    assert "共 1 条" in page.content.decode()
    ask(client, MEMBERS, chosen=json.dumps([own, foreign]))
    assert run_one()
    assert len(file_of(client)) == 2


def test_the_file_is_its_askers_for_a_day_and_while_the_rights_stand(world, as_user):
    client = as_user(world.staff)
    ask(client, MEMBERS)
    assert run_one()
    url = Job.objects.latest("pk").result_url
    assert client.get(url).content[:2] == b"PK"
    assert as_user(world.staff_x).get(url).status_code == 404
    assert as_user(world.superuser).get(url).status_code == 404
    make.grant(world.staff, "committee_staff", world.committee_x)
    assert "您的权限在导出以后有变化" in client.get(url).content.decode()
    RoleGrant.objects.filter(user=world.staff).delete()
    assert client.get(url).status_code == 403
    assert apply_short_rules()["list_exports"] == 0
    assert apply_short_rules(now=timezone.now() + datetime.timedelta(hours=25))["list_exports"] == 1
    assert not ListExport.objects.get().content


def test_rights_are_those_of_the_moment_when_it_runs(world, as_user):
    ask(as_user(world.staff), MEMBERS)
    RoleGrant.objects.filter(user=world.staff).delete()
    assert run_one()
    job = Job.objects.latest("pk")
    assert job.state == "failed" and "权限" in job.error
    assert PersonalDataAccess.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "请填写导出事由"),
        ({"reason": "查"}, "至少 4 个字"),
        ({"chosen": "[1"}, "请回到列表重新选择"),
        ({"chosen": '["a"]'}, "请回到列表重新选择"),
        ({"chosen": json.dumps(list(range(501)))}, "一次最多选择 500 条"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(world, as_user, fields, said):
    answer = ask(as_user(world.staff), MEMBERS, **fields)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not ListExport.objects.exists()


def test_a_form_sent_twice_asks_once_and_a_refusal_spends_no_key(world, as_user):
    client = as_user(world.staff)
    key = str(client.get(MEMBERS).context["form"]["submission_key"].value())
    first, again = (client.post(MEMBERS, {"submission_key": key, "reason": "半年核对"}) for _ in range(2))
    assert first["Location"] == again["Location"] and Job.objects.count() == 1
    ask(client, MEMBERS)
    key = str(client.get(MEMBERS).context["form"]["submission_key"].value())
    full = client.post(MEMBERS, {"submission_key": key, "reason": "半年核对"})
    assert full.status_code == 422 and "未完成" in full.content.decode()
    assert run_one()
    assert client.post(MEMBERS, {"submission_key": key, "reason": "半年核对"}).status_code == 302


def test_a_list_without_people_asks_no_reason(world, as_user):
    client = as_user(world.superuser)
    ask(client, "/admin/export/members/partyorganization/?kind__exact=committee", reason="")
    assert run_one()
    assert [row[1] for row in file_of(client)[1:]] == ["清源镇党委", "东湖镇党委"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/admin/export/members/user/", 403),
        ("/admin/export/members/loginattempt/", 404),
        ("/admin/export/none/none/", 404),
        (f"{MEMBERS}?id__exact=x", 404),
        (f"{MEMBERS}?password__startswith=a", 400),
    ],
)
def test_what_is_no_list_of_ones_own_is_not_taken_out(world, as_user, url, status):
    client = as_user(world.staff)
    client.raise_request_exception = False
    assert client.get(url).status_code == status
