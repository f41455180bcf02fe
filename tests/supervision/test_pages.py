import datetime
import io
import re

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from branch_portal.dates import today_shanghai
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


def test_the_admin_opens_with_the_committee_s_tools(world, staff):
    labels = [tool["label"] for tool in staff.get(reverse("admin:index")).context["tools"]]
    assert labels.index("组织生活监督") < labels.index("党组织") < labels.index("修改记录")
    assert "运行状态" not in labels


@pytest.mark.parametrize("persona", ["staff", "superuser"])
def test_every_tool_that_is_offered_opens(world, as_user, persona):
    client = as_user(world.users[persona])
    shut = [
        tool["label"]
        for tool in client.get(reverse("admin:index")).context["tools"]
        if client.get(tool["url"]).status_code != 200
    ]
    assert shut == []


@pytest.mark.parametrize("persona", ["staff", "superuser"])
def test_the_front_page_has_every_tool_and_each_family_on_one_card(world, as_user, persona):
    answer = as_user(world.users[persona]).get(reverse("admin:index"))
    tools, page = answer.context["tools"], answer.content.decode()
    cards = page.count('class="tool-card"') + page.count('class="tool-card is-family"')
    assert cards == len({(tool["group"], tool["family"]) for tool in tools})
    assert [tool["label"] for tool in tools if f'href="{tool["url"]}"' not in page] == []


def test_a_kind_is_shown_by_month_with_words_and_links(world, staff):
    branch_year(world.branch_a, LAST_YEAR, theme_day=(MONTHS, (1, 2), (1,)))
    page = staff.get(reverse("supervision:grid"), {"kind": "theme_day", "year": LAST_YEAR})
    head = reverse("supervision:branch", args=[world.branch_a.uid, LAST_YEAR])
    row = re.search(rf'<a href="{head}">[^<]*</a></span></th>(.*?)</tr>', page.content.decode())[1]
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
    assert "再显示 3 个党支部（还有 3 个）" in text(first)
    assert "再显示" not in text(second)
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


def test_the_workbench_names_the_branches_that_lack_most(world, staff, as_user):
    page = staff.get(reverse("workbench"))
    lacking = [line["row"].total.missing for line in _panel(page)["lines"]]
    assert lacking == sorted(lacking, reverse=True)
    assert len(lacking) == 3 or today_shanghai() < datetime.date(today_shanghai().year, 2, 1)
    assert _panel(as_user(world.secretary_a).get(reverse("workbench"))) is None


def _panel(page):
    found = [panel for panel in page.context["panels"] if panel.template.startswith("supervision/")]
    return found[0].context if found else None
