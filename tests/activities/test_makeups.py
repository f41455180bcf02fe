"""补课 and “这条不对”: the roll and the hours follow what the branch accepts, also after the chair has signed."""

import datetime

import pytest
from django.utils import timezone

from activities.actions.disputes import NotDisputable, answer_dispute, raise_dispute
from activities.actions.makeups import NotOpen, accept_make_up, hand_in, return_make_up, set_make_ups
from activities.actions.records import Conflict, confirm_record, update_record
from activities.models import AttendanceDispute, BranchYear, MakeUp, RollEntry
from branch_portal.dates import today_shanghai
from learning.models import MemberYear, StudyCredit
from members.models import Member
from notices.actions.tick import tick
from notices.models import Delivery
from tests.activities import factories as life
from tests.activities.test_main_path import page

pytestmark = pytest.mark.django_db
ABSENT = {"row_4": ("absent", "", "外出"), "row_6": ("leave", "sick", "住院")}


@pytest.fixture
def record(world):
    """Everybody was there but member_a and one more."""
    ids = [person.member_id for person in life.marks(world.branch_a)]
    row = 1 + ids.index(world.member_a.member_id)
    return life.record(
        world.secretary_a,
        world.branch_a,
        rows={f"row_{row}": ("absent", "", "外出"), f"row_{row + 3}": ("leave", "sick", "住院")},
    )


def entry_of(world, record) -> RollEntry:
    return RollEntry.objects.get(share_id=record.share_id, member_id=world.member_a.member_id)


def hours_of(world) -> list[tuple[int, str]]:
    rows = StudyCredit.objects.filter(member_id=world.member_a.member_id).standing()
    return [(row.minutes, row.status) for row in rows]


def due() -> datetime.date:
    return today_shanghai() + datetime.timedelta(days=14)


def make_up_of(world, record) -> MakeUp:
    set_make_ups(by=world.secretary_a, record=record, material="学习党章第一章", due_on=due())
    return MakeUp.objects.get(member_id=world.member_a.member_id)


def test_the_whole_way_through_the_pages(world, record, as_user):
    secretary, member = as_user(world.secretary_a), as_user(world.member_a)
    url = f"/activities/records/{record.uid}/make-ups/"
    html = page(secretary, url)
    assert due().isoformat() in html
    assert f"/activities/records/{record.uid}/" in html
    data = {"material": f"阅读 /activities/records/{record.uid}/", "due_on": due().isoformat()}
    assert "已为 2 人安排补课" in secretary.post(url, data, follow=True).content.decode()
    row = MakeUp.objects.get(member_id=world.member_a.member_id)
    own = f"/activities/make-ups/{row.uid}/"
    assert own in page(member, "/")
    assert own in page(member, "/activities/mine/")
    assert f'<a href="/activities/records/{record.uid}/">' in page(member, own)
    assert "等待党支部审核" in member.post(own, {"note": "已学，有体会"}, follow=True).content.decode()
    assert "审核补课" in page(secretary, "/")
    assert "已学，有体会" in page(secretary, own)
    row.refresh_from_db()
    decide = f"{own}decide/"
    seen = {"seen": row.handed_in_at.isoformat()}
    html = secretary.post(decide, seen | {"decision": "return"}, follow=True).content.decode()
    assert "请写明要补什么" in html
    secretary.post(decide, seen | {"decision": "return", "reason": "请写具体些"})
    assert "请写具体些" in page(member, own)
    member.post(own, {"note": "写得具体了"})
    row.refresh_from_db()
    stale = secretary.post(decide, seen | {"decision": "accept"}, follow=True).content.decode()
    assert "没有改动" in stale
    secretary.post(decide, {"seen": row.handed_in_at.isoformat(), "decision": "accept"})
    assert entry_of(world, record).status == "made_up"
    assert hours_of(world) == [(90, "pending")]
    assert own not in page(member, "/")


def test_counts_hours_year_and_version_follow(world, record):
    row = make_up_of(world, record)
    year = BranchYear.objects.get(branch=world.branch_a, year=record.assessment_year)
    before = {name: getattr(year, name) for name in ("held_theme_day", "confirmed_theme_day")}
    hand_in(by=world.member_a, make_up=row)
    accept_make_up(by=world.secretary_a, make_up=MakeUp.objects.get(pk=row.pk))
    share = record.share
    share.refresh_from_db()
    assert (share.expected_count, share.present_count, share.leave_count, share.absent_count) == (10, 8, 1, 1)
    year.refresh_from_db()
    assert {name: getattr(year, name) for name in before} == before
    assert MemberYear.objects.get(member=world.member_a.member).pending_hours > 0
    with pytest.raises(Conflict):  # a page that was open before does not write the old row back
        update_record(
            by=world.secretary_a,
            record=record,
            version=record.version,
            facts=life.facts(),
            marks=life.marks(world.branch_a),
        )


