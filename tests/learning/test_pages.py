"""我的学时 and 党支部学时: who reads them, what they say, and that they cost the same for one row and for many."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from branch_portal.dates import today_shanghai
from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.models import MemberYear, StudyRequirement
from learning.queries.progress import branch_progress
from learning.queries.sheets import sheet_of
from members.models import PersonalDataAccess
from tests import factories as make

YEAR = today_shanghai().year
MINE, BRANCH = "/learning/", "/learning/branch/"


def post(source, *people, minutes=90, month=1, category="theme_day", title="学习党章", year=YEAR):
    lines = [
        CreditLine(p.pk, p.branch_id, category, datetime.date(year, month, 5), minutes, title) for p in people
    ]
    post_credits(by=None, source=source, source_url=f"/activities/{source}/", lines=lines, confirmed=False)


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


# --- My own year ---


def test_a_member_reads_total_rows_and_the_arithmetic(world, as_user):
    person = world.members_a[3]
    post("one", person, title="一月主题党日")
    post("two", person, month=2, minutes=60, category="party_lecture", title="二月党课")
    confirm_credits(by=None, source="one")
    response = as_user(world.member_a).get(MINE)
    page = text(response)
    sheet = response.context["sheet"]
    assert (sheet.total.counted, sheet.total.pending, sheet.total.gap) == (3, 1, 29)
    assert [row.title for row in sheet.rows] == ["二月党课", "一月主题党日"]
    assert sheet.item_lines == ["60 分钟 ÷ 45 ≈ 1.33，按 0.5 取整为 1.0 学时", "90 分钟 ÷ 45 = 2.0 学时"]
    for words in (
        "我的学时",
        '<a href="/activities/one/">一月主题党日</a>',
        "合计 1.0 + 2.0 = 3.0 学时（其中 1.0 待确认）",
        "还差 32.0 − 3.0 = 29.0 学时",
        "照此再参加 15 次可以补足",
        "只记录，不计入",
    ):
        assert words in page


def test_a_year_without_a_row_names_what_brings_hours(world, as_user):
    page = text(as_user(world.member_a).get(MINE))
    assert "这一年还没有学时" in page
    assert "还差 32.0 − 0.0 = 32.0 学时" in page


def test_another_year_may_be_chosen(world, as_user):
    post("old", world.members_a[3], year=YEAR - 1, title="去年主题党日")
    client = as_user(world.member_a)
    assert "去年主题党日" not in text(client.get(MINE))
    assert "去年主题党日" in text(client.get(MINE, {"year": YEAR - 1}))
    assert client.get(MINE, {"year": "1900"}).context["sheet"].year == YEAR


def test_corrections_are_counted_and_not_listed(world, as_user):
    post("one", world.members_a[3])
    post("one", world.members_a[3], minutes=45)
    response = as_user(world.member_a).get(MINE)
    assert [row.minutes for row in response.context["sheet"].rows] == [45]
    assert "本年有 1 项更正" in text(response)


def test_an_account_without_a_member_is_told_so(world, as_user):
    assert "本账号没有关联党员" in text(as_user(world.superuser).get(MINE))
    assert as_user(world.superuser).get(reverse("learning:my-year-print")).status_code == 403
    assert as_user(world.staff).get(MINE).url == BRANCH


# --- Another member's year ---

WHO = {
    "secretary_a": 200,
    "officer_a": 200,
    "staff": 200,
    "cell_leader_a": 403,
    "member_a": 404,
    "secretary_b": 404,
    "staff_x": 404,
    "superuser": 404,
}


@pytest.mark.parametrize(("persona", "status"), WHO.items())
@pytest.mark.parametrize("name", ["member-year", "member-year-print"])
def test_who_reads_another_members_year(world, as_user, persona, status, name):
    fellow = world.members_a[1]
    post("one", fellow)
    response = as_user(getattr(world, persona)).get(reverse(f"learning:{name}", args=[fellow.uid]))
    assert response.status_code == status
    assert ("学习党章" in response.content.decode()) is (status == 200)


def test_the_own_year_is_open_under_its_address_too(world, as_user):
    uid = world.members_a[3].uid
    assert "我的学时" in text(as_user(world.member_a).get(reverse("learning:member-year", args=[uid])))


def test_a_record_of_another_branch_is_named_and_not_linked(world, as_user):
    person = world.members_a[3]
    elsewhere = CreditLine(
        person.pk, world.branch_b.pk, "theme_day", datetime.date(YEAR, 1, 5), 90, "原支部主题党日"
    )
    post_credits(by=None, source="s", source_url="/activities/s/", lines=[elsewhere], confirmed=True)
    page = text(as_user(world.member_a).get(MINE))
    assert "原支部主题党日" in page
    assert 'href="/activities/s/"' not in page


# --- A branch ---


def rows_of(response) -> list:
    """Officers first, then the others: the page shows them apart."""
    return [row for group in response.context["groups"] for row in group["table"].rows]


def test_who_lacks_most_comes_first(world, as_user):
    post("one", *world.members_a[3:9])
    response = as_user(world.secretary_a).get(BRANCH)
    rows = rows_of(response)
    assert [(row.member.name, row.required, row.hours, row.missing) for row in rows] == [
        ("安国强", 56, 0, 56),
        ("白春梅", 56, 0, 56),
        ("方建国", 56, 2, 54),
        ("陈志远", 32, 0, 32),
        ("马晓东", 32, 0, 32),
        ("邓秀兰", 32, 2, 30),
        ("高海燕", 32, 2, 30),
        ("何文斌", 32, 2, 30),
        ("金玉华", 32, 2, 30),
        ("李永明", 32, 2, 30),
    ]
    assert "外部" not in text(response)
    labels = [tab["label"] for tab in response.context["tabs"]]
    assert labels == [
        "党支部学时",
        "学习计划",
        "自学审核",
        "课程管理",
        "集中培训班",
        "学习强国等",
        "我的学习 ›",
    ]
    assert '<nav class="tabs"' in text(response)


@pytest.mark.parametrize("persona", ["member_a", "cell_leader_a", "superuser"])
@pytest.mark.parametrize("name", ["branch", "branch-print", "branch-export"])
def test_who_may_not_read_a_branchs_hours(world, as_user, persona, name):
    assert as_user(getattr(world, persona)).get(reverse(f"learning:{name}")).status_code == 403
    assert PersonalDataAccess.objects.count() == 0


def test_staff_chooses_among_the_committees_branches(world, as_user):
    client = as_user(world.staff)
    response = client.get(BRANCH, {"branch": str(world.branch_b.uid)})
    assert {row.member.name for row in rows_of(response)} == {"外部书记b", "外部党员乙"}
    assert "东湖村" not in text(response)
    other = client.get(BRANCH, {"branch": str(world.branch_x.uid)})
    assert [row.member.branch_id for row in rows_of(other)] == [world.branch_a.pk] * 10


def test_a_past_year_lists_who_was_there_at_its_end(world, as_user):
    gone = world.members_a[5]
    post("old", gone, year=YEAR - 1)
    gone.affiliations.update(period=(make.LONG_AGO, datetime.date(YEAR, 1, 10)), loss="moved")
    gone.affiliations.create(branch=world.branch_b, period=(datetime.date(YEAR, 1, 10), None))
    gone.branch = world.branch_b
    gone.save()
    client = as_user(world.secretary_a)
    now = {row.member.pk: row for row in rows_of(client.get(BRANCH))}
    then = {row.member.pk: row for row in rows_of(client.get(BRANCH, {"year": YEAR - 1}))}
    assert (gone.pk in now, then[gone.pk].hours) == (False, 2)


def test_paper_and_export_say_the_same(world, as_user):
    post("one", world.members_a[3])
    client = as_user(world.officer_a)
    paper = text(client.get(reverse("learning:branch-print")))
    assert f"清源村第一党支部{YEAR}年党员学时" in paper
    assert paper.count("<tr>") == 12
    response = client.get(reverse("learning:branch-export"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue())).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["序号", "姓名", "类别", "应学", "已学", "其中待确认", "还差", "集中培训", "情况"]
    assert sheet[-1] == [10, "邓秀兰", "党员", 32, 2, 2, 30, "", "未达到"]
    assert list(PersonalDataAccess.objects.values_list("action", "field", "branch_id", "row_count")) == [
        ("export", "党支部学时", world.branch_a.pk, 10)
    ]


def test_my_paper(world, as_user):
    post("one", world.members_a[3], title="一月主题党日")
    paper = text(as_user(world.member_a).get(reverse("learning:my-year-print")))
    assert "一月主题党日" in paper
    assert "已学 2.0 学时，其中待确认 2.0 学时，还差 30.0 学时" in paper


# --- Panels ---


def panels(response) -> dict:
    return {panel.template: panel.context for panel in response.context["panels"]}


def test_the_workbench_shows_my_hours_and_the_branch(world, as_user):
    post("one", *world.members_a[:4])
    own = panels(as_user(world.member_a).get("/"))
    assert own["learning/_panel_own.html"]["ring"] == {
        "required": 32, "total": 2, "credited": 0, "pending": 2, "missing": 30,
    }  # fmt: skip
    assert "learning/_panel_branch.html" not in own
    branch = panels(as_user(world.secretary_a).get("/"))["learning/_panel_branch.html"]
    assert (branch["members"], branch["reached"]) == (10, 0)
    assert [line["name"] for line in branch["lines"]] == ["方建国", "安国强", "白春梅", "高海燕", "何文斌"]


def test_the_card_shows_hours_to_whom_they_concern(world, as_user):
    fellow = world.members_a[1]
    url = reverse("members:card", args=[fellow.uid])
    shown = [
        as_user(user).get(url, {"tab": "learning"}).context["tab_template"]
        for user in (world.secretary_a, world.cell_leader_a)
    ]
    assert shown == ["learning/_panel_card.html", "members/_no_tab.html"]


# --- Cost ---


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_my_year_costs_the_same_for_one_row_and_for_many(world, as_user, django_assert_num_queries):
    client = as_user(world.member_a)
    post("one", world.members_a[3])
    first = queries_of(client, MINE)
    for number in range(3):
        post(f"more-{number}", world.members_a[3], month=2 + number, category="cell_study")
    assert queries_of(client, MINE) == first
    with django_assert_num_queries(5):
        assert len(sheet_of(world.members_a[3], YEAR).rows) == 4


def test_a_branch_costs_the_same_for_two_members_and_for_many(world, as_user, django_assert_num_queries):
    client = as_user(world.secretary_b)
    first = queries_of(client, BRANCH)
    people = [make.member(world.branch_b) for _ in range(3)]
    post("one", *people)
    make.tenure(people[0], "committee_member")
    assert queries_of(client, BRANCH) == first
    with django_assert_num_queries(5):
        assert len(branch_progress(world.branch_b, YEAR, day=today_shanghai())) == 5
    with django_assert_num_queries(5):
        assert len(branch_progress(world.branch_b, YEAR - 1, day=today_shanghai())) == 5


# --- Rules and posts change what is owed ---


def test_a_new_post_changes_what_is_owed_at_once(world):
    person = world.members_a[3]
    post("one", person)
    make.tenure(person, "publicity", since=datetime.date(YEAR, 1, 3))
    row = MemberYear.objects.get(member=person, year=YEAR)
    assert (row.is_officer, row.required_hours) == (True, 56)


def test_the_administrator_sets_a_requirement_and_the_years_follow(world, as_user):
    post("one", world.members_a[3])
    post("old", world.members_a[3], year=YEAR - 1)
    response = as_user(world.superuser).post(
        reverse("admin:learning_studyrequirement_add"),
        {
            "from_year": YEAR,
            "member_hours": "40",
            "officer_hours": "60",
            "officer_trainings": "1",
            "officer_test": "any_day",
            "prospect_hours": "24",
            "new_secretary_months": "6",
            "clause": "本地规定",
            "confirmed": "on",
            "reason": "教育培训规划",
        },
    )
    assert response.status_code == 302
    assert StudyRequirement.objects.get(from_year=YEAR).member_hours == 40
    years = MemberYear.objects.filter(member=world.members_a[3]).order_by("year")
    assert list(years.values_list("year", "required_hours")) == [(YEAR - 1, 32), (YEAR, 40)]


@pytest.mark.parametrize("model", ["studyrule", "studyrequirement"])
def test_staff_may_read_rules_nowhere_and_change_none(world, as_user, model):
    url = reverse(f"admin:learning_{model}_add")
    assert as_user(world.staff).get(url).status_code == 403


def test_the_ledger_in_the_admin_is_scoped_and_read_only(world, as_user):
    post("one", world.members_a[3], world.members_a[4])
    client = as_user(world.staff)
    for model in ("studycredit", "memberyear"):
        page = text(client.get(reverse(f"admin:learning_{model}_changelist")))
        assert "邓秀兰" in page
        assert client.get(reverse(f"admin:learning_{model}_add")).status_code == 403
        assert "邓秀兰" not in text(as_user(world.staff_x).get(reverse(f"admin:learning_{model}_changelist")))
        assert as_user(world.superuser).get(reverse(f"admin:learning_{model}_changelist")).status_code == 403
