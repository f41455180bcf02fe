"""外出、失联、停止党籍: begun, ended and corrected by people, in the past as well; the mirrors say what is open today (9.2, 9.3)."""

import datetime

import pytest

from branch_portal.dates import today_shanghai
from members.actions import statuses as act
from members.actions.affiliations import exit_member, open_affiliation
from members.actions.errors import ActionRefused
from members.models import ContactLog, Member, MemberStatus
from members.queries.contacts import last_contacts
from tests import factories as make
from tests.activities import factories as life

TODAY = today_shanghai()
MARCH = datetime.date(2026, 3, 1)
MAY = datetime.date(2026, 5, 1)


@pytest.fixture
def fellow(world):
    return world.members_a[5]


def mirrors(member):
    member = Member.objects.get(pk=member.pk)
    return member.standing, member.lost_contact_on, member.floating_since, member.floating_destination


def periods(member, kind):
    rows = MemberStatus.objects.filter(member=member, kind=kind).order_by("period")
    return [(row.period.lower, row.period.upper) for row in rows]


def test_the_mirrors_say_what_runs_today(world, fellow):
    by = world.officer_a
    act.go_away(by=by, member=fellow, since=MARCH, reason="1", place="浙江省杭州市", abroad=False)
    act.lose_contact(by=by, member=fellow, since=MAY, reason="1")
    assert mirrors(fellow) == ("normal", MAY, MARCH, "浙江省杭州市")
    act.suspend(by=by, member=fellow, since=MAY, reason="3", reference="清委〔2026〕3号")
    assert mirrors(fellow) == ("suspended", MAY, MARCH, "浙江省杭州市")
    for kind in MemberStatus.Kind.values:
        act.end_status(by=by, member=fellow, kind=kind, on=TODAY)
    assert mirrors(fellow) == ("normal", None, None, "")
    assert periods(fellow, "floating") == [(MARCH, TODAY)]


TOMORROW = TODAY + datetime.timedelta(days=1)
REFUSED = [
    (act.go_away, {"since": TOMORROW, "reason": "1"}, "开始日期不能晚于今天。"),
    (act.go_away, {"since": MARCH, "reason": "77"}, "请选择原因。"),
    (act.lose_contact, {"since": datetime.date(1999, 1, 1), "reason": "1"}, "开始日期不能早于入党日期 2000-07-01。"),
    (act.suspend, {"since": MARCH, "reason": "3", "reference": " "}, "请填写批准停止党籍的文号。"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "fields", "sentence"), REFUSED)
def test_what_is_refused(world, fellow, action, fields, sentence):
    with pytest.raises(ActionRefused) as refused:
        action(by=world.officer_a, member=fellow, **fields)
    assert (str(refused.value), MemberStatus.objects.count()) == (sentence, 0)


def test_two_of_a_kind_never_overlap(world, fellow):
    make.status(fellow, "floating", since=MARCH, until=MAY)
    with pytest.raises(ActionRefused, match=r"^与已登记的“外出流动”（2026-03-01 至 2026-05-01）重叠。$"):
        act.go_away(by=None, member=fellow, since=datetime.date(2026, 4, 30), reason="1")
    act.go_away(by=None, member=fellow, since=MAY, reason="1")
    with pytest.raises(ActionRefused, match=r"^与已登记的“外出流动”（2026-05-01 起至今）重叠。$"):
        act.go_away(by=None, member=fellow, since=TODAY, reason="1")


def test_an_end_comes_after_its_beginning_and_not_in_the_future(world, fellow):
    with pytest.raises(ActionRefused, match="没有正在生效的“停止党籍”登记"):
        act.end_status(by=None, member=fellow, kind="suspended", on=TODAY)
    make.status(fellow, "floating", since=MAY)
    for on, sentence in ((MAY, "结束日期应晚于开始日期"), (TOMORROW, "结束日期不能晚于今天")):
        with pytest.raises(ActionRefused, match=sentence):
            act.end_status(by=None, member=fellow, kind="floating", on=on)


