"""What would close the gap, from the branch's plan; 这条不对 on every row; corrections shown."""

import datetime

import pytest
from django.urls import reverse

from activities.actions.disputes import raise_dispute
from activities.actions.records import confirm_record
from branch_portal.dates import today_shanghai
from branch_portal.registries import doubt_links, study_chances
from learning.actions.completions import confirm_completions
from learning.actions.credits import CreditLine, post_credits
from learning.actions.questions import Answered, NotAskable, answer, ask
from learning.due_questions import questions_due
from learning.models import StudyCredit, StudyQuestion
from members.models import PartyOrganization
from notices.actions.tick import tick
from notices.models import Delivery
from tests.activities import factories as life
from tests.learning import classes
from tests.learning.lessons import lesson

pytestmark = pytest.mark.django_db
TODAY = today_shanghai()
MINE = "/learning/"


def reading(member, source="test.reading:1", minutes=90) -> StudyCredit:
    line = CreditLine(member.pk, member.branch_id, "self_study", TODAY, minutes, "读《党章》")
    post_credits(by=None, source=source, source_url="", lines=[line], confirmed=True)
    return StudyCredit.objects.standing().get(member=member, source=source)


def test_the_plan_ahead_is_told_as_far_as_members_may_know_it(world):
    member = world.members_a[3]
    share = life.announcement(world.secretary_a, world.branch_a, days=3)
    life.announcement(world.secretary_a, world.branch_a, "committee_meeting", days=4)
    life.announcement(world.secretary_a, world.branch_a, "volunteer_service", days=5)
    life.announcement(world.secretary_a, world.branch_a, "cell_meeting", days=6, cell=world.cell_a2)
    life.announcement(world.secretary_b, world.branch_b, days=3)
    planned = life.announcement(world.secretary_a, world.branch_a, "party_lecture", days=7).gathering
    planned.state = "planned"
    planned.save()
    found = study_chances(member=member, first=TODAY, last=TODAY + datetime.timedelta(days=30))
    assert [(c.group, c.category, c.minutes, c.title, bool(c.url)) for c in found] == [
        ("主题党日", "theme_day", 90, "学习党章", True),
        ("党课", "party_lecture", 90, "", False),
    ]
    assert found[0].url == reverse("activities:gathering", args=[share.uid])


def test_classes_and_lessons_are_ahead_as_well(world):
    member, day = world.members_a[3], TODAY + datetime.timedelta(days=2)
    mine = classes.planned(world.staff, world.committee, [member], first_on=day, last_on=day)
    classes.planned(world.staff, world.committee, [world.members_a[4]], first_on=day, last_on=day)
    from_above = lesson(world.staff, world.committee, title="上级的课")
    done = lesson(world.secretary_a, world.branch_a, title="学过的课", pass_by="confirmation")
    confirm_completions(by=world.secretary_a, lesson=done, members=[member])
    lesson(world.secretary_a, world.branch_a, title="随党课的课", minutes=0)
    lesson(
        world.secretary_a, world.branch_a, title="书记的课", audience="posts", audience_values=["secretary"]
    )
    lesson(world.secretary_b, world.branch_b, title="别的支部的课")
    lesson(world.secretary_a, world.branch_a, title="草稿", publish=False)
    found = study_chances(member=member, first=TODAY, last=TODAY + datetime.timedelta(days=30))
    assert [(c.group, c.category, c.minutes, c.title, c.day, c.url) for c in found] == [
        ("集中培训", "central_training", 360, mine.title, day, f"/learning/training/{mine.uid}/"),
        ("云端党课", "online_course", 45, "上级的课", None, f"/learning/lessons/{from_above.uid}/"),
    ]


def test_a_meeting_counts_as_long_as_the_last_one_did(world):
    life.record(world.secretary_a, world.branch_a, "general_meeting", study_minutes=45)
    life.announcement(world.secretary_a, world.branch_a, "general_meeting", days=3)
    found = study_chances(member=world.members_a[3], first=TODAY, last=TODAY + datetime.timedelta(days=30))
    assert [(c.group, c.minutes) for c in found] == [("支部党员大会", 45)]


