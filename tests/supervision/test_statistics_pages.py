"""党内统计 on the page: what it shows and to whom, lists and their names, the workbook, long counts, kept reports."""

import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from branch_portal.due import committee_due_items
from branch_portal.jobs import run_one
from branch_portal.models import Job
from members.actions.errors import ActionRefused
from members.models import Affiliation, Member, PartyOrganization, PersonalDataAccess, RoleGrant
from supervision.actions.statistics import keep_report
from supervision.models import StatisticsReport, StatisticsRun
from supervision.queries.statistics import figures_of, needs_job
from supervision.tables.statistics import PARTS
from supervision.views.statistics import XLSX
from tests import factories as make
from tests.supervision.statistics_year import AUTUMN, END, move, one_of_each

PAGE = "supervision:statistics"


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


@pytest.fixture
def closed(world):
    """A committee whose year is over and has one of everything."""
    Affiliation.objects.filter(member=world.members_a[9]).update(
        period=(datetime.date(2026, 3, 1), None), gain="admitted"
    )
    return one_of_each(world)


def asked(root, day=END, **more) -> dict[str, str]:
    return {"organization": str(root.uid), "day": day.isoformat()} | more


# --- The page ---


def test_every_tab_shows_its_tables_and_the_checks(world, closed, staff):
    for part, (_, keys) in PARTS.items():
        page = staff.get(reverse(PAGE), asked(world.committee, part=part))
        assert [sheet["key"] for sheet in page.context["sheets"]] == list(keys)
        assert not page.context["failed"]
        assert f"校验通过 {page.context['held']} 项" in text(page)
    assert "增减表：第 13 行＝第 1 行＋第 2 行－第 7 行" in text(page)


def test_a_number_leads_to_its_list(world, closed, staff):
    page = staff.get(reverse(PAGE), asked(world.committee, part="people")).content.decode()
    url = re.search(r'<a href="([^"]+sheet=gender[^"]+)" aria-label="女 合计：1">', page)[1].replace(
        "&amp;", "&"
    )
    shown = staff.get(url)
    assert [person.name for person in shown.context["table"].rows] == ["新发展"]
    assert text(shown).count("新发展") == 1


def test_a_day_to_come_and_a_foreign_committee_are_no_choice(world, staff):
    page = staff.get(reverse(PAGE), asked(world.committee_x, datetime.date(2999, 1, 1)))
    assert page.context["root"] == world.committee
    assert page.context["form"].chosen_day == datetime.date.today()
    assert "东湖" not in text(page)
    odd = staff.get(reverse(PAGE), {"organization": "x' OR 1=1", "day": "昨天", "part": "nothing"})
    assert odd.context["root"] == world.committee


@pytest.mark.parametrize(
    "name", ["statistics", "statistics-list", "statistics-export", "statistics-difference"]
)
def test_only_who_answers_for_the_committee_opens_it(world, as_user, name):
    for persona, status in (("superuser", 403), ("secretary_a", 403), ("member_a", 403), ("staff_x", 200)):
        answer = as_user(getattr(world, persona)).get(
            reverse(f"supervision:{name}"),
            asked(world.committee, sheet="category", line="total", column="total"),
        )
        assert answer.status_code == status, persona
        said = answer.content.decode(errors="replace")
        if answer.headers["Content-Type"] == XLSX:
            said = repr(
                CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
            )
            assert "东湖镇党委" in said
        assert world.members_a[0].name not in said
        assert "清源村" not in said  # the committee's own name is the portal's


def test_the_difference_names_its_members(world, staff):
    stray = make.member(world.branch_a, "无增加方式", since=datetime.date(2025, 6, 1))
    page = staff.get(reverse(PAGE), asked(world.committee, part="moves"))
    assert page.context["difference"] == 1
    url = reverse("supervision:statistics-difference")
    shown = staff.get(url, asked(world.committee))
    assert stray.name in text(shown)
    assert "本年内建立名册，没有登记增加方式" in text(shown)


# --- Lists ---


def test_who_is_elsewhere_now_has_no_name_in_the_list(world, closed, staff):
    """The list stays as long as its cell; of who left for another committee it says nothing."""
    url = reverse("supervision:statistics-list")
    early = datetime.date(2025, 8, 1)
    query = asked(world.branch_a, early, sheet="category", line="total", column="total")
    shown = staff.get(url, query)
    lines = shown.context["table"].rows
    assert shown.context["page"].total == len(lines) == figures_of(world.branch_a, early).members
    assert [line.name for line in lines].count("现不在管辖范围内的党员") == 2
    assert "调出的" not in text(shown) and "整建制走的" not in text(shown)
    printed = staff.get(reverse("supervision:statistics-list-print"), query)
    assert "调出的" not in text(printed)
    events = staff.get(url, asked(world.committee, sheet="transfers", line="out", column="total"))
    assert [line.name for line in events.context["table"].rows] == ["现不在管辖范围内的党员"] * 2
    assert "调往其他党组织" in text(events)


