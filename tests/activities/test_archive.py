"""归档, 更正 and 查验: what is sealed stays checkable, what is put right keeps its old text, outsiders learn nothing."""

import re

import pytest
from django.db import IntegrityError, transaction

from activities.actions.amendments import AmendmentRefused, propose_amendment, sign_amendment
from activities.actions.archive import archive_record, archive_year
from activities.actions.parts import add_part, update_part
from activities.actions.records import confirm_record, return_record
from activities.models import ActivityRecord, Amendment, GatheringBranch, RecordSeal, RollEntry
from activities.queries.archive import verified
from activities.rules.states import TransitionError
from branch_portal.verification import ALPHABET, check_sign, new_code, read_code, shown_code
from tests.activities import factories as life
from tests.activities.paper_records import DAY, full_record
from tests.activities.test_parts import lecture


def archived(world, **fields) -> ActivityRecord:
    record = full_record(world, **fields)
    archive_record(by=world.secretary_a, record=record)
    record.refresh_from_db()
    return record


# --- the code ---


def test_every_slip_of_one_sign_or_two_neighbours_is_noticed():
    code = new_code(lambda signs: signs[7])[:9]
    for body in (code, "3K9ZQ2AB7"):
        whole = body + check_sign(body)
        assert read_code(f" {shown_code(whole).lower()} ") == whole
        for place in range(10):
            for sign in ALPHABET:
                if sign != whole[place]:
                    assert read_code(whole[:place] + sign + whole[place + 1 :]) is None
        for place in range(9):
            swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
            assert swapped == whole or read_code(swapped) is None


# --- archiving ---


def test_archiving_seals_and_only_confirmed_records(world):
    record = archived(world)
    assert (record.state, len(record.content_hash), read_code(record.verify_code)) == (
        "archived",
        64,
        record.verify_code,
    )
    assert record.seals.get().content_hash == record.content_hash
    with pytest.raises(TransitionError):
        archive_record(by=world.secretary_a, record=record)
    with pytest.raises(TransitionError):
        return_record(by=world.staff, record=record, reason="重写")
    with pytest.raises(TransitionError):
        archive_record(
            by=world.secretary_a, record=full_record(world, confirmed=False, day=DAY.replace(day=9))
        )


