"""The pages: from writing to receipts, what each persona sees, and what a withdrawn notice still shows."""

import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branch_portal.files import keep_file
from notices.actions.notice_answers import answer_notice
from notices.actions.notices import withdraw_notice
from notices.models import Delivery, Notice, NoticeAttachment, NoticeTarget
from notices.queries import notices
from tests import factories as make
from tests.notices.notices import DAY, draft, from_committee, sent, target_of
from tests.personas import PERSONAS

pytestmark = pytest.mark.django_db
INSIDERS = {"secretary_a", "officer_a", "cell_leader_a", "member_a"}
OFFICERS = {"secretary_a", "officer_a"}


def page(name, notice) -> str:
    return reverse(f"notices:{name}", args=[notice.uid])


def soon():
    return timezone.now() + 3 * DAY


def written(**fields) -> dict:
    return {
        "submission_key": str(uuid.uuid4()),
        "title": "六月集中学习",
        "text": "请带好学习笔记。",
        "wanted": "attend",
        "due_day": f"{soon():%Y-%m-%d}",
        "due_time": "18:00",
        "reach": "all",
    } | fields


def attached(notice, name="材料.pdf") -> NoticeAttachment:
    stored = keep_file(io.BytesIO(b"%PDF-1.4 test"), name=name, folder="notices")
    return NoticeAttachment.objects.create(notice=notice, uploaded_by=notice.drafted_by, **vars(stored))


def statuses(world, as_user, url) -> dict[str, int]:
    return {name: as_user(world.users[name]).get(url).status_code for name in PERSONAS}


# --- From writing to sending ---


def test_written_looked_at_and_sent(world, as_user):
    client = as_user(world.secretary_a)
    posted = written()
    first = client.post(reverse("notices:notice-new"), posted)
    assert client.post(reverse("notices:notice-new"), posted).url == first.url
    shown = client.get(first.url).content.decode()
    assert '<b class="num">10</b> 人' in shown
    assert "马晓东" in shown
    assert "其中 6 人没有账号" in shown
    notice = Notice.objects.get()
    assert NoticeTarget.objects.count() == 0
    for _ in range(2):
        assert client.post(first.url, {"version": notice.version}).url == page("notice", notice)
    assert NoticeTarget.objects.count() == 10
    assert "通知对象" in client.get(page("notice", notice)).content.decode()


def test_a_committee_of_very_many_branches_chooses_what_stands_under_it(world, as_user, monkeypatch):
    """With all branches of what is chosen; what it is called is said before sending, and the draft opens as it was."""
    monkeypatch.setattr(notices, "TICKED", 2)
    client, new = as_user(world.staff), reverse("notices:notice-new")
    offered = client.get(new).content.decode()
    assert "选中的下级党组织" in offered and "包括所选党组织所属的全部党支部" in offered
    uids = {part.uid.hex for part in (world.general_branch, world.branch_d)}
    assert set(re.findall(r'name="organizations"[^>]*value="([0-9a-f]{32})"', offered)) == uids
    posted = written(addressed="branches", reach="some", organizations=[world.general_branch.uid.hex])
    first = client.post(new, posted)
    shown = client.get(first.url).content.decode()
    assert '<b class="num">2</b> 个党支部' in shown and "清源村党总支所属党支部" in shown
    notice = Notice.objects.get()
    again = client.get(page("notice-edit", notice)).content.decode()
    assert re.search(rf'value="{world.general_branch.uid.hex}"[^>]*checked', again)
    client.post(first.url, {"version": notice.version})
    assert set(NoticeTarget.objects.values_list("branch", flat=True)) == {
        world.branch_a.pk,
        world.branch_b.pk,
    }
    refused = client.post(
        new, posted | {"submission_key": str(uuid.uuid4()), "organizations": [world.branch_x.uid.hex]}
    )
    assert refused.status_code == 200 and Notice.objects.count() == 1


def test_a_refused_form_says_what_to_mend_and_loses_nothing(world, as_user):
    posted = written(due_day="", reach="some", text="密级：秘密★，请勿外传")
    answer = as_user(world.secretary_a).post(reverse("notices:notice-new"), posted).content.decode()
    assert "要求答复的，请填写答复截止日期" in answer
    assert "请勾选党小组" in answer
    assert "本系统为非涉密系统，不能保存" in answer
    assert "六月集中学习" in answer
    assert not Notice.objects.exists()


def test_a_deadline_of_yesterday_is_refused_where_it_is_written(world, as_user):
    yesterday = timezone.now() - DAY
    page = as_user(world.secretary_a).post(
        reverse("notices:notice-new"), written(due_day=f"{yesterday:%Y-%m-%d}")
    )
    assert "答复截止时间已经过了，请改为以后的时间。" in page.content.decode()
    assert "请带好学习笔记。" in page.content.decode() and not Notice.objects.exists()