def test_a_list_is_taken_out_with_a_reason_only(world, staff):
    url = reverse("supervision:statistics-list-export")
    query = asked(world.committee, sheet="category", line="probationary", column="total")
    path = f"{url}?{'&'.join(f'{key}={value}' for key, value in query.items())}"
    make.member(world.branch_a, "预备的", category="probationary", admitted_on=datetime.date(2025, 5, 1))
    assert "请写明导出事由" in text(staff.post(path, {"reason": "要"}))
    answer = staff.post(path, {"reason": "核对年报数字"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet[1:]] == ["预备的", "马晓东"]
    assert "手机" not in sheet[0]
    kept = PersonalDataAccess.objects.get()
    assert (kept.action, kept.row_count, kept.reason) == ("export", 2, "核对年报数字")


def test_branches_behind_a_cell(world, staff):
    url = reverse("supervision:statistics-list")
    shown = staff.get(url, asked(world.committee, sheet="unit", line="village", column="branches"))
    assert [place.organization for place in shown.context["table"].rows] == [world.branch_a, world.branch_b]
    owed = staff.get(url, asked(world.committee, sheet="life", line="theme_day", column="missing"))
    assert {place.numbers for place in owed.context["table"].rows} == {(12, 0, 0, 12)}


def test_list_query_count(world, staff):
    url = reverse("supervision:statistics-list")
    query = asked(world.committee, sheet="age", line="total", column="college")

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            staff.get(url, query)
        return len(caught)

    statements()
    few = statements()
    for _ in range(5):
        for _ in range(3):
            make.member(make.organization(parent=world.committee))
    assert statements() == few


# --- Paper and workbook ---


def test_the_workbook_says_what_the_page_says(world, closed, staff):
    figures = figures_of(world.committee, END)
    content = staff.get(reverse("supervision:statistics-export"), asked(world.committee)).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert len(book.sheet_names) == len(figures.sheets) + 1
    for place, sheet in enumerate(figures.sheets):
        rows = book.get_sheet_by_index(place).to_python(skip_empty_area=False)
        assert rows[0][0] == sheet.title
        assert rows[1][0] == "填报单位：清源镇党委"
        assert rows[1][len(sheet.columns)] == f"单位：{sheet.unit}"
        assert rows[4][: len(sheet.columns) + 1] == [sheet.head, *(head for _, head in sheet.columns)]
        for at, line in enumerate(sheet.lines):
            assert rows[5 + at][0] == line.label
            assert tuple(rows[5 + at][1 : len(line.values) + 1]) == line.values, (sheet.key, line.key)
    checked = book.get_sheet_by_name("校验").to_python()
    assert checked[0][0].startswith("校验通过") and "未通过 0 项" in checked[0][0]
    formulas = load_workbook(io.BytesIO(content))
    assert formulas[book.sheet_names[0]]["B6"].value == "=B7+B8"
    change = formulas[next(name for name in book.sheet_names if "党员增减情况" in name)]
    assert (change["B18"].value, change["B20"].value) == ("=B6+B7-B12", "=B19-B18")


def test_all_tables_are_printed(world, closed, staff):
    page = staff.get(reverse("supervision:statistics-print"), asked(world.committee))
    assert text(page).count("单位：") >= len(figures_of(world.committee, END).sheets)
    assert 'href="/admin/statistics/list' not in page.content.decode()


# --- Long counts ---


@pytest.fixture
def large(world):
    for number in range(51):
        make.organization(parent=world.committee, name=f"第{number}党支部")
    return PartyOrganization.objects.get(pk=world.committee.pk)


def test_a_past_day_of_a_large_subtree_is_counted_by_a_job(world, large, staff, as_user):
    assert needs_job(large, END) and not needs_job(large, datetime.date.today())
    assert not needs_job(world.branch_a, END) and not needs_job(world.general_branch, END)
    page = staff.get(reverse(PAGE), asked(large))
    assert page.context["counted"] is None and "开始统计" in text(page)
    assert staff.get(reverse("supervision:statistics-export"), asked(large)).status_code == 302
    first = staff.post(reverse("supervision:statistics-start"), asked(large))
    again = staff.post(reverse("supervision:statistics-start"), asked(large))
    assert first["Location"] == again["Location"]
    assert run_one() is True
    job = Job.objects.get()
    assert (job.state, job.result["summary"][:5]) == ("done", "党员 13")
    assert staff.get(job.result_url).context["counted"].figures == figures_of(large, END)
    assert StatisticsRun.objects.count() == 1
    # Another member of the same committee's staff asks for their own.
    other = make.user("staff_2")
    make.grant(other, "committee_staff", world.committee)
    assert as_user(other).get(reverse(PAGE), asked(large)).context["counted"] is None


def test_a_job_counts_with_the_rights_of_its_moment(world, large, staff):
    staff.post(reverse("supervision:statistics-start"), asked(large))
    RoleGrant.objects.filter(user=world.staff).update(valid_to=datetime.date(2020, 1, 1))
    run_one()
    job = Job.objects.get()
    assert job.state == "failed" and "权限" in job.error
    assert not StatisticsRun.objects.exists()


# --- Reports ---


def test_a_report_stays_as_it_was_reported(world, closed, staff):
    url = f"{reverse('supervision:statistics-keep')}?organization={world.committee.uid}&day={END}"
    form = staff.get(url).context["form"]
    sent = {"submission_key": str(form["submission_key"].value()), "explanation": ""}
    first, twice = staff.post(url, sent), staff.post(url, sent)
    assert first["Location"] == twice["Location"]
    report = StatisticsReport.objects.get()
    assert (report.members, report.checks_failed, report.revision) == (20, 0, 1)
    Member.objects.filter(pk=world.members_a[5].pk).update(gender="female")
    move(world.members_a[6], world.branch_x, on=AUTUMN)
    page = staff.get(first["Location"], {"compare": "1"})
    changed = {(d.sheet, d.line, d.column): (d.reported, d.now) for d in page.context["differences"].rows}
    assert changed["性别", "女", "合计"] == (1, 2)
    assert changed["党员增减情况", "14　本年底实有数", "人数"] == (20, 19)
    assert page.context["report"].members == 20
    book = staff.get(reverse("supervision:statistics-report-export", args=[report.uid])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[5][1] == 20


def test_what_does_not_add_up_is_explained_or_not_reported(world):
    make.member(world.branch_a, "无增加方式", since=datetime.date(2025, 6, 1))
    with pytest.raises(ActionRefused, match="请写明原因"):
        keep_report(by=world.staff, organization=world.committee, day=END)
    report = keep_report(
        by=world.staff, organization=world.committee, day=END, explanation="一名党员补建名册"
    )
    assert (report.checks_failed, report.explanation) == (1, "一名党员补建名册")
    second = keep_report(by=world.staff, organization=world.committee, day=END, explanation="再次核对")
    assert second.revision == 2
    assert list(StatisticsReport.objects.in_force()) == [second]


def test_only_half_years_and_years_that_have_come_are_reported(world):
    for day, words in ((datetime.date(2025, 6, 29), "6 月 30 日"), (datetime.date(2999, 12, 31), "还没有到")):
        with pytest.raises(ActionRefused, match=words):
            keep_report(by=world.staff, organization=world.committee, day=day)


def test_reports_of_another_committee_are_not_there(world, as_user):
    report = keep_report(by=world.staff, organization=world.committee, day=END, explanation="测试")
    stranger = as_user(world.staff_x)
    assert not stranger.get(reverse("supervision:statistics-reports")).context["table"]
    assert stranger.get(reverse("supervision:statistics-report", args=[report.uid])).status_code == 404
    listed = as_user(world.staff).get(reverse("supervision:statistics-reports"))
    assert [row.pk for row in listed.context["table"].rows] == [report.pk]


def test_a_report_is_owed_from_two_weeks_before_until_it_is_made(world):
    committees = PartyOrganization.objects.unscoped("all of the test").above_branches()

    def owed(day: datetime.date) -> list[tuple[str, str]]:
        items = committee_due_items(committees=committees, day=day)
        return sorted((item.rule_key, item.title) for item in items if "statistics" in item.rule_key)

    assert owed(datetime.date(2026, 12, 16)) == []
    assert owed(datetime.date(2025, 12, 17)) == [("annual_statistics", "上报2025年度党内统计")] * 2
    assert owed(datetime.date(2026, 6, 16)) == [("half_year_statistics", "上报2026年半年党内统计")] * 2
    keep_report(by=world.staff, organization=world.committee, day=END, explanation="测试")
    assert owed(datetime.date(2026, 1, 20)) == [("annual_statistics", "上报2025年度党内统计")]
    assert owed(datetime.date(2026, 3, 15)) == []
