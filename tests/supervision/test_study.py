"""学习进度: the stored sums as the committee reads them, of its own subtree and of nothing else."""

import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from branch_portal.dates import today_shanghai
from learning.actions.credits import CreditLine, post_credits
from learning.models import BranchStudyYear, MemberYear, StudyRequirement
from members.actions.affiliations import exit_member
from supervision.queries.study import StudyFigures, StudyProgress
from supervision.rules.watch import ATTENDANCE, ATTENTION, GOOD, HELP, NOTHING, STUDY, Lines, study_word
from supervision.views import study as study_view
from supervision.views.paging import PAGE_SIZE
from tests import factories as make
from tests.supervision.test_pages import text

TODAY = today_shanghai()
LAST_YEAR = TODAY.year - 1


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


def earn(member, minutes: int, *, year: int = TODAY.year, sure: bool = True) -> None:
    day = datetime.date(year, 1, 1)
    post_credits(
        by=None,
        source=f"s{member.pk}",
        source_url="",
        lines=[CreditLine(member.pk, member.branch_id, "theme_day", day, minutes, "学习")],
        confirmed=sure,
    )


def rows_of(user, *, year: int = TODAY.year, root=None) -> dict[str, StudyFigures]:
    found = StudyProgress(user=user, year=year, day=TODAY, root=root)
    return {row.name: row.figures for row in found[:]}


def test_officers_and_others_apart_and_who_is_short_comes_first(world):
    secretary, ordinary, third = world.members_a[0], world.members_a[3], world.members_a[5]
    earn(secretary, 55 * 45)
    earn(ordinary, 32 * 45)
    earn(third, 32 * 45, sure=False)
    rows = rows_of(world.staff)
    assert list(rows) == ["清源村第一党支部", "清源村第二党支部", "镇机关党支部"]
    row = rows["清源村第一党支部"]
    assert (row.officers_reached, row.officers, row.ordinary_reached, row.ordinary) == (0, 3, 2, 7)
    assert (row.without_hours, row.members, row.reached, row.sure, row.short) == (7, 10, 2, 1, 8)
    assert row.pending_hours == 32


def test_sums_by_organisation_and_of_a_chosen_one(world):
    earn(world.members_a[3], 32 * 45)
    found = StudyProgress(user=world.staff, year=TODAY.year, day=TODAY)
    assert [(line.child.name, line.branches, line.figures.members) for line in found.lines] == [
        ("清源村党总支", 2, 12),
        ("直属党支部", 1, 1),
    ]
    assert (found.total.members, found.total.reached, len(found)) == (13, 1, 3)
    below = StudyProgress(user=world.staff, year=TODAY.year, day=TODAY, root=world.general_branch)
    assert (below.lines, len(below), below.total.members) == ([], 2, 12)


def test_stored_and_counted_branches_are_read_alike(world):
    """A branch without a row of the year is counted when asked: the page says the same before and after."""
    earn(world.members_a[3], 32 * 45)
    stored = rows_of(world.staff)
    assert BranchStudyYear.objects.count() > 0
    BranchStudyYear.objects.all().delete()
    assert rows_of(world.staff) == stored


def test_nothing_of_another_committee_and_no_figure_for_a_superuser(world):
    earn(world.members_a[3], 32 * 45)
    assert set(rows_of(world.staff_x)) == {"东湖村党支部"}
    for stranger in (world.superuser, world.secretary_a):
        found = StudyProgress(user=stranger, year=TODAY.year, day=TODAY)
        assert (len(found), found.lines, found.total) == (0, [], StudyFigures())
    assert len(StudyProgress(user=world.staff_x, year=TODAY.year, day=TODAY, root=world.committee)) == 0


def test_a_past_year_is_that_of_its_own_members(world):
    """Who came this year lacks nothing last year; who left since still belongs to it, and to this year no more."""
    make.member(world.branch_b, since=datetime.date(TODAY.year, 1, 1))
    gone = make.member(world.branch_b)
    for year in (LAST_YEAR, LAST_YEAR + 1):
        MemberYear.objects.create(
            member=gone, branch=world.branch_b, year=year, required_hours=32, hours=2, month_hours=[0] * 12
        )
    exit_member(by=None, member=gone, on=TODAY, standing="transferred_out", reason="工作调动")
    assert rows_of(world.staff, year=LAST_YEAR)["清源村第二党支部"].members == 3
    assert rows_of(world.staff)["清源村第二党支部"].members == 3