def test_two_people_at_one_draft_see_both_texts_and_save_after_looking(world, as_user):
    row, client = draft(world), as_user(world.secretary_a)
    url = page("notice-edit", row)
    client.post(url, written(version=1, text="书记写的。"))
    second = as_user(world.officer_a)
    refused = second.post(url, written(version=1, text="委员写的。")).content.decode()
    assert "书记写的。" in refused
    assert "委员写的。" in refused
    version = re.search(r'name="version" value="(\d+)"', refused)[1]
    assert second.post(url, written(version=version, text="合并的。")).url == page("notice-send", row)
    row.refresh_from_db()
    assert row.text == "合并的。"


def test_only_own_cells_may_be_chosen(world, as_user):
    client = as_user(world.secretary_a)
    other = written(reach="some", organizations=[world.branch_b.uid.hex])
    assert client.post(reverse("notices:notice-new"), other).status_code == 200
    client.post(reverse("notices:notice-new"), written(reach="some", organizations=[world.cell_a1.uid.hex]))
    assert Notice.objects.get().audience["organizations"] == [world.cell_a1.pk]


def test_nobody_writes_in_anothers_name(world, as_user):
    for sender, allowed in (
        (world.branch_a, OFFICERS),
        (world.committee, {"staff"}),
        (world.general_branch, {"staff"}),
    ):
        url = reverse("notices:notice-new") + f"?for={sender.uid}"
        found = statuses(world, as_user, url)
        assert {name for name, status in found.items() if status == 200} == allowed


def test_what_was_typed_is_kept_and_offered(world, as_user):
    client = as_user(world.secretary_a)
    url = reverse("notices:notice-new")
    keep = re.search(r'data-keep="([^"]+)"', client.get(url).content.decode())[1]
    client.post(keep, {"title": "没有写完的", "reach": "some"})
    assert "接着填写" in client.get(url).content.decode()
    restored = client.get(f"{url}?kept=1").content.decode()
    assert "没有写完的" in restored
    assert "请填写内容" not in restored


def test_the_committee_sees_how_much_its_branches_have_got(world, as_user):
    from_committee(world, now=timezone.now(), deadline=soon())
    sent(world, now=timezone.now(), deadline=soon())
    row = draft(world, by=world.staff, organization=world.committee, addressed="branches", deadline=soon())
    shown = as_user(world.staff).get(page("notice-send", row)).content.decode()
    assert re.search(r"本月已向这些党支部发出 <span class=\"num\">1</span> 条通知", shown)
    assert "清源村第一党支部" in shown


# --- Who sees what ---


def test_a_draft_is_the_senders_alone(world, as_user):
    row = draft(world)
    found = statuses(world, as_user, page("notice-send", row))
    assert {name: status for name, status in found.items() if status != 404} == dict.fromkeys(OFFICERS, 200)


def test_addressees_read_it_and_receipts_are_the_senders_alone(world, as_user):
    notice = sent(world)
    answer_notice(
        by=world.member_a, target=target_of(notice, world.member_a), answer="leave", reason="住院治疗"
    )
    read = statuses(world, as_user, page("notice", notice))
    assert {name for name, status in read.items() if status == 200} == INSIDERS
    assert set(read.values()) == {200, 404}
    receipts = statuses(world, as_user, page("notice-receipts", notice))
    assert {name: s for name, s in receipts.items() if s != 404} == {
        name: 200 if name in OFFICERS else 403 for name in INSIDERS
    }
    for name in INSIDERS - {"member_a"}:
        shown = as_user(world.users[name]).get(page("notice", notice)).content.decode()
        assert "住院治疗" not in shown
        assert ("提醒未答复的" in shown) == (name in OFFICERS)
    assert "住院治疗" in as_user(world.officer_a).get(page("notice-receipts", notice)).content.decode()


def test_a_branchs_officers_read_for_it_and_see_no_other_answer(world, as_user):
    notice = from_committee(world)
    target = target_of(notice, world.branch_b)
    answer_notice(by=world.secretary_b, target=target, answer="leave", reason="春耕")
    read = statuses(world, as_user, page("notice", notice))
    assert {name for name, status in read.items() if status == 200} == {
        "secretary_a", "officer_a", "secretary_b", "secretary_d", "staff",
    }  # fmt: skip
    assert "春耕" not in as_user(world.secretary_a).get(page("notice", notice)).content.decode()
    assert as_user(world.secretary_a).get(page("notice-receipts", notice)).status_code == 403
    assert "春耕" in as_user(world.staff).get(page("notice-receipts", notice)).content.decode()


def test_files_go_to_sender_and_addressees_alone(world, as_user):
    notice = sent(world, audience={"organizations": [world.cell_a2.pk]})
    url = reverse("notices:notice-file", args=[attached(notice).uid])
    own = reverse("notices:notice-file", args=[attached(draft(world)).uid])
    for link in (url, own):
        found = statuses(world, as_user, link)
        assert {name for name, status in found.items() if status == 200} == OFFICERS
    wide = sent(world)
    link = reverse("notices:notice-file", args=[attached(wide).uid])
    assert {name for name, s in statuses(world, as_user, link).items() if s == 200} == INSIDERS
    withdraw_notice(by=world.secretary_a, notice=wide, reason="发错了")
    assert {name for name, s in statuses(world, as_user, link).items() if s == 200} == OFFICERS


