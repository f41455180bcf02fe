"""The sheet of a record: complete, as its reader may see it, on paper as on the page."""

import io
import re
from html import unescape

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import ActivityRecord
from activities.paper.sheet import sheet_docx
from activities.queries.records import visible_record
from activities.queries.sheet import sheet_of, sheets_of
from activities.rules.sheet import content_hash
from members.models import PersonalDataAccess
from tests.activities import factories as make
from tests.activities.paper_records import entered, full_record


def text_of_docx(content: bytes) -> str:
    """All text, tables in their place, white space left out."""
    body = docx.Document(io.BytesIO(content)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t")).replace(" ", "")


def joined(record: ActivityRecord) -> ActivityRecord:
    return ActivityRecord.objects.select_related(
        "branch", "cell", "share__gathering", "recorded_by", "confirmed_by"
    ).get(pk=record.pk)


def test_every_value_is_on_the_sheet(world):
    record = joined(full_record(world))
    text = text_of_docx(sheet_docx(sheet_of(record)))
    missing = [piece for piece in entered(record) if piece.replace(" ", "") not in text]
    assert missing == []
    assert "主持人（签名）" in text and "记录人（签名）" in text


@pytest.mark.parametrize("kind", ["party_lecture", "theme_day", "committee_meeting", "appraisal"])
def test_other_kinds_have_their_own_title(world, kind):
    record = joined(full_record(world, kind=kind))
    text = text_of_docx(sheet_docx(sheet_of(record)))
    assert record.get_kind_display() + "记录" in text
    assert ("主讲人安国强" in text) == (kind == "party_lecture")


def test_a_draft_without_roll_is_printed_too(world, as_user):
    share = make.announcement(world.officer_a, world.branch_a)
    record = share.records.get()
    answer = as_user(world.officer_a).get(f"/activities/records/{record.uid}/sheet.docx")
    assert answer.status_code == 200
    assert "草稿" in text_of_docx(answer.content)


def test_control_characters_do_not_break_the_file(world):
    record = full_record(world, theme="第\x0b一\x1f题", content="甲\x01乙\r\n丙")
    assert "第一题" in text_of_docx(sheet_docx(sheet_of(joined(record))))


def test_queries_do_not_grow_with_records_or_roll(world):
    first = joined(full_record(world))
    with CaptureQueriesContext(connection) as one:
        sheet_of(first)
    for day in (1, 2, 3):
        full_record(world, day=first.on_date.replace(day=day))
    records = list(visible_record(world.officer_a))
    assert len(records) == 4
    with CaptureQueriesContext(connection) as four:
        sheets_of(records)
    assert len(one) == len(four) <= 9


# --- who reads what ---


def test_officers_get_the_roll_and_it_is_written_down(world, as_user):
    record = full_record(world)
    answer = as_user(world.secretary_a).get(f"/activities/records/{record.uid}/sheet.docx")
    text = text_of_docx(answer.content)
    assert "住院治疗" in text and "马晓东" in text
    noted = PersonalDataAccess.objects.get()
    assert (noted.action, noted.row_count, noted.branch_id) == ("export", 10, world.branch_a.pk)
    assert "filename*=utf-8''2026-03-05%20" in answer["Content-Disposition"]


@pytest.mark.parametrize("path", ["sheet.docx", "print/"])
def test_members_get_the_counts_and_their_own_row_only(world, as_user, path):
    record = full_record(world)
    answer = as_user(world.member_a).get(f"/activities/records/{record.uid}/{path}")
    text = text_of_docx(answer.content) if path.endswith("docx") else answer.content.decode()
    assert "住院治疗" not in text and "外出" not in text and "马晓东" not in text
    assert "本人到会情况：" in text
    assert not PersonalDataAccess.objects.exists()


@pytest.mark.parametrize("path", ["sheet.docx", "print/", "amend/", "amend/content/"])
@pytest.mark.parametrize("persona", ["secretary_b", "member_b", "secretary_x", "staff_x", "superuser"])
def test_a_foreign_branch_does_not_exist(world, as_user, persona, path):
    record = full_record(world)
    assert as_user(getattr(world, persona)).get(f"/activities/records/{record.uid}/{path}").status_code == 404


def test_members_read_no_committee_meeting(world, as_user):
    record = full_record(world, kind="committee_meeting")
    assert as_user(world.member_a).get(f"/activities/records/{record.uid}/sheet.docx").status_code == 404


@pytest.mark.parametrize("path", ["sheet.docx", "print/"])
def test_members_do_not_read_what_the_committee_meeting_was_called(world, as_user, path):
    record = full_record(world)
    prior = full_record(world, kind="committee_meeting", theme="研究方建国的处分", day=record.on_date)
    record.agendaitem_rows.filter(important=True).update(prior=prior)

    def text(user) -> str:
        answer = as_user(user).get(f"/activities/records/{record.uid}/{path}")
        return text_of_docx(answer.content) if path.endswith("docx") else answer.content.decode()

    assert "研究方建国的处分" in text(world.secretary_a)
    assert "研究方建国的处分" not in text(world.member_a)
    assert "支部委员会会议讨论" in text(world.member_a)


def test_print_view_shows_every_value(world, as_user):
    record = joined(full_record(world))
    page = as_user(world.secretary_a).get(f"/activities/records/{record.uid}/print/").content.decode()
    shown = unescape(re.sub(r"<[^>]+>", "", page))
    assert [piece for piece in entered(record) if piece not in shown] == []


def test_record_page_leads_to_paper(world, as_user):
    record = full_record(world)
    page = as_user(world.secretary_a).get(f"/activities/records/{record.uid}/").content.decode()
    for word in ("下载记录表（Word）", "打印记录表", ">更正<", ">归档<"):
        assert word in page
    assert ">更正<" not in as_user(world.member_a).get(f"/activities/records/{record.uid}/").content.decode()


# --- the hash ---


def test_names_that_change_later_leave_the_hash_alone(world):
    record = full_record(world)
    before = content_hash(sheet_of(joined(record)))
    world.branch_a.name = "改名党支部"
    world.branch_a.save()
    world.members_a[0].name = "安国强改"
    world.members_a[0].save()
    world.secretary_a.display_name = "书记"
    world.secretary_a.save()
    sheet = sheet_of(joined(record))
    assert content_hash(sheet) == before
    assert sheet.chair == "安国强"  # the roll keeps the name of the day


def test_making_up_leaves_the_hash_alone(world):
    record = full_record(world)
    before = content_hash(sheet_of(joined(record)))
    record.share.roll.filter(status="absent").update(status="made_up", minutes=90)
    assert content_hash(sheet_of(joined(record))) == before
    record.share.roll.filter(status="made_up").update(status="present")
    assert content_hash(sheet_of(joined(record))) != before


def test_what_was_written_changes_the_hash(world):
    record = joined(full_record(world))
    before = content_hash(sheet_of(record))
    for change in ({"content": "x"}, {"summary": "x"}, {"title": "x"}, {"study_minutes": 5}):
        kept = {name: getattr(record, name) for name in change}
        ActivityRecord.objects.filter(pk=record.pk).update(**change)
        assert content_hash(sheet_of(joined(record))) != before, change
        ActivityRecord.objects.filter(pk=record.pk).update(**kept)
    record.remark_rows.filter(position=1).update(text="不同意")
    assert content_hash(sheet_of(joined(record))) != before