def test_the_database_keeps_an_archived_record_sealed(world):
    record = full_record(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityRecord.objects.filter(pk=record.pk).update(state="archived")
    first, second = archived(world, day=DAY.replace(day=1)), archived(world, day=DAY.replace(day=2))
    assert first.verify_code != second.verify_code
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityRecord.objects.filter(pk=second.pk).update(verify_code=first.verify_code)


def test_a_year_at_once_takes_the_confirmed_ones(world, as_user):
    for day in (1, 2, 3):
        full_record(world, day=DAY.replace(day=day))
    waiting = full_record(world, day=DAY.replace(day=4), confirmed=False)
    client = as_user(world.secretary_a)
    page = client.get("/activities/archive/?year=2026").content.decode()
    assert "归档已确认的 3 条" in page
    answer = client.post("/activities/archive/", {"branch": world.branch_a.uid, "year": "2026"})
    assert answer.status_code == 302
    assert ActivityRecord.objects.filter(state="archived").count() == 3
    waiting.refresh_from_db()
    assert waiting.state == "recorded"
    client.post("/activities/archive/", {"branch": world.branch_b.uid, "year": "2026"})
    assert archive_year(by=world.secretary_a, branch=world.branch_a, year=2026) == 0


# --- the public page ---


def test_verification_says_kind_day_branch_and_nothing_else(world, client):
    record = archived(world)
    page = client.get(f"/verify/{record.verify_code}/").content.decode()
    for word in ("与归档时一致", "支部党员大会", "2026年3月5日（星期四）", "清源村第一党支部"):
        assert word in page
    for secret in (
        record.title,
        record.share.gathering.place,
        "安国强",
        "白春梅",
        "住院治疗",
        record.content_hash,
        str(record.uid),
    ):
        assert secret not in page
    assert "示例" not in page
    ActivityRecord.objects.filter(pk=record.pk).update(content="改过")
    assert "与归档时不一致" in client.get(f"/verify/{record.verify_code}/").content.decode()


def test_typed_code_leads_to_its_page(world, client):
    record = archived(world)
    answer = client.get("/verify/", {"code": shown_code(record.verify_code).lower()})
    assert answer["Location"] == f"/verify/{record.verify_code}/"
    assert "没有找到这个查验码" in client.get("/verify/", {"code": "不是"}).content.decode()


def test_a_wrong_code_is_a_calm_page_and_guessing_is_braked(world, client):
    record = archived(world)
    wrong = "222222222" + check_sign("222222222")
    for _ in range(10):
        answer = client.get(f"/verify/{wrong}/")
        assert answer.status_code == 404 and "没有找到这个查验码" in answer.content.decode()
    answer = client.get(f"/verify/{record.verify_code}/")
    assert answer.status_code == 429 and "15 分钟" in answer.content.decode()
    other = client.get(f"/verify/{record.verify_code}/", REMOTE_ADDR="10.1.1.1")
    assert other.status_code == 200


def test_a_record_that_is_not_archived_has_no_page(world, client):
    record = full_record(world)
    ActivityRecord.objects.filter(pk=record.pk).update(verify_code="222222222" + check_sign("222222222"))
    assert client.get(f"/verify/222222222{check_sign('222222222')}/").status_code == 404


# --- amendments ---


def propose(world, record, field="summary", new_text="改正后的小结", reason="漏写") -> Amendment:
    return propose_amendment(by=world.officer_a, record=record, field=field, new_text=new_text, reason=reason)


def test_nothing_changes_until_it_is_signed_and_the_old_text_stays(world, as_user):
    record = full_record(world)
    old = record.summary
    row = propose(world, record)
    record.refresh_from_db()
    assert record.summary == old
    sign_amendment(by=world.secretary_a, amendment=row)
    record.refresh_from_db()
    row.refresh_from_db()
    assert (record.summary, row.old_text, row.state, row.signed_by) == (
        "改正后的小结",
        old,
        "signed",
        world.secretary_a,
    )
    page = as_user(world.member_a).get(f"/activities/records/{record.uid}/").content.decode()
    assert "措施可行" in page and "改正后的小结" in page and "漏写" in page
    printed = as_user(world.secretary_a).get(f"/activities/records/{record.uid}/print/").content.decode()
    assert "更正为“改正后的小结”" in printed and "签署人：" in printed


def test_an_archived_record_is_sealed_anew_and_keeps_the_old_hash(world, client):
    record = archived(world)
    first = record.content_hash
    sign_amendment(by=world.secretary_a, amendment=propose(world, record))
    record.refresh_from_db()
    assert record.content_hash != first
    assert [seal.content_hash for seal in RecordSeal.objects.order_by("pk")] == [first, record.content_hash]
    assert "与归档时一致" in client.get(f"/verify/{record.verify_code}/").content.decode()


def test_observers_are_put_right_for_all_records_of_the_gathering(world, client):
    record = archived(world)
    twin = ActivityRecord.objects.get(pk=record.pk)
    twin.pk, twin.kind, twin.verify_code, twin.state = None, "party_lecture", "", "confirmed"
    twin.uid = GatheringBranch().uid
    twin.lecturer = "安国强"
    twin.save(force_insert=True)
    archive_record(by=world.secretary_a, record=twin)
    twin.refresh_from_db()
    before = twin.content_hash
    sign_amendment(by=world.secretary_a, amendment=propose(world, record, "observers", "镇党委李某某"))
    twin.refresh_from_db()
    assert twin.content_hash != before and twin.seals.count() == 2
    for code in (record.verify_code, twin.verify_code):
        assert "与归档时一致" in client.get(f"/verify/{code}/").content.decode()


@pytest.mark.parametrize(
    ("field", "text", "reason", "said"),
    [
        ("title", "", "漏写", "不能更正为空"),
        ("summary", "会议认为——措施可行……\r\n抓好落实。", "漏写", "没有改动"),
        ("summary", "新", " ", "请填写更正原因"),
    ],
)
def test_amendments_that_say_nothing_are_refused(world, field, text, reason, said):
    with pytest.raises(AmendmentRefused, match=said):
        propose(world, full_record(world), field, text, reason)


def test_one_open_amendment_a_text_and_none_before_confirmation(world):
    record = full_record(world)
    row = propose(world, record)
    with pytest.raises(AmendmentRefused, match="已有一条更正待签署"):
        propose(world, record, new_text="又一个")
    sign_amendment(by=world.secretary_a, amendment=row)
    with pytest.raises(TransitionError):
        sign_amendment(by=world.secretary_a, amendment=row)
    open_one = full_record(world, day=DAY.replace(day=9), confirmed=False)
    with pytest.raises(AmendmentRefused, match="可以直接修改"):
        propose(world, open_one)


def test_a_returned_record_takes_no_amendment(world):
    record = full_record(world)
    row = propose(world, record)
    return_record(by=world.staff, record=record, reason="补充")
    with pytest.raises(AmendmentRefused):
        sign_amendment(by=world.secretary_a, amendment=row)


def test_through_the_pages(world, as_user):
    record = full_record(world)
    officer, secretary = as_user(world.officer_a), as_user(world.secretary_a)
    assert "更正content" not in officer.get(f"/activities/records/{record.uid}/amend/").content.decode()
    url = f"/activities/records/{record.uid}/amend/content/"
    page = officer.get(url).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    data = {"submission_key": key, "new_text": "改正后的内容", "reason": "原文有误"}
    for _ in range(2):  # sent twice
        assert officer.post(url, data)["Location"] == f"/activities/records/{record.uid}/"
    row = Amendment.objects.get()
    assert officer.post(f"/activities/amendments/{row.uid}/sign/").status_code == 403
    assert as_user(world.secretary_b).post(f"/activities/amendments/{row.uid}/sign/").status_code == 404
    assert ">签署<" in secretary.get(f"/activities/records/{record.uid}/").content.decode()
    secretary.post(f"/activities/amendments/{row.uid}/sign/")
    record.refresh_from_db()
    assert record.content == "改正后的内容"
    assert officer.get(f"/activities/records/{record.uid}/amend/place/").status_code == 404


def test_a_record_added_to_the_gathering_later_leaves_the_seal_whole(world):
    late = {"row_2": ("late", "", "堵车", 40)}
    meeting = life.record(world.secretary_a, world.branch_a, "general_meeting", study_minutes=30, rows=late)
    confirm_record(by=world.secretary_a, record=meeting)
    meeting = archive_record(by=world.secretary_a, record=meeting)
    added = add_part(by=world.secretary_a, share=meeting.share, texts=lecture())
    assert verified(meeting.verify_code).intact
    update_part(by=world.secretary_a, record=added, version=1, texts=lecture(study_minutes=15))
    assert verified(meeting.verify_code).intact
    RollEntry.objects.filter(share=meeting.share, row_number=2).update(own_minutes=41)
    assert not verified(meeting.verify_code).intact
