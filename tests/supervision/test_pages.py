import datetime
import io
import re

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from branch_portal.dates import today_shanghai
from learning.models import MemberYear
from members.actions.affiliations import exit_member
from supervision.queries.study import study_progress
from supervision.views.paging import PAGE_SIZE
from tests import factories as make
from tests.access_objects import gathering as held
from tests.access_objects import record, share
from tests.supervision.factories import MONTHS, branch_year

LAST_YEAR = today_shanghai().year - 1


def text(response) -> str:
    """What is read on the page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


def test_the_admin_opens_with_the_committee_s_tools(world, staff, as_user):
    page = staff.get(reverse("admin:index"))
    assert [tool["label"] for tool in page.context["tools"]] == [
        "组织生活监督",
        "学习进度",
        "提醒送达",
        "提醒设置",
        "账号",
        "授权委托",
    ]
    tools = as_user(world.superuser).get(reverse("admin:index")).context["tools"]
    assert [tool["label"] for tool in tools] == ["提醒设置", "运行状态", "账号"]


def test_a_kind_is_shown_by_month_with_words_and_links(world, staff):
    branch_year(world.branch_a, LAST_YEAR, theme_day=(MONTHS, (1, 2), (1,)))
    page = staff.get(reverse("supervision:grid"), {"kind": "theme_day", "year": LAST_YEAR})
    head = reverse("supervision:branch", args=[world.branch_a.uid, LAST_YEAR])
    row = re.search(rf'<tr><th[^>]*><a href="{head}">[^<]*</a></th>(.*?)</tr>', page.content.decode())[1]
    assert re.findall(r'<td class="([\w-]+)"', row)[:12] == ["is-done", "is-wait"] + ["is-missing"] * 10
    assert re.findall(r">([^<>]+)</a>", row) == ["已开", "待确认"] + ["缺"] * 10
    cell = reverse("supervision:cell", args=[world.branch_a.uid, LAST_YEAR, "theme_day", 2])
    assert f'href="{cell}"' in row


def test_a_subtree_can_be_chosen_and_nothing_outside_it(world, staff):
    url = reverse("supervision:grid")
    below = staff.get(url, {"organization": world.general_branch.uid, "year": LAST_YEAR})
    assert {row.branch.name for row in below.context["grid"].rows} == {"清源村第一党支部", "清源村第二党支部"}
    # Another committee's branch is no choice: the whole own subtree is shown, and no word of the other.
    foreign = staff.get(url, {"organization": world.branch_x.uid, "year": LAST_YEAR})
    assert {row.branch.name for row in foreign.context["grid"].rows} == {
        "清源村第一党支部",
        "清源村第二党支部",
        "镇机关党支部",
    }
    assert "东湖" not in text(foreign)


def test_fifty_branches_a_page(world, staff):
    for number in range(PAGE_SIZE):
        make.organization(parent=world.committee, name=f"第{number}党支部")
    url = reverse("supervision:grid")
    first, second = staff.get(url), staff.get(url, {"page": 2})
    assert (len(first.context["page"].rows), len(second.context["page"].rows)) == (PAGE_SIZE, 3)
    assert first.context["page"].next_url == "?page=2"
    beyond = staff.get(url, {"page": 99})
    assert beyond.context["page"].number == 2


def test_the_export_says_what_the_grid_says(world, staff):
    branch_year(world.branch_a, LAST_YEAR, theme_day=(MONTHS, (1, 2), (1,)))
    answer = staff.get(
        reverse("supervision:grid-export"), {"year": LAST_YEAR, "organization": world.branch_a.uid}
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == [
        "序号", "党支部", "主题党日", "支部党员大会", "支部委员会会议", "党小组会", "党课", "组织生活会",
        "民主评议党员", "待确认", "缺",
    ]  # fmt: skip
    assert rows[1][1:] == ["清源村第一党支部", "2/12", "—", "—", "—", "—", "—", "—", 1.0, 10.0]


def test_a_cell_opens_into_its_records(world, staff):
    part = share(world, held(world))
    counted = record(world, part)
    url = reverse("supervision:cell", args=[world.branch_a.uid, 2026, "theme_day", 3])
    page = staff.get(url)
    assert [shown.pk for shown in page.context["records"]] == [counted.pk]
    assert reverse("activities:record", args=[counted.uid]) in page.content.decode()
    assert "每月相对固定1天开展主题党日" in text(page)
    april = staff.get(reverse("supervision:cell", args=[world.branch_a.uid, 2026, "theme_day", 4]))
    assert april.context["records"] == []
    for kind, period in (("theme_day", 13), ("general_meeting", 5), ("nonsense", 1), ("theme_day", 0)):
        gone = staff.get(reverse("supervision:cell", args=[world.branch_a.uid, 2026, kind, period]))
        assert gone.status_code == 404, (kind, period)


def test_a_branch_shows_its_whole_year(world, staff):
    page = staff.get(reverse("supervision:branch", args=[world.branch_b.uid, LAST_YEAR]))
    assert page.context["grid"].rows[0].branch == world.branch_b
    assert "党课" in text(page)
    for year in (1999, 9999):
        assert staff.get(reverse("supervision:branch", args=[world.branch_b.uid, year])).status_code == 404


def test_study_progress_counts_32_and_56_apart(world):
    secretary, ordinary, third = world.members_a[0], world.members_a[3], world.members_a[5]
    for member, officer, required, hours in (
        (secretary, True, 56, 55),
        (ordinary, False, 32, 32),
        (third, False, 32, 31),
    ):
        MemberYear.objects.create(
            member=member, branch=world.branch_a, year=LAST_YEAR, is_officer=officer, required_hours=required,
            hours=hours, month_hours=[0] * 12,
        )  # fmt: skip
    rows = {
        row.branch.name: row for row in study_progress(user=world.staff, year=LAST_YEAR, day=today_shanghai())
    }
    row = rows["清源村第一党支部"]
    assert (row.officers_reached, row.officers, row.ordinary_reached, row.ordinary) == (0, 1, 1, 2)
    assert (row.without_hours, row.members, row.short) == (7, 10, 9)
    assert "东湖村党支部" not in rows


def test_a_past_year_is_that_of_its_own_members(world):
    """Who came this year lacks nothing last year; who left since still belongs to it, and to this year no more."""
    newcomer = make.member(world.branch_b, since=datetime.date(today_shanghai().year, 1, 1))
    gone = make.member(world.branch_b)
    for year in (LAST_YEAR, LAST_YEAR + 1):
        MemberYear.objects.create(
            member=gone, branch=world.branch_b, year=year, required_hours=32, hours=2, month_hours=[0] * 12
        )
    today = today_shanghai()
    exit_member(by=None, member=gone, on=today, standing="transferred_out", reason="工作调动")

    def members(year: int) -> int:
        rows = study_progress(user=world.staff, year=year, day=today)
        return next(row.members for row in rows if row.branch == world.branch_b)

    assert newcomer.branch == world.branch_b
    assert (members(LAST_YEAR), members(LAST_YEAR + 1)) == (3, 3)


def test_study_query_count(world, as_user, staff, django_assert_num_queries):
    url = reverse("supervision:study")
    staff.get(url)
    with django_assert_num_queries(STUDY_QUERIES):
        staff.get(url)
    for number in range(3):
        make.member(make.organization(parent=world.committee, name=f"另一党支部{number}"))
    with django_assert_num_queries(STUDY_QUERIES):
        staff.get(url)


STUDY_QUERIES = 11


def test_the_workbench_names_the_branches_that_lack_most(world, staff, as_user):
    page = staff.get(reverse("workbench"))
    lacking = [line["row"].total.missing for line in _panel(page)["lines"]]
    assert lacking == sorted(lacking, reverse=True)
    assert len(lacking) == 3 or today_shanghai() < datetime.date(today_shanghai().year, 2, 1)
    assert _panel(as_user(world.secretary_a).get(reverse("workbench"))) is None


def _panel(page):
    found = [panel for panel in page.context["panels"] if panel.template.startswith("supervision/")]
    return found[0].context if found else None
