"""共建: one gathering of several branches, each with its own roll and confirmation, nobody seeing another's people."""

import datetime

import pytest
from django.utils import timezone

from activities.actions.gatherings import cancel_gathering, postpone_gathering
from activities.actions.joint import (
    JointRefused,
    accept_invitation,
    decline_invitation,
    invite_branch,
    withdraw_invitation,
)
from activities.actions.records import confirm_record, update_record
from activities.models import ActivityRecord, BranchYear, Gathering, GatheringBranch, Invitation
from activities.queries.joint import guests_of
from activities.rules.states import TransitionError
from branch_portal.dates import today_shanghai
from learning.models import StudyCredit
from notices.actions.tick import tick
from notices.models import Delivery, ReminderSlot
from tests import factories as make
from tests.activities import factories as life
from tests.activities.test_main_path import hidden

pytestmark = pytest.mark.django_db
THEME = "结对共建学习"


@pytest.fixture
def joint(world):
    """Announced for today by branch A, branch B invited: (the host's share, the invitation)."""
    make.user("member_b2", member=make.member(world.branch_b, "外部党员丙"))
    share = life.announcement(
        world.secretary_a, world.branch_a, days=0, start="00:00", end="01:30", theme=THEME
    )
    return share, invite_branch(by=world.secretary_a, share=share, branch=world.branch_b)


@pytest.fixture
def accepted(world, joint):
    """(the host's share, the guest's)."""
    host, invitation = joint
    return host, accept_invitation(by=world.secretary_b, invitation=invitation)


def write(by, branch, share, **fields) -> ActivityRecord:
    """What a branch's secretary saves from its own draft."""
    record = share.records.get()
    known = {"start": "00:00", "end": "01:30", "theme": THEME} | fields
    return update_record(
        by=by,
        record=record,
        version=record.version,
        facts=life.facts(**known),
        marks=life.marks(branch, row_2=("absent", "", "外出")),
    )


def test_the_secretary_finds_a_branch_by_name_and_asks_it(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, theme=THEME)
    client, url = as_user(world.secretary_a), f"/activities/gatherings/{share.uid}/invite/"
    found = client.get(url, {"q": "支部"}).context["found"]
    # Under the same committee, without oneself; another committee's branches are not named.
    assert found == [world.branch_b, world.branch_d]
    assert client.get(url, {"q": "东湖"}).context["found"] == []
    assert "外部书记" not in client.get(url, {"q": "第二"}).content.decode()
    assert (
        client.post(url, {"branch": world.branch_x.uid}, follow=True)
        .content.decode()
        .count("没有找到这个党支部")
        == 1
    )
    for _ in range(2):
        client.post(url, {"branch": world.branch_b.uid})
    assert Invitation.objects.get().branch == world.branch_b
    tick(ticker="test")
    told = Delivery.objects.filter(slot__rule__key="joint_invitation", channel="inapp")
    assert [row.recipient for row in told] == [world.secretary_b]
    assert told.get().slot.title.startswith("共建邀请：主题党日")


def test_the_invited_branch_reads_and_accepts(world, as_user, joint):
    host, invitation = joint
    client, url = as_user(world.secretary_b), f"/activities/invitations/{invitation.uid}/"
    assert THEME in client.get("/").content.decode() and "等待本支部答复" in client.get("/").content.decode()
    html = client.get(url).content.decode()
    assert "清源村第一党支部" in html and "安国强" not in html
    answer = client.post(f"{url}accept/")
    share = GatheringBranch.objects.get(branch=world.branch_b)
    assert answer.url == f"/activities/gatherings/{share.uid}/"
    assert client.post(f"{url}accept/").url == answer.url
    record = share.records.get()
    assert (record.state, record.kind, record.title) == ("draft", "theme_day", THEME)
    assert "等待本支部答复" not in client.get("/").content.decode()
    page = as_user(world.member_b).get(answer.url).content.decode()
    assert "由清源村第一党支部主办" in page and "取消活动" not in page
    answers = ReminderSlot.objects.open().filter(rule__key="joint_answer")
    assert answers.get().audience == {"kind": "branch_officers", "organization": world.branch_a.pk}
    assert "已接受" in as_user(world.secretary_a).get(f"/activities/gatherings/{host.uid}/").content.decode()


def test_who_may_answer(world, as_user, joint):
    _, invitation = joint
    url = f"/activities/invitations/{invitation.uid}/"
    seen = {
        "member_b": 404,
        "secretary_a": 403,
        "staff": 404,
        "secretary_d": 404,
        "secretary_x": 404,
        "superuser": 404,
    }
    for name, status in seen.items():
        client = as_user(world.users[name])
        assert (client.get(url).status_code, client.post(f"{url}accept/").status_code) == (status, status), (
            name
        )
    assert as_user(world.secretary_b).post(f"{url}withdraw/").status_code == 403
    assert Invitation.objects.get().state == "pending"


