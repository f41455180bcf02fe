"""党内统计: a built year as a worked example, days that are past, checks that name their place, and few statements."""

import datetime

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import ActivityRecord
from branch_portal.dates import local_datetime, today_shanghai
from learning.models import MemberYear
from members.models import Affiliation, Member, MemberStatus, OrganizationChange, PartyOrganization
from members.queries.changes import histories, movements
from members.rules.changes import change_table
from members.rules.roster import party_standing_years
from supervision.queries.statistics import figures_of
from supervision.queries.statistics_people import Population, members_on
from supervision.rules.statistics import checks, from_data, to_data
from supervision.rules.statistics_layouts import STANDING_BANDS
from tests import factories as make
from tests.access_objects import gathering, record, share
from tests.supervision.factories import branch_year
from tests.supervision.statistics_year import AUTUMN, END, SUMMER, YEAR, move, one_of_each

MemberEvent = apps.get_model("members", "MemberEvent")


def faults(figures) -> list[str]:
    return [fault for check in checks(figures) for fault in check.faults]


def numbers(figures, sheet: str, column: str = "total") -> dict[str, int]:
    found = figures.sheet(sheet)
    return {line.key: line.values[found.place(column)] for line in found.lines}


@pytest.fixture
def events(world):
    # Admitted in 2026: not yet there at the end of the worked year.
    Affiliation.objects.filter(member=world.members_a[9]).update(
        period=(datetime.date(2026, 3, 1), None), gain="admitted"
    )
    return one_of_each(world)


# --- The worked example ---


def test_the_change_table_has_every_kind_of_event(world, events):
    rows = numbers(figures_of(world.committee, END), "change")
    # 9 of branch A, 3 of the others, and those who were there before: expelled, suspended, died, two who went, one who
    # moved within, confirmed, extended, annulled.
    assert rows == {
        "1": 21, "2": 5, "3": 1, "4": 1, "5": 3, "6": 1, "7": 6, "8": 2, "9": 1, "10": 1, "11": 2, "12": 1,
        "13": 20, "14": 20, "15": 0,
    }  # fmt: skip


def test_development_exits_and_transfers_say_it_once_more(world, events):
    figures = figures_of(world.committee, END)
    assert numbers(figures, "development") == {"admitted": 1, "confirmed": 1, "extended": 1, "annulled": 1}
    exits = numbers(figures, "exits")
    assert (exits["total"], exits["1"], exits["6"]) == (2, 1, 1)
    assert numbers(figures, "transfers") == {
        "in": 3, "in_transferred_in": 1, "in_moved": 1, "in_whole_unit": 1,
        "out": 2, "out_transferred_out": 0, "out_moved": 1, "out_whole_unit": 1,
    }  # fmt: skip
    assert numbers(figures, "stopped") == {"stopped": 1, "restored": 1, "deceased": 1}
    assert numbers(figures, "membership") == {"total": 21, "normal": 20, "suspended": 1}
    assert faults(figures) == []


def test_within_one_branch_a_move_to_the_next_is_a_loss(world, events):
    branch = numbers(figures_of(world.branch_a, END), "change")
    assert (branch["11"], branch["14"], branch["15"]) == (3, 16, 0)
    other = numbers(figures_of(world.branch_b, END), "change")
    assert (other["1"], other["5"], other["14"]) == (2, 1, 3)


def test_people_are_divided_in_every_way(world, events):
    figures = figures_of(world.committee, END)
    assert numbers(figures, "category") == {"total": 20, "full": 18, "probationary": 2}
    assert numbers(figures, "gender") == {"total": 20, "male": 19, "female": 1}
    assert numbers(figures, "ethnicity") == {"total": 20, "01": 19, "minority": 1, "05": 1}
    assert {key: n for key, n in numbers(figures, "age").items() if n} == {"total": 20, "30": 1, "55": 19}
    assert {key: n for key, n in numbers(figures, "education").items() if n} == {
        "total": 20, "graduate": 1, "11": 1, "university": 19, "21": 19,
    }  # fmt: skip
    women = numbers(figures, "age", "female")
    assert (women["30"], women["55"]) == (1, 0)
    assert numbers(figures, "category", "probationary") == {"total": 2, "full": 0, "probationary": 2}
    assert numbers(figures, "unit") == {"total": 20, "village": 19, "government_organ": 1}
    assert numbers(figures, "unit", "branches") == {"total": 3, "village": 2, "government_organ": 1}


