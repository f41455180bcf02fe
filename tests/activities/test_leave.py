"""参加 or 请假: asked of whom it concerns, decided by the branch, filled into the roll, and seen by nobody else."""

import datetime

import pytest

from activities.actions.gatherings import cancel_gathering
from activities.actions.leave import AnswersClosed, NotOnTheList, answer_gathering, decide_leave
from activities.models import ActivityRecord, LeaveRequest
from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from notices.actions.tick import tick
from notices.models import Delivery
from tests.activities import factories as life
from tests.activities.test_main_path import filled, page

pytestmark = pytest.mark.django_db
REASON = "陪母亲住院"


def page_of(share) -> str:
    return f"/activities/gatherings/{share.uid}/"


def ask(client, share, **said):
    return client.post(f"{page_of(share)}answer/", said, follow=True).content.decode()


def decide(client, row, decision="approve", **changes):
    data = {"decision": decision, "seen": row.answered_at.isoformat()} | changes
    return client.post(f"/activities/leave/{row.uid}/decide/", data, follow=True)


def test_leave_is_asked_approved_and_fills_the_roll(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, days=1)
    member, secretary = as_user(world.member_a), as_user(world.secretary_a)
    assert "参加" in page(member, page_of(share))
    html = ask(member, share, answer="leave", leave_type="sick", reason=REASON)
    assert "等待批准" in html
    row = LeaveRequest.objects.get()
    assert (row.state, row.leave_type, row.reason) == ("waiting", "sick", REASON)
    workbench = page(secretary, "/")
    assert "审批请假" in workbench
    assert "（1 人）" in workbench
    assert REASON in page(secretary, page_of(share))
    decide(secretary, row)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("approved", world.secretary_a)
    assert "审批请假" not in page(secretary, "/")
    assert "病假 · 已批准" in page(member, page_of(share))
    html = page(secretary, f"/activities/records/{ActivityRecord.objects.get().uid}/edit/")
    number = 1 + [m.pk for m in world.members_a].index(world.member_a.member_id)
    assert "已按批准的请假填入 1 人" in html
    assert f'value="{REASON}"' in html
    assert f"病假 {number}" in html or '<option value="sick" selected>' in html


def test_the_record_that_is_saved_has_the_leave(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, days=1)
    row = answer_gathering(by=world.member_a, share=share, answer="leave", leave_type="other", reason=REASON)
    decide_leave(by=world.secretary_a, request=row, approve=True)
    record = ActivityRecord.objects.get()
    client = as_user(world.secretary_a)
    url = f"/activities/records/{record.uid}/edit/"
    html = page(client, url)
    posted = filled(html, version=str(record.version))
    posted |= _rows(html)
    assert client.post(url, posted).status_code == 302
    entry = share.roll.get(member_id=world.member_a.member_id)
    assert (entry.status, entry.leave_type, entry.reason) == ("leave", "other", REASON)
    share.refresh_from_db()
    assert (share.leave_count, share.absent_count) == (1, 0)


def _rows(html: str) -> dict[str, str]:
    """What the browser sends of the rows as the page shows them."""
    import re

    rows = {}
    for uid, options in re.findall(r'name="status_([0-9a-f]{32})".*?>(.*?)</select>', html, re.S):
        rows[f"status_{uid}"] = re.search(r'value="(\w+)" selected', options).group(1)
        rows[f"reason_{uid}"] = re.search(rf'name="reason_{uid}" value="([^"]*)"', html).group(1)
    return rows