def test_the_page_shows_corrections_and_where_to_doubt(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    confirm_record(by=world.secretary_a, record=record)
    member = world.members_a[3]
    reading(member)
    reading(member, minutes=45)
    credit = StudyCredit.objects.standing().get(member=member, category="self_study")
    page = as_user(world.member_a).get(MINE).content.decode()
    assert reverse("activities:raise-dispute", args=[record.share.uid]) in page
    assert reverse("learning:ask", args=[credit.uid]) in page
    assert "本年有 1 项更正" in page
    assert "现为" in page
    raise_dispute(by=world.member_a, share=record.share, claimed="late", statement="迟到了")
    links = doubt_links(user=world.member_a, sources=[f"activities.record:{record.uid}", "test.reading:1"])
    assert {source: link.label for source, link in links.items()} == {
        f"activities.record:{record.uid}": "异议：待答复"
    }
    # Whose row it is not has nothing to doubt.
    other = as_user(world.secretary_a).get(reverse("learning:member-year", args=[member.uid]))
    assert "这条不对" not in other.content.decode()


def test_an_officer_reads_the_post_that_makes_56(world, as_user):
    page = as_user(world.officer_a).get(MINE).content.decode()
    assert "党组织书记和班子成员每年不少于 56 学时（2015.1.1 起任组织委员）" in page


def test_a_question_goes_to_the_branch_and_its_answer_comes_back(world, as_user):
    credit = reading(world.members_a[3])
    client = as_user(world.member_a)
    response = client.post(reverse("learning:ask", args=[credit.uid]), {"statement": "我读了两个小时"})
    question = StudyQuestion.objects.get()
    assert (response.url, question.due_on) == (
        reverse("learning:question", args=[question.uid]),
        TODAY + datetime.timedelta(days=10),
    )
    branches = PartyOrganization.objects.filter(pk__in=[world.branch_a.pk, world.branch_b.pk])
    due = list(questions_due(branches=branches, day=TODAY))
    assert [(item.rule_key, item.organization_id, item.due_on) for item in due] == [
        ("study_question", world.branch_a.pk, question.due_on)
    ]
    assert "邓秀兰" not in due[0].title
    with pytest.raises(NotAskable):
        ask(by=world.member_a, credit=credit, statement="再问一次")
    page = as_user(world.secretary_a)
    url = reverse("learning:question", args=[question.uid])
    refused = page.post(url, {"decision": "accept", "words": ""})
    assert "请填写答复意见" in refused.content.decode()
    page.post(url, {"decision": "accept", "words": "已在申报里更正"})
    question.refresh_from_db()
    assert (question.state, question.answered_by) == ("accepted", world.secretary_a)
    assert not list(questions_due(branches=branches, day=TODAY))
    tick(ticker="test")
    told = Delivery.objects.filter(
        slot__rule__key="study_question_answer", channel="inapp", recipient=world.member_a
    )
    assert told.count() == 1
    with pytest.raises(Answered):
        answer(by=world.officer_a, question=question, accept=False, words="不")
    assert "疑问：已更正" in client.get(MINE).content.decode()


def test_an_officers_own_question_is_the_secretarys_to_answer(world, as_user):
    credit = reading(world.members_a[1])
    question = ask(by=world.officer_a, credit=credit, statement="少了")
    url = reverse("learning:question", args=[question.uid])
    said = {"decision": "accept", "words": "更正"}
    assert as_user(world.officer_a).post(url, said).status_code == 403
    assert as_user(world.secretary_a).post(url, said).status_code == 302


def test_nobody_asks_about_what_is_not_theirs_or_no_longer_stands(world, as_user):
    credit = reading(world.members_a[4])
    assert as_user(world.member_a).get(reverse("learning:ask", args=[credit.uid])).status_code == 404
    own = reading(world.members_a[3])
    post_credits(by=None, source="test.reading:1", source_url="", lines=[], confirmed=True)
    assert as_user(world.member_a).get(reverse("learning:ask", args=[own.uid])).status_code == 404


def test_the_sheet_adds_the_plan_up(world, as_user):
    life.announcement(world.secretary_a, world.branch_a, days=1)
    first = TODAY + datetime.timedelta(days=1)
    response = as_user(world.member_a).get(MINE)
    if first.year != TODAY.year:
        pytest.skip("the last day of a year has nothing ahead")
    assert [(g.label, g.times, g.counted) for g in response.context["outlook"].groups] == [("主题党日", 1, 2)]
    assert "计划内还有 1 次，共 2.0 学时，全部参加后仍差 30.0 学时" in response.content.decode()


def test_large_print_has_few_columns(world, as_user):
    reading(world.members_a[3])
    page = as_user(world.member_a).get("/learning/print/", {"large": 1}).content.decode()
    assert "is-large" in page
    assert page.count("<th ") == 4
