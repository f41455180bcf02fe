"""What forms may ask for: figures counted by hand, lists in their order, for branches and committees, in constant queries."""

import datetime

import pytest

from activities.models import GatheringBranch
from learning.models import MemberYear
from members.models import CommitteeTerm, Member
from supervision.queries.fill_sources import (
    NUMBER,
    TABLE,
    Asked,
    Unit,
    fill_source,
    source_of,
    sources_for,
)
from supervision.queries.form_plans import unit_of
from supervision.rules.form_period import PARTS, FillPeriod
from tests import factories as make
from tests.access_objects import gathering, record, share
from tests.supervision.factories import branch_year

TODAY = datetime.date(2026, 10, 5)
MARCH = FillPeriod.of(2026, "m3")


def asked(world, *organizations, period=MARCH, today=TODAY, user=None) -> Asked:
    user = user or world.staff
    return Asked(user, tuple(unit_of(user, each) for each in organizations), period, today)


def value(key: str, question: Asked):
    """What a source says of the only unit."""
    (found,) = source_of(key).fetch(question).values()
    return found


def held(world, day: int, *, kind="theme_day", present=8, **fields):
    """A gathering of branch A in March 2026 with ten people expected."""
    noon = datetime.datetime(2026, 3, day, 4, tzinfo=datetime.UTC)
    made = gathering(
        world,
        theme=f"{day}日活动",
        on_date=noon.date(),
        started_at=noon,
        ended_at=noon + datetime.timedelta(hours=1),
    )
    part = share(world, made)
    GatheringBranch.objects.filter(pk=part.pk).update(
        expected_count=10, present_count=present, leave_count=10 - present, absent_count=0
    )
    return record(world, part, kind=kind, on_date=noon.date(), title=f"{day}日活动", **fields)


def test_periods():
    assert [(p.first.isoformat(), p.last.isoformat()) for p in (
        FillPeriod.of(2026, "m2"), FillPeriod.of(2026, "q2"), FillPeriod.of(2026, "h2"), FillPeriod.of(2026, "year")
    )] == [
        ("2026-02-01", "2026-02-28"), ("2026-04-01", "2026-06-30"), ("2026-07-01", "2026-12-31"), ("2026-01-01", "2026-12-31"),
    ]  # fmt: skip
    assert FillPeriod.of(2025, "m2").year_before().last == datetime.date(2024, 2, 29)
    assert FillPeriod.of(2026, "q2").to_date().first == datetime.date(2026, 1, 1)
    assert FillPeriod.of(2026, "m3").label == "2026年3月"
    assert FillPeriod.of(2026, "m3").year_before().label == "2025年3月"
    assert FillPeriod.of(2026, "year").day(TODAY) == TODAY
    assert all(FillPeriod.of(2024, part).first <= FillPeriod.of(2024, part).last for part in PARTS)


def test_members_are_counted_as_of_the_period_s_end(world):
    a = world.branch_a
    Member.objects.filter(pk=world.members_a[1].pk).update(gender="female", ethnicity="11", education="61")
    make.member(a, since=datetime.date(2026, 4, 1))  # came after March
    make.leave(world.members_a[8], on=datetime.date(2026, 3, 31))  # was gone on the last day
    make.status(world.members_a[7], "suspended", since=datetime.date(2026, 3, 1))
    make.status(
        world.members_a[6], "floating", since=datetime.date(2026, 3, 1), until=datetime.date(2026, 5, 1)
    )
    question = asked(world, a)
    figures = {
        key: value(key, question)
        for key in ("members", "members_full", "members_probationary", "members_male", "members_female",
                    "members_minority", "members_secondary", "members_university", "members_floating")
    }  # fmt: skip
    assert figures == {
        "members": 8, "members_full": 7, "members_probationary": 1, "members_male": 7, "members_female": 1,
        "members_minority": 1, "members_secondary": 1, "members_university": 7, "members_floating": 1,
    }  # fmt: skip
    ages = sum(value(f"members_age_{low}", question) for low in (0, 31, 36, 46, 56, 61))
    assert ages == 8 and value("members_age_56", question) == 8
    assert value("members", asked(world, a, period=FillPeriod.of(2026, "m4"))) == 9
    # The committee's own figure is the sum over its branches: 9 + 2 in branch B + 1 in branch D.
    assert value("members", asked(world, world.committee, period=FillPeriod.of(2026, "m4"))) == 12


def test_names_posts_and_term(world):
    CommitteeTerm.objects.create(
        organization=world.branch_a,
        elected_on=datetime.date(2025, 1, 5),
        years=3,
        ends_on=datetime.date(2028, 1, 5),
        extended_until=datetime.date(2028, 6, 5),
        extension_reference="清组〔2028〕1号",
    )
    question = asked(world, world.branch_a)
    assert value("organization_name", question) == "清源村第一党支部"
    assert value("secretary", question) == "安国强"
    assert (value("organizer", question), value("deputy_secretary", question)) == ("白春梅", "")
    assert value("committee_size", question) == 3
    assert value("term_ends", question) == datetime.date(2028, 6, 5)
    assert value("term_ends", asked(world, world.branch_b)) == ""
    assert value("cell_count", question) == 2
    assert value("branch_count", asked(world, world.committee)) == 3


