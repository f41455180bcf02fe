"""The learning plan: handed down, done through rolls and own study, and the matrix equal to everybody's own list."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branch_portal.dates import today_shanghai
from learning.actions.completions import confirm_completions
from learning.actions.credits import CreditLine, post_credits
from learning.actions.plan import PlanRefused, cover_topic, link_source, make_plan, remove_topic
from learning.actions.submissions import correct_submission, decide_submission
from learning.models import LearningPlan, PlanTopic, StudyRule, StudySubmission, TopicConfirmation, TopicLink
from learning.queries.plan import matrix_of, offered_sources, own_plan
from tests import factories as make
from tests.activities import factories as life
from tests.activities.test_main_path import hidden, page
from tests.learning.factories import handed_in, plan, this_year, topic_facts, topics_of
from tests.learning.lessons import lesson

pytestmark = pytest.mark.django_db
MATRIX, MINE = "/learning/matrix/", "/learning/plan/"


def cells(branch) -> dict[str, list[str]]:
    """Name → states in the order of the topics."""
    found = matrix_of(branch, this_year(), today=today_shanghai())
    return {row.member.name: [cell.state for cell in row.cells] for row in found.rows}


def own(member) -> dict[str, str]:
    return {
        row.topic.title: row.standing.state for row in own_plan(member, this_year(), today=today_shanghai())
    }


def cover(world, topic, *, sources=(), members=(), branch=None):
    branch = branch or world.branch_a
    offered = [offer.source for offer in offered_sources(branch, this_year())]
    cover_topic(
        by=world.secretary_a,
        topic=topic,
        branch=branch,
        offered_sources=offered,
        sources=sources,
        offered_members=[member.pk for member in world.members_a],
        member_ids=[member.pk for member in members],
    )


@pytest.fixture
def three(world) -> list[PlanTopic]:
    """Two topics from the committee, one of the branch."""
    handed_down = plan(
        world.staff,
        world.committee,
        topic_facts("党章", hours=2),
        topic_facts("发展党员实务", audience="posts", posts=("secretary", "organization")),
    )
    of_branch = plan(
        world.secretary_a,
        world.branch_a,
        topic_facts("新党员必修", audience="categories", categories=("probationary",)),
    )
    return [*topics_of(handed_down), *topics_of(of_branch)]


def test_what_is_handed_down_is_in_every_branch_of_the_subtree(world, three):
    assert {name for name, row in cells(world.branch_d).items() if row} == {"外部书记d"}
    assert cells(world.branch_b)["外部书记b"] == ["open", "open"]
    assert cells(world.branch_x) == {"外部书记x": []}
    assert cells(world.branch_a)["安国强"] == ["open", "open", "not_applicable"]
    assert cells(world.branch_a)["马晓东"] == ["open", "not_applicable", "open"]
    assert own(world.members_a[9]) == {"党章": "open", "新党员必修": "open"}


def test_a_draft_concerns_nobody(world, as_user):
    plan(world.staff, world.committee, topic_facts(), published=False)
    assert cells(world.branch_a)["安国强"] == []
    assert "学习党章" not in page(as_user(world.member_a), MINE)
    draft = LearningPlan.objects.get()
    assert as_user(world.secretary_a).get(f"/learning/plans/{draft.uid}/").status_code == 404


def test_a_roll_covers_a_topic_and_follows_its_corrections(world, three):
    record = life.record(world.secretary_a, world.branch_a, rows={"row_2": ("absent", "", "外出")})
    source = f"activities.record:{record.uid}"
    assert [(offer.source, offer.members) for offer in offered_sources(world.branch_a, this_year())] == [
        (source, 9)
    ]
    cover(world, three[0], sources=[source])
    states = {name: row[0] for name, row in cells(world.branch_a).items()}
    assert [name for name, state in states.items() if state == "open"] == ["白春梅"]
    cover(world, three[0])
    assert set(cells(world.branch_a)["安国强"]) == {"open", "not_applicable"}


def test_hours_add_up_and_an_officers_word_is_enough(world, three):
    member, topic = world.members_a[3], three[0]
    for number in (1, 2):
        line = CreditLine(
            member.pk, world.branch_a.pk, "party_lecture", today_shanghai(), 45, f"党课{number}"
        )
        post_credits(by=None, source=f"s{number}", source_url="", lines=[line], confirmed=True)
    cover(world, topic, sources=["s1"])
    row = own_plan(member, this_year(), today=today_shanghai())[0]
    assert (row.standing.state, row.standing.hours) == ("open", Decimal(1))
    cover(world, topic, sources=["s1", "s2"])
    assert own(member)["党章"] == "done"
    cover(world, topic, members=[member])
    assert (own(member)["党章"], TopicLink.objects.count()) == ("done", 0)
    cover(world, topic)
    assert own(member)["党章"] == "open"


def test_a_lesson_covers_its_topic_by_itself(world, three):
    PlanTopic.objects.filter(pk=three[0].pk).update(source_hint="learning.lesson:x")
    member = world.members_a[3]
    line = CreditLine(member.pk, world.branch_a.pk, "online_course", today_shanghai(), 90, "云端党课")
    post_credits(by=None, source="learning.lesson:x:1", source_url="", lines=[line], confirmed=True)
    assert own(member)["党章"] == "done"
    assert own(world.members_a[4])["党章"] == "open"


def test_a_lesson_is_offered_once_and_covers_the_topic_for_whoever_completes_it(world, three):
    row = lesson(world.secretary_a, world.branch_a, pass_by="confirmation", minutes=90)
    early, late = world.members_a[3:5], world.members_a[5]
    confirm_completions(by=world.secretary_a, lesson=row, members=early)
    (offer,) = offered_sources(world.branch_a, this_year())
    assert (offer.source, offer.members) == (f"learning.lesson:{row.uid}", 2)
    cover(world, three[0], sources=[offer.source])
    confirm_completions(by=world.secretary_a, lesson=row, members=[late])
    assert [own(member)["党章"] for member in (*early, late)] == ["done"] * 3
    assert own(world.members_a[6])["党章"] == "open"


def test_a_lecture_whose_lecturer_has_a_row_of_another_title_is_offered_once(world):
    StudyRule.objects.get_or_create(category="teaching", defaults={"from_year": 2019})
    lines = [
        CreditLine(member.pk, world.branch_a.pk, category, today_shanghai(), 90, title)
        for member, category, title in (
            (world.members_a[0], "teaching", "授课：党章"),
            (world.members_a[1], "party_lecture", "党章"),
            (world.members_a[2], "party_lecture", "党章"),
        )
    ]
    post_credits(by=None, source="activities.record:x", source_url="", lines=lines, confirmed=True)
    offers = offered_sources(world.branch_a, this_year())
    assert [(offer.source, offer.title, offer.members) for offer in offers] == [
        ("activities.record:x", "党章", 3)
    ]


def test_own_study_covers_the_topic_it_names_until_it_is_taken_back(world, three):
    item = handed_in(world.member_a, topic=three[0])
    assert own(world.members_a[3])["党章"] == "open"
    decide_submission(by=world.secretary_a, submission=item, accepted_minutes=180)
    assert own(world.members_a[3])["党章"] == "done"
    row = StudySubmission.objects.get()
    correct_submission(by=world.secretary_a, submission=row, accepted_minutes=0, remark="不是本人")
    assert own(world.members_a[3])["党章"] == "open"


def test_the_matrix_is_everybodys_own_list(world, three):
    record = life.record(world.secretary_a, world.branch_a, rows={"row_2": ("absent", "", "外出")})
    cover(world, three[0], sources=[f"activities.record:{record.uid}"], members=[world.members_a[1]])
    cover(world, three[2], members=[world.members_a[9]])
    found = matrix_of(world.branch_a, this_year(), today=today_shanghai())
    assert len(found.rows) == len(world.members_a)
    for row in found.rows:
        concerned = {
            topic.title: cell.state
            for topic, cell in zip(found.topics, row.cells, strict=True)
            if cell.state != "not_applicable"
        }
        assert own(row.member) == concerned, row.member.name
    assert [found.done(index) for index in range(3)] == [(10, 10), (0, 2), (1, 1)]


def test_the_order_is_official_never_by_what_is_done(world, three):
    before = list(cells(world.branch_a))
    assert before[:2] == ["安国强", "白春梅"]
    cover(world, three[0], members=world.members_a[5:8])
    assert list(cells(world.branch_a)) == before


def test_it_costs_the_same_for_few_and_for_many(world, three):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            matrix_of(world.branch_a, this_year(), today=today_shanghai())
        return len(queries)

    few = cost()
    for number in range(12):
        make.member(world.branch_a, f"增加{number}")
    plan(world.staff, world.general_branch, *(topic_facts(f"专题{number}") for number in range(8)))
    assert cost() == few <= 9


def test_last_years_plan_is_copied_without_what_was_done(world):
    year = this_year()
    former = plan(
        world.secretary_a,
        world.branch_a,
        topic_facts("党章", hours=2, due_on=datetime.date(year - 1, 6, 30), means=("party_lecture",)),
        year=year - 1,
    )
    PlanTopic.objects.update(source_hint="learning.lesson:x")
    link_source(by=world.secretary_a, topic=topics_of(former)[0], branch=world.branch_a, source="s")
    made = make_plan(
        by=world.secretary_a, organization=world.branch_a, year=year, title="新", like_last_year=True
    )
    topic = topics_of(made)[0]
    assert (topic.title, topic.hours, topic.due_on) == ("党章", 2, datetime.date(year, 6, 30))
    assert (topic.means, topic.source_hint, topic.links.count()) == (["party_lecture"], "", 0)
    with pytest.raises(PlanRefused, match="已有学习计划"):
        make_plan(by=world.secretary_a, organization=world.branch_a, year=year, title="又一份")


def test_a_topic_that_was_worked_on_stays(world, three):
    cover(world, three[0], members=[world.members_a[3]])
    with pytest.raises(PlanRefused, match="已有党支部登记"):
        remove_topic(by=world.staff, topic=three[0])
    handed_in(world.member_a, topic=three[1])
    remove_topic(by=world.staff, topic=three[1])
    assert StudySubmission.objects.get().topic is None


def test_who_moves_keeps_what_was_done_of_the_committees_topics(world, three):
    line = CreditLine(world.members_a[3].pk, world.branch_a.pk, "party_lecture", today_shanghai(), 90, "党课")
    post_credits(by=None, source="s1", source_url="", lines=[line], confirmed=True)
    cover(world, three[0], sources=["s1"])
    member = world.members_a[3]
    member.branch, member.cell = world.branch_b, None
    member.save()
    assert own(member) == {"党章": "done"}
    assert cells(world.branch_b)[member.name] == ["done", "not_applicable"]


# --- Pages ---


def test_the_committee_writes_publishes_and_the_branch_adds(world, as_user):
    staff, secretary = as_user(world.staff), as_user(world.secretary_a)
    html = page(staff, "/learning/plans/new/")
    data = {
        "organization": str(world.committee.uid),
        "year": this_year(),
        "title": "全镇学习计划",
        "submission_key": hidden(html, "submission_key"),
    }
    made = staff.post("/learning/plans/new/", data)
    staff.post("/learning/plans/new/", data)
    row = LearningPlan.objects.get()
    assert made["Location"] == f"/learning/plans/{row.uid}/"
    assert "先增加专题" in staff.post(f"/learning/plans/{row.uid}/publish/", follow=True).content.decode()
    url = f"/learning/plans/{row.uid}/topics/new/"
    topic = {
        "title": "党章", "hours": "2", "audience": "posts", "mandatory": "on",
        "submission_key": hidden(page(staff, url), "submission_key"),
    }  # fmt: skip
    assert "请至少选择一个职务" in staff.post(url, topic).content.decode()
    wrong = topic | {"posts": ["secretary"], "due_on": "2001-01-01"}
    assert f"完成时限应在 {this_year()} 年内" in staff.post(url, wrong).content.decode()
    staff.post(url, topic | {"posts": ["secretary"], "means": ["party_lecture"]})
    assert not PlanTopic.objects.filter(plan__state="published").exists()
    staff.post(f"/learning/plans/{row.uid}/publish/")
    assert "全镇学习计划" in page(secretary, "/learning/plans/")
    assert secretary.post(f"/learning/plans/{row.uid}/publish/").status_code == 403
    html = page(secretary, MINE)
    assert "怎样完成：党课。" in html
    assert "党章" not in page(as_user(world.member_a), MINE)


def test_an_officer_ticks_and_the_page_of_the_member_follows(world, as_user, three):
    record = life.record(world.secretary_a, world.branch_a)
    secretary, member = as_user(world.secretary_a), as_user(world.member_a)
    assert "还有 1 个专题没有完成" in page(member, "/")
    url = f"/learning/topics/{three[0].uid}/coverage/"
    html = page(secretary, url)
    assert f'value="activities.record:{record.uid}"' in html
    secretary.post(url, {"sources": [f"activities.record:{record.uid}"]})
    assert "涉及您的专题都已完成" in page(member, MINE)
    assert "专题没有完成" not in page(member, "/")
    assert url in page(secretary, MATRIX)
    assert as_user(world.staff).get(url).status_code == 403
    assert as_user(world.secretary_x).get(url).status_code == 404
    # What another branch has said stays when this one says something else.
    as_user(world.secretary_b).post(url, {"members": []})
    assert TopicLink.objects.count() == 1
    assert not TopicConfirmation.objects.exists()


def test_the_matrix_goes_to_paper_and_to_a_workbook(world, as_user, three):
    cover(world, three[0], members=[world.members_a[3]])
    client = as_user(world.secretary_a)
    html = page(client, MATRIX)
    assert "不作排名之用" in html and "涉及 10 人，完成 1 人" in html
    assert "已完成" in page(client, f"{MATRIX}print/")
    answer = client.get(f"{MATRIX}export/")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert as_user(world.member_a).get(MATRIX).status_code == 403