def test_declining_and_asking_again(world, as_user, joint):
    host, invitation = joint
    client = as_user(world.secretary_b)
    client.post(f"/activities/invitations/{invitation.uid}/decline/", {"reply": "当天换届"})
    page = as_user(world.secretary_a).get(f"/activities/gatherings/{host.uid}/").content.decode()
    assert "未参加：当天换届" in page
    assert (
        "当天换届" not in as_user(world.member_a).get(f"/activities/gatherings/{host.uid}/").content.decode()
    )
    with pytest.raises(JointRefused, match="不能再答复"):
        accept_invitation(by=world.secretary_b, invitation=invitation)
    again = invite_branch(by=world.secretary_a, share=host, branch=world.branch_b)
    assert (again.pk, again.state, again.reply) == (invitation.pk, "pending", "")
    withdraw_invitation(by=world.secretary_a, invitation=again)
    assert "等待本支部答复" not in client.get("/").content.decode()
    with pytest.raises(JointRefused):
        accept_invitation(by=world.secretary_b, invitation=again)
    assert GatheringBranch.objects.count() == 1


def test_what_decides_is_one_branchs_own(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, "general_meeting")
    with pytest.raises(JointRefused, match="不能共建"):
        invite_branch(by=world.secretary_a, share=share, branch=world.branch_b)
    assert (
        "共建" not in as_user(world.secretary_a).get(f"/activities/gatherings/{share.uid}/").content.decode()
    )


def test_each_branch_has_its_own_notice_and_a_move_tells_both(world):
    share = life.announcement(world.secretary_a, world.branch_a, days=9, theme=THEME)
    guest = accept_invitation(
        by=world.secretary_b,
        invitation=invite_branch(by=world.secretary_a, share=share, branch=world.branch_b),
    )

    def notices() -> dict:
        found = ReminderSlot.objects.open().filter(rule__key="meeting_notice").order_by("due_at")
        return {
            branch.pk: [slot.due_at for slot in found if slot.audience["organization"] == branch.pk]
            for branch in (world.branch_a, world.branch_b)
        }

    before = notices()
    assert len(before[world.branch_a.pk]) == 2 and before[world.branch_a.pk] == before[world.branch_b.pk]
    later = share.gathering.started_at + datetime.timedelta(days=3)
    postpone_gathering(
        by=world.secretary_a, share=share, reason="场地维修", started_at=later,
        ended_at=later + datetime.timedelta(hours=1), place="文化礼堂",
    )  # fmt: skip
    moved = notices()
    assert moved[world.branch_a.pk] == moved[world.branch_b.pk] != before[world.branch_a.pk]
    assert set(ActivityRecord.objects.values_list("on_date", flat=True)) == {share.gathering.on_date}
    ReminderSlot.objects.open().filter(due_at=moved[world.branch_b.pk][0]).update(due_at=timezone.now())
    tick(ticker="test")
    cancel_gathering(by=world.secretary_a, share=share, reason="防汛")
    off = ReminderSlot.objects.open().filter(title__startswith="已取消：主题党日")
    assert {slot.audience["organization"] for slot in off} == {world.branch_a.pk, world.branch_b.pk}
    assert {slot.link for slot in off} == {f"/activities/gatherings/{each.uid}/" for each in (share, guest)}


def test_a_guest_neither_moves_nor_calls_it_off(world, as_user, accepted):
    _, guest = accepted
    for step in ("postpone", "cancel", "reschedule", "invite"):
        url = f"/activities/gatherings/{guest.uid}/{step}/"
        assert as_user(world.secretary_b).post(url, {"reason": "不想"}).status_code == 403
    with pytest.raises(TransitionError, match="由清源村第一党支部主办"):
        cancel_gathering(by=world.secretary_b, share=guest, reason="不想")
    assert Gathering.objects.get().state == "announced"


@pytest.mark.parametrize("first", ["host", "guest"])
def test_each_branch_writes_its_own_and_counts_it(world, accepted, first):
    host, guest = accepted
    sides = [(world.secretary_a, world.branch_a, host), (world.secretary_b, world.branch_b, guest)]
    for by, branch, share in sides if first == "host" else reversed(sides):
        write(by, branch, share)
    gathering = Gathering.objects.get()
    assert gathering.state == "held"
    for _by, branch, share in sides:
        share.refresh_from_db()
        size = {world.branch_a: 10, world.branch_b: 3}[branch]
        assert (share.expected_count, share.present_count, share.absent_count) == (size, size - 1, 1)
        record = share.records.get()
        assert (record.state, record.number) == ("recorded", 1)
        year = BranchYear.objects.get(branch=branch, year=today_shanghai().year)
        assert year.held_theme_day and not year.confirmed_theme_day
        credits = StudyCredit.objects.filter(branch=branch)
        assert (credits.count(), {row.status for row in credits}) == (size - 1, {"pending"})
    confirm_record(by=world.secretary_b, record=guest.records.get())
    assert host.records.get().state == "recorded"
    year = BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year)
    assert not year.confirmed_theme_day
    assert {row.status for row in StudyCredit.objects.filter(branch=world.branch_a)} == {"pending"}
    assert {row.status for row in StudyCredit.objects.filter(branch=world.branch_b)} == {"confirmed"}


