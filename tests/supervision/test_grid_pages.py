"""The grid's pages: down and back up, further rows, the end of a past month, one page of paper."""

import datetime
import re

import pytest
from django.urls import reverse

from branch_portal.dates import today_shanghai
from supervision.rules.one_page import LINES, WIDTH, fitting
from supervision.views.grid import MOST_CHILDREN
from tests import factories as make
from tests.supervision.factories import MONTHS, branch_year
from tests.supervision.test_pages import text

LAST_YEAR = today_shanghai().year - 1
GRID, REPORT = "/admin/supervision/", "/admin/supervision/report/"


@pytest.fixture
def staff(world, as_user):
    branch_year(world.branch_a, LAST_YEAR, theme_day=(MONTHS, (1, 2), (1,)))
    return as_user(world.staff)


def test_down_into_a_child_and_back_up(world, staff):
    top = staff.get(GRID, {"year": LAST_YEAR})
    link = rf'href="([^"]*organization={world.general_branch.uid}[^"]*)"'
    below = re.search(link, top.content.decode())[1]
    assert "直属党支部" in text(top)
    page = staff.get(GRID + below.replace("&amp;", "&"))
    assert page.context["grid"].year == LAST_YEAR
    crumbs = [label for label, _ in page.context["crumbs"]]
    assert crumbs == ["组织生活监督", str(world.committee), str(world.general_branch)]
    up = page.context["crumbs"][1][1]
    assert staff.get(GRID + up).context["grid"].branches == 3
    assert page.context["grid"].branches == 2


def test_who_supervises_less_sees_no_way_above(world, as_user):
    deputy = make.user("deputy")
    make.grant(deputy, "committee_staff", world.general_branch)
    page = as_user(deputy).get(GRID, {"organization": world.general_branch.uid})
    assert page.context["crumbs"] == [("组织生活监督", None)]
    assert [each.pk for each in page.context["grid"].way] == [world.general_branch.pk]
    assert as_user(deputy).get(GRID, {"organization": world.committee.uid}).context["grid"].branches == 2


def test_further_rows_are_the_next_page_s(world, staff):
    for number in range(55):
        make.organization(parent=world.committee, name=f"第{number}党支部")
    first = staff.get(GRID).content.decode()
    url = re.search(r'hx-get="([^"]+)"', first)[1]
    assert f'href="{url}"' in first, "without a script the same address is a page"
    rows = staff.get(GRID + url, headers={"HX-Request": "true"}).content.decode()
    assert rows.startswith("<tr><th") and "<table" not in rows and "再显示" not in rows
    whole = staff.get(GRID + url).content.decode()
    names = re.compile(r'<th scope="row">.*?<a [^>]+>([^<]+)</a>')
    assert names.findall(rows) == [name for name in names.findall(whole) if name in names.findall(rows)]
    assert len(names.findall(rows)) == 8
    assert not set(names.findall(first)) & set(names.findall(rows))


def test_hundreds_of_children_are_shortened_by_need(world, staff):
    for number in range(MOST_CHILDREN + 3):
        upper = make.organization("general_branch", parent=world.committee, name=f"第{number}党总支")
        make.organization(parent=upper)
    shown = staff.get(GRID, {"year": LAST_YEAR})
    lines = shown.context["grid"].roll_ups
    assert (len(lines), lines[-1].label) == (MOST_CHILDREN, "其余组织")
    assert sum(line.branches for line in lines) == shown.context["grid"].branches == MOST_CHILDREN + 6
    every = staff.get(GRID + shown.context["children_url"])
    assert len(every.context["grid"].roll_ups) == MOST_CHILDREN + 5
    assert every.context["children_url"] == ""


def test_the_end_of_a_past_month_says_how_it_is_judged(world, staff):
    page = staff.get(GRID, {"year": LAST_YEAR, "as_of": f"{LAST_YEAR}-01"})
    assert page.context["grid"].day == datetime.date(LAST_YEAR, 1, 31)
    assert f"截至 {LAST_YEAR}年1月31日：该日以后召开的不计入" in text(page)
    wrong = staff.get(GRID, {"year": LAST_YEAR, "as_of": f"{LAST_YEAR - 1}-01"})
    assert wrong.context["grid"].day == today_shanghai(), "another year's month is none of this one's"
    assert "该日以后" not in text(wrong)


@pytest.mark.parametrize("kind", ["", "theme_day", "general_meeting", "appraisal"])
@pytest.mark.parametrize("below", [False, True])
def test_each_view_has_its_drawing_and_its_table(world, staff, kind, below):
    asked = {"year": LAST_YEAR, "kind": kind}
    if below:
        asked["organization"] = world.general_branch.uid
    page = staff.get(GRID, asked).content.decode()
    columns = re.search(r'data-chart-columns="([\d,]+)"', page)[1].split(",")
    table = re.search(r'<table class="portal-table" id="grid-sums">(.*?)</table>', page, re.DOTALL)[1]
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", table)
    drawn = [heads[int(place) - 1] for place in columns]
    assert drawn in (["已确认", "待确认", "缺"], ["已开的支部", "缺的支部"])
    assert not re.search("排名|得分|分数|名次", page)


def test_the_report_names_what_each_lacks_on_one_page(world, staff):
    page = text(staff.get(REPORT, {"year": LAST_YEAR}))
    assert f"清源镇党委{LAST_YEAR}年组织生活情况" in page
    assert "共 3 个党支部" in page
    assert "主题党日 3—12月" in page, "branch A"
    assert "第十六条：每月相对固定1天开展主题党日" in page
    assert "填报单位（盖章）：清源镇党委" in page and "审核人：" in page


def test_a_large_report_is_sums_alone(world, staff):
    for number in range(30):
        make.organization(parent=world.committee, name=f"第{number}党支部")
    page = text(staff.get(REPORT))
    assert "党支部超过 30 个，只列汇总" in page
    assert "第3党支部" not in page


def test_the_report_and_the_export_are_of_one_s_own(world, as_user):
    foreign = as_user(world.staff_x)
    assert "清源" not in text(foreign.get(REPORT, {"organization": world.committee.uid}))
    rows = foreign.get(f"{GRID}export/", {"organization": world.committee.uid})
    assert rows.status_code == 200
    assert "清源村" not in text(foreign.get(GRID, {"organization": world.committee.uid}))
    assert foreign.get(GRID, {"name": "清源村"}).context["page"].total == 0


def test_lines_are_counted_before_they_are_printed():
    assert fitting(["短"] * LINES, 0) == LINES
    assert fitting(["短"] * (LINES + 1), 0) == LINES - 1, "one line says that there are more"
    assert fitting(["长" * (WIDTH + 1)] * LINES, 10) == (LINES - 10 - 1) // 2
    assert fitting([], 0) == 0


def test_report_query_count(world, staff, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        staff.get(REPORT)
    for number in range(40):
        make.organization(parent=world.committee, name=f"第{number}党支部")
    with django_assert_num_queries(QUERIES):
        staff.get(REPORT)


QUERIES = 13


def test_names_are_shown_as_they_are(world, staff):
    make.organization(parent=world.committee, name="<b>甲</b>支部", short_name="<b>甲</b>")
    for url in (GRID, REPORT, reverse("supervision:grid")):
        assert "<b>甲</b>" not in staff.get(url).content.decode()
