"""The year plan: what is proposed, one submit that writes it once, and a plan's way to the notice."""

import datetime
import io
import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from python_calamine import CalamineWorkbook

from activities.actions.gatherings import cancel_gathering, postpone_gathering
from activities.actions.joint import accept_invitation, invite_branch
from activities.actions.plan import (
    PlanLine,
    announce_planned,
    drop_planned,
    edit_planned,
    plan_gatherings,
    redate_theme_days,
)
from activities.actions.signin import keep_sheet
from activities.due import activities_due
from activities.models import ActivityRecord, Gathering, GatheringBranch, HolidayTable
from activities.queries.plan import year_plan
from activities.rules.states import TransitionError
from branch_portal.dates import local_datetime, to_local, today_shanghai
from members.models import OrganizationChange, PartyOrganization
from notices.models import ReminderSlot
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
URL = "/activities/plan/"
TODAY = datetime.date(2026, 5, 18)


@pytest.fixture(autouse=True)
def _in_may():
    with time_machine.travel(local_datetime(TODAY, datetime.time(10)), tick=False):
        yield


def form_data(client, url=URL) -> dict:
    """What a browser would send when nothing is touched."""
    html = client.get(url).content.decode()
    form = next(f for f in BeautifulSoup(html, "html.parser").find_all("form") if f.select("[name$='-day']"))
    data = {}
    for field in form.find_all("input"):
        if field.get("type") != "checkbox":
            data[field["name"]] = field.get("value", "")
        elif field.has_attr("checked"):
            data[field["name"]] = "on"
    return data


def planned(branch, kind=None) -> list[tuple]:
    records = ActivityRecord.objects.filter(branch=branch, share__gathering__state="planned")
    if kind:
        records = records.filter(kind=kind)
    return list(records.order_by("on_date", "pk").values_list("kind", "on_date"))


def days(branch, kind) -> list[str]:
    return [f"{day:%m-%d}" for _, day in planned(branch, kind)]


def save(client, url=URL, **changes):
    return client.post(url, form_data(client, url) | changes)


def test_the_running_year_is_proposed_from_the_next_month_on(world, as_user):
    answer = save(as_user(world.secretary_a))
    assert answer.headers["Location"] == f"{URL}?for={world.branch_a.uid}&year=2026"
    a = world.branch_a
    # July's 5th is a Sunday, September's a Saturday, October begins with the National Day holiday, the table knows 2026.
    assert days(a, "theme_day") == ["06-05", "07-06", "08-05", "09-07", "10-08", "11-05", "12-07"]
    assert days(a, "general_meeting") == ["06-22", "09-20", "11-20"]  # a Sunday worked
    assert len(days(a, "committee_meeting")) == 7
    assert len(days(a, "cell_meeting")) == 14
    assert days(a, "org_life_meeting") == ["12-15"]
    assert days(a, "appraisal") == ["12-22"]
    assert ReminderSlot.objects.count() == 0
    shares = GatheringBranch.objects.filter(branch=a)
    assert shares.count() == ActivityRecord.objects.filter(branch=a, state="draft").count()
    assert {share.chair_id for share in shares.filter(cell=None)} == {world.members_a[0].pk}
    assert ActivityRecord.objects.get(kind="org_life_meeting").held_as == "general"


def test_sent_twice_or_opened_again_it_makes_nothing_more(world, as_user):
    client = as_user(world.secretary_a)
    data = form_data(client)
    first = client.post(URL, data)
    count = Gathering.objects.count()
    assert client.post(URL, data).headers["Location"] == first.headers["Location"]
    other = form_data_with_key(data)
    assert client.post(URL, other).status_code == 302
    assert Gathering.objects.count() == count
    assert "应开的都已列入计划" in client.get(URL).content.decode()


def form_data_with_key(data: dict) -> dict:
    return data | {"submission_key": "00000000-0000-4000-8000-000000000001"}