def test_floating_lost_and_abroad(world):
    day = datetime.date(2026, 6, 30)
    away, abroad, short, lost = world.members_a[5:9]
    make.status(away, "floating", since=datetime.date(2025, 12, 31))
    make.status(abroad, "floating", since=datetime.date(2025, 1, 1), abroad=True)
    make.status(short, "floating", since=datetime.date(2026, 1, 1))
    make.status(lost, "out_of_contact", since=day)
    assert numbers(figures_of(world.committee, day), "situation") == {
        "total": 13, "floating": 2, "abroad": 1, "away": 1, "lost": 1,
    }  # fmt: skip


def test_standing_is_counted_as_on_the_card(world):
    """The database's years are the rule's, on birthdays of leap years too."""
    days = [
        datetime.date(2020, 2, 29),
        datetime.date(1975, 12, 31),
        datetime.date(2021, 6, 30),
        datetime.date(2024, 7, 1),
    ]
    for person, confirmed in zip(world.members_a[4:8], days, strict=True):
        Member.objects.filter(pk=person.pk).update(
            admitted_on=datetime.date(1970, 1, 1),
            confirmed_on=confirmed,
            standing_correction=confirmed.month % 3 - 1,
        )
    for day in (datetime.date(2025, 2, 28), datetime.date(2025, 2, 27), datetime.date(2026, 6, 30)):
        for row in members_on(Population.of(world.branch_a, day)).select_related("member"):
            member = row.member
            if member.confirmed_on is None or member.confirmed_on > day:
                assert row.of_standing_years == "none"
                continue
            years = party_standing_years(member.confirmed_on, day, member.standing_correction)
            assert row.of_standing_years == next(
                k for k, least, most in STANDING_BANDS if least <= years <= most
            )


# --- As of ---


def test_what_comes_later_changes_nothing(world, events):
    """A transfer, a suspension, a schooling and a branch's move after the day leave the day's figures as they were."""
    before = figures_of(world.committee, SUMMER)
    make_later(world)
    assert figures_of(world.committee, SUMMER).sheets == before.sheets


def make_later(world):
    move(world.members_a[5], world.branch_x, on=AUTUMN)
    MemberStatus.objects.create(member=world.members_a[6], kind="suspended", period=(AUTUMN, None))
    OrganizationChange.objects.create(
        organization=world.branch_b, kind="founded", effective_on=make.LONG_AGO, parent=world.general_branch
    )
    OrganizationChange.objects.create(
        organization=world.branch_b, kind="moved", effective_on=AUTUMN, parent=world.committee_x
    )
    nodes = PartyOrganization.objects
    nodes.move(nodes.get(pk=world.branch_b.pk), nodes.get(pk=world.committee_x.pk), "last-child")


def test_a_schooling_counts_from_the_day_on_which_it_was_entered(world):
    """The audit's rows say what a card said on a day; a card that is younger than the day speaks for itself."""
    day, person = datetime.date(2026, 6, 30), world.members_a[5]
    Member.objects.filter(pk=person.pk).update(education="12", job_post="41")
    assert numbers(figures_of(world.branch_a, day), "education")["graduate"] == 1
    _card_said(person, on=day, education="22", job_post="0111")
    then = figures_of(world.branch_a, day)
    assert numbers(then, "education")["graduate"] == 0
    assert numbers(then, "education")["college"] == 1
    assert numbers(then, "job_post")["0111"] == 1
    earlier = figures_of(world.branch_a, day - datetime.timedelta(days=1))
    assert numbers(earlier, "education")["graduate"] == 1
    assert numbers(figures_of(world.branch_a, today_shanghai()), "education")["graduate"] == 1


def _card_said(person, *, on: datetime.date, education: str, job_post: str) -> None:
    """A row of the audit as of a day in the past, which only the triggers write otherwise."""
    names = [field.column for field in MemberEvent._meta.concrete_fields if field.name != "pgh_id"]
    said = {"pgh_created_at": "%(at)s", "education": "%(education)s", "job_post": "%(job_post)s"}
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(said.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO members_memberevent ({columns}) SELECT {values} FROM members_memberevent"
            " WHERE pgh_obj_id = %(person)s ORDER BY pgh_id LIMIT 1",
            {"at": local_datetime(on), "education": education, "job_post": job_post, "person": person.pk},
        )


