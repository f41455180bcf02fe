"""The branch's year against its records, the rebuild that must find nothing, and what is due on a day."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.actions.facts import Texts
from activities.actions.parts import add_part
from activities.actions.records import confirm_record, return_record
from activities.actions.roll_changes import change_roll_row
from activities.due import activities_due
from activities.models import ActivityKind, ActivityRecord, BranchYear, CadenceRule, RollEntry
from activities.queries.cadence import KIND_ORDER, branch_statuses, branch_years, cadence_rules
from activities.reminders import RULE_OF_KIND
from activities.rules.cadence import DEFAULT_CADENCE
from branch_portal.dates import add_months, local_datetime, today_shanghai
from members.actions.organizations import adjust_organization
from members.models import PartyOrganization
from notices.registry import reminder_kinds
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 4, 20)


def check() -> str:
    out = io.StringIO()
    call_command("rebuild_branch_years", "--check", stdout=out)
    return out.getvalue()


def words(branch, kind, day=TODAY) -> list[str]:
    return [period.status for period in branch_statuses([branch], day.year, day)[branch.pk][kind]]


def branches_of(*branches):
    return PartyOrganization.objects.filter(pk__in=[branch.pk for branch in branches])


def due(*branches, day=TODAY) -> list[tuple]:
    items = activities_due(branches=branches_of(*branches), day=day)
    return sorted((item.title, item.organization_name, item.due_on, item.rule_key) for item in items)


def test_the_table_says_what_the_regulation_says():
    assert sorted(cadence_rules(), key=lambda rule: rule.kind) == sorted(
        DEFAULT_CADENCE, key=lambda rule: rule.kind
    )
    assert {kind.key for kind in reminder_kinds()} >= set(RULE_OF_KIND.values())
    assert set(RULE_OF_KIND) == set(KIND_ORDER)


def test_the_year_of_a_branch_by_month_and_quarter(world):
    record = life.record(world.secretary_a, world.branch_a, day=datetime.date(2026, 2, 5))
    life.record(world.secretary_a, world.branch_a, day=datetime.date(2026, 3, 5))
    life.record(world.secretary_a, world.branch_a, "general_meeting", day=datetime.date(2026, 1, 9))
    confirm_record(by=world.secretary_a, record=record)
    assert words(world.branch_a, "theme_day") == ["missing", "held", "pending", "due"] + ["future"] * 8
    assert words(world.branch_a, "general_meeting") == ["pending", "due", "future", "future"]
    assert words(world.branch_a, "committee_meeting") == ["missing"] * 3 + ["due"] + ["future"] * 8
    assert words(world.branch_b, "committee_meeting") == ["not_applicable"] * 12
    assert words(world.branch_b, "cell_meeting") == ["not_applicable"] * 12


def test_one_cell_does_not_stand_for_the_others(world):
    life.record(
        world.secretary_a, world.branch_a, "cell_meeting", cell=world.cell_a1, day=datetime.date(2026, 3, 5)
    )
    assert words(world.branch_a, "cell_meeting")[:4] == ["missing", "missing", "missing", "due"]
    assert BranchYear.objects.get(branch=world.branch_a, year=2026).cells_partly == 0b100
    life.record(
        world.secretary_a, world.branch_a, "cell_meeting", cell=world.cell_a2, day=datetime.date(2026, 3, 6)
    )
    assert words(world.branch_a, "cell_meeting")[:4] == ["missing", "missing", "pending", "due"]
    assert BranchYear.objects.get(branch=world.branch_a, year=2026).cells_partly == 0


def test_moving_a_record_to_another_month_and_year_moves_both_sums(world):
    record = life.record(world.secretary_a, world.branch_a, day=datetime.date(2026, 1, 5))
    day = datetime.date(2025, 12, 5)
    life.update_record_to(world.secretary_a, record, day)
    held = dict(BranchYear.objects.filter(branch=world.branch_a).values_list("year", "held_theme_day"))
    assert held == {2026: 0, 2025: 1 << 11}


def test_a_new_version_of_a_rule_counts_from_its_date(world):
    CadenceRule.objects.filter(kind="party_lecture").update(effective_to=datetime.date(2026, 3, 31))
    CadenceRule.objects.create(
        kind="party_lecture",
        period="quarter",
        minimum=1,
        effective_from=datetime.date(2027, 1, 1),
        clause="本地",
    )
    assert (
        words(world.branch_a, "party_lecture", datetime.date(2026, 12, 31))
        == ["missing"] + ["not_applicable"] * 3
    )


def test_rebuilding_finds_nothing_and_mends_what_was_damaged(world):
    life.record(world.secretary_a, world.branch_a)
    call_command("rebuild_branch_years", stdout=io.StringIO())
    assert check().endswith("0 行有差异。\n")
    row = BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year)
    before = row.held_theme_day
    BranchYear.objects.filter(pk=row.pk).update(held_theme_day=0)
    with pytest.raises(CommandError):
        check()
    call_command("rebuild_branch_years", stdout=io.StringIO())
    row.refresh_from_db()
    assert row.held_theme_day == before
    assert check().endswith("0 行有差异。\n")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(ActivityKind.values),
        st.integers(0, 14),
        st.sampled_from(["keep", "confirm", "return", "part", "part_draft", "made_up", "move"]),
    ),
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happened_the_year_equals_its_rebuild(world, steps):
    for kind, months, then in steps:
        cell = world.cell_a1 if kind == "cell_meeting" else None
        day = add_months(today_shanghai(), -months)
        record = life.record(world.secretary_a, world.branch_a, kind, cell=cell, day=day)
        if then.startswith("part") and kind not in ("committee_meeting", "cell_meeting", "party_lecture"):
            part = Texts("party_lecture", "讲党课", lecturer="安国强", content="提纲")
            add_part(by=world.secretary_a, share=record.share, texts=part, signed=then == "part")
        if then == "move":
            record = life.update_record_to(world.secretary_a, record, add_months(day, -7))
        if then != "keep":
            confirm_record(by=world.secretary_a, record=record)
        if then == "made_up":
            row = RollEntry.objects.filter(share=record.share).first()
            for status, reason in (("absent", "外出"), ("made_up", "外出")):
                change_roll_row(
                    by=world.secretary_a,
                    share=record.share,
                    member_id=row.member_id,
                    status=status,
                    reason=reason,
                )
        if then == "return":
            return_record(by=world.staff, record=record, reason="补充小结")
    stored = list(BranchYear.objects.filter(branch=world.branch_a).order_by("year").values())
    call_command("rebuild_branch_years", stdout=io.StringIO())
    rebuilt = {row["year"]: row for row in BranchYear.objects.filter(branch=world.branch_a).values()}
    assert stored == [rebuilt[row["year"]] for row in stored]
    out = io.StringIO()
    call_command("rebuild_member_years", "--check", stdout=out)
    assert "0 行有差异" in out.getvalue()


def test_what_is_due_names_clause_day_and_form(world):
    day, month_end, quarter_end = (
        datetime.date(2026, 4, 7),
        datetime.date(2026, 4, 30),
        datetime.date(2026, 6, 30),
    )
    a, one, two = str(world.branch_a), str(world.cell_a1), str(world.cell_a2)
    assert due(world.branch_a) == [
        ("4月主题党日", a, day, "theme_day_next"),  # the 5th is a holiday Sunday, the 6th the day off for it
        ("4月党小组会", one, month_end, "cell_meeting_due"),
        ("4月党小组会", two, month_end, "cell_meeting_due"),
        ("4月支部委员会会议", a, month_end, "committee_meeting_due"),
        ("第二季度党课", a, quarter_end, "lecture_due"),
        ("第二季度支部党员大会", a, quarter_end, "general_meeting_due"),
    ]
    item = next(iter(activities_due(branches=branches_of(world.branch_b), day=TODAY)))
    assert item.url == f"/activities/new/theme_day/?for={world.branch_b.uid}"
    assert item.clause.startswith("《中国共产党支部工作条例（试行）》第十六条")


def test_what_was_held_is_due_no_more_but_its_record_is_until_confirmed(world):
    day = datetime.date(2026, 4, 7)
    record = life.record(world.secretary_a, world.branch_b, day=day)
    titles = [title for title, *_ in due(world.branch_b)]
    assert titles == ["确认记录：4月7日主题党日", "第二季度党课", "第二季度支部党员大会"]
    confirm_record(by=world.secretary_b, record=record)
    assert [title for title, *_ in due(world.branch_b)] == ["第二季度党课", "第二季度支部党员大会"]
    return_record(by=world.staff, record=record, reason="缺少小结")
    # A week from the return, however long ago the record was signed.
    mending = {title: due_on for title, _, due_on, _ in due(world.branch_b)}["按退回意见修改：4月7日主题党日"]
    assert mending == today_shanghai() + datetime.timedelta(days=7)
    life.record(world.secretary_a, world.branch_b, "party_lecture", day=day, signed=False)
    assert "整理记录：4月7日党课" in [title for title, *_ in due(world.branch_b)]


def test_an_announced_gathering_is_named_and_leads_to_its_page(world):
    today = today_shanghai()
    share = life.announcement(
        world.secretary_b, world.branch_b, "general_meeting", days=0, start="00:00", end="23:59"
    )
    items = [
        item
        for item in activities_due(branches=branches_of(world.branch_b), day=today)
        if "党员大会" in item.title
    ]
    assert [item.url for item in items] == [f"/activities/gatherings/{share.uid}/"]
    assert f"（已预告 {today.month}月{today.day}日）" in items[0].title


def test_a_hundred_branches_cost_what_one_does(world, django_assert_num_queries):
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            list(activities_due(branches=PartyOrganization.objects.branches(), day=TODAY))
        return len(captured)

    before = queries()
    for _ in range(6):
        make.organization(parent=world.committee, has_committee=True)
    assert queries() == before


def test_a_record_that_comes_back_is_a_new_reason_to_remind(world):
    day = datetime.date(2026, 4, 7)
    record = life.record(world.secretary_b, world.branch_b, day=day)

    def key() -> str:
        items = activities_due(branches=branches_of(world.branch_b), day=TODAY)
        return next(item.due_key for item in items if item.rule_key == "record_overdue")

    ActivityRecord.objects.update(recorded_at=local_datetime(day))
    assert key() == "recorded-20260414"
    ActivityRecord.objects.update(recorded_at=local_datetime(datetime.date(2026, 4, 10)))
    assert key() == "recorded-20260417"
    assert record.number == 1


def test_a_new_version_of_a_rule_ends_the_one_before(world):
    CadenceRule.objects.create(
        kind="party_lecture",
        period="quarter",
        minimum=2,
        effective_from=datetime.date(2026, 7, 1),
        clause="本地规定",
    )
    ends = [rule.effective_to for rule in cadence_rules() if rule.kind == "party_lecture"]
    assert ends == [None, datetime.date(2026, 6, 30)]


@pytest.mark.parametrize(("period", "minimum", "fits"), [("month", 1, True), ("month", 2, False), ("quarter", 3, True),
                                                         ("quarter", 4, False), ("quarter", 0, False)])  # fmt: skip
def test_a_rule_asks_for_what_the_stored_year_can_show(period, minimum, fits):
    rule = CadenceRule(
        kind="theme_day", period=period, minimum=minimum, effective_from=TODAY, clause="本地规定"
    )
    if fits:
        rule.full_clean()
    else:
        with pytest.raises(ValidationError):
            rule.full_clean()


def test_the_stored_year_follows_organisations_and_rules(world):
    life.record(world.secretary_a, world.branch_a, day=datetime.date(2026, 1, 5))
    stored = BranchYear.objects.get(branch=world.branch_a, year=2026)
    assert (stored.due_committee_meeting, stored.due_cell_meeting) == (0xFFF, 0xFFF)
    branch = PartyOrganization.objects.get(pk=world.branch_a.pk)
    branch.has_committee = False
    branch.save()
    for cell in (world.cell_a1, world.cell_a2):
        cell.abolished_on = datetime.date(2026, 6, 30)
        cell.save()
    CadenceRule.objects.get(kind="party_lecture").delete()
    rule = CadenceRule.objects.get(kind="theme_day")
    rule.effective_to = datetime.date(2026, 3, 31)
    rule.save()
    stored.refresh_from_db()
    assert (stored.due_committee_meeting, stored.due_cell_meeting) == (0, 0b111111)
    assert (stored.due_theme_day, stored.due_party_lecture) == (0b111, 0)
    years = ("--check", "--year", "2026")
    with pytest.raises(CommandError):  # the other branches have no row yet
        call_command("rebuild_branch_years", *years, stdout=io.StringIO())
    call_command("rebuild_branch_years", "--year", "2026", stdout=io.StringIO())
    call_command("rebuild_branch_years", *years, stdout=io.StringIO())


def test_a_committee_dissolved_in_the_middle_of_the_year_leaves_the_months_before(world):
    branch = world.branch_a
    life.record(world.secretary_a, branch, day=datetime.date(2026, 1, 5))
    adjust_organization(
        by=world.staff,
        organization=branch,
        on=datetime.date(2026, 5, 12),
        reason="正式党员不足七人",
        has_committee=False,
    )
    stored = BranchYear.objects.get(branch=branch, year=2026)
    assert stored.due_committee_meeting == 0b11111
    fresh = PartyOrganization.objects.get(pk=branch.pk)
    assert branch_years([fresh], 2025)[fresh.pk].due_committee_meeting == 0xFFF
    # Entered late, before the change above: only the months in between follow it.
    adjust_organization(
        by=world.staff,
        organization=branch,
        on=datetime.date(2026, 3, 1),
        reason="补登三月的调整",
        has_committee=False,
    )
    stored.refresh_from_db()
    assert stored.due_committee_meeting == 0b11


def theme_day_keys(world, day):
    items = activities_due(branches=branches_of(world.branch_a), day=day)
    return [(item.due_on, item.due_key) for item in items if item.rule_key == "theme_day_next"]


def test_a_moved_theme_day_is_another_reason_to_remind(world):
    before = theme_day_keys(world, TODAY)
    PartyOrganization.objects.filter(pk=world.branch_a.pk).update(theme_day_number=28)
    after = theme_day_keys(world, TODAY)
    assert before[0][0] != after[0][0] and before[0][1] != after[0][1]


def test_what_a_year_still_owes_is_asked_for_anew_and_not_before_it_is_late(world):
    def of(day):
        items = activities_due(branches=branches_of(world.branch_a), day=day)
        return next(item for item in items if item.rule_key == "org_life_meeting_due")

    autumn, winter = of(datetime.date(2026, 11, 1)), of(datetime.date(2027, 1, 5))
    assert (autumn.due_on, autumn.not_before) == (datetime.date(2026, 12, 31), None)
    assert (winter.due_on, winter.not_before) == (datetime.date(2027, 3, 31), datetime.date(2027, 1, 1))
    assert autumn.due_key != winter.due_key
