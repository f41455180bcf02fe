"""民主评议党员 by person: the sheet, its rules, its freezing, and grades that nobody else ever reads."""

import datetime
import io

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from activities.actions.appraisal import Opinion, Refused, SheetFacts, give_feedback, save_appraisal
from activities.actions.records import Conflict, NotEditable, confirm_record, return_record
from activities.models import AppraisalEntry, AppraisalSheet
from branch_portal.dates import today_shanghai
from members.models import PersonalDataAccess
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
CANARY = "泄露的评议原因"
TODAY = today_shanghai()


@pytest.fixture
def record(world):
    return life.record(world.officer_a, world.branch_a, "appraisal", theme="2026年度民主评议")


def opinions(world, *, excellent=2, worst=True) -> dict[int, Opinion]:
    """Everybody 合格 but the first ones; 邓秀兰 (member_a) 基本合格 with the canary."""
    found = {member.pk: Opinion(grade="qualified") for member in world.members_a[:9]}
    for member in world.members_a[4 : 4 + excellent]:
        found[member.pk] = Opinion("qualified", (6, 3, 0, 0), "excellent")
    if worst:
        found[world.members_a[3].pk] = Opinion("qualified", (0, 4, 4, 1), "basically", CANARY, "谈话提醒")
    return found


def saved(world, record, *, version=0, facts=None, **kwargs) -> AppraisalSheet:
    return save_appraisal(
        by=world.officer_a,
        record=record,
        version=version,
        facts=facts or SheetFacts(ballots_issued=10, ballots_collected=10),
        opinions=opinions(world, **kwargs),
    )


def url(record, step="") -> str:
    return f"/activities/records/{record.uid}/appraisal/{step}"


def typed(world, **changes) -> dict:
    data = {"version": "0", "ballots_issued": "10", "ballots_collected": "10"}
    for member in world.members_a[:9]:
        data[f"grade_{member.uid.hex}"] = "qualified"
    return data | changes


# --- The sheet ---


def test_one_save_writes_everybody_and_the_list_is_of_the_day(world, record, as_user):
    client = as_user(world.officer_a)
    html = client.get(url(record)).content.decode()
    assert "优秀 0 / 上限 3" in html
    assert html.count("不评定等次</td>") == 1  # the probationary member's line has no controls
    excellent = world.members_a[5].uid.hex
    data = typed(world) | {
        f"grade_{excellent}": "excellent",
        f"votes_excellent_{excellent}": "7",
        f"votes_qualified_{excellent}": "3",
    }
    response = client.post(url(record), data)
    assert response["Location"] == url(record)
    entries = list(AppraisalEntry.objects.filter(sheet__record=record))
    assert [entry.row_number for entry in entries] == list(range(1, 11))
    chosen = next(entry for entry in entries if entry.member_id == world.members_a[5].pk)
    assert (chosen.grade, chosen.tally, chosen.category) == ("excellent", "7/3/0/0", "full")
    new = next(entry for entry in entries if entry.member_id == world.members_a[9].pk)
    assert (new.grade, new.category) == ("", "probationary")
    html = client.get(f"/activities/records/{record.uid}/").content.decode()
    assert "民主评议结果" in html
    assert "上限 3 人" in html


def test_the_number_of_statements_does_not_grow_with_the_branch(world, as_user, record):
    def statements(record) -> int:
        with CaptureQueriesContext(connection) as captured:
            saved(world, record)
        return len(captured)

    few = statements(record)
    for _ in range(6):
        make.member(world.branch_a, cell=world.cell_a1)
    more = life.record(world.officer_a, world.branch_a, "appraisal")
    assert statements(more) == few
    client = as_user(world.officer_a)
    counts = []
    for one in (record, more):
        with CaptureQueriesContext(connection) as captured:
            client.get(url(one))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_all_qualified_without_script_fills_and_saves_nothing(world, record, as_user):
    html = as_user(world.officer_a).post(url(record), {"version": "0", "fill": "1"}).content.decode()
    assert html.count('value="qualified" selected') == 9
    assert not AppraisalSheet.objects.exists()


def test_too_many_excellent_ask_for_a_reason(world, record, as_user):
    client = as_user(world.officer_a)
    four = {f"grade_{member.uid.hex}": "excellent" for member in world.members_a[:4]}
    html = client.post(url(record), typed(world) | four).content.decode()
    assert (
        "评定优秀 4 人，超过上限 3 人（一般不超过正式党员的三分之一），请调整，或填写超过上限的原因。" in html
    )
    assert not AppraisalSheet.objects.exists()
    client.post(url(record), typed(world) | four | {"over_cap_reason": "上级核定"})
    assert AppraisalSheet.objects.get().over_cap_reason == "上级核定"
    client.post(url(record), typed(world, version="1", over_cap_reason="上级核定"))
    assert AppraisalSheet.objects.get().over_cap_reason == ""  # no longer over


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ballots_collected", "11", "多于发出的 10 张"),
        ("votes_excellent", "11", "多于收回的 10 张"),
        ("votes_excellent", "三", "请填整数"),
        ("grade", "unqualified", "请写明主要问题和后续措施"),
    ],
)
def test_what_is_refused_says_where_and_keeps_the_input(world, record, as_user, field, value, words):
    member = world.members_a[6]
    name = field if field.startswith("ballots") else f"{field}_{member.uid.hex}"
    response = as_user(world.officer_a).post(
        url(record), typed(world, **{name: value, "committee_opinion": "较好"})
    )
    html = response.content.decode()
    assert words in html
    assert "较好" in html
    assert not AppraisalSheet.objects.exists()