def test_what_stands_already_is_not_proposed_again(world, as_user):
    life.record(world.secretary_a, world.branch_a, "general_meeting", day=datetime.date(2026, 4, 15))
    life.announcement(world.secretary_a, world.branch_a, "theme_day", days=20)  # 7 June
    call_off = life.announcement(world.secretary_a, world.branch_a, "theme_day", days=50)  # 7 July
    cancel_gathering(by=world.secretary_a, share=call_off, reason="防汛")
    save(as_user(world.secretary_a))
    assert days(world.branch_a, "general_meeting") == ["09-15", "11-16"]  # the 15th, as last time
    assert days(world.branch_a, "theme_day")[0] == "07-06"


def test_lines_can_be_unticked_and_changed(world, as_user):
    client = as_user(world.secretary_a)
    data = form_data(client)
    del data["theme_day-6-on"]
    data |= {"theme_day-7-day": "2026-07-01", "theme_day-7-start": "09:00", "theme_day-7-end": "10:30",
             "theme_day-7-place": "革命纪念馆"}  # fmt: skip
    client.post(URL, data)
    assert days(world.branch_a, "theme_day")[0] == "07-01"
    gathering = Gathering.objects.get(on_date=datetime.date(2026, 7, 1))
    assert (to_local(gathering.started_at).hour, gathering.place) == (9, "革命纪念馆")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"theme_day-7-day": "2026-08-03"}, "7月的活动应在2026年7月1日"),
        ({"theme_day-7-day": "明天"}, "日期看不懂"),
        ({"theme_day-7-place": ""}, "请填写地点"),
        ({"theme_day-7-end": "08:00"}, "结束时间应晚于开始时间"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(world, as_user, change, words):
    answer = save(as_user(world.secretary_a), **change)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Gathering.objects.count() == 0


def test_a_line_that_is_not_ticked_may_hold_anything(world, as_user):
    client = as_user(world.secretary_a)
    data = form_data(client) | {"theme_day-7-day": "明天"}
    del data["theme_day-7-on"]
    assert client.post(URL, data).status_code == 302
    assert days(world.branch_a, "theme_day")[:2] == ["06-05", "08-05"]


def test_nothing_ticked_is_said(world, as_user):
    client = as_user(world.secretary_a)
    data = {name: value for name, value in form_data(client).items() if not name.endswith("-on")}
    assert "一项都没有勾选" in client.post(URL, data).content.decode()


def test_the_next_year_is_the_default_from_october(world, as_user):
    client = as_user(world.secretary_a)
    assert "2026年度计划" in client.get(URL).content.decode()
    with time_machine.travel(datetime.datetime(2026, 10, 8, tzinfo=datetime.UTC), tick=False):
        html = as_user(world.secretary_a).get(URL).content.decode()
    assert "2027年度计划" in html
    assert "2027年还没有节假日表" in html
    save(client, f"{URL}?year=2027")
    assert len(days(world.branch_a, "theme_day")) == 12
    assert len(days(world.branch_a, "party_lecture")) == 4


def test_committee_and_cells_only_where_there_are_any(world, as_user):
    save(as_user(world.secretary_b))
    assert {kind for kind, _ in planned(world.branch_b)} == {
        "theme_day", "general_meeting", "party_lecture", "org_life_meeting", "appraisal",
    }  # fmt: skip


def test_a_cell_leader_plans_the_own_cell_alone(world, as_user):
    client = as_user(world.cell_leader_a)
    save(client, f"{URL}?for={world.cell_a1.uid}")
    assert {kind for kind, _ in planned(world.branch_a)} == {"cell_meeting"}
    assert set(ActivityRecord.objects.values_list("cell_id", flat=True)) == {world.cell_a1.pk}
    assert client.get(f"{URL}?for={world.cell_a2.uid}").status_code == 404


def test_the_same_room_and_the_same_chair_are_warned_of(world, as_user):
    a = world.branch_a
    PartyOrganization.objects.filter(pk=a.pk).update(usual_place="党群服务中心")
    client = as_user(world.secretary_a)
    data = form_data(client) | {"general_meeting-3-day": "2026-09-07"}  # the theme day's
    client.post(URL, data)
    html = client.get(URL).content.decode()
    assert html.count("时间重叠（同一地点）") == 2
    moved = GatheringBranch.objects.get(gathering__theme="第三季度支部党员大会")
    gathering = moved.gathering
    edit_planned(by=world.secretary_a, share=moved, version=gathering.version, theme=gathering.theme,
                 started_at=gathering.started_at, ended_at=gathering.ended_at, place="礼堂")  # fmt: skip
    assert client.get(URL).content.decode().count("时间重叠（同一主持人）") == 2


def test_a_sister_branch_clashes_only_for_who_sees_it(world):
    make.grant(world.staff, "secretary", world.general_branch)
    for branch in (world.branch_a, world.branch_b):
        PartyOrganization.objects.filter(pk=branch.pk).update(usual_place="村礼堂")
        branch.refresh_from_db()
    life.announcement(world.secretary_b, world.branch_b, days=18, place="村礼堂")  # 5 June
    seen = year_plan(world.staff, world.branch_a, 2026, TODAY)
    assert {one.branch_id for one in seen.occupied} == {world.branch_b.pk}
    assert year_plan(world.secretary_a, world.branch_a, 2026, TODAY).occupied == []


def test_the_number_of_queries_does_not_follow_the_plan(world, as_user, django_assert_max_num_queries):
    client = as_user(world.secretary_a)
    with django_assert_max_num_queries(45):
        client.get(URL)
    with django_assert_max_num_queries(60):
        client.post(URL, form_data(client))


# --- From plan to notice ---


@pytest.fixture
def share(world, as_user) -> GatheringBranch:
    save(as_user(world.secretary_a))
    return GatheringBranch.objects.select_related("gathering").get(
        gathering__on_date=datetime.date(2026, 7, 6), records__kind="theme_day"
    )


def test_one_click_lets_it_out(world, as_user, share):
    page = f"/activities/gatherings/{share.uid}/"
    assert as_user(world.member_a).get(page).status_code == 404
    client = as_user(world.secretary_a)
    html = client.get(page).content.decode()
    assert "发出通知" in html and "尚未通知党员" in html
    client.post(f"{page}announce/")
    share.gathering.refresh_from_db()
    assert share.gathering.state == "announced"
    assert ReminderSlot.objects.filter(subject=f"activities.gathering:{share.gathering.uid}").count() == 2
    assert as_user(world.member_a).get(page).status_code == 200
    with pytest.raises(TransitionError):
        announce_planned(by=world.secretary_a, share=share)


def test_a_plan_whose_time_is_over_is_not_announced(world, share):
    with (
        time_machine.travel(local_datetime(datetime.date(2026, 7, 6), datetime.time(15, 1)), tick=False),
        pytest.raises(TransitionError, match="时间已过"),
    ):
        announce_planned(by=world.secretary_a, share=share)


def test_it_is_edited_by_who_read_the_newest(world, as_user, share):
    client, url = as_user(world.secretary_a), f"/activities/gatherings/{share.uid}/edit/"
    version = re.search(r'name="version" value="(\d+)"', client.get(url).content.decode())[1]
    data = {"theme": "走进红色教育基地", "on_date": "2026-07-01", "start": "09:00", "end": "11:00",
            "place": "纪念馆", "note": "", "version": version}  # fmt: skip
    assert client.post(url, data).status_code == 302
    record = ActivityRecord.objects.get(share=share)
    assert (record.title, record.on_date) == ("走进红色教育基地", datetime.date(2026, 7, 1))
    assert "已被他人修改" in client.post(url, data).content.decode()
    assert ReminderSlot.objects.count() == 0


def test_it_is_dropped_without_a_trace_for_members(world, as_user, share):
    drop_planned(by=world.secretary_a, share=share)
    assert "07-06" not in days(world.branch_a, "theme_day")
    announced = life.announcement(world.secretary_a, world.branch_a)
    with pytest.raises(TransitionError):
        drop_planned(by=world.secretary_a, share=announced)
    # Its period is proposed again.
    assert "theme_day-7-on" in form_data(as_user(world.secretary_a))


def test_put_off_before_anybody_knew_it_stays_a_plan(world, as_user, share):
    start = local_datetime(datetime.date(2026, 7, 10), datetime.time(15))
    postpone_gathering(by=world.secretary_a, share=share, reason="防汛", started_at=start,
                       ended_at=start + datetime.timedelta(hours=1))  # fmt: skip
    share.gathering.refresh_from_db()
    assert (share.gathering.state, share.gathering.state_reason) == ("planned", "防汛")
    cancel_gathering(by=world.secretary_a, share=share, reason="不开了")
    assert ReminderSlot.objects.count() == 0
    assert as_user(world.member_a).get(f"/activities/gatherings/{share.uid}/").status_code == 404
    assert as_user(world.secretary_a).get(f"/activities/gatherings/{share.uid}/").status_code == 200


def test_the_year_of_a_meeting_that_moves_into_the_next_one_stays(world, as_user, share):
    yearly = GatheringBranch.objects.get(records__kind="org_life_meeting")
    start = local_datetime(datetime.date(2027, 2, 10), datetime.time(15))
    edit_planned(by=world.secretary_a, share=yearly, version=1, theme="组织生活会", started_at=start,
                 ended_at=start + datetime.timedelta(hours=2), place="会议室")  # fmt: skip
    assert ActivityRecord.objects.get(kind="org_life_meeting").assessment_year == 2026


def test_logging_takes_the_plan_up(world, as_user, share):
    with time_machine.travel(local_datetime(datetime.date(2026, 7, 6), datetime.time(18)), tick=False):
        client = as_user(world.secretary_a)
        html = client.get("/activities/new/theme_day/").content.decode()
        assert "7月主题党日" in html  # the plan of the month is offered instead of a second record
        record = ActivityRecord.objects.get(share=share)
        life.update_record_to(world.secretary_a, record, datetime.date(2026, 7, 6))
    share.gathering.refresh_from_db()
    assert share.gathering.state == "held"


def test_what_is_due_knows_the_plan(world, share):
    branches = PartyOrganization.objects.filter(pk=world.branch_a.pk)
    items = {i.title: i for i in activities_due(branches=branches, day=datetime.date(2026, 7, 2))}
    item = items["7月主题党日（已计划 7月6日）"]
    assert item.url == f"/activities/gatherings/{share.uid}/"
    assert item.action_label == "查看计划"


def test_the_workbench_shows_plans_to_who_keeps_them(world, as_user, share):
    assert "计划，尚未通知" in as_user(world.secretary_a).get("/").content.decode()
    assert "计划，尚未通知" not in as_user(world.member_a).get("/").content.decode()


# --- The fixed day ---


def test_a_new_fixed_day_is_dated_and_moves_the_plans(world, as_user, share):
    client = as_user(world.secretary_a)
    announce_planned(by=world.secretary_a, share=share)
    data = {"rule": "nth_weekday", "nth": "2", "weekday": "3", "shift": "previous_workday", "redate": "on"}
    assert client.post(f"{URL}theme-day/?for={world.branch_a.uid}&year=2026", data).status_code == 302
    assert days(world.branch_a, "theme_day") == ["06-10", "08-12", "09-09", "10-14", "11-11", "12-09"]
    share.gathering.refresh_from_db()
    assert share.gathering.on_date == datetime.date(2026, 7, 6)  # members were told of it
    change = OrganizationChange.objects.get(organization=world.branch_a, kind="adjusted")
    assert change.effective_on == TODAY
    assert change.reason == "主题党日：每月第二个周三，遇节假日提前"
    assert (change.theme_day_rule, change.theme_day_number, change.theme_day_weekday) == ("nth_weekday", 2, 3)
    again = client.post(f"{URL}theme-day/?for={world.branch_a.uid}", data)
    assert "与现在的规则相同" in again.content.decode()


def test_a_guest_does_not_move_what_another_branch_hosts(world, as_user, share):
    invitation = invite_branch(by=world.secretary_a, share=share, branch=world.branch_b)
    accept_invitation(by=world.secretary_b, invitation=invitation)
    day = share.gathering.on_date
    client = as_user(world.secretary_b)
    data = {"rule": "day_of_month", "day": "20", "shift": "none", "redate": "on"}
    assert client.post(f"{URL}theme-day/", data).status_code == 302
    assert client.get(f"{URL}?year=2026").context["misdated"] == 0
    client.post(f"{URL}redate/")
    share.gathering.refresh_from_db()
    assert share.gathering.on_date == day


def test_the_rule_is_the_branchs_own(world, as_user):
    data = {"rule": "day_of_month", "day": "10", "shift": "none"}
    assert as_user(world.member_a).post(f"{URL}theme-day/", data).status_code == 403
    assert as_user(world.staff).post(f"{URL}theme-day/", data).status_code == 403
    url = f"{URL}theme-day/?for={world.branch_a.uid}"
    assert as_user(world.secretary_b).post(url, data).status_code == 404
    assert "请填写每月几日" in as_user(world.secretary_a).post(url, data | {"day": ""}).content.decode()


def test_new_holidays_are_offered_and_followed(world, as_user, share):
    HolidayTable.objects.create(
        year=2026, version=1, days=[["2026-08-05", "地方节日", True]], created_by=world.superuser
    )
    client = as_user(world.secretary_a)
    # The uploaded year knows nothing of October's holiday any more, so that day moves too.
    assert "有 2 个尚未通知的主题党日" in client.get(URL).content.decode()
    assert len(redate_theme_days(by=world.secretary_a, branch=world.branch_a)) == 2
    assert days(world.branch_a, "theme_day")[2] == "08-06"


# --- Paper ---


def test_the_wall_has_months_and_kinds(world, as_user, share):
    html = as_user(world.secretary_a).get(f"{URL}print/?year=2026").content.decode()
    rows = BeautifulSoup(html, "html.parser").select("tbody tr")
    assert len(rows) == 12
    assert rows[6].find("td").get_text(" ", strip=True) == "6日 15:00"
    assert "第一" in rows[6].get_text() and "第二" in rows[6].get_text()


def test_the_workbook_has_a_line_each(world, as_user, share):
    answer = as_user(world.staff).get(f"{URL}export/?year=2026&for={world.branch_a.uid}")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["序号", "日期", "星期", "类型", "主题", "时间", "地点", "状态"]
    assert len(rows) == 1 + Gathering.objects.count()
    assert as_user(world.secretary_b).get(f"{URL}export/?for={world.branch_a.uid}").status_code == 404
    assert as_user(world.member_a).get(f"{URL}export/").status_code == 403


def test_today_is_may():
    assert today_shanghai() == TODAY


def test_a_plan_with_a_printed_sheet_is_dropped(world):
    day = today_shanghai() + datetime.timedelta(days=20)
    start, end = (local_datetime(day, datetime.time(hour)) for hour in (15, 16))
    line = PlanLine(("theme_day", None, day.month), "主题", start, end, "会议室")
    plan_gatherings(by=world.secretary_a, branch=world.branch_a, year=day.year, lines=[line])
    share = GatheringBranch.objects.get()
    keep_sheet(by=world.secretary_a, share=share)
    drop_planned(by=world.secretary_a, share=share)
    assert not Gathering.objects.exists()