def test_a_guest_cannot_change_the_facts(world, accepted):
    _, guest = accepted
    before = Gathering.objects.get()
    yesterday = today_shanghai() - datetime.timedelta(days=1)
    record = write(
        world.secretary_b, world.branch_b, guest, day=yesterday, theme="改掉", place="别处", end="03:00"
    )
    after = Gathering.objects.get()
    assert [getattr(after, name) for name in ("theme", "on_date", "started_at", "ended_at", "place")] == [
        getattr(before, name) for name in ("theme", "on_date", "started_at", "ended_at", "place")
    ]
    assert (record.title, record.on_date, record.study_minutes) == (THEME, today_shanghai(), 90)


def test_the_form_of_a_guest_shows_the_facts_and_keeps_them(world, as_user, accepted):
    host, guest = accepted
    client, record = as_user(world.secretary_b), guest.records.get()
    url = f"/activities/records/{record.uid}/edit/"
    html = client.get(url).content.decode()
    assert html.count("readonly") == 5 and "由主办党支部确定" in html and "安国强" not in html
    form = client.get(url).context["form"]
    data = {
        "theme": "改掉", "on_date": "2026-01-05", "start": "08:00", "end": "09:00", "place": "别处", "content": "学习",
        "chair": form.people[0].uid, "recorder": form.people[1].uid, "version": hidden(html, "version"),
        "roll_signature": hidden(html, "roll_signature"), "submission_key": hidden(html, "submission_key"),
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    record.refresh_from_db()
    assert (record.state, record.title, record.on_date) == ("recorded", THEME, today_shanghai())
    # Now that a guest has written it up, the host's facts stand too.
    page = as_user(world.secretary_a).get(f"/activities/records/{host.records.get().uid}/edit/")
    assert page.content.decode().count("readonly") == 5
    mine = write(world.secretary_a, world.branch_a, host, theme="后来改的")
    assert mine.title == THEME


def test_the_hosts_changes_reach_the_drafts_of_its_guests(world, accepted):
    host, guest = accepted
    earlier = today_shanghai() - datetime.timedelta(days=1)
    write(world.secretary_a, world.branch_a, host, day=earlier, theme="实际的主题")
    draft = guest.records.get()
    assert (draft.state, draft.title, draft.on_date) == ("draft", "实际的主题", earlier)
    assert write(world.secretary_b, world.branch_b, guest).on_date == earlier


def names(*members) -> list[str]:
    return [member.name for member in members]


def test_nobody_sees_another_branchs_people(world, as_user, accepted):
    host, guest = accepted
    write(world.secretary_a, world.branch_a, host)
    write(world.secretary_b, world.branch_b, guest)
    people_a = names(*world.members_a)
    people_b = ["外部书记b", "外部党员乙", "外部党员丙"]
    sides = [
        ("secretary_a", "member_a", host, guest, people_a, people_b),
        ("secretary_b", "member_b", guest, host, people_b, people_a),
    ]
    for officer, member, own, other, ours, theirs in sides:
        record, foreign = own.records.get(), other.records.get()
        pages = [
            "/", "/activities/", "/activities/print/", f"/activities/gatherings/{own.uid}/",
            f"/activities/records/{record.uid}/", f"/activities/records/{record.uid}/edit/",
        ]  # fmt: skip
        for user in (officer, member):
            client = as_user(world.users[user])
            for page in pages:
                answer = client.get(page)
                if user == member and page.endswith("/edit/"):
                    assert answer.status_code == 403
                    continue
                html = answer.content.decode()
                assert [name for name in theirs if name in html] == [], (user, page)
            for closed in (
                f"gatherings/{other.uid}/",
                f"records/{foreign.uid}/",
                f"records/{foreign.uid}/edit/",
            ):
                assert client.get(f"/activities/{closed}").status_code == 404
        shown = as_user(world.users[officer]).get(f"/activities/records/{record.uid}/").content.decode()
        assert any(name in shown for name in ours)
    export = as_user(world.secretary_a).get("/activities/export/").content
    assert "外部".encode() not in export


def test_the_host_sees_answers_and_counts_at_most(world, as_user, accepted):
    host, guest = accepted
    (row,) = guests_of(host.gathering)
    assert (row.branch, row.state, row.expected, row.present) == ("清源村第二党支部", "accepted", None, None)
    write(world.secretary_b, world.branch_b, guest)
    (row,) = guests_of(host.gathering)
    assert (row.expected, row.present) == (3, 2)
    html = as_user(world.secretary_a).get(f"/activities/gatherings/{host.uid}/").content.decode()
    assert "应到 3 人，实到 2 人" in html and "外部" not in html


def test_an_answer_comes_too_late_once_it_is_held_or_off(world, joint):
    host, invitation = joint
    write(world.secretary_a, world.branch_a, host)
    for answer in (accept_invitation, decline_invitation):
        with pytest.raises(JointRefused, match="不能再答复"):
            answer(by=world.secretary_b, invitation=invitation)
    with pytest.raises(JointRefused, match="不能再邀请"):
        invite_branch(by=world.secretary_a, share=host, branch=world.branch_d)
