"""A branch's year says what its members' years say, whatever happened to members, posts and hours in between."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch_portal.dates import today_shanghai
from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.actions.years import open_branch_years
from learning.models import BranchStudyYear, MemberYear, StudyCredit
from learning.queries.branch_year_sql import FIGURES
from learning.queries.branch_years import branches_without_row, figures_without_row
from learning.queries.progress import branch_progress, years_with_hours
from members.actions.affiliations import exit_member, move_unit, transfer_member
from members.actions.people import create_member
from members.actions.posts import end_tenure
from members.actions.statuses import end_status, suspend
from members.models import Affiliation, MemberStatus
from tests import factories as make
from tests.activities.test_two_at_once import second_while_first_is_open
from tests.personas import build_world

TODAY = today_shanghai()
YEAR = TODAY.year


def earn(member, minutes: int, source: str = "", *, sure=True, category="theme_day") -> None:
    line = CreditLine(member.pk, member.branch_id or member.left_branch_id, category, TODAY, minutes, "学习")
    post_credits(by=None, source=source or f"s{member.pk}", source_url="", lines=[line], confirmed=sure)


def row_of(branch, year: int = YEAR) -> dict:
    return BranchStudyYear.objects.filter(branch=branch, year=year).values(*FIGURES).get()


def as_the_sheet_says(branch) -> dict:
    """The same figures from the branch's own list of members, which reads rules and posts by itself."""
    rows = branch_progress(branch, YEAR, day=TODAY)
    stored = {row.member_id: row for row in MemberYear.objects.filter(year=YEAR)}
    mine = [stored[row.member.pk] for row in rows if row.member.pk in stored]
    return {
        "ordinary": sum(not row.officer for row in rows),
        "ordinary_reached": sum(row.reached and not row.officer for row in rows),
        "officers": sum(row.officer for row in rows),
        "officers_reached": sum(row.reached and row.officer for row in rows),
        "waiting": sum(row.reached and row.hours - row.pending < row.required for row in rows),
        "without_hours": sum(row.member.pk not in stored for row in rows),
        "minutes": sum(row.minutes for row in mine),
        "pending_hours": sum((row.pending_hours for row in mine), Decimal(0)),
    }


def test_officers_and_others_apart_with_or_without_hours(world):
    secretary, officer, _, ordinary, *_ = world.members_a
    earn(ordinary, 32 * 45)
    earn(secretary, 56 * 45)
    earn(world.members_a[5], 32 * 45, sure=False)
    assert row_of(world.branch_a) == {
        "ordinary": 7, "ordinary_reached": 2, "officers": 3, "officers_reached": 0, "waiting": 1, "without_hours": 7,
        "minutes": 120 * 45, "pending_hours": 32,
    }, "the secretary has the hours and no central training; who has nothing yet still owes what the post asks for"  # fmt: skip
    earn(secretary, 45, "training", category="central_training")
    assert row_of(world.branch_a)["officers_reached"] == 1
    end_tenure(by=None, tenure=officer.tenures.get(), on=datetime.date(YEAR, 1, 1))
    assert (row_of(world.branch_a)["officers"], row_of(world.branch_a)["ordinary"]) == (2, 8)


steps = st.one_of(
    st.tuples(st.just("earn"), st.integers(0, 5), st.sampled_from([0, 45, 32 * 45, 60 * 45]), st.booleans()),
    st.tuples(st.just("train"), st.integers(0, 5)),
    st.tuples(st.just("confirm"), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 5)),
    st.tuples(st.just("leave"), st.integers(3, 5)),
    st.tuples(st.just("suspend"), st.integers(3, 5)),
    st.tuples(st.just("restore"), st.integers(3, 5)),
    st.tuples(st.just("appoint"), st.integers(3, 5)),
    st.tuples(st.just("unit")),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, max_size=8))
def test_any_history_leaves_the_row_as_the_members_are(world, history):
    for kind, *rest in history:
        happen(world, kind, *rest)
    for branch in (world.branch_a, world.branch_b):
        if BranchStudyYear.objects.filter(branch=branch, year=YEAR).exists():
            assert row_of(branch) == as_the_sheet_says(branch)
    out = io.StringIO()
    call_command("rebuild_member_years", check=True, stdout=out)
    assert "0 行有差异。" in out.getvalue()


