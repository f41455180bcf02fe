"""One gathering, several records (S2): the roll once, each record for one rule, and nobody's minutes twice."""

import datetime

import pytest

from activities.actions.drafts import discard_draft
from activities.actions.facts import Texts
from activities.actions.parts import AlreadyThere, add_part, update_part
from activities.actions.records import NotEditable, confirm_record, update_record
from activities.models import ActivityRecord, BranchYear, Gathering, RollEntry
from branch_portal.dates import today_shanghai
from learning.models import StudyCredit
from tests.activities import factories as life
from tests.activities.test_changes import sent_back
from tests.activities.test_main_path import hidden, page

pytestmark = pytest.mark.django_db


def lecture(**fields) -> Texts:
    values = {
        "kind": "party_lecture",
        "theme": "讲党课",
        "lecturer": "安国强",
        "study_minutes": 60,
        "content": "提纲",
    }
    return Texts(**values | fields)


def credits(member) -> list[tuple[str, int]]:
    rows = StudyCredit.objects.standing().filter(member=member, reverses=None).order_by("pk")
    return [(row.category, row.minutes) for row in rows]


def test_a_lecture_within_a_meeting_counts_once_for_each_rule(world):
    late = {"row_2": ("late", "", "堵车", 50)}
    meeting = life.record(
        world.secretary_a, world.branch_a, "general_meeting", end="17:00", study_minutes=45, rows=late
    )
    added = add_part(by=world.secretary_a, share=meeting.share, texts=lecture())
    assert Gathering.objects.count() == 1
    assert (added.share_id, added.number, added.state) == (meeting.share_id, 1, "recorded")
    assert credits(world.members_a[0]) == [("general_meeting_study", 45), ("party_lecture", 60)]
    # Who came late with 50 minutes spends them in the records' order, and never more than 50.
    second = RollEntry.objects.get(share=meeting.share, row_number=2)
    assert credits(second.member) == [("general_meeting_study", 45), ("party_lecture", 5)]
    assert (second.minutes, RollEntry.objects.get(share=meeting.share, row_number=1).minutes) == (50, 105)
    bit = 1 << (today_shanghai().month - 1)
    year = BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year)
    assert (year.held_general_meeting, year.held_party_lecture, year.held_theme_day) == (bit, bit, 0)


def test_a_theme_day_with_a_lecture_is_no_general_meeting(world):
    record = life.record(world.secretary_a, world.branch_a)
    add_part(by=world.secretary_a, share=record.share, texts=lecture())
    year = BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year)
    assert year.held_general_meeting == 0


def test_one_record_of_a_kind(world):
    record = life.record(world.secretary_a, world.branch_a)
    add_part(by=world.secretary_a, share=record.share, texts=lecture())
    with pytest.raises(AlreadyThere):
        add_part(by=world.secretary_a, share=record.share, texts=lecture(theme="又一次"))


def test_a_changed_roll_and_day_reach_every_record(world):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting", study_minutes=30)
    added = add_part(by=world.secretary_a, share=meeting.share, texts=lecture(study_minutes=45))
    last_year = datetime.date(today_shanghai().year - 1, 12, 30)
    meeting.refresh_from_db()
    update_record(
        by=world.secretary_a,
        record=meeting,
        version=meeting.version,
        facts=life.facts("general_meeting", day=last_year, study_minutes=30),
        marks=life.marks(world.branch_a, "general_meeting", day=last_year, row_1=("absent", "", "住院")),
    )
    added.refresh_from_db()
    assert (added.on_date, added.assessment_year, added.version) == (last_year, last_year.year, 2)
    assert credits(world.members_a[0]) == []
    assert credits(world.members_a[1]) == [("general_meeting_study", 30), ("party_lecture", 45)]
    assert BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year).held_party_lecture == 0
    assert BranchYear.objects.get(branch=world.branch_a, year=last_year.year).held_party_lecture == 1 << 11


def test_once_one_is_confirmed_only_texts_change(world, as_user):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting", study_minutes=30)
    added = add_part(by=world.secretary_a, share=meeting.share, texts=lecture(study_minutes=45))
    confirm_record(by=world.secretary_a, record=meeting)
    with pytest.raises(NotEditable):
        update_record(
            by=world.secretary_a,
            record=added,
            version=added.version,
            facts=life.facts("party_lecture"),
            marks=life.marks(world.branch_a, "party_lecture"),
        )
    client = as_user(world.secretary_a)
    answer = client.get(f"/activities/records/{added.uid}/edit/")
    assert answer.headers["Location"] == f"/activities/records/{added.uid}/texts/"
    html = page(client, answer.headers["Location"])
    assert "absent_line" not in html
    update_part(by=world.secretary_a, record=added, version=1, texts=lecture(study_minutes=15))
    assert credits(world.members_a[0]) == [("general_meeting_study", 30), ("party_lecture", 15)]
    statuses = (
        StudyCredit.objects.standing().filter(member=world.members_a[0]).values_list("category", "status")
    )
    assert dict(statuses) == {"general_meeting_study": "confirmed", "party_lecture": "pending"}