def test_who_may_read_a_reason(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    answer_gathering(by=world.member_a, share=share, answer="leave", leave_type="personal", reason=REASON)
    readers = {"secretary_a", "officer_a", "member_a"}
    for name in (
        "secretary_a",
        "officer_a",
        "member_a",
        "cell_leader_a",
        "staff",
        "secretary_b",
        "superuser",
    ):
        for url in (page_of(share), "/", "/activities/mine/"):
            found = REASON in as_user(getattr(world, name)).get(url).content.decode()
            assert found == (name in readers and url == page_of(share)), (name, url)


def test_the_cell_leader_decides_for_the_cell(world, as_user):
    share = life.announcement(world.cell_leader_a, world.branch_a, "cell_meeting", cell=world.cell_a1)
    row = answer_gathering(by=world.member_a, share=share, answer="leave", leave_type="official")
    client = as_user(world.cell_leader_a)
    assert "审批请假" in page(client, "/")
    decide(client, row, "decline")
    row.refresh_from_db()
    assert row.state == "declined"
    assert decide(as_user(world.member_a), row).status_code == 404


def test_minds_change_until_the_end_and_not_after(world):
    share = life.announcement(world.secretary_a, world.branch_a, days=1)
    say = {"by": world.member_a, "share": share}
    row = answer_gathering(**say, answer="leave", leave_type="sick")
    decide_leave(by=world.secretary_a, request=row, approve=True)
    assert answer_gathering(**say, answer="leave", leave_type="sick").state == "approved"  # nothing new
    row = answer_gathering(**say, answer="leave", leave_type="personal")
    assert (row.state, row.decided_by) == ("waiting", None)
    assert answer_gathering(**say, answer="attend").state == "noted"
    assert LeaveRequest.objects.count() == 1
    end = share.gathering.ended_at
    answer_gathering(**say, answer="leave", leave_type="sick", now=end - datetime.timedelta(seconds=1))
    with pytest.raises(AnswersClosed):
        answer_gathering(**say, answer="attend", now=end)
    with pytest.raises(NotOnTheList):
        answer_gathering(by=world.secretary_b, share=share, answer="attend")
    cancel_gathering(by=world.secretary_a, share=share, reason="停电")
    with pytest.raises(AnswersClosed):
        answer_gathering(**say, answer="attend")


def test_a_decision_is_about_what_was_read(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    row = answer_gathering(by=world.member_a, share=share, answer="leave", leave_type="sick")
    answer_gathering(by=world.member_a, share=share, answer="leave", leave_type="personal", reason="旅游")
    html = decide(as_user(world.secretary_a), row).content.decode()
    assert "没有改动" in html
    assert LeaveRequest.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"answer": "leave"}, "请选择请假类别"),
        ({"answer": "leave", "leave_type": "other"}, "请写明原因"),
        ({"answer": "leave", "leave_type": "sick", "reason": "长" * 101}, "最多 100 字"),
    ],
)
def test_what_is_missing_is_said(world, as_user, said, message):
    share = life.announcement(world.secretary_a, world.branch_a)
    assert message in ask(as_user(world.member_a), share, **said)
    assert not LeaveRequest.objects.exists()


def test_the_member_is_told_without_names_or_reasons(world):
    share = life.announcement(world.secretary_a, world.branch_a, days=3)
    row = answer_gathering(by=world.member_a, share=share, answer="leave", leave_type="sick", reason=REASON)
    decide_leave(by=world.secretary_a, request=row, approve=True)
    tick(ticker="test")
    told = Delivery.objects.get(slot__rule__key="attendance_answer", channel="inapp")
    assert told.recipient == world.member_a
    assert "请假已批准" in told.slot.title
    assert REASON not in f"{told.slot.title}{told.slot.body}"


def test_due_lines_cost_the_same_however_many(world, django_assert_max_num_queries):
    for days in (1, 2, 3):
        share = life.announcement(world.secretary_a, world.branch_a, days=days)
        for user in (world.member_a, world.officer_a):
            answer_gathering(by=user, share=share, answer="leave", leave_type="sick")
    from activities.due_roll import roll_due

    with django_assert_max_num_queries(4):
        items = list(roll_due(branches=[world.branch_a, world.branch_b], day=today_shanghai()))
    assert [item.title.endswith("（2 人）") for item in items] == [True] * 3
    assert set(items) <= set(due_items(branches=[world.branch_a], day=today_shanghai()))
