"""Who needs help: by year, half-year and quarter, officers apart; trainings are part of it; rules as versions."""

import datetime

import pytest
from django.urls import reverse

from branch_portal.dates import today_shanghai
from learning.actions.credits import CreditLine, post_credits
from learning.models import MemberYear, StudyRequirement, StudyRule
from learning.queries.progress import branch_progress
from learning.queries.sheets import sheet_of
from learning.tables import reached_word, trainings_word
from supervision.queries.study import StudyProgress
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = today_shanghai()
YEAR = TODAY.year
BRANCH = "/learning/branch/"


def post(source, *people, minutes=90, month=1, category="theme_day", confirmed=True):
    lines = [
        CreditLine(p.pk, p.branch_id, category, datetime.date(YEAR, month, 5), minutes, "学习")
        for p in people
    ]
    post_credits(by=None, source=source, source_url="", lines=lines, confirmed=confirmed)


def by_name(rows) -> dict:
    return {row.member.name: row for row in rows}


@pytest.mark.parametrize(
    ("period", "member", "officer", "hours"),
    [("year", 32, 56, 6), ("q1", 8, 14, 2), ("h1", 16, 28, 4), ("q3", 24, 42, 4)],
)
def test_a_part_of_the_year_owes_its_share(world, as_user, period, member, officer, hours):
    person = world.members_a[3]
    for month in (2, 5, 11):
        post(f"m{month}", person, month=month)
    response = as_user(world.secretary_a).get(BRANCH, {"period": period})
    groups = response.context["groups"]
    assert [group["title"] for group in groups] == ["书记和委员", "其他党员"]
    officers, ordinary = (by_name(group["table"].rows) for group in groups)
    assert {row.required for row in officers.values()} == {officer}
    assert {row.required for row in ordinary.values()} == {member}
    assert (ordinary["邓秀兰"].hours, ordinary["邓秀兰"].missing) == (hours, member - hours)
    for page in ("print", "export"):
        assert as_user(world.secretary_a).get(f"{BRANCH}{page}/", {"period": period}).status_code == 200


def test_caps_of_the_year_hold_in_its_parts(world):
    StudyRule.objects.filter(category="self_study").update(annual_cap=3)
    person = world.members_a[3]
    post("a", person, category="self_study", minutes=180)
    post("b", person, category="self_study", minutes=180, month=8, confirmed=False)
    rows = by_name(branch_progress(world.branch_a, YEAR, day=TODAY, months=6))
    assert (rows["邓秀兰"].hours, rows["邓秀兰"].pending) == (3, 0)


def test_an_officer_without_a_training_has_not_reached(world):
    officer = world.members_a[1]
    for month in range(1, 13):
        post(f"m{month}", officer, minutes=240, month=month)
    row = by_name(branch_progress(world.branch_a, YEAR, day=TODAY))[officer.name]
    assert (row.missing, row.reached, reached_word(row), trainings_word(row)) == (
        0,
        False,
        "缺集中培训",
        "0 / 1",
    )
    assert StudyProgress(user=world.staff, year=YEAR, day=TODAY).total.officers_reached == 0
    post("class", officer, category="central_training", minutes=360)
    row = by_name(branch_progress(world.branch_a, YEAR, day=TODAY))[officer.name]
    assert (row.reached, reached_word(row), trainings_word(row)) == (True, "已达到", "1 / 1")
    assert StudyProgress(user=world.staff, year=YEAR, day=TODAY).total.officers_reached == 1


def test_trainings_of_a_time_of_life_are_prompts(world):
    fresh = world.members_a[5]
    since = datetime.date(YEAR, 2, 1)
    make.tenure(fresh, "secretary", since=since)
    fresh.confirmed_on = datetime.date(YEAR - 1, 9, 1)
    fresh.save()
    sheet = sheet_of(fresh, YEAR)
    assert [(duty.label, duty.until, duty.done_on) for duty in sheet.duties] == [
        ("新任党支部书记任职培训", datetime.date(YEAR, 7, 31), None),
        ("转正后一年内集中培训", datetime.date(YEAR, 8, 31), None),
    ]
    post("class", fresh, category="central_training", minutes=360, month=3)
    assert [duty.done_on for duty in sheet_of(fresh, YEAR).duties] == [datetime.date(YEAR, 3, 5)] * 2
    StudyRequirement.objects.update(new_secretary_months=0, first_year_training=False)
    assert sheet_of(fresh, YEAR).duties == []


# --- rules as versions ---


def rule_form(**fields) -> dict:
    return {
        "category": "self_study", "from_year": YEAR, "minutes_per_hour": 45, "step": "0.50", "factor": "1.00",
        "annual_cap": "4", "counts_toward_required": "on", "partial_attendance": "on", "online_counts": "on",
        "made_up_counts": "on", "clause": "本地规定", "confirmed": "on", "reason": "教育培训规划",
    } | fields  # fmt: skip


def test_a_new_version_counts_from_its_year_and_the_page_says_so(world, as_user):
    post("a", world.members_a[3], category="self_study", minutes=450)
    client = as_user(world.superuser)
    response = client.post(reverse("admin:learning_studyrule_add"), rule_form(), follow=True)
    assert f"已按新规定重算 {YEAR} 年起的年度学时，1 人次的结果有变化" in response.content.decode()
    assert MemberYear.objects.get(member=world.members_a[3], year=YEAR).hours == 4


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"from_year": 2019}, "这个类别在该年度已有一个版本"),
        ({"step": "0"}, "每学时分钟数和计算步长都应大于 0"),
        ({"factor": "0"}, "折算系数应大于 0"),
        ({"block_minutes": "240"}, "固定时段的分钟数和学时要么都填，要么都不填"),
    ],
)
def test_a_version_that_cannot_be_is_refused_in_words(world, as_user, fields, words):
    response = as_user(world.superuser).post(reverse("admin:learning_studyrule_add"), rule_form(**fields))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert StudyRule.objects.filter(category="self_study").count() == 1


def test_a_change_of_past_years_warns_and_the_first_year_is_fixed(world, as_user):
    rule = StudyRule.objects.get(category="self_study")
    url = reverse("admin:learning_studyrule_change", args=[rule.pk])
    client = as_user(world.superuser)
    tried = client.post(url, rule_form(from_year=2024, confirmed="")).content.decode()
    rule.refresh_from_db()
    assert "的达标情况可能随之变化" in tried and rule.annual_cap == 0
    client.post(url, rule_form(from_year=2024))
    rule.refresh_from_db()
    assert (rule.from_year, rule.annual_cap) == (2019, 4)


def test_a_requirement_below_the_members_is_refused(world, as_user):
    data = {
        "from_year": YEAR, "member_hours": "60", "officer_hours": "56", "officer_trainings": "1",
        "officer_test": "any_day", "prospect_hours": "24", "new_secretary_months": "6",
    }  # fmt: skip
    response = as_user(world.superuser).post(reverse("admin:learning_studyrequirement_add"), data)
    assert "书记和委员的学时不应少于党员的学时" in response.content.decode()
    repeated = as_user(world.superuser).post(
        reverse("admin:learning_studyrequirement_add"), data | {"from_year": 2019, "member_hours": "32"}
    )
    assert "该年度已有一个版本" in repeated.content.decode()
