"""The pages of training classes: from the plan to the confirmation, the typed line, what each reader sees."""

import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branch_portal.dates import today_shanghai
from learning.models import TrainingClass, TrainingEnrollment, TrainingMark
from members.imports.reader import read_workbook
from members.models import PersonalDataAccess
from tests import factories as make
from tests.learning import classes

LIST = "/learning/training/"


def page(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def hidden(html, name) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def posted_facts(**fields):
    return {
        "title": "党务骨干培训班", "level": "superior", "place": "镇党校", "first_on": "2025-12-30",
        "last_on": "2025-12-30", "day_hours": "8", "morning_from": "09:00", "afternoon_from": "14:00",
    } | fields  # fmt: skip


@pytest.fixture
def training(world):
    return classes.planned(world.staff, world.committee, [*world.members_a[3:8], world.member_b.member])


def test_from_the_plan_to_the_hours(world, as_user):
    client = as_user(world.staff)
    key = hidden(page(client, f"{LIST}new/"), "submission_key")
    data = posted_facts(submission_key=key, organizer=str(world.committee.uid))
    people = client.post(f"{LIST}new/", data).headers["Location"]
    assert client.post(f"{LIST}new/", data).headers["Location"] == people
    training = TrainingClass.objects.get()
    found = client.post(people, {"names": "1. 邓秀兰\n2、方 建国同志；外部党员乙，查无此人"}).content.decode()
    assert "没有找到，或已在名单中：查无此人" in found and found.count("checked") == 3
    uids = re.findall(r'name="members" value="([^"]+)"', found)
    assert client.post(f"{people}add/", {"members": uids}).status_code == 302
    for session in training.sessions.all():
        url = f"{LIST}roll/{session.uid}/"
        html = page(client, url)
        assert html.count("data-roll-row=") == 3 and "应到 3 人，实到 3 人" in html
        answer = client.post(url, {"seen": "", "absent_line": "病假 2 迟到 3", "common_reason": ""})
        assert answer.status_code == 302, answer.content.decode()
    confirm = f"{LIST}{training.uid}/confirm/"
    client.post(confirm, {"version": hidden(page(client, confirm), "version")})
    training.refresh_from_db()
    assert (training.state, sorted(classes.standing(training).values())) == ("confirmed", [8, 8])


def test_a_committee_registers_its_class_as_the_committees(world, as_user):
    chosen = re.compile(r'<option value="(\w+)" selected>')
    assert "superior" in chosen.findall(page(as_user(world.staff), f"{LIST}new/"))
    assert "superior" not in chosen.findall(page(as_user(world.secretary_a), f"{LIST}new/"))


def test_no_roll_of_nobody_and_none_ahead_of_the_day(world, as_user):
    client, tomorrow = as_user(world.staff), today_shanghai() + datetime.timedelta(days=1)
    empty = classes.planned(world.staff, world.committee, [], last_on=classes.DEC_30)
    coming = classes.planned(
        world.staff, world.committee, world.members_a[3:5], first_on=tomorrow, last_on=tomorrow
    )
    for training, words in (
        (empty, "还没有学员，请先登记学员再点名。"),
        (coming, "还没有到，不能提前点名。"),
    ):
        url = f"{LIST}roll/{training.sessions.first().uid}/"
        assert (
            words in client.post(url, {"seen": "", "absent_line": "", "common_reason": ""}).content.decode()
        )
        training.refresh_from_db()
        assert training.state == TrainingClass.State.PLANNED


def test_the_typed_line_the_rows_and_their_faults(world, training, as_user):
    client = as_user(world.staff)
    url = f"{LIST}roll/{training.sessions.first().uid}/"
    wrong = client.post(url, {"seen": "", "absent_line": "3 线上 4 9"}).content.decode()
    assert (
        "“线上”不是到会情况" in wrong and "超出名单，本次共 6 人" in wrong and 'value="3 线上 4 9"' in wrong
    )
    owed = client.post(url, {"seen": "", "absent_line": "3 5"}).content.decode()
    assert "序号 3 5 没有到课，请填写原因" in owed
    one = training.enrollments.get(number=1)
    late = {f"status_{one.uid.hex}": "late", f"minutes_{one.uid.hex}": "九十"}
    assert "本人学习分钟写作“九十”" in client.post(url, {"seen": ""} | late).content.decode()
    sent = (
        {"seen": "", "absent_line": "3 5", "common_reason": "农忙"} | late | {f"minutes_{one.uid.hex}": "90"}
    )
    assert client.post(url, sent).status_code == 302
    assert list(TrainingMark.objects.order_by("enrollment__number").values_list("status", "reason", "minutes")) == [
        ("late", "", 90), ("present", "", 180), ("absent", "农忙", 0), ("present", "", 180), ("absent", "农忙", 0),
        ("present", "", 180),
    ]  # fmt: skip
    again = client.post(url, {"seen": ""}).content.decode()
    assert "刚被其他人保存过" in again
    shown = page(client, url)
    assert client.post(url, {"seen": hidden(shown, "seen")}).status_code == 302
    assert TrainingMark.objects.filter(status="absent").count() == 2


def test_a_number_that_was_taken_off_is_named(world, training, as_user):
    training.enrollments.filter(number=2).delete()
    client = as_user(world.staff)
    url = f"{LIST}roll/{training.sessions.first().uid}/"
    html = client.post(url, {"seen": "", "absent_line": "2 3", "common_reason": "外出"}).content.decode()
    assert "序号 2 已不在名单里，请核对。" in html


def test_correcting_a_confirmed_roll_asks_why(world, as_user):
    training = classes.confirmed(world.staff, world.committee, world.members_a[3:5], last_on=classes.DEC_30)
    client, session = as_user(world.staff), training.sessions.first()
    url = f"{LIST}roll/{session.uid}/"
    seen = hidden(page(client, url), "seen")
    data = {"seen": seen, "absent_line": "病假 1"}
    assert "更正原因" in client.post(url, data).content.decode()
    assert client.post(url, data | {"why": "补交假条"}).status_code == 302
    assert len(classes.ledger(training)) == 4


def test_each_reader_sees_the_own_part(world, training, as_user):
    classes.mark_all(world.staff, training.sessions.first(), {6: ("leave", "sick", "")})
    url = f"{LIST}{training.uid}/"
    seen = {
        name: {
            word
            for word in ("邓秀兰", "高海燕", "外部党员乙")
            if word in page(as_user(getattr(world, name)), url)
        }
        for name in ("staff", "secretary_a", "secretary_b")
    }
    assert seen == {
        "staff": {"邓秀兰", "高海燕", "外部党员乙"},
        "secretary_a": {"邓秀兰", "高海燕"},
        "secretary_b": {"外部党员乙"},
    }
    own = page(as_user(world.member_a), url)
    assert "我的到课情况" in own and "序号 1" in own and "高海燕" not in own and "外部党员乙" not in own
    assert "只列出本支部的党员" in page(as_user(world.secretary_b), url)
    for stranger in ("secretary_d", "secretary_x", "cell_leader_a", "superuser"):
        assert as_user(getattr(world, stranger)).get(url).status_code == 404
    member = as_user(world.member_a)
    assert [member.get(url + part).status_code for part in ("print/", "export/", "people/")] == [403] * 3
    assert "党务骨干培训班" in page(member, LIST) and "党务骨干培训班" not in page(
        as_user(world.cell_leader_a), LIST
    )


def test_paper_and_workbook_hold_what_the_reader_sees(world, training, as_user):
    classes.mark_all(world.staff, training.sessions.first(), {2: ("absent", "", "外出")})
    url = f"{LIST}{training.uid}/"
    paper = page(as_user(world.secretary_a), f"{url}print/")
    assert "集中培训班签到表" in paper and "12月30日上午" in paper and "外部党员乙" not in paper
    book = read_workbook(io.BytesIO(as_user(world.secretary_a).get(f"{url}export/").content))
    header, *rows = book[0].rows
    assert header[:4] == ["序号", "姓名", "党支部", "12月30日上午"]
    assert [row[3] for row in rows] == ["到课", "缺席（外出）", "到课", "到课", "到课"]
    access = PersonalDataAccess.objects.latest("pk")
    assert (access.field, access.row_count) == ("集中培训点名表", 5)


def test_an_asked_branch_names_its_own_people(world, as_user):
    training = classes.planned(world.secretary_a, world.branch_a, world.members_a[3:5], level="branch")
    host, guest = as_user(world.secretary_a), as_user(world.secretary_b)
    people, url = f"{LIST}{training.uid}/people/", f"{LIST}{training.uid}/branches/"
    assert guest.get(people).status_code == 404
    assert world.branch_b.name in page(host, f"{url}?q=第二")
    host.post(url, {"branch": str(world.branch_b.uid)})
    found = guest.post(people, {"category": "full"}).content.decode()
    assert "外部党员乙" in found and "邓秀兰" not in found
    own, foreign = world.member_b.member, world.members_a[5]
    guest.post(f"{people}add/", {"members": [str(foreign.uid)]})
    guest.post(f"{people}add/", {"members": [str(own.uid)]})
    assert set(training.enrollments.values_list("member", flat=True)) == {
        own.pk, world.members_a[3].pk, world.members_a[4].pk,
    }  # fmt: skip
    first = training.enrollments.get(number=1)
    guest.post(f"{people}remove/", {"enrollments": [str(first.uid)]})
    assert TrainingEnrollment.objects.filter(pk=first.pk).exists()
    assert guest.get(f"{LIST}roll/{training.sessions.first().uid}/").status_code == 403
    assert "外部党员乙" in page(host, f"{LIST}{training.uid}/")


def test_the_search_by_post_ticks_and_by_namesakes_does_not(world, as_user):
    make.member(world.branch_b, "邓秀兰")
    training = classes.planned(world.staff, world.committee)
    client, url = as_user(world.staff), f"{LIST}{training.uid}/people/"
    officers = client.post(url, {"post": "secretary", "branch": str(world.branch_a.uid)}).content.decode()
    assert "安国强" in officers and "白春梅" not in officers and officers.count("checked") == 1
    twins = client.post(url, {"names": "邓秀兰"}).content.decode()
    assert twins.count("有同名，请核对") == 2 and "checked" not in twins


def test_half_days_and_facts_are_changed_by_forms(world, training, as_user):
    client, url = as_user(world.staff), f"{LIST}{training.uid}/"
    form = page(client, f"{url}half-days/")
    data = dict.fromkeys(re.findall(r'name="(\d{8}-[ap]m)"', form), "180")
    assert len(data) == 10
    assert (
        "半天最多 480 分钟" in client.post(f"{url}half-days/", data | {"20251230-am": "999"}).content.decode()
    )
    client.post(f"{url}half-days/", data | {"20251230-am": "0", "20260103-pm": "90"})
    assert list(training.sessions.values_list("minutes", flat=True)) == [180] * 8 + [90]
    version = hidden(page(client, f"{url}edit/"), "version")
    late = client.post(f"{url}edit/", posted_facts(version=version, last_on="2025-12-29"))
    assert "结束日期早于开始日期" in late.content.decode()
    assert client.post(f"{url}edit/", posted_facts(version=version, title="新名称")).status_code == 302
    assert client.post(f"{url}edit/", posted_facts(version=version)).status_code == 200
    assert client.post(f"{url}cancel/", {"reason": "场地维修"}).status_code == 302
    assert "场地维修" in page(client, url)
    assert client.get(f"{LIST}roll/{training.sessions.first().uid}/").status_code == 404


def test_a_member_reads_the_own_mark_and_no_counts_of_one(world, as_user):
    training = classes.held(world.staff, world.committee, world.members_a[3:5], last_on=classes.DEC_30)
    html = page(as_user(world.member_a), f"{LIST}{training.uid}/")
    assert "我的情况" in html and html.count(">到课<") == 2
    assert "缺席" not in html and "每个半天分别点名" not in html


def test_a_coming_class_stands_on_the_members_workbench(world, as_user):
    day = today_shanghai() + datetime.timedelta(days=5)
    classes.planned(world.staff, world.committee, world.members_a[3:4], first_on=day, last_on=day)
    assert "党务骨干培训班" in page(as_user(world.member_a), "/")
    assert "党务骨干培训班" not in page(as_user(world.cell_leader_a), "/")


@pytest.mark.parametrize("which", ["list", "detail", "roll", "people"])
def test_queries_do_not_grow_with_the_class_query_count(world, as_user, which):
    client, counts = as_user(world.staff), []
    for size in (1, 6):
        members = [make.member(world.branch_a) for _ in range(size)]
        training = classes.held(world.staff, world.committee, members, last_on=classes.DEC_30)
        url = {
            "list": LIST,
            "detail": f"{LIST}{training.uid}/",
            "roll": f"{LIST}roll/{training.sessions.first().uid}/",
            "people": f"{LIST}{training.uid}/people/",
        }[which]
        with CaptureQueriesContext(connection) as captured:
            page(client, url)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 30
