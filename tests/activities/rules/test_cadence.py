from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules import cadence
from activities.rules.cadence import (
    DEFAULT_CADENCE,
    CadenceRule,
    Held,
    OrganisationFacts,
    due_mask,
    evaluate_year,
)
from activities.rules.strip import period_statuses

Q1, Q2, Q3, Q4 = 0b111, 0b111 << 3, 0b111 << 6, 0b111 << 9
BRANCH = OrganisationFacts(full_members=20, has_committee=True, has_cells=True)
SMALL = OrganisationFacts(full_members=5)
MEETING = CadenceRule("general_meeting", "quarter", 1, "第十一条")
masks = st.integers(0, 0xFFF)
as_of_days = st.dates(date(2025, 6, 1), date(2027, 6, 1))


def statuses(kind, facts=BRANCH, as_of=date(2026, 5, 20), year=2026, rules=DEFAULT_CADENCE, **held):
    periods = evaluate_year(rules, facts, year, {kind: Held(**held)}, as_of)
    return [period.status for period in periods if period.rule.kind == kind]


def test_defaults_for_a_branch_with_everything():
    assert due_mask(DEFAULT_CADENCE, BRANCH, 2026) == {
        "general_meeting": 0xFFF,
        "committee_meeting": 0xFFF,
        "cell_meeting": 0xFFF,
        "party_lecture": 0xFFF,
        "theme_day": 0xFFF,
        "org_life_meeting": 0xFFF,
        "appraisal": 0xFFF,
    }
    assert {rule.kind: (rule.period, rule.minimum, rule.national) for rule in DEFAULT_CADENCE} == {
        "general_meeting": ("quarter", 1, True),
        "committee_meeting": ("month", 1, True),
        "cell_meeting": ("month", 1, True),
        "party_lecture": ("quarter", 1, False),
        "theme_day": ("month", 1, True),
        "org_life_meeting": ("year", 1, True),
        "appraisal": ("year", 1, True),
    }
    assert all("条例" in rule.clause for rule in DEFAULT_CADENCE)


def test_small_branch_owes_no_committee_and_no_cell_meeting():
    due = due_mask(DEFAULT_CADENCE, SMALL, 2026)
    assert (due["committee_meeting"], due["cell_meeting"], due["theme_day"]) == (0, 0, 0xFFF)


@pytest.mark.parametrize(
    ("full_members", "has_committee", "expected"), [(6, False, 0), (7, False, 0xFFF), (6, True, 0xFFF)]
)
def test_committee_meeting_is_due_from_seven_full_members_or_with_a_committee(
    full_members, has_committee, expected
):
    facts = OrganisationFacts(full_members=full_members, has_committee=has_committee)
    assert due_mask(DEFAULT_CADENCE, facts, 2026)["committee_meeting"] == expected


def test_a_cell_owes_its_own_meeting_and_a_committee_above_owes_nothing():
    assert due_mask(DEFAULT_CADENCE, OrganisationFacts(kind="cell"), 2026) == {
        "general_meeting": 0,
        "committee_meeting": 0,
        "cell_meeting": 0xFFF,
        "party_lecture": 0,
        "theme_day": 0,
        "org_life_meeting": 0,
        "appraisal": 0,
    }
    assert set(due_mask(DEFAULT_CADENCE, replace(BRANCH, kind="committee"), 2026).values()) == {0}


def test_status_by_quarter():
    assert statuses("general_meeting", confirmed=1, recorded=1) == ["held", "due", "future", "future"]
    assert statuses("general_meeting", recorded=1) == ["pending", "due", "future", "future"]
    assert statuses("general_meeting") == ["missing", "due", "future", "future"]


def test_edges_of_a_period():
    assert statuses("general_meeting", as_of=date(2026, 3, 31))[0] == "due"
    assert statuses("general_meeting", as_of=date(2026, 4, 1))[:2] == ["missing", "due"]
    assert statuses("general_meeting", as_of=date(2025, 12, 31)) == ["future"] * 4
    assert statuses("general_meeting", as_of=date(2027, 1, 1)) == ["missing"] * 4


