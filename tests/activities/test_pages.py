"""Pages by person: who sees which record, what members see of others, lists that cost the same whatever their length."""

import io

import pytest
from python_calamine import CalamineWorkbook

from activities.models import ActivityRecord, Gathering
from branch_portal.dates import today_shanghai
from tests.activities import factories as life
from tests.activities.test_main_path import filled, hidden, page

pytestmark = pytest.mark.django_db
ROW_3_ABSENT = {"row_3": ("absent", "", "外出务工")}


def status(client, method, url, **data) -> int:
    return getattr(client, method)(url, data or None).status_code


def test_another_branch_finds_nothing(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    share = life.announcement(world.secretary_a, world.branch_a)
    for user in (world.secretary_b, world.member_b, world.secretary_d, world.secretary_x, world.staff_x):
        client = as_user(user)
        for url in (f"/activities/records/{record.uid}/", f"/activities/records/{record.uid}/edit/"):
            assert status(client, "get", url) == 404
        assert status(client, "post", f"/activities/records/{record.uid}/confirm/") == 404
        assert status(client, "post", f"/activities/records/{record.uid}/return/", reason="x") == 404
        for step in ("", "postpone/", "cancel/"):
            assert status(client, "get", f"/activities/gatherings/{share.uid}/{step}") == 404
        assert "学习党章" not in client.get("/activities/").content.decode()


def test_inside_the_scope_what_is_not_permitted_is_refused(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    share = life.announcement(world.secretary_a, world.branch_a)
    member, officer, staff = as_user(world.member_a), as_user(world.officer_a), as_user(world.staff)
    for url in (
        "/activities/new/",
        "/activities/new/theme_day/",
        "/activities/announce/",
        "/activities/roll/theme_day/",
    ):
        assert [status(client, "get", url) for client in (member, officer, staff)] == [403, 200, 403]
    assert status(member, "post", "/activities/new/theme_day/") == 403
    assert status(member, "get", f"/activities/records/{record.uid}/edit/") == 403
    assert status(officer, "post", f"/activities/records/{record.uid}/confirm/") == 403
    assert status(staff, "post", f"/activities/records/{record.uid}/confirm/") == 403
    assert status(officer, "post", f"/activities/records/{record.uid}/return/", reason="x") == 403
    assert status(member, "post", f"/activities/gatherings/{share.uid}/cancel/", reason="x") == 403
    assert status(as_user(world.superuser), "get", f"/activities/records/{record.uid}/") == 404
    record.refresh_from_db()
    assert record.state == "recorded"


def test_a_cell_leader_logs_the_own_cell_only(world, as_user):
    client = as_user(world.cell_leader_a)
    assert status(client, "get", "/activities/new/theme_day/") == 403
    html = page(client, "/activities/new/cell_meeting/")
    assert "第一党小组" in html
    assert "第二党小组" not in html
    data = filled(html, cell=world.cell_a1.uid.hex)
    assert (
        client.post("/activities/new/cell_meeting/", data | {"cell": world.cell_a2.uid.hex}).status_code
        == 200
    )
    assert client.post("/activities/new/cell_meeting/", data).status_code == 302
    record = ActivityRecord.objects.get()
    assert (record.cell, record.branch, record.share.expected_count) == (world.cell_a1, world.branch_a, 5)
    assert status(client, "get", f"/activities/records/{record.uid}/edit/") == 200
    other = life.record(world.secretary_a, world.branch_a, "cell_meeting", cell=world.cell_a2)
    assert status(client, "get", f"/activities/records/{other.uid}/edit/") == 403


def test_members_see_counts_and_their_own_row(world, as_user):
    record = life.record(world.secretary_a, world.branch_a, rows=ROW_3_ABSENT)
    url = f"/activities/records/{record.uid}/"
    own = as_user(world.member_a).get(url).content.decode()
    assert "外出务工" not in own
    assert "方建国" not in own
    assert "我的到会情况" in own
    assert "2.0（待确认）" in own
    full = as_user(world.officer_a).get(url).content.decode()
    assert "方建国（外出务工）" in full
    assert "应到 10 人，实到 9 人，缺席 1 人" in full


def test_the_secretary_confirms_and_staff_return(world, as_user):
    record = life.record(world.officer_a, world.branch_a)
    url = f"/activities/records/{record.uid}/"
    secretary, staff = as_user(world.secretary_a), as_user(world.staff)
    assert "确认记录" in secretary.get(url).content.decode()
    assert "确认记录" not in as_user(world.officer_a).get(url).content.decode()
    assert secretary.post(f"{url}confirm/", {"version": record.version}).headers["Location"] == url
    record.refresh_from_db()
    assert record.state == "confirmed"
    assert secretary.get(f"{url}edit/").headers["Location"] == url
    assert "请填写退回意见。" in staff.post(f"{url}return/", {"reason": ""}).content.decode()
    assert staff.post(f"{url}return/", {"reason": "缺少小结"}).headers["Location"] == url
    assert "缺少小结" in secretary.get(f"{url}edit/").content.decode()


def test_two_editors_and_no_text_is_lost(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    url = f"/activities/records/{record.uid}/edit/"
    mine, theirs = as_user(world.secretary_a), as_user(world.officer_a)
    first, second = page(mine, url), page(theirs, url)
    theirs.post(url, filled(second, content="别人先保存的", version=hidden(second, "version")))
    answer = mine.post(url, filled(first, content="我后写的", version=hidden(first, "version")))
    html = answer.content.decode()
    assert "已被他人保存过" in html
    assert "别人先保存的" in html
    assert "我后写的" in html
    assert ActivityRecord.objects.get().content == "别人先保存的"
    again = filled(html, content="合在一起", version=hidden(html, "version"))
    assert mine.post(url, again).status_code == 302
    assert ActivityRecord.objects.get().content == "合在一起"


def test_a_draft_may_lack_its_minutes_and_is_taken_up_later(world, as_user):
    client = as_user(world.secretary_a)
    html = page(client)
    answer = client.post("/activities/new/theme_day/", filled(html, content="", draft="1"))
    record = ActivityRecord.objects.get()
    assert record.state == "draft"
    assert answer.headers["Location"] == f"/activities/records/{record.uid}/"
    edit = f"/activities/records/{record.uid}/edit/"
    html = page(client, edit)
    assert "暂存" in html
    client.post(edit, filled(html, version=hidden(html, "version")))
    record.refresh_from_db()
    assert record.state == "recorded"
    assert Gathering.objects.count() == 1


@pytest.mark.parametrize("url", ["/activities/", "/activities/print/", "/activities/export/"])
def test_lists_cost_the_same_with_one_row_and_with_three(world, as_user, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(world.staff)
    life.record(world.secretary_a, world.branch_a)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    life.record(world.secretary_a, world.branch_a, "party_lecture")
    life.record(world.secretary_b, world.branch_b, "general_meeting")
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)


def test_filters_narrow_screen_paper_and_spreadsheet_alike(world, as_user):
    life.record(world.secretary_a, world.branch_a, theme="甲次主题")
    life.record(world.secretary_a, world.branch_a, "party_lecture", theme="乙次党课")
    client = as_user(world.secretary_a)
    for url in ("/activities/", "/activities/print/"):
        html = client.get(url, {"kind": "party_lecture"}).content.decode()
        assert "乙次党课" in html
        assert "甲次主题" not in html
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/activities/export/?kind=party_lecture").content)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["序号", "日期", "类型", "主题", "应到", "实到", "状态"]
    assert rows[1:] == [[1, today_shanghai(), "党课", "乙次党课", 10, 10, "已记录（待确认）"]]


def test_announced_gatherings_are_no_records_yet(world, as_user):
    life.announcement(world.secretary_a, world.branch_a, theme="下次的主题")
    assert "下次的主题" not in as_user(world.secretary_a).get("/activities/").content.decode()
