"""集中学习日: a kind of its own, owed by nobody, whose minutes are collective study."""

import datetime

from activities.models import ActivityKind, ActivityRecord
from activities.queries.sheet import sheet_of
from activities.rules.joint import JOINT_KINDS
from activities.rules.kinds import KINDS
from activities.rules.parts import missing_parts, used_parts
from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from learning.models import MemberYear, StudyCredit
from learning.rules.categories import category_of_kind
from members.models import PartyOrganization
from tests.activities import factories as life
from tests.activities.test_main_path import filled

NEW = "/activities/new/collective_study/"


def test_every_kind_is_declared_everywhere():
    assert list(KINDS) == ActivityKind.values
    for kind in KINDS:
        category_of_kind(kind)
        used_parts(kind)


def test_it_asks_for_the_material_and_for_no_resolutions():
    assert missing_parts("collective_study", []) == ["讲稿、学习材料"]
    assert "resolutions" not in used_parts("collective_study")
    assert "collective_study" in JOINT_KINDS


def test_a_day_of_study_counts_its_minutes_as_collective_study(world):
    record = life.record(world.secretary_a, world.branch_a, "collective_study", start="09:00", end="12:00")
    member = world.member_a.member
    credit = StudyCredit.objects.get(member=member)
    assert (credit.category, credit.minutes, credit.hours) == ("collective_study", 180, 4)
    assert credit.get_category_display() == "集中学习日"
    year = MemberYear.objects.get(member=member, year=record.on_date.year)
    assert (year.hours, year.category_hours, year.central_trainings) == (4, {"collective_study": 4.0}, 0)


def test_nobody_owes_it(world):
    branches = PartyOrganization.objects.filter(pk=world.branch_a.pk)
    titles = [item.title for item in due_items(branches=branches, day=today_shanghai())]
    assert titles and not any("集中学习日" in title for title in titles)


def test_it_is_chosen_recorded_and_listed_like_the_others(world, as_user):
    client = as_user(world.secretary_a)
    assert NEW in client.get("/activities/new/").content.decode()
    form = client.get(NEW).content.decode()
    assert "material" in form and "resolutions-" not in form
    url = client.post(NEW, filled(form, theme="学习党的创新理论")).headers["Location"]
    record = ActivityRecord.objects.get()
    assert (record.kind, record.study_minutes) == ("collective_study", record.share.gathering.minutes)
    assert "集中学习日" in client.get(url).content.decode()
    assert "集中学习日" in client.get("/activities/").content.decode()
    again = client.get(NEW).content.decode()
    assert record.share.gathering.place in again


def test_it_has_its_sheet(world):
    record = life.record(
        world.secretary_a, world.branch_a, "collective_study", day=datetime.date(2026, 4, 9), theme="学习条例"
    )
    sheet = sheet_of(record, roll_shown=True, own_member_id=None)
    assert sheet.kind_label == "集中学习日" and sheet.roll
