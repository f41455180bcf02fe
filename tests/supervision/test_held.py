"""What the portal holds: each entry of the catalogue against a count by hand, and how entries are found by words."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.actions.years import recompute_branch_years
from activities.models import ActivityKind, Gathering, GatheringBranch
from learning.models import MemberYear
from members.models import Affiliation, CommitteeTerm
from supervision.queries.held import figures_day, held_figures, held_values
from supervision.rules.held import HeldFigure, hold, meaning, proposals
from supervision.rules.requests import normalised, stored
from tests import factories as make
from tests.access_objects import gathering, record, talk

DAY = datetime.date(2026, 6, 30)
TODAY = datetime.date(2026, 1, 1)


@pytest.fixture
def built(world):
    """Branch B as it was at the middle of 2026; every number below is counted from this list, not from code."""
    b = world.branch_b
    b.has_committee, b.unit_name = True, "清源村"
    b.save()
    long_ago = datetime.date(2010, 1, 1)

    def person(**fields):
        return make.member(b, **({"since": long_ago, "education": "61", "job_post": "59"} | fields))

    person(gender="female", ethnicity="03", birth_year=1996, education="12")  # 30
    person(gender="female", birth_year=1991, education="21", job_post="111")  # 35
    person(birth_year=1990, education="22", job_post="32")  # 36
    person(birth_year=1965, job_post="42")  # 61
    person(birth_year=1950, confirmed_on=datetime.date(1976, 6, 30), admitted_on=datetime.date(1975, 6, 30))
    away = person(birth_year=1970)
    make.status(away, "floating", since=datetime.date(2025, 1, 1), place="深圳")
    lately = person(birth_year=1970)
    make.status(lately, "floating", since=datetime.date(2026, 5, 1), place="杭州")
    lost = person(birth_year=1970)
    make.status(lost, "out_of_contact", since=datetime.date(2026, 1, 5))
    rests = person(birth_year=1970)
    make.status(rests, "suspended", since=datetime.date(2026, 2, 1))
    person(birth_year=1970, category="probationary", admitted_on=datetime.date(2026, 3, 1))
    person(birth_year=1970, admitted_on=datetime.date(2025, 5, 1), confirmed_on=datetime.date(2026, 5, 10))
    person(birth_year=1970, admitted_on=datetime.date(2025, 8, 1), confirmed_on=datetime.date(2026, 8, 1))
    came = person(birth_year=1970, since=datetime.date(2026, 4, 1))
    Affiliation.objects.filter(member=came).update(gain="transferred_in")
    make.leave(person(birth_year=1970), on=datetime.date(2026, 6, 1))
    make.leave(person(birth_year=1970), on=datetime.date(2026, 7, 1))  # still here on the day
    return b


#: What branch B of the list above has, beside its two members of the common world (men born in 1970).
COUNTED = {
    "members_total": 15,
    "members_full": 13,  # without the probationary one, and the one confirmed in August
    "members_probationary": 2,
    "members_male": 13,
    "members_female": 2,
    "members_minority": 1,
    "members_age_30": 1,
    "members_age_35": 2,
    "members_age_36_45": 1,
    "members_age_46_60": 10,
    "members_age_61": 2,
    "members_graduate": 1,
    "members_bachelor": 4,
    "members_college": 5,
    "members_farmers": 3,
    "members_students": 1,
    "members_retired": 1,
    "members_50_years": 1,
    "members_floating": 1,
    "members_lost": 1,
    "members_suspended": 1,
    "members_admitted": 1,
    "members_confirmed": 1,
    "members_came": 1,
    "members_went": 1,
}


def values_of(world, keys, branch, day=DAY, user=None) -> dict:
    found = held_values(user=user or world.staff, keys=keys, branches=[branch.pk], day=day)
    return {key: values[branch.pk] for key, values in found.items()}


def test_members_are_counted_as_of_the_day(world, built):
    assert values_of(world, COUNTED, built) == COUNTED


def test_a_past_day_has_its_own_people(world, built):
    then = values_of(
        world,
        ["members_total", "members_suspended", "members_came", "members_went", "members_lost"],
        built,
        datetime.date(2025, 12, 31),
    )
    # Nobody had come, gone or been suspended yet: 15 + the one who left in June + the suspended one, without who came in April.
    assert then == {
        "members_total": 16, "members_suspended": 0, "members_came": 0, "members_went": 0, "members_lost": 0,
    }  # fmt: skip


def test_posts_terms_and_facts_of_the_branch(world, built):
    other = make.member(built, "乙委员")
    make.tenure(other, "organization")
    make.tenure(make.member(built, "丙委员"), "publicity", until=datetime.date(2026, 6, 1))
    make.organization("cell", parent=built)
    make.organization("cell", parent=built, abolished_on=datetime.date(2026, 1, 1))
    CommitteeTerm.objects.create(
        organization=built,
        elected_on=datetime.date(2024, 5, 1),
        years=3,
        ends_on=datetime.date(2027, 5, 1),
        extended_until=datetime.date(2027, 8, 1),
        extension_reference="清源〔2026〕2号",
    )
    expected = {
        "secretary": "外部书记b",
        "officers": "党支部书记外部书记b、组织委员乙委员",
        "officers_count": 2,
        "term_ends": datetime.date(2027, 8, 1),
        "term_elected": datetime.date(2024, 5, 1),
        "cells": 1,
        "has_committee": "是",
        "founded_on": make.LONG_AGO,
        "formation": "单独组建",
        "unit_category": "村",
        "unit_name": "清源村",
        "usual_place": "党群服务中心",
    }
    assert values_of(world, expected, built) == expected


def held_on(world, day, *, kind="theme_day", state="confirmed", roll=(10, 8), **fields):
    moment = datetime.datetime.combine(day, datetime.time(4), tzinfo=datetime.UTC)
    held: Gathering = gathering(
        world,
        on_date=day,
        started_at=moment,
        ended_at=moment + datetime.timedelta(hours=1),
        host=world.branch_a,
    )
    expected, present = roll
    part = GatheringBranch.objects.create(
        gathering=held,
        branch=world.branch_a,
        expected_count=expected,
        present_count=present,
        absent_count=expected - present,
        roll_saved_at=timezone.now(),
    )
    by = {"recorded_by": None, "recorded_at": None} if state == "draft" else {}
    if state == "confirmed":
        by = {"confirmed_by": world.secretary_a, "confirmed_at": timezone.now()}
    return record(world, part, kind=kind, state=state, **(by | fields))


@pytest.fixture
def year(world):
    """Branch A's first half of 2026: three theme days, one lecture, an org-life meeting of the year before, and drafts."""
    for month in (1, 2, 5):
        held_on(world, datetime.date(2026, month, 5))
    held_on(world, datetime.date(2026, 6, 20), kind="party_lecture", state="recorded", roll=(10, 6))
    held_on(
        world,
        datetime.date(2026, 1, 20),
        kind="org_life_meeting",
        assessment_year=2025,
        held_as="general",
        roll=(0, 0),
    )
    for kind in (
        "volunteer_service",
        "red_base_visit",
        "collective_study",
        "political_birthday",
        "appraisal",
    ):
        held_on(world, datetime.date(2026, 4, 8), kind=kind, roll=(0, 0))
    held_on(world, datetime.date(2026, 4, 9), state="draft", roll=(0, 0))
    held_on(world, datetime.date(2026, 7, 5))  # after the day
    held_on(world, datetime.date(2025, 12, 5))  # before the year
    recompute_branch_years(by=None, branches=[world.branch_a], years=[2025, 2026])