def test_organisational_life(world):
    branch_year(world.branch_a, 2026, theme_day=(range(1, 13), (1, 3), (1,)))
    held(world, 5), held(world, 12, present=6)
    record(world, held(world, 20, present=9).share, kind="party_lecture", on_date=datetime.date(2026, 3, 20))
    held(world, 25, state="draft", recorded_by=None, recorded_at=None)
    question = asked(world, world.branch_a)
    assert (value("owed_theme_day", question), value("held_theme_day", question)) == (1, 1)
    quarter = asked(world, world.branch_a, period=FillPeriod.of(2026, "q1"))
    assert (value("owed_theme_day", quarter), value("held_theme_day", quarter)) == (3, 2)
    assert (value("times_theme_day", question), value("times_party_lecture", question)) == (3, 1)
    # A gathering with two records is one for who was there; a draft counts for nothing.
    assert (value("expected", question), value("present", question)) == (30, 23)
    assert value("attendance_rate", question) == 76.7
    assert value("attendance_rate", asked(world, world.branch_b)) == ""


def test_study_hours(world):
    for place, (hours, officer) in enumerate(((60, True), (20, False))):
        MemberYear.objects.create(
            member=world.members_a[place], branch=world.branch_a, year=2026, hours=hours, is_officer=officer,
            required_hours=56 if officer else 32, month_hours=[0] * 12,
        )  # fmt: skip
    question = asked(world, world.branch_a)
    assert (value("study_hours", question), value("study_average", question)) == (80, 40)
    assert (value("study_reached", question), value("study_officers_reached", question)) == (1, 1)


def test_the_roster_names_people_and_nothing_sealed(world):
    rows = value("roster", asked(world, world.branch_a))
    assert [row[NUMBER] for row in rows] == list(range(1, 11))
    assert [row["name"] for row in rows][:2] == ["安国强", "白春梅"]
    assert (rows[0]["posts"], rows[0]["gender"], rows[0]["education"]) == ("党支部书记", "男", "大学")
    assert [row["name"] for row in value("roster_probationary", asked(world, world.branch_a))] == ["马晓东"]
    assert not {"id_number", "birth_date", "mobile", "home_address"} & set(source_of("roster").columns)
    names = [row["name"] for row in value("roster", asked(world, world.committee))]
    assert len(names) == 13 and "外部书记x" not in names


def test_record_lists(world):
    held(world, 12), held(world, 5)
    held(world, 20, kind="party_lecture", lecturer="安国强")
    question = asked(world, world.branch_a)
    rows = value("records_theme_day", question)
    assert [(row[NUMBER], row["on_date"].day, row["present"], row["kind"]) for row in rows] == [
        (1, 5, 8, "主题党日"),
        (2, 12, 8, "主题党日"),
    ]
    assert (rows[0]["chair"], rows[0]["recorder"]) == ("安国强", "白春梅")
    assert [row["lecturer"] for row in value("records_party_lecture", question)] == ["安国强"]
    assert len(value("records", question)) == 3


def test_branches_stand_beside_their_figures(world):
    columns = ("organization_name", "members", "secretary")
    rows = value("branches", asked(world, world.committee).for_columns(columns))
    assert [[row[key] for key in (NUMBER, *columns)] for row in rows] == [
        [1, "清源村第一党支部", 10, "安国强"],
        [2, "清源村第二党支部", 2, "外部书记b"],
        [3, "镇机关党支部", 1, "外部书记d"],
    ]


def test_no_source_sees_another_committee(world):
    """Whoever asks for a foreign branch gets nothing that is counted or named there."""
    held(world, 5)
    own = Unit(world.branch_a, (world.branch_a,))
    question = Asked(world.staff_x, (own,), MARCH, TODAY)
    empty = {
        source.key: source.fetch(question)[world.branch_a.pk]
        for source in sources_for(world.staff_x)
        if source.group not in ("通用", "党组织") and source.key != "branches"
        and not source.key.startswith(("owed", "held"))
    }  # fmt: skip
    assert {key: found for key, found in empty.items() if found not in (0, "", [])} == {}
    assert sources_for(world.superuser) == []


@pytest.mark.parametrize("key", ("members", "roster", "records", "present", "owed", "secretary"))
def test_query_count(world, key, django_assert_max_num_queries):
    few = asked(world, world.branch_a, world.branch_b)
    for number in range(6):
        make.member(make.organization(parent=world.committee, name=f"另{number}支部"))
    many = Asked(
        world.staff,
        tuple(Unit(branch, (branch,)) for branch in unit_of(world.staff, world.committee).branches),
        MARCH,
        TODAY,
    )
    world.staff.access  # noqa: B018  gathered once a request
    with django_assert_max_num_queries(10) as first:
        source_of(key).fetch(few)
    with django_assert_max_num_queries(len(first.captured_queries)):
        source_of(key).fetch(many)


def test_a_key_stands_once():
    with pytest.raises(ValueError, match="members"):
        fill_source(source_of("members"))
    assert all(source.columns for source in sources_of_tables())


def sources_of_tables():
    return [source_of(key) for key in ("roster", "records", "branches") if source_of(key).kind == TABLE]