def test_a_probationary_members_grade_is_refused_by_action_and_database(world, record):
    probationary = world.members_a[9]
    with pytest.raises(Refused, match="预备党员"):
        save_appraisal(
            by=world.officer_a,
            record=record,
            version=0,
            facts=SheetFacts(),
            opinions={probationary.pk: Opinion(grade="qualified")},
        )
    sheet = saved(world, record)
    entry = AppraisalEntry.objects.get(sheet=sheet, member=probationary)
    entry.grade = "qualified"
    with pytest.raises(IntegrityError, match="appraisal_probationary_not_graded"), transaction.atomic():
        entry.save()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"ballots_issued": 9}, "appraisal_ballots_within_issued"),
        ({"fed_back_on": TODAY, "grade": ""}, "appraisal_feedback_of_a_grade"),
    ],
)
def test_the_database_keeps_the_sheet_sound(world, record, change, constraint):
    sheet = saved(world, record)
    row = sheet if "ballots_issued" in change else AppraisalEntry.objects.filter(sheet=sheet).first()
    for name, value in change.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_two_at_once_do_not_overwrite(world, record, as_user):
    saved(world, record)
    with pytest.raises(Conflict):
        saved(world, record)
    html = as_user(world.secretary_a).post(url(record), typed(world)).content.decode()
    assert "有人先保存过这张评议表" in html
    assert 'name="version" value="1"' in html


def test_only_rows_that_differ_are_written(world, record):
    """A seal is never the same twice: writing all rows would show all of them as changed."""
    saved(world, record)
    saved(world, record, version=1, excellent=1)
    events = apps.get_model("activities", "AppraisalEntryEvent").objects
    labels = list(events.order_by("pgh_id").values_list("pgh_label", flat=True))
    assert [label.partition("_")[0] for label in labels] == ["insert"] * 10 + ["update"]


def test_grades_are_sealed_at_rest(world, record):
    saved(world, record)
    with connection.cursor() as cursor:
        cursor.execute("SELECT grade, reason FROM activities_appraisalentry")
        stored = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row)
    assert stored
    assert b"basically" not in stored
    assert CANARY.encode() not in stored


# --- Confirmation freezes ---


def test_everything_is_frozen_when_the_record_is_confirmed(world, record, as_user):
    saved(world, record)
    record.refresh_from_db()
    confirm_record(by=world.secretary_a, record=record, version=record.version)
    with pytest.raises(NotEditable):
        saved(world, record, version=1)
    client = as_user(world.officer_a)
    html = client.get(url(record)).content.decode()
    assert "<select" not in html.split("<main")[1]
    assert CANARY in html
    client.post(url(record), typed(world, version="1"))
    assert AppraisalSheet.objects.get().version == 1
    make.member(world.branch_a, "后来的人")
    assert "后来的人" not in client.get(url(record)).content.decode()
    return_record(by=world.staff, record=record, reason="请补充")
    assert "后来的人" in client.get(url(record)).content.decode()


def test_the_chair_signs_the_sheet_that_was_seen(world, record):
    seen = record.version
    saved(world, record)
    with pytest.raises(Conflict):
        confirm_record(by=world.secretary_a, record=record, version=seen)


# --- Feedback, and what the member reads ---


def own_pages(world, record) -> list[str]:
    card = f"/members/{world.members_a[3].uid}/"
    return [f"/activities/records/{record.uid}/", f"{card}?tab=appraisal"]


def test_a_member_reads_the_own_grade_after_feedback_and_nobody_elses(world, record, as_user):
    saved(world, record)
    client = as_user(world.member_a)
    before = [client.get(page).content.decode() for page in own_pages(world, record)]
    assert all(CANARY not in html and "基本合格" not in html for html in before)
    entry = AppraisalEntry.objects.get(sheet__record=record, member=world.members_a[3])
    other = AppraisalEntry.objects.get(sheet__record=record, member=world.members_a[4])
    keeper = as_user(world.officer_a)
    keeper.post(
        url(record, "feedback/"), {"day": TODAY.isoformat(), "entries": [entry.uid.hex, other.uid.hex]}
    )
    after = [client.get(page).content.decode() for page in own_pages(world, record)]
    assert all(CANARY in html and "基本合格" in html for html in after)
    assert AppraisalEntry.objects.visible_to(world.member_a).get() == entry
    # A fellow sees neither, on no page of the record and not on the card either.
    fellow = as_user(world.cell_leader_a)
    for page in (*own_pages(world, record), url(record), url(record, "print/")):
        assert CANARY not in fellow.get(page).content.decode()


