"""试算影响: a rule's change says what it would alter, changes nothing before it is confirmed, and keeps its reason."""

import datetime

import pytest
from django.urls import reverse

from activities.models import BranchYear, CadenceRule, VotingRule
from activities.queries.trials import cadence_trial
from branch_portal.dates import today_shanghai
from branch_portal.jobs import run_one
from learning.actions import rules as following
from learning.actions.credits import CreditLine, post_credits
from learning.models import MemberYear, StudyRequirement
from supervision.queries.audit import changes_page
from supervision.queries.audit_models import by_model

YEAR = today_shanghai().year
CADENCE = reverse("admin:activities_cadencerule_add")
REQUIREMENT = reverse("admin:learning_studyrequirement_add")


def credited(person, minutes: int) -> None:
    line = CreditLine(person.pk, person.branch_id, "theme_day", datetime.date(YEAR, 1, 5), minutes, "学习")
    post_credits(by=None, source="test:one", source_url="", lines=[line], confirmed=True)


def cadence(**fields) -> dict:
    return {
        "kind": "party_lecture", "period": "month", "minimum": "1", "effective_from": f"{YEAR + 1}-01-01",
        "clause": "市委组织部〔2026〕1号",
    } | fields  # fmt: skip


def requirement(**fields) -> dict:
    return {
        "from_year": YEAR, "member_hours": "4", "officer_hours": "56", "officer_trainings": "0",
        "officer_test": "any_day", "prospect_hours": "24", "new_secretary_months": "6", "clause": "本地规定",
    } | fields  # fmt: skip


def test_nothing_is_saved_before_it_is_confirmed_with_a_reason(world, as_user):
    client, count = as_user(world.superuser), CadenceRule.objects.count()
    tried = client.post(CADENCE, cadence())
    assert "会改变什么" in tried.content.decode() and CadenceRule.objects.count() == count
    unreasoned = client.post(CADENCE, cadence(confirmed="on"))
    assert "请填写修改原因" in unreasoned.content.decode() and CadenceRule.objects.count() == count
    back = client.post(CADENCE, cadence(confirmed="on", back="on"))
    assert "请修改后重新试算" in back.content.decode() and CadenceRule.objects.count() == count
    assert 'value="市委组织部〔2026〕1号"' in back.content.decode()
    assert client.post(CADENCE, cadence(confirmed="on", reason="发文")).status_code == 302
    _, found = changes_page(user=world.superuser, tracked=by_model(CadenceRule), cursor=None, label="insert")
    assert found[0][1].reason == "发文"


def test_a_monthly_lecture_is_tried_on_this_years_records(world, as_user):
    """The figures are those that the grid would show, had the rule been in force since January."""
    day = today_shanghai().replace(month=8, day=15)
    BranchYear.objects.create(
        branch=world.branch_a,
        year=YEAR,
        due_party_lecture=0xFFF,
        held_party_lecture=0b100010,
        confirmed_party_lecture=0,
    )
    before, after = cadence_trial(CadenceRule(**cadence(minimum=1, effective_from=day)), day)
    # Four branches, two quarters over; A held in both (February and June), of seven months in two.
    assert (before.branches, before.owed, before.held, before.lacking) == (4, 8, 2, 3)
    assert (after.branches, after.owed, after.held, after.lacking) == (4, 28, 2, 4)


@pytest.mark.parametrize("from_year", [YEAR, YEAR + 1])
def test_fewer_hours_are_tried_and_undone(world, as_user, from_year):
    credited(world.members_a[5], 45 * 5)
    client = as_user(world.superuser)
    said = client.post(REQUIREMENT, requirement(from_year=from_year)).content.decode()
    assert "1 人的结果会变化" in said
    assert ("假如从" in said) == (from_year > YEAR)
    row = MemberYear.objects.get(member=world.members_a[5], year=YEAR)
    assert row.required_hours == 32 and not StudyRequirement.objects.filter(member_hours=4).exists()


def test_where_there_are_very_many_years_a_job_follows(world, as_user, monkeypatch):
    credited(world.members_a[5], 45 * 5)
    monkeypatch.setattr(following, "AT_ONCE", 0)
    page = as_user(world.superuser).post(REQUIREMENT, requirement(confirmed="on", reason="规划"), follow=True)
    assert "我的任务" in page.content.decode()
    row = MemberYear.objects.get(member=world.members_a[5], year=YEAR)
    assert row.required_hours == 32
    job = (
        world.superuser.job_set.get(kind=following.JOB_KIND) if hasattr(world.superuser, "job_set") else None
    )

    assert run_one() and (job is None or job.kind)
    row.refresh_from_db()
    assert row.required_hours == 4


def test_votes_that_need_other_numbers_are_named(world, as_user):
    rule = VotingRule.objects.first()
    data = {
        "effective_from": f"{YEAR + 1}-01-01", "clause": "x", "election_win_base": "present",
        "committee_pass_rule": rule.committee_pass_rule, "committee_quorum": rule.committee_quorum,
        "method_ordinary": rule.method_ordinary, "method_members": rule.method_members,
        "method_disposal": rule.method_disposal, "method_committee": rule.method_committee,
    }  # fmt: skip
    said = as_user(world.superuser).post(reverse("admin:activities_votingrule_add"), data).content.decode()
    assert "赞成 16 票" in said and "赞成 14 票" in said


def test_staff_cannot_try_a_rule(world, as_user):
    assert as_user(world.staff).post(CADENCE, cadence()).status_code == 403
