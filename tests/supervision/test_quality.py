"""R1 to R6: worked cases of each, the stored findings, the committee's page and the writer's own panel."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from activities.actions.minutes import close_resolution
from activities.actions.records import confirm_record, return_record, update_record
from activities.models import ActivityRecord, RecordQuality, Resolution
from activities.rules import quality as rules
from branch_portal.dates import today_shanghai
from branch_portal.jobs import run_one
from branch_portal.models import Job
from supervision.actions.likeness import ask_for_comparison
from supervision.models import Likeness
from supervision.queries.quality import quality_overview
from supervision.rules.likeness import near_pairs
from tests import factories as make
from tests.activities import factories as life
from tests.supervision.test_pages import text

DAY = datetime.date(2026, 3, 5)
FULL = {
    "general_meeting": {"agenda", "remarks", "resolutions"},
    "committee_meeting": {"agenda", "remarks", "resolutions"},
    "cell_meeting": {"agenda", "remarks"},
    "party_lecture": {"lecturer", "material"},
    "theme_day": {"summary"},
    "org_life_meeting": {"preparation", "remarks", "resolutions", "summary"},
    "appraisal": {"preparation", "remarks", "summary"},
}
COMMON = frozenset(rules.COMMON)


def counts(expected=10, present=8, leave=1, absent=1):
    return rules.Counts(expected, present, leave, absent)


def facts(**changes) -> rules.RecordFacts:
    values = {
        "kind": "theme_day",
        "on_date": DAY,
        "begun_on": DAY,
        "filled": COMMON | {"summary"},
        "counts": counts(),
    } | changes
    return rules.RecordFacts(**values)


# --- R1 ---


@pytest.mark.parametrize("kind", FULL)
def test_a_record_with_all_that_the_matrix_asks_for_lacks_nothing(kind):
    assert rules.missing_fields(kind, COMMON | FULL[kind]) == ()
    assert set(rules.required_fields(kind)) == COMMON | FULL[kind]
    for part in COMMON | FULL[kind]:
        assert rules.missing_fields(kind, (COMMON | FULL[kind]) - {part}) == (part,)


def test_what_is_missing_is_said_in_words():
    found = rules.judge(facts(kind="general_meeting", filled=COMMON - {"recorder"}))
    (remark,) = rules.remarks(found, DAY)
    assert (remark.code, remark.label) == ("R1", "要素不全")
    assert remark.words == "一般还应有：记录人、议题、发言要点、决议"
    assert (found.required, len(found.missing)) == (9, 4)


# --- R2 ---


@pytest.mark.parametrize(
    ("status", "leave_type", "reason", "enough"),
    [
        ("leave", "sick", "病假", True),
        ("leave", "personal", "", True),
        ("leave", "other", "其他请假", True),
        ("leave", "other", "其他", False),
        ("absent", "", "外出务工", True),
        ("absent", "", "无", False),
        ("absent", "", "缺席", False),
        ("absent", "", "—", False),
        ("absent", "", " 未到。 ", False),
        ("made_up", "", "外出学习", True),
        ("made_up", "", "", False),
    ],
)
def test_an_absence_needs_words_that_say_something(status, leave_type, reason, enough):
    assert rules.explained(rules.RollFact(1, status, leave_type, reason)) is enough


def test_rows_without_reason_are_named_and_the_present_owe_none():
    roll = [rules.RollFact(1, "present"), *(rules.RollFact(n, "absent", "", "无") for n in (3, 4, 5, 9))]
    found = rules.judge(facts(roll=roll, counts=rules.Counts(5, 1, 0, 4)))
    assert (found.absences, found.unexplained) == (4, (3, 4, 5, 9))
    assert [remark.words for remark in rules.remarks(found, DAY)] == [
        "到会名单第 3-5、9 行缺席，没有写明原因"
    ]


# --- R3 ---


@pytest.mark.parametrize(("late", "told"), [(0, False), (7, False), (8, True), (40, True)])
def test_more_than_seven_days_is_a_backfill(late, told):
    found = rules.judge(facts(begun_on=DAY + datetime.timedelta(days=late)))
    assert [remark.code for remark in rules.remarks(found, DAY)] == (["R3"] if told else [])


def test_a_draft_of_a_notice_begins_with_its_signature():
    before, after = DAY - datetime.timedelta(days=5), DAY + datetime.timedelta(days=20)
    assert rules.begun_on(DAY, before, after) == after
    assert rules.begun_on(DAY, DAY, after) == DAY  # begun on the day, finished later
    assert rules.begun_on(DAY, before, None) == before


# --- R4 ---

NUMBERS = st.integers(0, 40)


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(-3, 3))
def test_the_share_s_numbers_agree_exactly_when_they_add_up(present, leave, absent, off):
    expected = present + leave + absent + off
    wrong = rules.wrong_sums(rules.Counts(expected, present, leave, absent), [], [])
    assert (wrong == ()) is (off == 0)


@given(st.lists(st.sampled_from(["present", "late", "online", "leave", "absent", "exempt", "made_up"])))
def test_a_roll_agrees_with_the_numbers_counted_from_it(statuses):
    roll = [rules.RollFact(place, status, "", "因事") for place, status in enumerate(statuses, start=1)]
    expected = len(statuses) - statuses.count("exempt")
    present = sum(status in ("present", "late", "online") for status in statuses)
    right = rules.Counts(expected, present, 0, expected - present)
    assert rules.wrong_sums(right, roll, []) == ()
    if roll:
        assert rules.wrong_sums(rules.Counts(expected + 1, present, 0, expected + 1 - present), roll, [])


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.integers(0, 40))
def test_a_vote_s_outcome_is_compared_with_its_votes(favour, against, abstain, needed, quorum, written):
    present = favour + against + abstain
    passes = present >= quorum and favour + written >= needed
    for outcome in ("passed", "failed"):
        vote = rules.VoteFact(1, 99, present, favour, against, abstain, written, needed, quorum, outcome)
        wrong = rules.wrong_sums(rules.Counts(present, present, 0, 0), [], [vote])
        assert (wrong == ()) is (passes == (outcome == "passed"))


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(-2, 2))
def test_votes_are_as_many_as_voters(favour, against, abstain, off):
    cast = favour + against + abstain
    present = max(0, cast + off)
    vote = rules.VoteFact(2, 99, present, favour, against, abstain)
    wrong = rules.wrong_sums(rules.Counts(present, present, 0, 0), [], [vote])
    assert (wrong == ()) is (present == cast)


def test_more_voters_than_people_and_more_ballots_than_were_given_out():
    vote = rules.VoteFact(3, 20, 12, issued=12, collected=13, valid=12, invalid=0)
    assert rules.wrong_sums(rules.Counts(10, 10, 0, 0), [], [vote]) == (
        "第 3 项表决：有表决权的到会 12 人，多于实到 10 人",
        "第 3 项表决：有效票、无效票合计 12 张，与收回 13 张不符",
        "第 3 项表决：收回 13 张选票，多于发出 12 张",
    )


# --- R5 ---


def test_a_resolution_is_late_from_the_day_after_its_limit():
    due = datetime.date(2026, 4, 1)
    late, in_time = due + datetime.timedelta(days=1), due
    assert rules.late_since([rules.ResolutionFact(1, due)]) == late
    assert rules.late_since([rules.ResolutionFact(1, due, in_time)]) is None
    assert rules.late_since([rules.ResolutionFact(1, due, late), rules.ResolutionFact(2)]) == late
    found = rules.judge(facts(resolutions=[rules.ResolutionFact(1, due)]))
    assert rules.remarks(found, due) == []
    assert [remark.code for remark in rules.remarks(found, late)] == ["R5"]


# --- R6 ---

MINUTES = "集体学习党章第一章和第二章，全体党员逐一谈体会，讨论了为民服务办实事的具体安排，最后由党支部书记作了小结并提出下一步要求，明确了责任分工。"


def test_nearly_the_same_texts_are_paired_with_the_earlier_one():
    other = "走访慰问老党员十二户，帮助打扫庭院、检修线路，听取对村集体经济发展的意见建议二十余条，整理后交村党组织逐条研究答复，下月公示办理情况。"
    texts = [("a", MINUTES), ("b", other), ("c", MINUTES.replace("二", "三")), ("d", "学习党章。")]
    assert [(later, earlier) for later, earlier, percent in near_pairs(texts) if percent >= 85] == [
        ("c", "a")
    ]


@given(st.integers(0, 60))
def test_one_changed_sign_is_found_wherever_it_stands(place):
    changed = MINUTES[:place] + "变" + MINUTES[place + 1 :]
    assert [pair[:2] for pair in near_pairs([(1, MINUTES), (2, changed)])] == [(2, 1)]


def test_what_is_counted_is_what_is_said():
    """Of every mix of findings: the stored bits select a record for exactly the codes that its sentences have."""
    late = DAY + datetime.timedelta(days=30)
    for bits in range(16):
        found = rules.Quality(
            required=7,
            missing=("summary",) * (bits & 1),
            absences=1,
            unexplained=(3,) if bits & 2 else (),
            days_late=8 if bits & 4 else 7,
            sums=("不符",) if bits & 8 else (),
            late_since=late,
        )
        assert rules.marks_of(found) == bits
        said = {remark.code for remark in rules.remarks(found, DAY)}
        assert said == {code for code, bit in rules.MARK_BITS.items() if bits & bit}
        assert "R5" in {remark.code for remark in rules.remarks(found, late)}


# --- what is stored ---


def quality_of(record: ActivityRecord) -> RecordQuality:
    return RecordQuality.objects.get(record=record)


def _signers(world) -> dict:
    return {"chair_id": world.members_a[0].pk, "recorder_id": world.members_a[1].pk}


def test_every_change_of_a_record_is_judged_anew(world):
    by = world.secretary_a
    day = today_shanghai()
    record = life.record(
        by, world.branch_a, "general_meeting", day=day, rows={"row_3": ("absent", "", "无")},
        **life.minutes(1) | {"remarks": []} | _signers(world),
    )  # fmt: skip
    first = quality_of(record)
    assert (first.missing, first.unexplained, first.absences, first.days_late) == ("remarks", "3", 1, 0)
    since = first.counted_since
    record.refresh_from_db()
    update_record(
        by=by, record=record, version=record.version, facts=life.facts("general_meeting", day=day, **life.minutes(2), **_signers(world)),
        marks=life.marks(world.branch_a, "general_meeting", day=day),
    )  # fmt: skip
    mended = quality_of(record)
    assert (mended.missing, mended.unexplained, mended.counted_since) == ("", "", since)
    resolution = Resolution.objects.filter(record=record).first()
    Resolution.objects.filter(pk=resolution.pk).update(due_on=day - datetime.timedelta(days=3))
    close_resolution(by=by, resolution=resolution, outcome="done", note="已办", on_date=day)
    assert quality_of(record).late_since == day - datetime.timedelta(days=2)
    call_command("rebuild_record_quality", check=True)


def test_a_draft_is_judged_by_nobody(world):
    life.record(world.secretary_a, world.branch_a, signed=False)
    assert not RecordQuality.objects.exists()


def test_the_rebuild_finds_and_mends_what_differs(world):
    record = life.record(world.secretary_a, world.branch_a, **_signers(world))
    RecordQuality.objects.filter(record=record).update(missing="", days_late=99)
    with pytest.raises(CommandError, match="1 行"):
        call_command("rebuild_record_quality", check=True)
    call_command("rebuild_record_quality")
    assert (quality_of(record).missing, quality_of(record).days_late) == ("summary", 0)


# --- the committee's page ---


@pytest.fixture
def year():
    return today_shanghai().year


@pytest.fixture
def marked(world):
    """Two records of branch A with prompts, a clean one of branch B, one of another committee's branch."""
    day = today_shanghai()
    first = life.record(world.secretary_a, world.branch_a, day=day, rows={"row_3": ("absent", "", "无")})
    second = life.record(world.secretary_a, world.branch_a, "party_lecture", day=day)
    head = world.secretary_b.member_id
    clean = life.record(
        world.secretary_b, world.branch_b, day=day, summary="小结", chair_id=head, recorder_id=head
    )
    foreign = life.record(world.secretary_x, world.branch_x, day=day, theme="东湖的主题党日")
    return first, second, clean, foreign