def test_a_branch_abolished_since_belongs_to_the_years_before(world):
    world.branch_d.abolished_on = TODAY
    world.branch_d.save()
    assert "镇机关党支部" not in rows_of(world.staff)
    assert "镇机关党支部" in rows_of(world.staff, year=LAST_YEAR)


def test_the_page_says_the_hours_in_force_and_leads_to_the_sheet(world, staff):
    StudyRequirement.objects.create(
        from_year=LAST_YEAR, member_hours=Decimal("40"), officer_hours=Decimal("60.5"), clause="镇党委规定"
    )
    page = staff.get(reverse("supervision:study"), {"year": LAST_YEAR})
    assert "书记和委员达标（60.5 学时）" in text(page)
    assert "其他党员达标（40 学时）" in text(page)
    assert "镇党委规定" in text(page)
    sheet = f"{reverse('learning:branch')}?branch={world.branch_a.uid}&amp;year={LAST_YEAR}"
    assert f'href="{sheet}"' in page.content.decode()
    opened = staff.get(reverse("learning:branch"), {"branch": world.branch_a.uid, "year": LAST_YEAR})
    assert opened.context["subtitle"].endswith("清源村第一党支部")


def test_an_organisation_leads_to_its_own_page_and_a_foreign_one_is_no_choice(world, staff):
    page = staff.get(reverse("supervision:study"))
    assert f'href="?organization={world.general_branch.uid}"' in page.content.decode()
    for foreign in (world.branch_x.uid, world.committee_x.uid):
        for name in ("organization", "branch"):
            answer = staff.get(reverse("supervision:study"), {name: foreign})
            assert (answer.context["page"].total, "东湖" in text(answer)) == (3, False)


def test_pages_of_fifty_and_the_export_has_all(world, staff):
    for number in range(PAGE_SIZE):
        make.organization(parent=world.committee, name=f"第{number}党支部")
    url = reverse("supervision:study")
    first, second = staff.get(url), staff.get(url, {"page": 2})
    assert (len(first.context["page"].rows), len(second.context["page"].rows)) == (PAGE_SIZE, 3)
    assert not {row.uid for row in first.context["page"].rows} & {
        row.uid for row in second.context["page"].rows
    }
    answer = staff.get(reverse("supervision:study-export"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == PAGE_SIZE + 4


def test_study_query_count(world, staff, django_assert_num_queries):
    """As many statements for four branches as for eight, with a row of the year or without."""
    url = reverse("supervision:study")
    staff.get(url)
    earn(make.member(make.organization(parent=world.committee, name="先有的党支部")), 45)
    with django_assert_num_queries(STUDY_QUERIES):
        staff.get(url)
    for number in range(4):
        earn(make.member(make.organization(parent=world.committee, name=f"另一党支部{number}")), 45)
    with django_assert_num_queries(STUDY_QUERIES):
        staff.get(url)


STUDY_QUERIES = 10


# --- the lines ---


@given(part=st.integers(0, 500), whole=st.integers(0, 500), lines=st.sampled_from([ATTENDANCE, STUDY]))
def test_a_word_follows_the_exact_share(part, whole, lines):
    word = lines.word(part, whole)
    if not whole:
        assert word == NOTHING
        return
    share = Decimal(part) / Decimal(whole) * 100
    assert word == (HELP if share < lines.help else ATTENTION if share < lines.attention else GOOD)


def test_at_the_line_itself_nothing_is_lacking():
    lines = Lines(attention=80, help=60)
    assert [lines.word(part, 10) for part in (8, 7, 6, 5)] == [GOOD, ATTENTION, ATTENTION, HELP]


def test_hours_are_judged_when_the_year_is_nearly_over():
    may, october = datetime.date(2026, 5, 1), datetime.date(2026, 10, 1)
    assert study_word(0, 10, year=2026, day=may) == NOTHING
    assert study_word(0, 10, year=2026, day=october) == HELP
    assert study_word(9, 10, year=2025, day=may) == GOOD
    assert study_word(0, 10, year=2027, day=october) == NOTHING


def test_many_organisations_below_are_listed_at_a_press(world, as_user, monkeypatch):
    monkeypatch.setattr(study_view, "MOST_CHILDREN", 1)
    client = as_user(world.staff)
    url = reverse("supervision:study")
    first = client.get(url)
    assert len(first.context["lines"].rows) == 1 and "列出全部下级组织" in first.content.decode()
    everything = client.get(
        first.context["children_url"]
        if first.context["children_url"].startswith("/")
        else url + first.context["children_url"]
    )
    assert len(everything.context["lines"].rows) > 1 and "列出全部下级组织" not in everything.content.decode()
