"""组织关系转接: the letter from request to return slip; the old branch keeps the member until it is accepted (2019 Reg. Art. 25)."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from branch_portal.dates import add_months, today_shanghai
from members.actions import transfers as act
from members.actions.affiliations import exit_member, open_affiliation, transfer_member
from members.actions.errors import ActionRefused
from members.models import Affiliation, AffiliationTransfer, Member, PostTenure
from members.rules.transfers import STEPS, check_letter
from tests import factories as make

TODAY = today_shanghai()
ASKED = TODAY - datetime.timedelta(days=30)
ISSUED = TODAY - datetime.timedelta(days=20)
CLAUSE = "《中国共产党党员教育管理工作条例》第二十五条"


@pytest.fixture
def fellow(world):
    return world.members_a[4]  # holds a post in branch A


def requested(world, member, **fields):
    values = {"to_branch": world.branch_b, "reason": "1", "requested_on": ASKED} | fields
    return act.request_transfer(by=world.officer_a, member=member, **values)


def issued(world, member, *, issued_on=ISSUED, months=3, **fields):
    return act.issue_transfer(
        by=world.staff,
        transfer=requested(world, member, **fields),
        letter_no="〔2026〕7号",
        issued_on=issued_on,
        valid_until=add_months(issued_on, months),
        dues_paid_until=issued_on.replace(day=1),
    )


def where(member):
    return [
        (row.branch_id, row.period.lower, row.period.upper, row.gain, row.loss)
        for row in Affiliation.objects.filter(member=member).order_by("period")
    ]


def test_the_member_moves_only_when_the_letter_is_accepted(world, fellow):
    letter = issued(world, fellow)
    assert where(fellow) == [(world.branch_a.pk, make.LONG_AGO, None, "initial", "")]
    on = TODAY - datetime.timedelta(days=3)
    act.accept_transfer(by=world.secretary_b, transfer=letter, on=on)
    assert where(fellow) == [
        (world.branch_a.pk, make.LONG_AGO, on, "initial", "moved"),
        (world.branch_b.pk, on, None, "moved", ""),
    ]
    fellow.refresh_from_db()
    letter.refresh_from_db()
    assert (fellow.branch, letter.state, letter.closed_on, letter.closed_by) == (
        world.branch_b, "accepted", on, world.secretary_b,
    )  # fmt: skip
    assert PostTenure.objects.get(member=fellow).period.upper == on


def test_who_was_away_is_at_home_where_the_letter_leads(world, fellow):
    make.status(fellow, "floating", since=datetime.date(2025, 1, 1))
    act.accept_transfer(by=world.secretary_b, transfer=issued(world, fellow), on=TODAY)
    fellow.refresh_from_db()
    assert (fellow.statuses.get().period.upper, fellow.floating_since) == (TODAY, None)


def test_to_an_organisation_outside_the_member_leaves_with_the_return_slip(world, fellow):
    letter = issued(world, fellow, to_branch=None, to_name="中共某市某局机关支部委员会")
    act.accept_transfer(by=world.officer_a, transfer=letter, on=TODAY)
    fellow.refresh_from_db()
    assert (fellow.branch, fellow.left_branch, fellow.standing) == (None, world.branch_a, "transferred_out")
    assert where(fellow) == [(world.branch_a.pk, make.LONG_AGO, TODAY, "initial", "transferred_out")]


def test_one_at_a_time(world, fellow):
    requested(world, fellow)
    with pytest.raises(ActionRefused, match=r"^该党员已有正在办理的组织关系转接，请先办结或撤回。$"):
        requested(world, fellow)
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationTransfer.objects.create(
            member=fellow, from_branch=world.branch_a, to_name="别处", requested_on=ASKED
        )


REQUESTS = [
    ({"to_branch": None}, "请选择本系统内的转入党支部，或填写转往党组织的全称，两者填其一。"),
    ({"to_name": "别处"}, "请选择本系统内的转入党支部，或填写转往党组织的全称，两者填其一。"),
    ({"reason": "77"}, "请选择转接原因。"),
    ({"requested_on": TODAY + datetime.timedelta(days=1)}, "申请日期不能晚于今天。"),
]


@pytest.mark.parametrize(("fields", "sentence"), REQUESTS)
def test_requests_that_are_refused(world, fellow, fields, sentence):
    with pytest.raises(ActionRefused) as refused:
        requested(world, fellow, **fields)
    assert str(refused.value) == sentence
    assert not AffiliationTransfer.objects.exists()


def test_no_letter_within_the_branch_nor_for_who_has_left(world, fellow):
    with pytest.raises(ActionRefused, match="转入党支部就是现在的党支部"):
        requested(world, fellow, to_branch=world.branch_a)
    former = make.former_member(world.branch_a, on=ASKED)
    with pytest.raises(ActionRefused, match="没有正在生效的组织关系"):
        requested(world, former)


JULY = datetime.date(2026, 7, 31)


@pytest.mark.parametrize(
    ("valid_until", "dues", "found"),
    [
        (datetime.date(2026, 8, 30), JULY, ["validity_out_of_range"]),
        (datetime.date(2026, 8, 31), JULY, []),
        (datetime.date(2026, 10, 31), JULY, []),
        (datetime.date(2026, 11, 1), JULY, ["validity_unusual"]),
        (datetime.date(2027, 1, 31), datetime.date(2026, 6, 1), ["validity_unusual", "dues_behind"]),
        (datetime.date(2027, 2, 1), None, ["validity_out_of_range", "dues_behind"]),
    ],
)
def test_a_letter_is_valid_for_one_to_six_months_generally_three(valid_until, dues, found):
    findings = list(check_letter(JULY, valid_until, dues))
    assert [finding.code for finding in findings] == found
    assert {finding.clause for finding in findings} <= {CLAUSE}


def test_a_validity_of_seven_months_is_refused(world, fellow):
    with pytest.raises(
        ActionRefused, match=r"^有效期应为 1–6 个月，即 .*（《中国共产党党员教育管理工作条例》第二十五条）。$"
    ):
        issued(world, fellow, months=7)


def test_every_step_is_refused_in_every_state_that_the_table_does_not_name(world, fellow):
    """A step goes by the table alone, whatever its other words."""
    calls = {
        "issue": lambda t: act.issue_transfer(
            by=None, transfer=t, letter_no="1", issued_on=ISSUED, valid_until=add_months(ISSUED, 3)
        ),
        "accept": lambda t: act.accept_transfer(by=None, transfer=t, on=ISSUED),
        "return": lambda t: act.return_transfer(by=None, transfer=t, on=ISSUED, reason="材料不全"),
        "withdraw": lambda t: act.withdraw_transfer(by=None, transfer=t, on=ISSUED, reason="不再调动"),
        "expire": lambda t: act.expire_transfer(by=None, transfer=t, on=TODAY),
    }
    assert set(calls) == set(STEPS)
    letter = issued(world, fellow)
    for state in AffiliationTransfer.State.values:
        closed = None if state in AffiliationTransfer.OPEN_STATES else ISSUED
        for key, call in calls.items():
            AffiliationTransfer.objects.filter(pk=letter.pk).update(
                state=state, closed_on=closed, valid_until=add_months(ISSUED, 3)
            )
            if key == "expire":
                AffiliationTransfer.objects.filter(pk=letter.pk).update(
                    valid_until=TODAY - datetime.timedelta(days=1)
                )
            with transaction.atomic():
                try:
                    call(letter)
                    moved = True
                except ActionRefused as refused:
                    moved = f"不能再{STEPS[key].label}" not in str(refused)
                transaction.set_rollback(True)
            assert moved == (state in STEPS[key].before), (state, key)


def test_returning_and_withdrawing_say_why(world, fellow):
    letter = issued(world, fellow)
    for action in (act.return_transfer, act.withdraw_transfer):
        with pytest.raises(ActionRefused, match="请写明"):
            action(by=None, transfer=letter, on=TODAY, reason=" ")
    returned = act.return_transfer(by=world.secretary_b, transfer=letter, on=TODAY, reason="单位名称有误")
    assert (returned.state, returned.closing_note) == ("returned", "单位名称有误")
    assert where(fellow) == [(world.branch_a.pk, make.LONG_AGO, None, "initial", "")]
    withdrawn = act.withdraw_transfer(
        by=world.officer_a, transfer=requested(world, fellow), on=TODAY, reason="本人不再调动"
    )
    assert withdrawn.state == "withdrawn"


def test_a_letter_runs_out_by_a_persons_word_only_and_another_follows(world, fellow):
    letter = issued(world, fellow)
    with pytest.raises(ActionRefused, match="还没有过期"):
        act.expire_transfer(by=world.officer_a, transfer=letter, on=TODAY)
    AffiliationTransfer.objects.filter(pk=letter.pk).update(valid_until=TODAY - datetime.timedelta(days=1))
    with pytest.raises(ActionRefused, match="请原党支部登记过期后重新办理"):
        act.accept_transfer(by=world.secretary_b, transfer=letter, on=TODAY)
    assert act.expire_transfer(by=world.officer_a, transfer=letter, on=TODAY).state == "expired"
    assert issued(world, fellow).state == "issued"


def test_a_letter_accepted_late_counts_from_its_day(world, fellow):
    letter = issued(world, fellow)
    valid_until = TODAY - datetime.timedelta(days=5)
    AffiliationTransfer.objects.filter(pk=letter.pk).update(valid_until=valid_until)
    act.accept_transfer(by=world.secretary_b, transfer=letter, on=valid_until)
    assert where(fellow)[-1][:2] == (world.branch_b.pk, valid_until)


def test_whoever_leaves_otherwise_needs_no_letter(world, fellow):
    letter = issued(world, fellow)
    with pytest.raises(ActionRefused, match="正在办理的组织关系转接"):
        transfer_member(by=None, member=fellow, branch=world.branch_b, on=TODAY)
    exit_member(by=None, member=fellow, on=TODAY, standing="deceased", reason="因病去世")
    letter.refresh_from_db()
    assert (letter.state, letter.closing_note) == ("withdrawn", "党员已登记减少")


def test_a_branch_that_is_merged_withdraws_its_letters(world, fellow):
    letter = issued(world, fellow)
    transfer_member(by=None, member=fellow, branch=world.branch_d, on=TODAY, whole_unit=True)
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


# --- Pages ---


def test_the_whole_way_through_the_pages(world, as_user):
    member = world.members_a[5]
    officer, staff, receiver = (as_user(user) for user in (world.officer_a, world.staff, world.secretary_b))
    form = {
        "where": "inside", "to_name": "清源村第二党支部", "reason": "2",
        "dues_paid_until": f"{ISSUED:%Y-%m}", "requested_on": ASKED.isoformat(),
    }  # fmt: skip
    response = officer.post(f"/members/{member.uid}/transfers/new/", form)
    assert response.url == f"/members/{member.uid}/?tab=floating"
    letter = AffiliationTransfer.objects.get()
    base = f"/members/transfers/{letter.uid}/"
    assert (letter.to_branch, letter.to_name, letter.reason) == (world.branch_b, "", "2")
    assert officer.get(f"{base}print/").status_code == 404
    response = staff.post(
        f"{base}issue/",
        {
            "letter_no": "〔2026〕8号", "issued_on": ISSUED.isoformat(),
            "valid_until": add_months(ISSUED, 3).isoformat(), "dues_paid_until": f"{ISSUED:%Y-%m}",
        },
    )  # fmt: skip
    assert response.url == base
    page = receiver.get(base).content.decode()
    assert ("高海燕" in page, "登记接收" in page, member.id_number in page) == (True, True, False)
    assert receiver.get(f"/members/{member.uid}/").status_code == 404
    paper = receiver.get(f"{base}print/").content.decode()
    for words in (
        "存根",
        "中国共产党党员组织关系介绍信",
        "回执",
        "清源村第一党支部",
        "清源村第二党支部",
        "〔2026〕8号",
    ):
        assert words in paper
    assert receiver.post(f"{base}accept/", {"on": TODAY.isoformat(), "cell": ""}).url == base
    assert Member.objects.get(pk=member.pk).branch == world.branch_b
    assert receiver.get(f"/members/{member.uid}/?tab=floating").status_code == 200


def test_an_unusual_letter_asks_for_a_word(world, as_user):
    letter = requested(world, world.members_a[5])
    client = as_user(world.staff)
    data = {
        "letter_no": "8", "issued_on": ISSUED.isoformat(), "valid_until": add_months(ISSUED, 5).isoformat(),
        "dues_paid_until": f"{ISSUED:%Y-%m}",
    }  # fmt: skip
    form = client.post(f"/members/transfers/{letter.uid}/issue/", data).context["form"]
    assert form.errors == {
        "valid_until": [f"介绍信有效期一般不超过 3 个月，请核对（{CLAUSE}）。"],
        "warnings_reason": ["情况属实的，请填写核实说明。"],
    }
    response = client.post(f"/members/transfers/{letter.uid}/issue/", data | {"warnings_reason": "跨省转接"})
    assert response.status_code == 302


NAMES = [
    ({"where": "inside", "to_name": "没有的支部"}, {"to_name": ["本系统内没有名为“没有的支部”的党支部，请核对全称，或改选“本系统以外的党组织”。"]}),
    ({"where": "outside", "to_name": "清源村第二党支部"}, {"where": ["本系统内有这个党支部，请选“本系统内的党支部”。"]}),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "errors"), NAMES)
def test_the_receiver_is_named_in_full(world, as_user, fields, errors):
    data = {"reason": "1", "requested_on": ASKED.isoformat()} | fields
    response = as_user(world.officer_a).post(f"/members/{world.members_a[5].uid}/transfers/new/", data)
    assert response.context["form"].errors == errors
    assert not AffiliationTransfer.objects.exists()


def test_the_list_of_both_sides_and_its_filters(world, as_user, django_assert_max_num_queries):
    issued(world, world.members_a[5])
    requested(world, world.members_a[6], to_branch=None, to_name="别处")

    def shown(user, query=""):
        table = as_user(user).get(f"/members/transfers/{query}").context["table"]
        return sorted(row.member.name for row in table.rows)

    assert shown(world.secretary_a) == ["何文斌", "高海燕"]
    assert shown(world.staff) == ["何文斌", "高海燕"]
    assert shown(world.secretary_b) == ["高海燕"]
    assert shown(world.secretary_d) == shown(world.staff_x) == []
    assert shown(world.secretary_a, "?state=issued") == ["高海燕"]
    assert shown(world.secretary_b, "?direction=out") == []
    assert shown(world.secretary_b, "?direction=in") == ["高海燕"]


@pytest.mark.parametrize(
    ("standing", "gain"), [("transferred_out", "transferred_in"), ("exited", "restored")]
)
def test_a_former_member_comes_back(world, as_user, standing, gain):
    former = make.former_member(world.branch_a, "归来者", on=ASKED, standing=standing)
    client = as_user(world.officer_a)
    assert (
        f"/members/{former.uid}/reopen/"
        in client.get(f"/members/{former.uid}/?tab=affiliations").content.decode()
    )
    data = {
        "gain": gain,
        "branch": world.branch_a.uid,
        "since": ISSUED.isoformat(),
        "reason": "介绍信〔2026〕9号",
    }
    assert client.post(f"/members/{former.uid}/reopen/", data).status_code == 302
    former.refresh_from_db()
    assert (former.branch, former.left_branch, former.standing) == (world.branch_a, None, "normal")
    assert where(former)[-1] == (world.branch_a.pk, ISSUED, None, gain, "")


def test_nobody_comes_back_on_a_day_to_come_nor_from_death(world, as_user):
    former = make.former_member(world.branch_a, on=ASKED)
    with pytest.raises(ActionRefused, match="日期不能晚于今天"):
        open_affiliation(
            by=None,
            member=former,
            branch=world.branch_a,
            since=TODAY + datetime.timedelta(days=1),
            gain="restored",
        )
    dead = make.former_member(world.branch_a, on=ASKED, standing="deceased")
    assert as_user(world.officer_a).get(f"/members/{dead.uid}/reopen/").status_code == 403
