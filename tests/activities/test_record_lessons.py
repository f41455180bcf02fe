"""云端党课 of a lecture: made of its materials, linked, found by those who were away, and never counted twice."""

import pytest

from activities.actions.attachments import add_attachments
from activities.actions.lessons import lesson_from_record, link_lesson, unlink_lesson
from activities.models import RecordLesson
from learning.actions.completions import confirm_completions
from learning.actions.lessons import LessonFacts, LessonRefused, change_lesson, publish_lesson
from learning.models import Lesson, LessonFile, StudyCredit
from tests.activities import factories as life
from tests.activities.test_main_path import page
from tests.activities.uploads import upload
from tests.learning.lessons import lesson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PORTAL_DISK_RESERVE_MB = 1


@pytest.fixture
def lecture(world):
    return life.record(world.secretary_a, world.branch_a, kind="party_lecture", lecturer="安国强")


def address(record) -> str:
    return f"/activities/records/{record.uid}/"


def test_the_materials_of_a_lecture_become_a_lesson(world, lecture, as_user):
    add_attachments(
        by=world.secretary_a, record=lecture, files=[upload("讲稿.pdf", b"%PDF-1.4 lecture"), upload()]
    )
    client = as_user(world.officer_a)
    assert "用本次的材料开设云端党课" in page(client, address(lecture))
    made = client.post(f"{address(lecture)}lessons/make/").url
    assert client.post(f"{address(lecture)}lessons/make/").url == made
    row = Lesson.objects.get()
    assert (row.organization, row.kind, row.state, row.minutes) == (world.branch_a, "pdf", "draft", 0)
    files = {file.role: file for file in LessonFile.objects.all()}
    assert files["main"].content_type == "application/pdf" and files["attachment"].is_picture
    sent = client.get(f"/learning/lesson-files/{files['main'].uid}/")
    assert sent.content == b"%PDF-1.4 lecture"
    # The record's file may go, the lesson's stays.
    assert files["main"].stored_name != lecture.attachments.first().stored_name
    member = as_user(world.member_a)
    assert made not in page(member, address(lecture))
    publish_lesson(by=world.officer_a, lesson=row)
    assert made in page(member, address(lecture))
    assert made in page(as_user(world.secretary_a), f"{address(lecture)}make-ups/")


def test_who_was_there_has_the_hours_once(world, lecture):
    row = lesson_from_record(by=world.secretary_a, record=lecture)
    publish_lesson(by=world.secretary_a, lesson=row)
    before = StudyCredit.objects.count()
    assert confirm_completions(by=world.secretary_a, lesson=row, members=world.members_a) == 10
    assert StudyCredit.objects.count() == before


def test_linking_one_that_exists_and_taking_it_off(world, lecture, as_user):
    ours = lesson(world.staff, world.committee, minutes=0)
    theirs = lesson(world.staff_x, world.committee_x, minutes=0)
    client = as_user(world.secretary_a)
    client.post(f"{address(lecture)}lessons/link/", {"lesson": theirs.uid.hex})
    client.post(f"{address(lecture)}lessons/link/", {})
    assert "请先在列表中选择课程" in page(client, address(lecture))
    for _ in range(2):
        client.post(f"{address(lecture)}lessons/link/", {"lesson": ours.uid.hex})
    assert [link.lesson for link in RecordLesson.objects.all()] == [ours]
    assert "学习党章" in page(as_user(world.member_a), address(lecture))
    client.post(f"{address(lecture)}lessons/unlink/", {"lesson": ours.uid.hex})
    assert not RecordLesson.objects.exists() and Lesson.objects.filter(pk=ours.pk).exists()


def test_a_lesson_with_hours_of_its_own_stands_for_no_lecture(world, lecture, as_user):
    counted = lesson(world.secretary_a, world.branch_a, title="另计学时的课", minutes=45)
    client = as_user(world.secretary_a)
    assert "另计学时的课" not in page(client, address(lecture))
    client.post(f"{address(lecture)}lessons/link/", {"lesson": counted.uid.hex})
    with pytest.raises(LessonRefused, match="计两次"):
        link_lesson(by=world.secretary_a, record=lecture, lesson=counted)
    assert not RecordLesson.objects.exists()


def test_a_linked_lesson_gets_no_hours_afterwards(world, lecture):
    row = lesson_from_record(by=world.secretary_a, record=lecture)
    facts = {"title": row.title, "kind": "article", "text": "正文", "pass_by": "confirmation"}
    with pytest.raises(LessonRefused, match="请填 0"):
        change_lesson(
            by=world.secretary_a, lesson=row, version=row.version, facts=LessonFacts(minutes=45, **facts)
        )
    changed = change_lesson(
        by=world.secretary_a, lesson=row, version=row.version, facts=LessonFacts(minutes=0, **facts)
    )
    unlink_lesson(by=world.secretary_a, record=lecture, lesson=row)
    facts |= {"minutes": 45}
    change_lesson(by=world.secretary_a, lesson=row, version=changed.version, facts=LessonFacts(**facts))


def test_other_records_offer_none(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    assert "云端党课" not in page(as_user(world.secretary_a), address(record)).split("<main")[1]