def test_after_the_chair_signed_the_hours_are_confirmed_at_once(world, record):
    row = make_up_of(world, record)
    confirm_record(by=world.secretary_a, record=record)
    hand_in(by=world.member_a, make_up=row, note="已学")
    accept_make_up(by=world.secretary_a, make_up=MakeUp.objects.get(pk=row.pk))
    assert hours_of(world) == [(90, "confirmed")]
    record.refresh_from_db()
    assert record.state == "confirmed"
    events = entry_of(world, record).events.order_by("pgh_id").values_list("status", flat=True)
    assert list(events) == ["absent", "made_up"]


def test_every_step_happens_once(world, record):
    row = make_up_of(world, record)
    with pytest.raises(NotOpen):
        accept_make_up(by=world.secretary_a, make_up=row)
    with pytest.raises(NotOpen):
        hand_in(by=world.officer_a, make_up=row)
    hand_in(by=world.member_a, make_up=row)
    with pytest.raises(NotOpen):
        hand_in(by=world.member_a, make_up=row)
    handed = MakeUp.objects.get(pk=row.pk)
    accept_make_up(by=world.secretary_a, make_up=handed)
    with pytest.raises(NotOpen):
        accept_make_up(by=world.secretary_a, make_up=handed)
    with pytest.raises(NotOpen):
        return_make_up(by=world.secretary_a, make_up=handed, reason="再写")
    asked = set_make_ups(by=world.secretary_a, record=record, material="另一份", due_on=due())
    assert asked == 1  # the other one; what is accepted stays
    assert MakeUp.objects.get(pk=row.pk).material == "学习党章第一章"


def test_a_draft_owes_nobody_anything(world):
    draft = life.record(world.secretary_a, world.branch_a, signed=False, rows=ABSENT)
    with pytest.raises(NotOpen):
        set_make_ups(by=world.secretary_a, record=draft, material="学习", due_on=due())


def test_the_member_is_told_with_a_deadline(world, record):
    make_up_of(world, record)
    tick(ticker="test")
    told = Delivery.objects.filter(slot__rule__key="make_up", channel="inapp", recipient=world.member_a)
    assert told.count() == 1
    assert world.member_a.member.name not in told.get().slot.title


def test_nobody_reads_anothers_make_up(world, record, as_user):
    row = make_up_of(world, record)
    MakeUp.objects.filter(pk=row.pk).update(note="私下的话", state="handed_in", handed_in_at=timezone.now())
    readers = {"secretary_a", "officer_a", "member_a"}
    for name in ("secretary_a", "officer_a", "member_a", "cell_leader_a", "staff", "member_b", "superuser"):
        answer = as_user(getattr(world, name)).get(f"/activities/make-ups/{row.uid}/")
        assert (answer.status_code == 200) == (name in readers), name


# --- disputes ---


def test_an_officer_does_not_accept_the_own_make_up(world, as_user):
    """Hours that somebody gives to himself are nobody's word; the secretary accepts them, also the own ones."""
    ids = [person.member_id for person in life.marks(world.branch_a)]
    row_number = 1 + ids.index(world.officer_a.member_id)
    record = life.record(
        world.secretary_a, world.branch_a, rows={f"row_{row_number}": ("absent", "", "外出")}
    )
    set_make_ups(by=world.secretary_a, record=record, material="学习党章第一章", due_on=due())
    row = MakeUp.objects.get()
    officer, own = as_user(world.officer_a), f"/activities/make-ups/{row.uid}/"
    officer.post(own, {"note": "已学"})
    row.refresh_from_db()
    assert "通过" not in page(officer, own)
    data = {"seen": row.handed_in_at.isoformat(), "decision": "accept"}
    answer = officer.post(f"{own}decide/", data, follow=True).content.decode()
    assert "本人的补课请由支部书记（副书记）审核" in answer
    as_user(world.secretary_a).post(f"{own}decide/", data)
    assert RollEntry.objects.get(share=record.share, row_number=row_number).status == "made_up"


def test_a_dispute_is_raised_answered_and_seen_by_both(world, record, as_user):
    member, secretary = as_user(world.member_a), as_user(world.secretary_a)
    html = page(member, "/activities/mine/")
    url = f"/activities/mine/{record.share.uid}/dispute/"
    assert url in html
    said = {"claimed": "online", "statement": "我在线上参加，群里有截图"}
    answer = member.post(url, said)
    row = AttendanceDispute.objects.get()
    own = f"/activities/disputes/{row.uid}/"
    assert answer.headers["Location"] == own
    assert (row.written, row.due_on) == ("缺席", today_shanghai() + datetime.timedelta(days=7))
    assert "已有一个没有答复的异议" in member.post(url, said, follow=True).content.decode()
    assert AttendanceDispute.objects.count() == 1
    assert "答复到会情况异议" in page(secretary, "/")
    assert "群里有截图" in page(secretary, own)
    html = secretary.post(own, {"decision": "accept", "finding": "", "answer": "属实"}).content.decode()
    assert "请选择更正为什么情况" in html
    assert "属实" in html
    secretary.post(own, {"decision": "accept", "finding": "online", "answer": "核对截图，属实"})
    assert entry_of(world, record).status == "online"
    assert hours_of(world) == [(90, "pending")]
    for client in (member, secretary):
        assert "核对截图，属实" in page(client, own)
    assert "异议：已更正" in page(member, "/activities/mine/")
    assert "答复到会情况异议" not in page(secretary, "/")
    record.share.refresh_from_db()
    assert record.share.present_count == 9