def test_a_branch_that_was_moved_counts_where_it_stood(world, events):
    make_later(world)
    committee = PartyOrganization.objects.get(pk=world.committee.pk)
    assert numbers(figures_of(committee, SUMMER), "below")["total"] == 22
    other = PartyOrganization.objects.get(pk=world.committee_x.pk)
    assert numbers(figures_of(other, END), "organizations")["branch"] == 2


# --- Checks ---


def test_who_was_entered_without_a_way_of_gain_is_a_difference(world, events):
    make.member(world.branch_a, "无增加方式", since=SUMMER, admitted_on=SUMMER, category="probationary")
    figures = figures_of(world.committee, END)
    found = faults(figures)
    assert numbers(figures, "change")["15"] == 1
    assert "实有数与应有数相差 1 人，请查看有差别的党员" in found
    assert any("“发展党员”合计 2" in fault and "人数 1，差 1" in fault for fault in found)
    assert len(found) == 2


def test_figures_survive_being_kept(world, events):
    figures = figures_of(world.committee, END)
    assert from_data(to_data(figures)) == figures


def test_those_who_moved_tell_the_whole_table(world, events):
    """Reading only who moved says what reading everybody says."""
    for root in (world.committee, world.branch_a, world.committee_x):
        root = PartyOrganization.objects.get(pk=root.pk)
        some, steady, _ = movements(root, year=YEAR, until=END)
        whole = change_table(histories(root, year=YEAR, until=END), year=YEAR, until=END)
        assert change_table(some, year=YEAR, until=END, steady=steady).rows == whole.rows
        assert len(some) < whole.rows[1] or root == world.committee_x


# --- Organisational life and study ---


def test_life_counts_what_was_due_by_the_day(world):
    branch_year(world.branch_a, YEAR, theme_day=(range(1, 13), (1, 2, 3, 7), (1, 2)))
    life = figures_of(world.branch_a, datetime.date(YEAR, 6, 30)).sheet("life")
    assert life.line("theme_day").values == (1, 6, 3, 1, 3)
    whole = figures_of(world.branch_a, END).sheet("life")
    assert whole.line("theme_day").values == (1, 12, 4, 2, 8)


def test_meetings_and_attendance(world):
    part = share(world, gathering(world))
    record(world, part)
    record(world, part, kind="party_lecture")
    ActivityRecord.objects.filter(kind="party_lecture").update(
        state="draft", recorded_at=None, recorded_by=None
    )
    figures = figures_of(world.committee, datetime.date(2026, 6, 30))
    assert figures.sheet("meetings").line("theme_day").values == (1, 10, 9)
    assert figures.sheet("meetings").line("total").values == (1, 10, 9)


def test_study_keeps_officers_and_others_apart(world):
    rows = ((0, True, 56, 56), (1, True, 56, 55), (3, False, 32, 32), (5, False, 32, 31))
    for place, officer, required, hours in rows:
        MemberYear.objects.create(
            member=world.members_a[place], branch=world.branch_a, year=2026, is_officer=officer, required_hours=required,
            hours=hours, month_hours=[0] * 12,
        )  # fmt: skip
    study = figures_of(world.committee, datetime.date(2026, 6, 30)).sheet("study")
    assert {line.key: line.values[0] for line in study.lines} == {
        "total": 13, "officer": 2, "officer_reached": 1, "officer_short": 1,
        "member": 2, "member_reached": 1, "member_short": 1, "no_credit": 9,
    }  # fmt: skip
    assert "56" in study.line("officer").label and "32" in study.line("member").label


# --- Statements ---


@pytest.mark.parametrize("past", [False, True])
def test_statistics_query_count(world, past):
    day = datetime.date(2026, 6, 30) if past else today_shanghai()

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            figures_of(world.committee, day)
        return len(caught)

    statements()
    few = statements()
    for _ in range(6):
        branch = make.organization(parent=world.general_branch)
        for _ in range(3):
            make.member(branch)
    assert statements() == few
    assert few <= 30