def test_a_changed_grade_takes_the_feedback_back(world, record):
    sheet = saved(world, record)
    entries = AppraisalEntry.objects.filter(sheet=sheet)
    give_feedback(by=world.officer_a, record=record, day=TODAY, entries=[entry.uid for entry in entries])
    assert entries.filter(fed_back_on=TODAY).count() == 9  # not the probationary member
    saved(world, record, version=1, worst=False)
    assert entries.get(member=world.members_a[3]).fed_back_on is None
    assert entries.filter(fed_back_on=TODAY).count() == 8


def test_feedback_has_its_day_also_after_confirmation(world, record, as_user):
    sheet = saved(world, record)
    record.refresh_from_db()
    confirm_record(by=world.secretary_a, record=record, version=record.version)
    entry = AppraisalEntry.objects.get(sheet=sheet, member=world.members_a[4])
    client = as_user(world.officer_a)
    early = (record.on_date - datetime.timedelta(days=1)).isoformat()
    assert (
        "不能早于评议日期"
        in client.post(url(record, "feedback/"), {"day": early, "entries": [entry.uid.hex]}).content.decode()
    )
    client.post(url(record, "feedback/"), {"day": TODAY.isoformat(), "entries": [entry.uid.hex]})
    entry.refresh_from_db()
    assert (entry.fed_back_on, entry.grade) == (TODAY, "excellent")


def test_a_draft_is_nobodys_word(world, as_user):
    draft = life.record(world.officer_a, world.branch_a, "appraisal", signed=False)
    sheet = saved(world, draft)
    with pytest.raises(NotEditable):
        give_feedback(
            by=world.officer_a, record=draft, day=TODAY, entries=[e.uid for e in sheet.entries.all()]
        )
    assert as_user(world.member_a).get(url(draft)).status_code == 404


# --- Who sees grades ---


def test_who_may_open_the_sheet(world, record, as_user):
    saved(world, record)
    answers = {
        name: as_user(getattr(world, name)).get(url(record)).status_code
        for name in ("secretary_a", "officer_a", "staff", "member_a", "cell_leader_a", "secretary_b",
                     "member_b", "secretary_x", "staff_x", "superuser")
    }  # fmt: skip
    assert answers == {
        "secretary_a": 200, "officer_a": 200, "staff": 200, "member_a": 403, "cell_leader_a": 403,
        "secretary_b": 404, "member_b": 404, "secretary_x": 404, "staff_x": 404, "superuser": 404,
    }  # fmt: skip


def test_the_committee_says_why_it_looks_and_that_is_recorded(world, record, as_user):
    saved(world, record)
    client = as_user(world.staff)
    pages = [
        url(record),
        url(record, "export/"),
        f"/activities/records/{record.uid}/",
        f"/members/{world.members_a[3].uid}/?tab=appraisal",
    ]
    for page in pages:
        html = client.get(page).content.decode()
        assert CANARY not in html, page
        assert "基本合格" not in html, page
    assert CANARY not in client.post(url(record), {"reason": "看"}).content.decode()
    assert not PersonalDataAccess.objects.exists()
    html = client.post(url(record), {"reason": "年度核查评议情况"}).content.decode()
    assert CANARY in html
    look = PersonalDataAccess.objects.get()
    assert (look.action, look.reason, look.branch_id, look.row_count) == (
        "reveal", "年度核查评议情况", world.branch_a.pk, 10,
    )  # fmt: skip
    assert client.get(url(record, "print/")).status_code == 403


def test_the_export_is_a_workbook_and_recorded(world, record, as_user):
    saved(world, record)
    response = as_user(world.secretary_a).post(url(record, "export/"), {"reason": "报送上级党委"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["序号", "姓名"]
    assert next(row for row in rows if row[1] == "邓秀兰")[8:10] == ["基本合格", CANARY]
    assert PersonalDataAccess.objects.get().action == "export"


def test_the_paper_has_every_line_and_the_signatures(world, record, as_user):
    saved(world, record)
    html = as_user(world.secretary_a).get(url(record, "print/")).content.decode()
    for words in ("民主评议党员登记汇总表", "马晓东", "主持人签名", "优秀 2 / 上限 3"):
        assert words in html


def test_only_records_of_appraisals_have_a_sheet(world, as_user):
    other = life.record(world.officer_a, world.branch_a)
    assert as_user(world.officer_a).get(url(other)).status_code == 404


def test_results_by_year_stand_on_the_card_for_who_keeps_them(world, record, as_user):
    saved(world, record)
    card = f"/members/{world.members_a[3].uid}/?tab=appraisal"
    assert CANARY in as_user(world.secretary_a).get(card).content.decode()
    assert as_user(world.secretary_b).get(card).status_code == 404
