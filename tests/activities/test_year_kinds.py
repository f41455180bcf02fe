"""What is owed once a year: org-life meetings in their three forms, and the year that they belong to."""

import datetime

import pytest

from activities.actions.records import update_record
from activities.due import activities_due
from activities.models import ActivityRecord, BranchYear, RollEntry
from activities.queries.cadence import branch_statuses
from branch_portal.dates import today_shanghai
from tests.activities import factories as life
from tests.activities.test_changes import sent_back
from tests.activities.test_main_path import filled, page

pytestmark = pytest.mark.django_db
NEW = "/activities/new/org_life_meeting/"
MARCH = datetime.date(2026, 3, 8)


def status(branch, year: int, day: datetime.date, kind="org_life_meeting") -> str:
    (period,) = branch_statuses([branch], year, day)[branch.pk][kind]
    return period.status


def test_a_meeting_of_march_may_be_that_of_last_year(world):
    """An appraisal of 2023 was held on 8 March 2024; so is the one of 2025 on 8 March 2026."""
    record = life.record(world.secretary_a, world.branch_a, "appraisal", day=MARCH)
    assert (record.on_date.year, record.assessment_year, record.number) == (2026, 2025, 1)
    assert BranchYear.objects.get(branch=world.branch_a, year=2025).held_appraisal
    assert status(world.branch_a, 2025, MARCH, "appraisal") == "pending"
    assert status(world.branch_a, 2026, MARCH, "appraisal") == "due"
    late = life.record(world.secretary_a, world.branch_a, "appraisal", day=MARCH, assessment_year=2026)
    assert late.assessment_year == 2026


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime.date(2025, 12, 31), "due"),
        (datetime.date(2026, 3, 31), "due"),
        (datetime.date(2026, 4, 1), "missing"),
    ],
)
def test_a_year_closes_at_the_end_of_march(world, day, expected):
    assert status(world.branch_a, 2025, day) == expected


def test_it_is_asked_for_from_october_and_again_until_march(world):
    def asked(day):
        items = activities_due(branches=[world.branch_a], day=day)
        return {(i.title, i.due_on) for i in items if i.rule_key == "org_life_meeting_due"}

    assert asked(datetime.date(2026, 9, 30)) == set()
    assert asked(datetime.date(2026, 10, 1)) == {("2026年度组织生活会", datetime.date(2026, 12, 31))}
    assert asked(datetime.date(2027, 2, 1)) == {("2026年度组织生活会", datetime.date(2027, 3, 31))}
    assert asked(datetime.date(2027, 4, 1)) == set()
    life.record(world.secretary_a, world.branch_a, "org_life_meeting", day=datetime.date(2026, 10, 20))
    assert asked(datetime.date(2026, 11, 1)) == set()


def test_held_as_a_committee_meeting_it_has_the_committee_s_roll_and_no_plain_reader(world, as_user):
    client = as_user(world.secretary_a)
    html = page(client, NEW)
    fragment = client.get("/activities/roll/org_life_meeting/?held_as=committee").content.decode()
    assert html.count("data-roll-row") >= 10 > fragment.count("data-roll-row") > 0
    data = filled(html, held_as="committee", assessment_year=str(today_shanghai().year))
    url = client.post(NEW, data).headers["Location"]
    record = ActivityRecord.objects.get()
    assert record.held_as == "committee"
    assert 0 < RollEntry.objects.count() < 10
    assert as_user(world.member_a).get(url).status_code == 404
    assert as_user(world.officer_a).get(url).status_code == 200


def test_held_cell_by_cell_it_stands_for_the_branch_once_every_cell_has_met(world):
    day = datetime.date(2026, 10, 20)
    for cell, expected in ((world.cell_a1, "due"), (world.cell_a2, "pending")):
        life.record(world.secretary_a, world.branch_a, "org_life_meeting", day=day, cell=cell, held_as="cell")
        assert status(world.branch_a, 2026, datetime.date(2026, 11, 1)) == expected


def test_a_year_that_does_not_fit_the_day_is_refused(world, as_user):
    client = as_user(world.secretary_a)
    data = filled(page(client, NEW), held_as="general", assessment_year="2019")
    year = today_shanghai().year
    assert f"所属年度应为 {year} 或 {year - 1}。" in client.post(NEW, data).content.decode()
    no_cell = filled(page(client, NEW), held_as="cell", assessment_year=str(year))
    assert "按党小组会召开的，请选择党小组。" in client.post(NEW, no_cell).content.decode()


def test_other_kinds_owe_nothing_and_are_listed(world, as_user):
    for kind in ("volunteer_service", "red_base_visit", "political_birthday"):
        life.record(world.secretary_a, world.branch_a, kind)
    html = page(as_user(world.secretary_a), "/activities/")
    for words in ("志愿服务", "红色教育基地现场学习", "政治生日"):
        assert words in html
    titles = {item.title for item in activities_due(branches=[world.branch_a], day=today_shanghai())}
    assert not any("志愿服务" in title for title in titles if "确认" not in title)


def test_an_org_life_meeting_that_goes_to_a_cell_takes_a_number_there(world):
    cell = {"held_as": "cell", "cell": world.cell_a1}
    life.record(world.secretary_a, world.branch_a, "org_life_meeting", **cell)
    record = life.record(world.secretary_a, world.branch_a, "org_life_meeting")
    update_record(
        by=world.secretary_a,
        record=record,
        version=record.version,
        facts=life.facts("org_life_meeting", **cell),
        marks=life.marks(world.branch_a, "cell_meeting", cell=world.cell_a1),
    )
    record.refresh_from_db()
    assert (record.cell, record.number) == (world.cell_a1, 2)


def test_a_cells_leader_makes_no_branch_meeting_of_the_cells(world, as_user):
    record = life.record(
        world.secretary_a, world.branch_a, "org_life_meeting", held_as="cell", cell=world.cell_a1
    )
    client, url = as_user(world.cell_leader_a), f"/activities/records/{record.uid}/edit/"
    changes = {"held_as": "general", "cell": ""}
    first = client.post(url, sent_back(page(client, url), **changes))
    client.post(url, sent_back(first.content.decode(), **changes))
    record.refresh_from_db()
    assert (record.held_as, record.cell) == ("cell", world.cell_a1)
    client.post(url, sent_back(page(client, url), content="改过的文字"))
    record.refresh_from_db()
    assert record.content == "改过的文字"
