"""Hours of volunteer service: from the roll, by name, for whoever may see the roll."""

import io

import pytest
from python_calamine import CalamineWorkbook

from activities.models import RollEntry
from branch_portal.dates import today_shanghai
from tests.activities import factories as life

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(world):
    """90 minutes by everyone but 陈志远; 邓秀兰 came late and stayed 40 minutes."""
    record = life.record(
        world.secretary_a,
        world.branch_a,
        "volunteer_service",
        theme="河道清洁",
        rows={"row_3": ("exempt", "", "未报名"), "row_5": ("late", "", "")},
    )
    RollEntry.objects.filter(share=record.share, row_number=5).update(own_minutes=40)
    return record


def listed(client, **query) -> dict[str, tuple[int, float]]:
    answer = client.get("/activities/service/", query)
    assert answer.status_code == 200
    return {row.name: (row.times, row.minutes) for row in answer.context["table"].rows}


def test_everyone_who_came_has_the_length_and_who_came_late_the_own_minutes(world, as_user, served):
    late = RollEntry.objects.get(share=served.share, row_number=5).name
    found = listed(as_user(world.officer_a))
    absent = RollEntry.objects.get(share=served.share, row_number=3).name
    assert found[late] == (1, 40)
    assert absent not in found
    assert set(found.values()) == {(1, 90), (1, 40)} and len(found) == 9
    assert not served.study_minutes


def test_by_name_not_by_hours(world, as_user, served):
    life.record(world.secretary_a, world.branch_a, "volunteer_service", start="09:00", end="10:00")
    names = list(listed(as_user(world.officer_a)))
    sounds = {member.name: member.name_pinyin for member in world.members_a}
    assert names == sorted(names, key=sounds.get)


def test_drafts_and_other_kinds_count_for_nothing(world, as_user):
    life.record(world.secretary_a, world.branch_a, "volunteer_service", signed=False)
    life.record(world.secretary_a, world.branch_a, "theme_day")
    assert listed(as_user(world.secretary_a)) == {}


def test_the_year_and_the_sheet(world, as_user, served):
    client = as_user(world.secretary_a)
    assert listed(client, year=today_shanghai().year - 1) == {}
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/activities/service/export/").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["序号", "姓名", "参加次数", "服务分钟", "服务小时"]
    assert [row[1:] for row in rows if row[1] == "安国强"] == [["安国强", 1, 90, 1.5]]


def test_whose_hours_one_sees(world, as_user, served):
    assert "安国强" in as_user(world.staff).get("/activities/service/").content.decode()
    for name in ("secretary_b", "secretary_x", "staff_x"):
        assert listed(as_user(world.users[name])) == {}
    assert as_user(world.superuser).get("/activities/service/").status_code == 403
    answer = as_user(world.member_a).get("/activities/service/")
    assert answer.headers["Location"] == f"/members/{world.members_a[3].uid}/?tab=service"
    own = as_user(world.member_a).get(answer.headers["Location"]).content.decode()
    assert "河道清洁" in own and "小时" in own
    assert as_user(world.member_a).get("/activities/service/export/").status_code == 403
    card = as_user(world.secretary_a).get(f"/members/{world.members_a[0].uid}/?tab=service").content.decode()
    assert "1.5 小时（90 分钟）" in card