def test_first_whole_period_counts_for_a_new_branch():
    founded = replace(BRANCH, founded_on=date(2026, 1, 2))
    due = due_mask(DEFAULT_CADENCE, founded, 2026)
    assert due["general_meeting"] == 0xFFF & ~Q1
    assert due["theme_day"] == 0xFFF & ~1
    assert statuses("general_meeting", founded) == ["not_applicable", "due", "future", "future"]
    assert (
        due_mask(DEFAULT_CADENCE, replace(BRANCH, founded_on=date(2026, 1, 1)), 2026)["general_meeting"]
        == 0xFFF
    )
    assert due_mask(DEFAULT_CADENCE, replace(BRANCH, founded_on=date(2027, 1, 1)), 2026)["theme_day"] == 0


def test_last_whole_period_counts_for_an_abolished_branch():
    due = due_mask(DEFAULT_CADENCE, replace(BRANCH, abolished_on=date(2026, 6, 29)), 2026)
    assert (due["general_meeting"], due["theme_day"]) == (Q1, 0b11111)
    assert (
        due_mask(DEFAULT_CADENCE, replace(BRANCH, abolished_on=date(2026, 6, 30)), 2026)["general_meeting"]
        == Q1 | Q2
    )


def test_what_was_held_shows_even_where_nothing_was_owed():
    founded = replace(BRANCH, founded_on=date(2026, 1, 2))
    periods = evaluate_year((MEETING,), founded, 2026, {"general_meeting": Held(1, 1)}, date(2026, 5, 1))
    assert [(period.status, period.owed) for period in periods[:2]] == [("held", False), ("due", True)]
    assert cadence.progress(periods, "general_meeting") == cadence.Progress()
    small = evaluate_year(
        DEFAULT_CADENCE, SMALL, 2026, {"committee_meeting": Held(recorded=2)}, date(2026, 5, 1)
    )
    assert cadence.month_statuses(small, "committee_meeting")[:3] == [
        "not_applicable",
        "pending",
        "not_applicable",
    ]


@pytest.mark.parametrize(
    ("formation", "owes"), [("joint", True), ("temporary", False), ("functional", False)]
)
def test_a_branch_whose_members_stay_with_their_own_owes_nothing(formation, owes):
    due = due_mask(DEFAULT_CADENCE, replace(BRANCH, formation=formation), 2026)
    assert any(due.values()) is owes


def test_year_rule():
    rule = CadenceRule("org_life_meeting", "year", 1, "第十七条")
    assert statuses("org_life_meeting", rules=(rule,)) == ["due"]
    assert statuses("org_life_meeting", rules=(rule,), as_of=date(2027, 3, 31)) == ["due"]
    assert statuses("org_life_meeting", rules=(rule,), as_of=date(2027, 4, 1)) == ["missing"]
    assert due_mask((rule,), replace(BRANCH, founded_on=date(2026, 2, 1)), 2026) == {"org_life_meeting": 0}


def test_rule_version_of_the_first_day_governs_the_period():
    old = replace(MEETING, effective_to=date(2026, 5, 14))
    new = replace(MEETING, minimum=2, effective_from=date(2026, 5, 15))
    periods = evaluate_year((old, new), BRANCH, 2026, {}, date(2026, 12, 31))
    assert [(period.index, period.rule.minimum) for period in periods] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    assert due_mask((old, new), BRANCH, 2026) == {"general_meeting": 0xFFF}


def test_nothing_is_owed_before_the_regulation():
    assert due_mask(DEFAULT_CADENCE, BRANCH, 2018) == {
        "general_meeting": 0,
        "committee_meeting": 0b11 << 10,
        "cell_meeting": 0b11 << 10,
        "party_lecture": 0,
        "theme_day": 0b11 << 10,
        "org_life_meeting": 0,
        "appraisal": 0,
    }


