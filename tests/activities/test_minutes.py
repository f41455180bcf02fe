"""Minutes in parts: what is typed comes back, what is resolved is followed up, what is missing is named."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.records import record_gathering
from activities.due_resolutions import resolutions_due
from activities.models import ActivityRecord, AgendaItem, Remark, Resolution
from branch_portal.dates import today_shanghai
from tests.activities import factories as life
from tests.activities.test_main_path import filled, hidden, page

pytestmark = pytest.mark.django_db
NEW = "/activities/new/general_meeting/"


def rows(part: str, *lines: dict) -> dict:
    """Posted rows of one part, as the browser sends them."""
    data = {f"{part}-TOTAL_FORMS": str(len(lines)), f"{part}-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        data |= {f"{part}-{number}-{name}": value for name, value in line.items()}
    return data


def meeting(html: str, **changes) -> dict:
    data = filled(html, theme="讨论年度计划", content="")
    data |= rows("agenda", {"title": "讨论年度工作计划", "important": "on"}, {"title": ""})
    data |= rows(
        "remarks",
        {"speaker": "安国强", "text": "计划可行。"},
        {"speaker": "镇组织委员", "text": "注意实效。", "dissent": "on"},
        {"speaker": "", "text": ""},
    )
    data |= rows(
        "resolutions",
        {"text": "通过年度工作计划", "owner": "安国强", "due_on": "2026-12-20"},
    )
    return data | changes


def test_minutes_in_parts_are_stored_and_shown(world, as_user):
    client = as_user(world.secretary_a)
    answer = client.post(NEW, meeting(page(client, NEW)))
    record = ActivityRecord.objects.get()
    assert answer.headers["Location"] == f"/activities/records/{record.uid}/"
    secretary = world.members_a[0]
    assert secretary.name == "安国强"
    assert list(AgendaItem.objects.values_list("position", "title", "important")) == [
        (1, "讨论年度工作计划", True)
    ]
    assert list(Remark.objects.values_list("position", "speaker_name", "speaker", "text", "dissent")) == [
        (1, "安国强", secretary.pk, "计划可行。", False),
        (2, "镇组织委员", None, "注意实效。", True),
    ]
    resolution = Resolution.objects.get()
    assert (resolution.text, resolution.owner_id, resolution.due_on) == (
        "通过年度工作计划",
        secretary.pk,
        datetime.date(2026, 12, 20),
    )
    shown = client.get(answer.headers["Location"]).content.decode()
    for words in (
        "讨论年度工作计划",
        "重要事项",
        "镇组织委员",
        "不同意见",
        "通过年度工作计划",
        "登记办理情况",
    ):
        assert words in shown, words
    # Sections that the regulation asks for are there; the one that was asked before: no prior committee discussion.
    assert "第十二条" in shown


def test_a_member_reads_the_minutes_but_does_not_follow_them_up(world, as_user):
    client = as_user(world.secretary_a)
    url = client.post(NEW, meeting(page(client, NEW))).headers["Location"]
    shown = as_user(world.member_a).get(url).content.decode()
    assert "镇组织委员" in shown
    assert "登记办理情况" not in shown
    assert "一般还应有" not in shown


def test_editing_brings_every_row_back_and_an_emptied_row_goes(world, as_user):
    client = as_user(world.secretary_a)
    client.post(NEW, meeting(page(client, NEW)))
    record = ActivityRecord.objects.get()
    uid = Resolution.objects.get().uid
    edit = f"/activities/records/{record.uid}/edit/"
    html = page(client, edit)
    for words in ("讨论年度工作计划", "镇组织委员", "注意实效。", "通过年度工作计划", str(uid)):
        assert words in html, words
    data = meeting(html, version=hidden(html, "version"))
    data |= rows("remarks", {"speaker": "", "text": ""}, {"speaker": "镇组织委员", "text": "注意实效。"})
    data |= {"remarks-INITIAL_FORMS": "2"}
    data |= rows("resolutions", {"text": "通过年度工作计划（修改后）", "uid": str(uid)})
    assert client.post(edit, data).status_code == 302
    assert [remark.speaker_name for remark in Remark.objects.all()] == ["镇组织委员"]
    assert [(row.uid, row.text) for row in Resolution.objects.all()] == [(uid, "通过年度工作计划（修改后）")]


@pytest.mark.parametrize(
    ("part", "line", "message"),
    [
        ("remarks", {"speaker": "安国强", "text": ""}, "发言要点第 2 行：请填写发言要点。"),
        ("remarks", {"speaker": "", "text": "很好"}, "发言要点第 2 行：请填写发言人。"),
        ("resolutions", {"text": "", "owner": "安国强"}, "决议第 2 行：请填写决议内容。"),
        (
            "resolutions",
            {"text": "走访", "due_on": "2026.13.1"},
            "决议第 2 行：完成时限看不懂，请写成 2026-06-30。",
        ),
        ("agenda", {"title": "讨论", "prior": "0" * 32}, "议题第 2 行：这次支委会不在可选范围，请重新选择。"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_lost(world, as_user, part, line, message):
    client = as_user(world.secretary_a)
    good = {
        "agenda": {"title": "甲"},
        "remarks": {"speaker": "甲", "text": "乙"},
        "resolutions": {"text": "丙"},
    }
    data = meeting(page(client, NEW)) | rows(part, good[part], line)
    answer = client.post(NEW, data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert message in html
    assert "注意实效" in html or part == "remarks"
    assert ActivityRecord.objects.count() == 0


def test_a_meeting_without_any_text_is_refused_and_one_in_parts_is_not(world, as_user):
    client = as_user(world.secretary_a)
    data = filled(page(client, NEW), content="")
    assert "请填写内容。" in client.post(NEW, data).content.decode()
    assert client.post(NEW, data | rows("agenda", {"title": "学习文件"})).status_code == 302


def test_what_a_complete_record_would_have_is_named_to_its_keepers(world, as_user):
    client = as_user(world.secretary_a)
    answer = client.post(NEW, filled(page(client, NEW)), follow=True)
    assert "支部党员大会的记录一般还应有：议题、发言要点、决议" in answer.content.decode()
    theme_day = life.record(world.secretary_a, world.branch_a)
    assert "还应有：小结" in page(client, f"/activities/records/{theme_day.uid}/")


def test_an_important_item_names_the_committee_meeting_before_it(world, as_user):
    before = life.record(
        world.secretary_a,
        world.branch_a,
        "committee_meeting",
        day=today_shanghai() - datetime.timedelta(days=3),
        theme="研究年度计划",
    )
    elsewhere = life.record(
        world.secretary_d,
        world.branch_d,
        "committee_meeting",
        day=today_shanghai() - datetime.timedelta(days=3),
        theme="别处的会",
    )
    client = as_user(world.secretary_a)
    html = page(client, NEW)
    assert before.uid.hex in html and "研究年度计划" in html
    assert elsewhere.uid.hex not in html and "别处的会" not in html
    agenda = rows("agenda", {"title": "年度计划", "important": "on", "prior": before.uid.hex})
    answer = client.post(NEW, meeting(html) | agenda, follow=True).content.decode()
    assert AgendaItem.objects.get().prior_id == before.pk
    assert "第十二条：党支部重要事项" not in answer
    assert "会前已经支部委员会会议讨论" in answer


def test_open_resolutions_come_into_the_next_agenda_until_they_are_closed(world, as_user):
    client = as_user(world.secretary_a)
    client.post(NEW, meeting(page(client, NEW)))
    resolution = Resolution.objects.get()
    assert "通报决议落实情况：通过年度工作计划" in page(client, NEW)
    assert "通报决议落实情况" not in page(client, "/activities/new/theme_day/")
    url = f"/activities/resolutions/{resolution.uid}/"
    early = client.post(url, {"outcome": "done", "on_date": "2020-01-01", "note": "办了"})
    assert "办结日期不能早于作出决议的日期" in early.content.decode()
    assert (
        "请填写办理情况。"
        in client.post(url, {"outcome": "done", "on_date": today_shanghai().isoformat()}).content.decode()
    )
    done = {"outcome": "done", "on_date": today_shanghai().isoformat(), "note": "已印发全体党员"}
    assert client.post(url, done).status_code == 302
    assert "通报决议落实情况" not in page(client, NEW)
    shown = page(client, f"/activities/records/{resolution.record.uid}/")
    assert "已印发全体党员" in shown
    assert "已印发全体党员" in page(client, "/activities/resolutions/?state=closed")
    assert "已印发全体党员" not in page(client, "/activities/resolutions/")
    client.post(f"{url}reopen/")
    assert "通报决议落实情况" in page(client, NEW)


def test_a_closed_resolution_survives_an_edit_that_leaves_it_out(world, as_user):
    client = as_user(world.secretary_a)
    client.post(NEW, meeting(page(client, NEW)))
    resolution = Resolution.objects.get()
    client.post(
        f"/activities/resolutions/{resolution.uid}/",
        {"outcome": "done", "on_date": today_shanghai().isoformat(), "note": "已落实"},
    )
    edit = f"/activities/records/{resolution.record.uid}/edit/"
    html = page(client, edit)
    data = meeting(html, version=hidden(html, "version")) | rows("resolutions", {"text": "另一项"})
    assert client.post(edit, data).status_code == 302
    assert list(Resolution.objects.values_list("text", "closing_note")) == [
        ("另一项", ""),
        ("通过年度工作计划", "已落实"),
    ]


def test_open_resolutions_are_due(world):
    today = today_shanghai()
    record = life.record(world.secretary_a, world.branch_a, "general_meeting")
    days = {"明天": 1, "逾期": -3, "很久": 60}
    for position, (text, days_ahead) in enumerate(days.items(), start=1):
        Resolution.objects.create(
            record=record,
            branch=world.branch_a,
            position=position,
            text=text,
            owner_name="安国强",
            due_on=today + datetime.timedelta(days=days_ahead),
        )
    items = list(resolutions_due(branches=[world.branch_a, world.branch_b], day=today))
    day = f"{today.month}月{today.day}日"
    # By mail go neither the words of a meeting nor anybody's name.
    assert [item.title for item in items] == [
        f"落实{day}支部党员大会的第 2 项决议",
        f"落实{day}支部党员大会的第 1 项决议",
    ]
    assert {item.organization_id for item in items} == {world.branch_a.pk}
    assert list(resolutions_due(branches=[world.branch_b], day=today)) == []


def test_resolutions_of_others_are_not_listed(world, as_user):
    record = life.record(world.secretary_a, world.branch_a, "general_meeting")
    Resolution.objects.create(record=record, branch=world.branch_a, position=1, text="走访困难党员")
    assert "走访困难党员" in page(as_user(world.secretary_a), "/activities/resolutions/")
    for other in (world.secretary_b, world.secretary_x, world.member_a, world.staff_x):
        assert "走访困难党员" not in page(as_user(other), "/activities/resolutions/")


def test_a_conflict_shows_the_rows_of_both(world, as_user):
    client = as_user(world.secretary_a)
    client.post(NEW, meeting(page(client, NEW)))
    record = ActivityRecord.objects.get()
    edit = f"/activities/records/{record.uid}/edit/"
    html = page(client, edit)
    mine = meeting(html, version=hidden(html, "version")) | rows(
        "remarks", {"speaker": "安国强", "text": "我补记的话"}
    )
    theirs = meeting(html, version=hidden(html, "version")) | rows(
        "remarks", {"speaker": "安国强", "text": "他人补记的话"}
    )
    assert as_user(world.officer_a).post(edit, theirs).status_code == 302
    answer = client.post(edit, mine)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "他人刚刚保存的版本" in html and "安国强：他人补记的话" in html and "我补记的话" in html
    mine["version"] = hidden(html, "version")
    assert client.post(edit, mine).status_code == 302
    assert [remark.text for remark in Remark.objects.all()] == ["我补记的话"]


def test_a_text_taken_over_is_hinted_to_its_writer_alone(world, as_user):
    text = "集体学习党章第一章和第二章，全体党员逐一谈体会，讨论了为民服务办实事的具体安排，最后由党支部书记作了小结并提出下一步要求。"
    life.record(
        world.secretary_a,
        world.branch_a,
        day=today_shanghai() - datetime.timedelta(days=40),
        content=text,
    )
    client = as_user(world.secretary_a)
    url = "/activities/new/theme_day/"
    answer = client.post(url, filled(page(client, url), content=text.replace("二", "三")), follow=True)
    assert "几乎相同" in answer.content.decode()
    again = page(client, answer.redirect_chain[-1][0])
    assert "几乎相同" not in again
    other = client.post(
        url,
        filled(page(client, url), theme="慰问", content="走访慰问老党员，帮助打扫庭院。" * 6),
        follow=True,
    )
    assert "几乎相同" not in other.content.decode()


def test_number_of_statements_does_not_depend_on_the_rows(world):
    few = life.facts("general_meeting", **life.minutes(1))
    many = life.facts("general_meeting", **life.minutes(20))
    marks = life.marks(world.branch_a, "general_meeting")
    counts = []
    for facts in (few, many):
        with CaptureQueriesContext(connection) as queries:
            record_gathering(by=world.secretary_a, branch=world.branch_a, facts=facts, marks=marks)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_no_row_of_the_list_is_asked_for_twice(world, as_user):
    html = page(as_user(world.secretary_a), NEW)
    assert len(re.findall(r"<datalist", html)) == 1