def test_days_are_put_right(world, fellow):
    make.status(fellow, "floating", since=datetime.date(2025, 1, 1), until=datetime.date(2025, 6, 1))
    status = make.status(fellow, "floating", since=MAY)
    act.correct_status(by=None, status=status, since=MARCH, until=None, note="日期记错")
    assert mirrors(fellow)[2] == MARCH
    with pytest.raises(ActionRefused, match="重叠"):
        act.correct_status(by=None, status=status, since=datetime.date(2025, 5, 31), until=None, note="错")
    act.correct_status(by=None, status=status, since=MARCH, until=MAY, note="五月已返回")
    assert (periods(fellow, "floating")[1], mirrors(fellow)[2]) == ((MARCH, MAY), None)
    with pytest.raises(ActionRefused, match="结束日期应晚于开始日期"):
        act.correct_status(by=None, status=status, since=MAY, until=MAY, note="错")


def test_leaving_ends_what_runs_and_keeps_the_standing_of_the_exit(world, fellow):
    status = make.status(fellow, "suspended", since=MARCH)
    exit_member(by=None, member=fellow, on=MAY, standing="exited", exit_type="4", reason="除名")
    assert periods(fellow, "suspended") == [(MARCH, MAY)]
    act.correct_status(by=None, status=status, since=MARCH, until=datetime.date(2026, 4, 1), note="日期记错")
    assert mirrors(fellow)[0] == "exited"
    with pytest.raises(ActionRefused, match="请填写结束日期"):
        act.correct_status(by=None, status=status, since=MARCH, until=None, note="错")
    with pytest.raises(ActionRefused, match="不能登记"):
        act.go_away(by=None, member=fellow, since=MAY, reason="1")


def test_a_contact_changes_no_status_and_says_what_to_record(world, fellow, as_user):
    make.status(fellow, "out_of_contact", since=MARCH)
    client = as_user(world.officer_a)
    data = {"on_date": MAY.isoformat(), "method": "phone", "reached": "on"}
    page = client.post(f"/members/{fellow.uid}/contact/", data, follow=True).content.decode()
    assert "请再登记恢复联系" in page
    assert mirrors(fellow)[1] == MARCH
    entry = ContactLog.objects.get()
    assert (entry.on_date, entry.reached, entry.by_user) == (MAY, True, world.officer_a)
    again = client.post(f"/members/{fellow.uid}/contact/", data).context["form"]
    assert again.non_field_errors() == ["这一天同样的联系已经登记。"]


def test_the_last_contact_is_the_latest_of_attendance_and_contacts_that_reached(
    world, django_assert_num_queries
):
    came, called, nothing = world.members_a[5:8]
    life.record(world.secretary_a, world.branch_a, day=datetime.date(2026, 4, 13), rows={
        f"row_{number}": ("absent", "", "未到") for number in (7, 8)
    })  # fmt: skip
    act.log_contact(by=None, member=came, on_date=MARCH, method="visit", reached=True)
    act.log_contact(by=None, member=called, on_date=MAY, method="visit", reached=True)
    act.log_contact(by=None, member=called, on_date=TODAY, method="phone", reached=False)
    ids = [member.pk for member in (came, called, nothing)]
    with django_assert_num_queries(2):
        found = last_contacts(ids, TODAY)
    assert found == {came.pk: datetime.date(2026, 4, 13), called.pk: MAY}
    assert last_contacts(ids, datetime.date(2026, 4, 12)) == {came.pk: MARCH}


# --- Pages ---