def test_minimum_of_two_counts_months_or_given_counts():
    rule = replace(MEETING, minimum=2)
    assert statuses("general_meeting", rules=(rule,), recorded=0b011, confirmed=0b001)[0] == "pending"
    assert statuses("general_meeting", rules=(rule,), recorded=0b001, confirmed=0b001)[0] == "missing"
    counts = [2] + [0] * 11
    both = {"recorded_counts": counts, "confirmed_counts": counts}
    assert statuses("general_meeting", rules=(rule,), recorded=1, confirmed=1, **both)[0] == "held"


def test_progress_leaves_the_running_period_out_until_it_is_held():
    months = evaluate_year(
        DEFAULT_CADENCE, BRANCH, 2026, {"theme_day": Held(0b10011, 0b00011)}, date(2026, 5, 20)
    )
    result = cadence.progress(months, "theme_day")
    assert (result.held, result.pending, result.missing, result.owed, result.done) == (2, 1, 2, 5, 3)
    assert [period.label for period in result.missing_periods] == ["3月", "4月"]


def test_labels_and_masks():
    periods = evaluate_year((MEETING,), BRANCH, 2026, {}, date(2026, 1, 1))
    assert [period.label for period in periods] == ["第一季度", "第二季度", "第三季度", "第四季度"]
    assert [period.mask for period in periods] == [Q1, Q2, Q3, Q4]
    assert (
        cadence.months_mask([date(2026, 1, 9), date(2026, 12, 1), date(2025, 3, 1)], 2026) == 0b100000000001
    )
    assert set(cadence.STATUS_LABELS) == {"held", "pending", "missing", "due", "future", "not_applicable"}


def test_wrong_rules_are_refused():
    for change in ({"period": "week"}, {"condition": "raining"}, {"minimum": 0}):
        with pytest.raises(ValueError):
            replace(MEETING, **change)
    with pytest.raises(ValueError, match="month"):
        cadence.month_bit(13)


@given(masks, masks, st.sampled_from(["general_meeting", "theme_day"]), as_of_days)
def test_stored_masks_give_the_same_statuses(recorded, confirmed, kind, as_of):
    held = {kind: Held(recorded, confirmed)}
    periods = evaluate_year(DEFAULT_CADENCE, BRANCH, 2026, held, as_of)
    due = due_mask(DEFAULT_CADENCE, BRANCH, 2026)[kind]
    period = {"general_meeting": "quarter", "theme_day": "month"}[kind]
    stored = period_statuses((due, recorded | confirmed, confirmed), period, 1, 2026, as_of)
    spread = [status.status for status in stored for _ in range(12 // len(stored))]
    assert spread == cadence.month_statuses(periods, kind)


@given(masks, masks, as_of_days)
def test_more_held_never_makes_it_worse(recorded, more, as_of):
    order = {"missing": 0, "due": 0, "future": 0, "not_applicable": 0, "pending": 1, "held": 2}
    for kind in ("general_meeting", "theme_day"):
        before = statuses(kind, as_of=as_of, recorded=recorded, confirmed=recorded & more)
        after = statuses(kind, as_of=as_of, recorded=recorded | more, confirmed=recorded & more)
        assert all(order[a] >= order[b] for b, a in zip(before, after, strict=True))


@given(
    st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    masks,
)
def test_due_mask_agrees_with_the_periods(founded, abolished, held):
    facts = replace(BRANCH, founded_on=founded, abolished_on=abolished)
    due = due_mask(DEFAULT_CADENCE, facts, 2026)
    periods = evaluate_year(DEFAULT_CADENCE, facts, 2026, {"theme_day": Held(held, held)}, date(2026, 7, 1))
    for kind, mask in due.items():
        owed = 0
        for period in periods:
            owed |= period.mask if period.rule.kind == kind and period.owed else 0
        assert owed == mask
    quarters = due["general_meeting"]
    assert all(quarters & quarter in (0, quarter) for quarter in (Q1, Q2, Q3, Q4))