def test_the_year_s_life_is_counted_up_to_the_day(world, year):
    talk(world, on_date=datetime.date(2026, 2, 2))
    talk(world, on_date=datetime.date(2026, 7, 2))
    talk(world, on_date=datetime.date(2026, 3, 2), accepted_by=None, accepted_at=None)
    expected = dict.fromkeys((f"held_{kind}" for kind in ActivityKind), 0) | {
        "held_theme_day": 3,
        "held_party_lecture": 1,
        "held_volunteer_service": 1,
        "held_red_base_visit": 1,
        "held_collective_study": 1,
        "held_political_birthday": 1,
        "held_appraisal": 1,
        # Months 1, 2 and 5 of six: the last day of June is over, as the grid and the statistics count it.
        "missing_theme_day": 3,
        "missing_general_meeting": 2,
        "missing_committee_meeting": 6,
        "missing_cell_meeting": 6,
        "missing_party_lecture": 1,
        "missing_org_life_meeting": 0,
        "missing_appraisal": 0,
        "attendance_rate": Decimal("75.0"),  # 8 of 10 three times, 6 of 10 once
        "last_record": datetime.date(2026, 5, 5),
        "heart_talks": 1,
    }
    assert values_of(world, expected, world.branch_a) == expected
    assert values_of(world, ["held_org_life_meeting"], world.branch_a, datetime.date(2025, 12, 31)) == {
        "held_org_life_meeting": 0  # it was held in January
    }


def test_who_reached_the_hours_officers_and_others_apart(world):
    secretary, officer, ordinary, other, gone = (world.members_a[place] for place in (0, 1, 5, 6, 7))
    year = timezone.localdate().year
    for member, is_officer, hours, trainings in (
        (secretary, True, 56, 1),
        (officer, True, 55, 1),
        (ordinary, False, 32, 0),
        (other, False, 31, 0),
        (gone, False, 40, 1),
    ):
        MemberYear.objects.create(
            member=member, branch=world.branch_a, year=year, is_officer=is_officer, hours=hours,
            required_hours=56 if is_officer else 32, central_trainings=trainings, month_hours=[0] * 12,
        )  # fmt: skip
    make.leave(gone)
    keys = ["study_reached", "study_reached_officers", "study_training"]
    assert values_of(world, keys, world.branch_a, timezone.localdate()) == {
        "study_reached": 1,
        "study_reached_officers": 1,
        "study_training": 2,
    }