def test_the_card_has_its_tab_with_what_can_be_done(world, fellow, as_user):
    client = as_user(world.officer_a)
    response = client.post(
        f"/members/{fellow.uid}/away/",
        {"since": MARCH.isoformat(), "reason": "5", "place": "新加坡", "abroad": "on"},
    )
    assert response.url == f"/members/{fellow.uid}/?tab=floating"
    page = client.get(response.url).content.decode()
    for words in ("出国（境），新加坡，在国（境）外", "登记返回", "登记失去联系", "申请转接"):
        assert words in page
    reader = as_user(world.staff).get(response.url).content.decode()
    assert ("新加坡" in reader, "登记返回" in reader) == (True, False)
    assert client.post(f"/members/{fellow.uid}/back/", {"on": MAY.isoformat()}).status_code == 302
    assert periods(fellow, "floating") == [(MARCH, MAY)]
    status = MemberStatus.objects.get()
    data = {"since": MARCH.isoformat(), "until": "2026-04-01", "note": "四月已返回"}
    assert client.post(f"/members/statuses/{status.uid}/", data).status_code == 302
    assert periods(fellow, "floating") == [(MARCH, datetime.date(2026, 4, 1))]


@pytest.mark.parametrize(
    ("begin", "end", "kind", "fields"),
    [
        ("lost", "found", "out_of_contact", {"reason": "3"}),
        ("suspend", "restore", "suspended", {"reason": "3", "reference": "清委〔2026〕3号"}),
    ],
)
def test_each_begins_and_ends_on_its_page(world, fellow, as_user, begin, end, kind, fields):
    client = as_user(world.officer_a)
    client.post(f"/members/{fellow.uid}/{begin}/", {"since": MARCH.isoformat(), **fields})
    assert periods(fellow, kind) == [(MARCH, None)]
    client.post(f"/members/{fellow.uid}/{end}/", {"on": MAY.isoformat()})
    assert (periods(fellow, kind), mirrors(fellow)) == ([(MARCH, MAY)], ("normal", None, None, ""))


EXITS = [
    ({"standing": "exited", "exit_type": "5"}, ("exited", "5")),
    ({"standing": "deceased", "exit_type": ""}, ("deceased", "")),
    ({"standing": "exited", "exit_type": ""}, {"exit_type": ["请选择出党方式。"]}),
    (
        {"standing": "deceased", "exit_type": "5"},
        {"exit_type": ["减少原因不是出党的，出党方式请选“不属于出党”。"]},
    ),
]


@pytest.mark.parametrize(("fields", "outcome"), EXITS)
def test_leaving_the_party_says_how(world, fellow, as_user, fields, outcome):
    data = {"on": MAY.isoformat(), "reason": "清委〔2026〕5号"} | fields
    response = as_user(world.officer_a).post(f"/members/{fellow.uid}/exit/", data)
    fellow.refresh_from_db()
    if isinstance(outcome, dict):
        assert (response.context["form"].errors, fellow.standing) == (outcome, "normal")
    else:
        place = fellow.affiliations.get()
        assert (fellow.standing, place.exit_type, place.period.upper) == (*outcome, MAY)


def test_nothing_spans_the_time_in_which_the_member_was_gone(world, fellow):
    exit_member(by=None, member=fellow, on=MARCH, standing="transferred_out", reason="转往外省")
    open_affiliation(by=None, member=fellow, branch=world.branch_a, since=MAY, gain="transferred_in")
    before = MARCH - datetime.timedelta(days=1)
    sentence = "该党员已于 2026-03-01 登记减少，起止日期应全部在这一天之前或之后。"
    with pytest.raises(ActionRefused) as refused:
        act.go_away(by=None, member=fellow, since=before, reason="1")
    assert str(refused.value) == sentence
    status = act.go_away(by=None, member=fellow, since=MAY, reason="1")
    with pytest.raises(ActionRefused) as refused:
        act.correct_status(by=None, status=status, since=before, until=MAY, note="错")
    assert str(refused.value) == sentence
    act.correct_status(by=None, status=status, since=before, until=MARCH, note="转出前外出")
    assert periods(fellow, "floating") == [(before, MARCH)]
