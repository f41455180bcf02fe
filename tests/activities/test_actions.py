"""Records from draft to confirmed: states, ledger, yearly summary, and the number of statements."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.facts import Mark
from activities.actions.records import Conflict, NotEditable, confirm_record, return_record, update_record
from activities.models import BranchYear, RollEntry
from activities.rules.states import TransitionError
from branch_portal.dates import today_shanghai
from learning.models import MemberYear, StudyCredit
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db


def standing() -> dict[str, int]:
    """Minutes that stand in the ledger, by name."""
    return dict(StudyCredit.objects.standing().values_list("member__name", "minutes"))


def year(world) -> BranchYear:
    return BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year)


@pytest.mark.parametrize("people", [5, 50])
def test_saving_takes_the_same_statements_whatever_the_roll(world, people):
    branch = make.organization(parent=world.committee)
    for _ in range(people):
        make.member(branch)
    facts, marks = life.facts(), life.marks(branch)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        life.record_gathering(by=world.secretary_a, branch=branch, facts=facts, marks=marks)
    statements = [query["sql"] for query in captured]
    assert RollEntry.objects.filter(branch=branch).count() == people
    assert len(statements) <= 25, "\n".join(statement[:120] for statement in statements)


def test_each_status_earns_its_minutes(world):
    rows = {
        "row_2": ("late", "", "", 45),
        "row_3": ("online", "", ""),
        "row_4": ("leave", "sick", ""),
        "row_5": ("absent", "", "外出"),
        "row_6": ("exempt", "", "卧病"),
        "row_7": ("made_up", "", "已补学"),
        "row_8": ("late", "", ""),
    }
    record = life.record(world.secretary_a, world.branch_a, rows=rows)
    minutes = dict(RollEntry.objects.filter(share=record.share).values_list("row_number", "minutes"))
    assert minutes == {1: 90, 2: 45, 3: 90, 4: 0, 5: 0, 6: 0, 7: 90, 8: 90, 9: 90, 10: 90}
    share = record.share
    assert (share.expected_count, share.present_count, share.leave_count, share.absent_count) == (9, 6, 1, 2)
    assert RollEntry.objects.get(share=share, row_number=4).reason == "病假"


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("theme_day", None, 90),
        ("theme_day", 60, 60),
        ("party_lecture", None, 90),
        ("general_meeting", None, 0),
        ("general_meeting", 45, 45),
        ("committee_meeting", 45, None),
    ],
)
def test_study_minutes_by_kind(world, kind, typed, expected):
    record = life.record(world.secretary_a, world.branch_a, kind, study_minutes=typed)
    assert record.study_minutes == expected
    assert set(StudyCredit.objects.values_list("minutes", flat=True)) == ({expected} if expected else set())


def test_a_draft_counts_for_nothing_until_it_is_recorded(world):
    draft = life.record(world.secretary_a, world.branch_a, signed=False, content="")
    assert (draft.state, draft.number, draft.recorded_at) == ("draft", None, None)
    assert standing() == {}
    assert not BranchYear.objects.filter(branch=world.branch_a).exists()
    record = update_record(
        by=world.officer_a, record=draft, version=1, facts=life.facts(), marks=life.marks(world.branch_a)
    )
    assert (record.state, record.number, record.recorded_by, record.version) == (
        "recorded",
        1,
        world.officer_a,
        2,
    )
    assert len(standing()) == 10
    assert year(world).held_theme_day == 1 << (today_shanghai().month - 1)


def test_an_edit_before_confirmation_writes_reversals(world):
    record = life.record(world.secretary_a, world.branch_a)
    changed = life.marks(world.branch_a, row_1=("absent", "", "因公外出"), row_2=("late", "", "", 30))
    record = update_record(by=world.secretary_a, record=record, version=1, facts=life.facts(), marks=changed)
    assert record.state == "recorded"
    expected = {member.name: 90 for member in world.members_a} | {"白春梅": 30}
    del expected["安国强"]
    assert standing() == expected
    assert StudyCredit.objects.filter(reverses__isnull=False).count() == 2
    assert RollEntry.objects.get(share=record.share, row_number=1).status == "absent"


def test_another_date_takes_another_list(world):
    newcomer = make.member(world.branch_a, "丁一新", name_pinyin="ding yi xin", since=today_shanghai())
    earlier = today_shanghai().replace(day=1)
    if earlier == today_shanghai():
        pytest.skip("the first of the month has no earlier day in it")
    record = life.record(world.secretary_a, world.branch_a)
    assert record.share.expected_count == 11
    update_record(
        by=world.secretary_a,
        record=record,
        version=1,
        facts=life.facts(day=earlier),
        marks=life.marks(world.branch_a, day=earlier),
    )
    assert not RollEntry.objects.filter(member=newcomer).exists()
    assert "丁一新" not in standing()


def test_confirming_settles_hours_and_month(world):
    record = life.record(world.secretary_a, world.branch_a)
    confirm_record(by=world.secretary_a, record=record)
    record.refresh_from_db()
    assert (record.state, record.confirmed_by) == ("confirmed", world.secretary_a)
    assert set(StudyCredit.objects.values_list("status", flat=True)) == {"confirmed"}
    assert year(world).confirmed_theme_day == year(world).held_theme_day == 1 << (today_shanghai().month - 1)
    own = MemberYear.objects.get(member=world.members_a[0], year=today_shanghai().year)
    assert (own.hours, own.pending_hours) == (2, 0)
    with pytest.raises(NotEditable):
        update_record(by=world.secretary_a, record=record, version=2, facts=life.facts(), marks=[])
    with pytest.raises(TransitionError):
        confirm_record(by=world.secretary_a, record=record)


def test_a_returned_record_still_counts_but_waits_again(world):
    record = life.record(world.secretary_a, world.branch_a)
    confirm_record(by=world.secretary_a, record=record)
    return_record(by=world.staff, record=record, reason="缺少小结")
    record.refresh_from_db()
    assert (record.state, record.returned_reason, record.confirmed_by) == ("returned", "缺少小结", None)
    assert year(world).held_theme_day == 1 << (today_shanghai().month - 1)
    assert year(world).confirmed_theme_day == 0
    assert set(StudyCredit.objects.standing().values_list("status", flat=True)) == {"pending"}
    with pytest.raises(TransitionError):
        return_record(by=world.staff, record=record, reason="再退")
    record = update_record(
        by=world.secretary_a, record=record, version=3, facts=life.facts(), marks=life.marks(world.branch_a)
    )
    assert (record.state, record.returned_reason, record.number) == ("recorded", "", 1)


def test_a_return_needs_its_reason(world):
    record = life.record(world.secretary_a, world.branch_a)
    with pytest.raises(TransitionError):
        return_record(by=world.staff, record=record, reason=" ")


def test_who_keeps_the_place_on_the_list_keeps_the_row(world):
    record = life.record(world.secretary_a, world.branch_a)
    before = dict(RollEntry.objects.values_list("row_number", "pk"))
    marks = [
        mark for mark in life.marks(world.branch_a, row_3=("absent", "", "外出")) if mark.row_number != 2
    ]
    newcomer = make.member(world.branch_a)
    marks.append(Mark(len(before) + 1, newcomer.pk, newcomer.name, "present"))
    update_record(
        by=world.secretary_a, record=record, version=record.version, facts=life.facts(), marks=marks
    )
    after = dict(RollEntry.objects.values_list("row_number", "pk"))
    added = after.pop(len(before) + 1)
    assert after == {number: pk for number, pk in before.items() if number != 2} and added
    seen = apps.get_model("activities", "RollEntryEvent").objects.exclude(pgh_label="insert")
    assert set(seen.values_list("pgh_label", "pgh_obj_id")) == {("delete", before[2]), ("update", before[3])}
    assert newcomer.name in standing() and len(standing()) == len(before) - 1


def test_the_second_of_two_editors_changes_nothing(world):
    record = life.record(world.secretary_a, world.branch_a)
    mine = life.facts(content="我的文字")
    update_record(by=world.officer_a, record=record, version=1, facts=mine, marks=life.marks(world.branch_a))
    with pytest.raises(Conflict):
        update_record(
            by=world.secretary_a,
            record=record,
            version=1,
            facts=life.facts(content="另一段"),
            marks=life.marks(world.branch_a, row_1=("absent", "", "外出")),
        )
    record.refresh_from_db()
    assert record.content == "我的文字"
    assert RollEntry.objects.get(share=record.share, row_number=1).status == "present"


def test_numbers_run_by_kind_and_year(world):
    first = life.record(world.secretary_a, world.branch_a)
    second = life.record(world.secretary_a, world.branch_a)
    lecture = life.record(world.secretary_a, world.branch_a, "party_lecture")
    before = life.record(
        world.secretary_a, world.branch_a, day=today_shanghai().replace(year=today_shanghai().year - 1, day=1)
    )
    assert [row.number for row in (first, second, lecture, before)] == [1, 2, 1, 1]