def test_declining_changes_nothing_but_says_why(world, record, as_user):
    row = raise_dispute(by=world.member_a, share=record.share, claimed="present", statement="我来了")
    url = f"/activities/disputes/{row.uid}/"
    secretary = as_user(world.secretary_a)
    assert "请填写答复意见" in secretary.post(url, {"decision": "decline"}).content.decode()
    secretary.post(url, {"decision": "decline", "answer": "当天签到表没有签名"})
    assert entry_of(world, record).status == "absent"
    assert "当天签到表没有签名" in page(as_user(world.member_a), url)
    again = raise_dispute(by=world.member_a, share=record.share, claimed="late", statement="有人证明")
    assert again.pk != row.pk


def test_a_signed_roll_is_mended_by_the_secretary_alone(world, record, as_user):
    confirm_record(by=world.secretary_a, record=record)
    row = raise_dispute(by=world.member_a, share=record.share, claimed="present", statement="我来了")
    url = f"/activities/disputes/{row.uid}/"
    accept = {"decision": "accept", "finding": "present", "answer": "属实"}
    assert "须由支部书记" in as_user(world.officer_a).post(url, accept).content.decode()
    assert as_user(world.secretary_a).post(url, accept).status_code == 302
    assert hours_of(world) == [(90, "confirmed")]
    year = BranchYear.objects.get(branch=world.branch_a, year=record.assessment_year)
    assert year.confirmed_theme_day


def test_hours_are_taken_back_when_presence_was_wrong(world, record):
    member = world.officer_a
    assert StudyCredit.objects.filter(member_id=member.member_id).standing().count() == 1
    row = raise_dispute(by=member, share=record.share, claimed="official", statement="我那天出差")
    answer_dispute(
        by=world.secretary_a, dispute=row, answer="属实", accept=True, status="leave", leave_type="official"
    )
    entry = RollEntry.objects.get(share=record.share, member_id=member.member_id)
    assert (entry.status, entry.leave_type, entry.reason, entry.minutes) == ("leave", "official", "公假", 0)
    assert not StudyCredit.objects.filter(member_id=member.member_id).standing().exists()


def test_only_ones_own_counted_rows(world, record, as_user):
    draft = life.record(world.secretary_a, world.branch_a, "general_meeting", signed=False, rows=ABSENT)
    client = as_user(world.member_a)
    assert client.get(f"/activities/mine/{draft.share.uid}/dispute/").status_code == 404
    assert as_user(world.member_b).get(f"/activities/mine/{record.share.uid}/dispute/").status_code == 404
    for user in (world.secretary_b, world.staff):
        with pytest.raises(NotDisputable):
            raise_dispute(by=user, share=record.share, claimed="present", statement="我来了")
    row = raise_dispute(by=world.member_a, share=record.share, claimed="present", statement="我来了")
    for name in ("member_b", "secretary_b", "cell_leader_a", "staff", "superuser"):
        assert as_user(getattr(world, name)).get(f"/activities/disputes/{row.uid}/").status_code == 404


def test_my_attendance_holds_every_branch_and_pages(world, as_user, django_assert_max_num_queries):
    member = world.members_a[3]
    today = today_shanghai()
    for days in range(30):
        life.record(world.secretary_a, world.branch_a, day=today - datetime.timedelta(days=days))
    Member.objects.filter(pk=member.pk).update(branch=world.branch_b, cell=None)
    client = as_user(world.member_a)
    html = page(client, "/activities/mine/")
    assert html.count("这条不对</a>") == 25
    assert str(world.branch_a) in html
    assert "共 30 条" in html
    cursor = html.split("cursor=")[1].split('"')[0]
    assert page(client, f"/activities/mine/?cursor={cursor}").count("这条不对</a>") == 5
    with django_assert_max_num_queries(20):
        client.get("/activities/mine/")


@pytest.mark.parametrize(
    "word", ["/\t/example.org/", "/\n/example.org/", "//example.org/", "/\\example.org/"]
)
def test_material_links_to_nowhere_outside(world, record, as_user, word):
    set_make_ups(by=world.secretary_a, record=record, material=f"阅读 {word} 全文", due_on=due())
    row = MakeUp.objects.get(member_id=world.member_a.member_id)
    html = page(as_user(world.member_a), f"/activities/make-ups/{row.uid}/")
    assert "example.org" in html and 'example.org/"' not in html


def test_a_dispute_may_find_an_absence(world, record):
    """不是请假，是缺席: the row owes a reason like every absence, and the answer must not fail for want of one."""
    dispute = raise_dispute(by=world.member_a, share=record.share, claimed="online", statement="记错了")
    answer_dispute(by=world.secretary_a, dispute=dispute, answer="核实为缺席", accept=True, status="absent")
    row = RollEntry.objects.get(share=record.share, member=world.member_a.member)
    assert (row.status, row.reason) == ("absent", "缺席")