def happen(world, kind: str, index: int = 0, *rest) -> None:
    """One thing that changes the figures, where the member is in a state that allows it."""
    member = world.members_a[index]
    member.refresh_from_db()
    here = member.branch_id is not None
    if kind == "earn":
        earn(member, rest[0], sure=rest[1])
    elif kind == "train":
        earn(member, 60, f"t{member.pk}", category="central_training")
    elif kind == "confirm":
        confirm_credits(by=None, source=f"s{member.pk}")
    elif kind == "move" and here and _free(member):
        other = world.branch_b if member.branch_id == world.branch_a.pk else world.branch_a
        transfer_member(by=None, member=member, branch=other, on=TODAY)
    elif kind == "leave" and here and _free(member):
        exit_member(by=None, member=member, on=TODAY, standing="transferred_out", reason="工作调动")
    elif kind == "suspend" and here and not member.statuses.exists():
        make.status(member, "suspended", since=datetime.date(YEAR, 1, 2) if TODAY.month > 1 else TODAY)
    elif kind == "restore" and here and member.statuses.open().exists():
        if member.statuses.get().period.lower < TODAY:
            end_status(by=None, member=member, kind=MemberStatus.Kind.SUSPENDED, on=TODAY)
    elif kind == "appoint" and here:
        make.tenure(member, "publicity", since=TODAY)
    elif kind == "unit":
        staying = [each for each in world.members_a[6:8] if _free(each)]
        if staying and Affiliation.objects.open().filter(member__in=staying, branch=world.branch_a).exists():
            move_unit(by=None, members=staying, branch=world.branch_b, on=TODAY, reason="合并")


def _free(member) -> bool:
    """Nobody moves twice on one day."""
    return not member.affiliations.filter(period__startswith=TODAY).exists()


def test_suspension_takes_a_member_out_and_an_entry_brings_one_in(world):
    earn(world.members_a[3], 32 * 45)
    suspend(by=None, member=world.members_a[3], since=TODAY, reason="1", reference="清党发〔2026〕1 号")
    assert (row_of(world.branch_a)["ordinary"], row_of(world.branch_a)["ordinary_reached"]) == (6, 0)
    values = {
        "name": "新党员", "id_number": make.national_id(7, born="0303"), "gender": "male", "category": "full",
        "admitted_on": datetime.date(2001, 7, 1), "confirmed_on": datetime.date(2002, 7, 1),
        "birth_date": datetime.date(1967, 3, 3),
    }  # fmt: skip
    create_member(by=None, branch=world.branch_a, values=values, since=TODAY)
    assert row_of(world.branch_a)["ordinary"] == 7


def test_the_check_sees_a_wrong_branch_and_the_rebuild_mends_it(world):
    earn(world.members_a[3], 90)
    BranchStudyYear.objects.filter(branch=world.branch_a).update(minutes=1)
    with pytest.raises(CommandError, match="1 个党支部的年度汇总与党员学时不一致"):
        call_command("rebuild_member_years", check=True, stdout=io.StringIO())
    out = io.StringIO()
    call_command("rebuild_member_years", stdout=out)
    assert "0 行有差异，1 个党支部汇总有差异" in out.getvalue()
    assert row_of(world.branch_a)["minutes"] == 90


def test_a_branch_without_a_row_is_counted_and_the_clock_makes_its_row(world):
    earn(world.members_a[3], 90)
    expected = row_of(world.branch_a)
    BranchStudyYear.objects.all().delete()
    counted = dict(zip(FIGURES, figures_without_row([world.branch_a.pk], YEAR)[0][1:], strict=True))
    assert counted == expected
    assert open_branch_years(by=None, day=TODAY) == 4
    assert row_of(world.branch_a) == expected
    assert branches_without_row(YEAR) == []
    assert open_branch_years(by=None, day=TODAY) == 0


def test_the_years_to_choose_from_are_not_looked_for_in_the_whole_ledger(world):
    member = world.members_a[3]
    long_ago = datetime.date(YEAR - 3, 6, 1)
    line = CreditLine(member.pk, member.branch_id, "theme_day", long_ago, 45, "学习")
    post_credits(by=None, source="old", source_url="", lines=[line], confirmed=True)
    with CaptureQueriesContext(connection) as queries:
        assert years_with_hours(TODAY) == [YEAR, YEAR - 1, YEAR - 2, YEAR - 3]
    assert [query for query in queries if StudyCredit._meta.db_table in query["sql"]] == []


def test_two_members_of_one_branch_at_once_are_both_counted(committed_db):
    """Different members, different sources: only the branch's row is shared, and the second one waits for it."""
    world = build_world()
    first, second = world.members_a[3], world.members_a[5]
    BranchStudyYear.objects.all().delete()
    error = second_while_first_is_open(lambda: earn(first, 32 * 45), lambda: earn(second, 32 * 45))
    assert error is None
    assert row_of(world.branch_a)["ordinary_reached"] == 2


def test_a_member_who_moves_while_hours_come_is_counted_once(committed_db):
    world = build_world()
    member = world.members_a[3]
    error = second_while_first_is_open(
        lambda: transfer_member(by=None, member=member, branch=world.branch_b, on=TODAY),
        lambda: earn(member, 32 * 45),
    )
    assert error is None
    assert row_of(world.branch_a)["ordinary_reached"] == 0
    assert row_of(world.branch_b)["ordinary_reached"] == 1