def test_files_are_added_to_a_draft_and_come_off_it(world, as_user):
    row, client = draft(world), as_user(world.officer_a)
    for name, content in (("好.pdf", b"%PDF-1.4 test"), ("坏.exe", b"MZ")):
        files = [SimpleUploadedFile(name, content)]
        client.post(page("notice-files", row), {"submission_key": str(uuid.uuid4()), "files": files})
    kept = NoticeAttachment.objects.get()
    assert kept.file_name == "好.pdf"
    client.post(reverse("notices:notice-file-remove", args=[kept.uid]))
    assert not NoticeAttachment.objects.kept().exists()


def test_withdrawn_leaves_title_time_and_reason(world, as_user):
    notice = sent(world)
    client = as_user(world.secretary_a)
    client.post(page("notice-withdraw", notice), {"reason": "时间有误"})
    member = as_user(world.member_a)
    shown = member.get(page("notice", notice)).content.decode()
    assert "时间有误" in shown
    assert "请带好学习笔记" not in shown
    assert "已撤回" in member.get(reverse("notices:inbox")).content.decode()
    assert "已撤回" in member.get(reverse("notices:received")).content.decode()
    assert "请带好学习笔记" in client.get(page("notice", notice)).content.decode()


# --- What happens on the pages ---


def test_corrected_on_the_page(world, as_user):
    notice = sent(world)
    client = as_user(world.secretary_a)
    form = written(version=1, correction="地点改在村部", text="地点：村部。", due_day=f"{soon():%Y-%m-%d}")
    assert client.post(page("notice-correct", notice), form).status_code == 302
    stale = client.post(page("notice-correct", notice), written(version=1, correction="再改"))
    assert "已被他人改过" in stale.content.decode()
    shown = as_user(world.member_a).get(page("notice", notice)).content.decode()
    assert "地点改在村部" in shown
    assert "地点：村部。" in shown


def test_one_tap_reminds_who_has_not_answered(world, as_user):
    notice = sent(world)
    answer_notice(by=world.member_a, target=target_of(notice, world.member_a), answer="attend")
    client = as_user(world.secretary_a)
    assert client.get(page("notice-remind", notice)).status_code == 405
    for words in ("已提醒未答复的 9 人", "今天已经提醒过"):
        client.post(page("notice-remind", notice))
        assert words in client.get(page("notice", notice)).content.decode()


def test_the_text_for_a_group_names_nobody(world, as_user):
    notice = sent(world, text="请马晓东、白春梅准备发言。")
    shown = as_user(world.secretary_a).get(page("notice", notice)).context["chat"]
    assert "六月集中学习的通知" in shown
    assert page("notice", notice) in shown
    assert not any(member.name in shown for member in world.members_a)


def test_reading_is_a_button(world, as_user):
    notice = sent(world, wanted="nothing")
    client = as_user(world.member_a)
    client.get(page("notice", notice))
    mine = Delivery.objects.filter(recipient=world.member_a, channel="inapp")
    assert mine.get().read_at is None
    client.post(page("notice-read", notice))
    assert mine.get().read_at is not None


def test_the_workbench_shows_what_waits_for_me(world, as_user):
    notice = sent(world)
    client = as_user(world.member_a)
    assert "待我答复" in client.get("/").content.decode()
    answer_notice(by=world.member_a, target=target_of(notice, world.member_a), answer="attend")
    assert "待我答复" not in client.get("/").content.decode()
    assert "待我答复" not in as_user(world.member_b).get("/").content.decode()


@pytest.mark.parametrize("name", ["received", "sent", "inbox", "workbench"])
def test_the_lists_cost_the_same_for_one_and_three_rows_query_count(world, as_user, name):
    client = as_user(world.secretary_a)
    url = "/" if name == "workbench" else reverse(f"notices:{name}")
    sent(world)
    counts = []
    for number in (0, 2):
        for _ in range(number):
            sent(world)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_receipts_cost_the_same_for_few_and_many_query_count(world, as_user):
    client = as_user(world.secretary_a)
    counts = []
    for audience in ({"posts": ["secretary"]}, {}):
        notice = sent(world, audience=audience)
        with CaptureQueriesContext(connection) as queries:
            client.get(page("notice-receipts", notice))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_receipts_show_who_left_and_who_has_no_account(world, as_user):
    gone = make.member(world.branch_a, "外出者")
    notice = sent(world)
    make.leave(gone)
    rows = as_user(world.secretary_a).get(page("notice-receipts", notice)).content.decode()
    assert rows.count("已离开本组织") == 1
    assert rows.count("没有账号，请另行通知") == 6