def test_every_entry_is_counted_by_one_of_these_tests():
    tested = {
        *COUNTED,
        *("secretary", "officers", "officers_count", "term_ends", "term_elected", "cells", "has_committee"),
        *("founded_on", "formation", "unit_category", "unit_name", "usual_place"),
        *(f"held_{kind}" for kind in ActivityKind),
        *(figure.key for figure in held_figures() if figure.key.startswith("missing_")),
        *("attendance_rate", "last_record", "heart_talks"),
        *("study_reached", "study_reached_officers", "study_training"),
    }
    assert {figure.key for figure in held_figures()} == tested
    assert len(tested) >= 25


def test_every_entry_costs_the_same_for_many_branches(world):
    """And a branch of which nothing is known has its plain nothing."""
    few = [world.branch_a.pk, world.branch_b.pk]
    many = [*few, *(make.organization(parent=world.committee).pk for _ in range(6))]
    assert world.staff.access  # who the asker is, is read once
    for figure in held_figures():
        counts = []
        for branches in (few, many):
            with CaptureQueriesContext(connection) as queries:
                found = held_values(user=world.staff, keys=[figure.key], branches=branches, day=DAY)
            counts.append(len(queries))
            assert set(found[figure.key]) == set(branches)
        assert counts[0] == counts[1], figure.key


@pytest.mark.parametrize("persona", ["staff_x", "superuser", "member_a", "cell_leader_a", "secretary_b"])
def test_nobody_reads_figures_of_a_branch_whose_roster_is_closed(world, persona):
    asked = {"keys": ["secretary", "members_total"], "branches": [world.branch_a.pk], "day": DAY}
    assert held_values(user=getattr(world, persona), **asked) == {"secretary": {}, "members_total": {}}
    assert held_values(user=world.secretary_a, **asked)["secretary"] == {world.branch_a.pk: "安国强"}


# --- Found by words ---


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("党员人数", "党员总数"),
        ("请填写现有党员总数（人）", "党员总数"),
        ("dyzs", "党员总数"),
        ("dangyuanzong", "党员总数"),
        ("女党员有多少", "女党员数"),
        ("什么时候换届", "支部任期届满日期"),
        ("支部书记是谁", "党支部书记姓名"),
        ("主题党日开展情况", "本年主题党日次数"),
        ("学历结构", "研究生学历党员数"),
        ("流动党员", "外出流动党员数"),
    ],
)
def test_typing_brings_up_what_is_held(typed, label):
    assert label in [figure.label for figure in proposals(typed)]


@pytest.mark.parametrize("typed", ["志愿者人数", "自来水入户数", "垃圾分类情况", "防汛物资", "", "，。"])
def test_what_is_new_brings_up_nothing(typed):
    assert proposals(typed) == []


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("党员数量", "members_total"),
        ("本支部女性党员人数", "members_female"),
        ("届满时间", "term_ends"),
        ("参加主题党日党员人数", None),
        ("换届时间", None),
        ("志愿者人数", None),
    ],
)
def test_only_the_same_question_means_a_figure(label, key):
    found = meaning(label)
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("志愿者人数", "请填报本支部志愿者总数（人）", True),
        ("志愿者人数", "志愿者数量", True),
        ("主题党日人数", "主题党日数", False),
        ("经费（元）", "经费（万元）", False),
        ("慰问次数（一季度）", "慰问次数（二季度）", False),
        ("联系人", "联系情况", False),
    ],
)
def test_when_two_labels_ask_the_same(one, other, same):
    assert (normalised(one) == normalised(other)) is same


@given(st.text(max_size=80))
def test_a_label_compares_the_same_however_often_it_is_read(label):
    assert normalised(normalised(label)) == normalised(normalised(normalised(label)))
    proposals(label)
    meaning(label)


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2))
def test_numbers_have_one_stored_form(number):
    text = stored("number", f"{number:,}")
    assert text is not None
    assert Decimal(text) == number
    assert stored("number", text) == text


@pytest.mark.parametrize(
    "typed", ["十二", "12人", "1e5", "NaN", "--1", "12.34567", "９９９９９９９９９９９９９"]
)
def test_what_is_no_number_is_refused(typed):
    assert stored("number", typed) is None


def test_one_meaning_has_one_entry():
    with pytest.raises(ValueError, match="both mean"):
        hold(HeldFigure("again", "党员人数", lambda branches, day: {}))


def test_figures_are_never_of_a_day_to_come():
    assert figures_day(datetime.date(2026, 3, 1), TODAY) == TODAY
    assert figures_day(datetime.date(2025, 3, 1), TODAY) == datetime.date(2025, 3, 1)
    assert figures_day(None, TODAY) == TODAY