def test_branches_with_most_to_mend_come_first_and_sums_add_up(world, marked, year):
    found = quality_overview(user=world.staff, year=year, day=today_shanghai())
    assert [(row.organization.name, row.records, row.marked) for row in found.rows] == [
        ("清源村第一党支部", 2, 2),
        ("清源村第二党支部", 1, 0),
        ("镇机关党支部", 0, 0),
    ]
    first = found.rows[0]
    assert (first.counts["R1"], first.counts["R2"], first.counts["R3"]) == (2, 1, 0)
    assert found.total.records == 3
    below = {row.organization.name: row.records for row in found.roll_ups}
    assert below == {"清源镇党委": 3, "清源村党总支": 3}


def test_a_number_leads_to_its_records_in_words(world, marked, as_user, year):
    client = as_user(world.staff)
    page = client.get(reverse("supervision:quality"))
    assert page.context["page"].rows[0].organization == world.branch_a
    link = reverse("supervision:quality-records")
    listed = client.get(link, {"year": year, "organization": world.branch_a.uid, "code": "R2"})
    assert [row.record_id for row in listed.context["page"].rows] == [marked[0].pk]
    assert "到会名单第 3 行缺席，没有写明原因" in text(listed)
    assert reverse("activities:record", args=[marked[0].uid]) in listed.content.decode()
    export = client.get(reverse("supervision:quality-records-export"), {"year": year, "code": "R2"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(export.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and "没有写明原因" in rows[1][-1]


def test_another_committee_sees_none_of_it(world, marked, as_user, year):
    client = as_user(world.staff_x)
    asked = {"organization": world.branch_a.uid}
    for route in ("supervision:quality", "supervision:quality-records"):
        seen = text(client.get(reverse(route), asked))
        assert "学习党章" not in seen and "清源村" not in seen
    overview = quality_overview(user=world.staff_x, year=year, day=today_shanghai())
    assert [row.organization.name for row in overview.rows] == ["东湖村党支部"]
    overview = quality_overview(user=world.superuser, year=year, day=today_shanghai())
    assert (overview.rows, overview.total.records) == ([], 0)


def test_quality_query_count(world, marked, as_user, django_assert_num_queries):
    client = as_user(world.staff)
    url, listed = reverse("supervision:quality"), reverse("supervision:quality-records")
    client.get(url)
    with django_assert_num_queries(QUALITY_QUERIES):
        client.get(url)
    with django_assert_num_queries(RECORDS_QUERIES):
        client.get(listed)
    for number in range(4):
        branch = make.organization(parent=world.committee, name=f"另一党支部{number}")
        head = make.member(branch, f"书记{number}")
        make.tenure(head, "secretary")
        life.record(make.user(f"head{number}", member=head), branch)
    with django_assert_num_queries(QUALITY_QUERIES):
        client.get(url)
    with django_assert_num_queries(RECORDS_QUERIES):
        client.get(listed)


QUALITY_QUERIES = 9
RECORDS_QUERIES = 8


# --- the writer comes first ---


def test_the_writer_reads_the_same_hints_and_a_member_none(world, marked, as_user):
    url = reverse("activities:record", args=[marked[0].uid])
    for user in (world.secretary_a, world.officer_a, world.staff):
        assert "记录自查" in text(as_user(user).get(url))
    for user in (world.member_a, world.cell_leader_a):
        assert "记录自查" not in text(as_user(user).get(url))


# --- R6 as a job ---


def test_texts_are_compared_by_a_worker_within_the_asker_s_scope(world, as_user, year):
    day = today_shanghai()
    one = life.record(world.secretary_a, world.branch_a, day=day, content=MINUTES)
    same = life.record(world.secretary_b, world.branch_b, day=day, content=MINUTES)
    life.record(world.secretary_x, world.branch_x, day=day, content=MINUTES)
    client = as_user(world.staff)
    key = client.get(reverse("supervision:quality")).context["compare"]["submission_key"].value()
    answer = client.post(reverse("supervision:quality-compare"), {"year": year, "submission_key": key})
    assert answer["Location"].startswith("/jobs/")
    assert run_one()
    assert Job.objects.get().result["summary"].startswith("共比对 2 份记录，1 份")
    pair = Likeness.objects.get()
    assert (pair.record, pair.other, pair.percent) == (same, one, 100)
    overview = quality_overview(user=world.staff, year=year, day=day)
    assert {row.organization.name: row.counts["R6"] for row in overview.rows if row.counts["R6"]} == {
        "清源村第二党支部": 1
    }
    shown = text(client.get(reverse("supervision:quality-records"), {"year": year, "code": "R6"}))
    assert "相同约 100%" in shown
    # A branch hears of its own texts only.
    assert "内容雷同" not in text(
        as_user(world.secretary_b).get(reverse("activities:record", args=[same.uid]))
    )
    ask_for_comparison(by=world.staff, root=world.committee, year=year)
    assert run_one()
    assert Likeness.objects.count() == 1


# --- 退回 with its day ---


def test_a_return_has_a_day_until_the_record_comes_back(world, as_user):
    day = today_shanghai()
    record = life.record(world.secretary_a, world.branch_a, day=day)
    client = as_user(world.staff)
    due = day + datetime.timedelta(days=3)
    answer = client.post(
        reverse("activities:return", args=[record.uid]), {"reason": "请补记缺席原因", "due_on": due}
    )
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.state, record.return_due_on) == ("returned", due)
    shown = text(client.get(reverse("supervision:returns")))
    assert "请补记缺席原因" in shown and "还剩 3 天" in shown
    assert "请补记缺席原因" not in text(as_user(world.staff_x).get(reverse("supervision:returns")))
    assert f"请于 {due.year}年{due.month}月{due.day}日以前修改" in text(
        as_user(world.secretary_a).get(reverse("activities:record", args=[record.uid]))
    )
    ActivityRecord.objects.filter(pk=record.pk).update(return_due_on=day - datetime.timedelta(days=2))
    late = client.get(reverse("supervision:returns"), {"only_late": "on"})
    assert "逾期 2 天" in text(late) and late.context["late"] == 1
    record.refresh_from_db()
    update_record(
        by=world.secretary_a, record=record, version=record.version, facts=life.facts(day=day, summary="小结"),
        marks=life.marks(world.branch_a, day=day),
    )  # fmt: skip
    record.refresh_from_db()
    assert (record.state, record.return_due_on) == ("recorded", None)
    assert "请补记缺席原因" not in text(client.get(reverse("supervision:returns")))


def test_a_return_without_a_day_has_seven(world):
    record = life.record(world.secretary_a, world.branch_a)
    confirm_record(by=world.secretary_a, record=record)
    returned = return_record(by=world.staff, record=record, reason="请补充")
    assert returned.return_due_on == today_shanghai() + datetime.timedelta(days=7)
    assert returned.returned_at <= timezone.now()


def test_a_day_that_has_passed_is_refused_with_what_was_typed(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    answer = as_user(world.staff).post(
        reverse("activities:return", args=[record.uid]), {"reason": "请补充签名", "due_on": "2020-01-01"}
    )
    assert "修改期限应为今天到一年以内的日期" in text(answer) and "请补充签名" in text(answer)