def test_the_page_adds_a_record_and_keeps_what_is_wrong(world, as_user):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting")
    client = as_user(world.secretary_a)
    add = f"/activities/records/{meeting.uid}/add/party_lecture/"
    assert add in page(client, f"/activities/records/{meeting.uid}/")
    html = page(client, add)
    data = {
        "theme": "讲党课",
        "content": "讲授提纲",
        "study_minutes": "60",
        "submission_key": hidden(html, "submission_key"),
    }
    refused = client.post(add, data).content.decode()
    assert "请填写主讲人。" in refused and "讲授提纲" in refused
    refused = client.post(add, data | {"lecturer": "安国强", "study_minutes": "120"}).content.decode()
    assert "学习分钟数不能超过活动时长（90 分钟）" in refused
    first = client.post(add, data | {"lecturer": "安国强"})
    added = ActivityRecord.objects.get(kind="party_lecture")
    assert first.headers["Location"] == f"/activities/records/{added.uid}/"
    assert client.post(add, data | {"lecturer": "安国强"}).status_code in (302, 404)
    assert ActivityRecord.objects.count() == 2
    assert "同一次活动的其他记录" in page(client, f"/activities/records/{meeting.uid}/")
    assert client.get(add).status_code == 404


def test_a_cell_or_committee_meeting_shares_its_roll_with_nothing(world, as_user):
    committee = life.record(world.secretary_a, world.branch_a, "committee_meeting")
    client = as_user(world.secretary_a)
    assert client.get(f"/activities/records/{committee.uid}/add/party_lecture/").status_code == 404
    assert "另记" not in page(client, f"/activities/records/{committee.uid}/")


def test_a_draft_of_one_record_goes_alone(world, as_user):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting")
    draft = add_part(by=world.secretary_a, share=meeting.share, texts=lecture(), signed=False)
    assert credits(world.members_a[0]) == []
    as_user(world.secretary_a).post(f"/activities/records/{draft.uid}/discard/")
    assert list(ActivityRecord.objects.all()) == [meeting]
    assert RollEntry.objects.count() == 10


def test_an_org_life_meeting_within_a_general_meeting_is_held_as_one(world, as_user):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting")
    client, add = as_user(world.secretary_a), f"/activities/records/{meeting.uid}/add/org_life_meeting/"
    key = hidden(page(client, add), "submission_key")
    answer = client.post(add, {"theme": "组织生活会", "content": "查摆问题", "submission_key": key})
    assert answer.status_code == 302
    assert ActivityRecord.objects.get(kind="org_life_meeting").held_as == "general"


@pytest.mark.parametrize("held_as", ["cell", "committee"])
def test_what_shares_its_roll_stays_held_as_it_was(world, as_user, held_as):
    meeting = life.record(world.secretary_a, world.branch_a, "org_life_meeting")
    add_part(by=world.secretary_a, share=meeting.share, texts=lecture())
    client, url = as_user(world.secretary_a), f"/activities/records/{meeting.uid}/edit/"
    changes = {"held_as": held_as, "cell": world.cell_a1.uid.hex if held_as == "cell" else ""}
    first = client.post(url, sent_back(page(client, url), **changes))
    again = client.post(url, sent_back(first.content.decode(), **changes))
    assert again.status_code == 200
    assert "召开形式不能改" in again.content.decode()
    meeting.refresh_from_db()
    assert (meeting.held_as, RollEntry.objects.count()) == ("general", 10)


def test_the_gathering_is_called_as_its_first_record(world):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting")
    added = add_part(by=world.secretary_a, share=meeting.share, texts=lecture())
    for record, theme, called in ((meeting, "改题", "改题"), (added, "另一课", "改题")):
        record.refresh_from_db()
        update_record(
            by=world.secretary_a,
            record=record,
            version=record.version,
            facts=life.facts(record.kind, theme=theme),
            marks=life.marks(world.branch_a),
        )
        assert Gathering.objects.get().theme == called


def test_minutes_of_a_draft_go_with_it_whatever_members_were_told(world):
    share = life.announcement(world.secretary_a, world.branch_a, "general_meeting", days=0)
    meeting = share.records.get()
    update_record(
        by=world.secretary_a,
        record=meeting,
        version=1,
        facts=life.facts("general_meeting", study_minutes=30),
        marks=life.marks(world.branch_a),
    )
    draft = add_part(by=world.secretary_a, share=share, texts=lecture(), signed=False)
    assert RollEntry.objects.get(share=share, row_number=1).minutes == 90
    discard_draft(by=world.secretary_a, record=draft)
    assert RollEntry.objects.get(share=share, row_number=1).minutes == 30
    assert credits(world.members_a[0]) == [("general_meeting_study", 30)]


def test_members_do_not_learn_of_a_draft_from_the_record_beside_it(world, as_user):
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting")
    add_part(by=world.secretary_a, share=meeting.share, texts=lecture(theme="未定稿的党课"), signed=False)
    url = f"/activities/records/{meeting.uid}/"
    assert "未定稿的党课" in page(as_user(world.secretary_a), url)
    assert "未定稿的党课" not in page(as_user(world.member_a), url)
