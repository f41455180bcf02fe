"""删除或停止处理: asked once, decided by the branch or the committee above it, answered in words; erased means erased."""

import datetime
import io

import pytest
from python_calamine import CalamineWorkbook

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from members.models import ErasureRequest, Member, MemberKey, PartyOrganization, PersonalDataErasure
from notices.actions.tick import tick
from notices.models import Delivery
from tests import factories as make

ASK, ME = "/members/me/erase/", "/members/me/"
CLAUSE = "《个人信息保护法》第四十七条第二款：法律、行政法规规定的保存期限未届满"


def asking(number=1, **fields):
    key = f"11111111-2222-4333-8444-66666666{number:04d}"
    return {"submission_key": key, "kind": "stop", "reason": "不希望再被导出"} | fields


def answering(**fields):
    return {"decision": "stop", "clause": CLAUSE, "reply": "名册须依规保存，不再查看导出。"} | fields


@pytest.fixture
def asked(world, as_user):
    as_user(world.member_a).post(ASK, asking())
    return ErasureRequest.objects.get()


def page_of(request):
    return f"/members/erasures/{request.uid}/"


def test_sent_twice_asks_once_and_one_is_open_at_a_time(world, as_user):
    client = as_user(world.member_a)
    assert [client.post(ASK, asking()).url for _ in range(2)] == [ME] * 2
    refused = client.post(ASK, asking(2))
    assert "您已有待处理的申请" in refused.content.decode() and "不希望再被导出" in refused.content.decode()
    found = ErasureRequest.objects.get()
    assert (found.member, found.state) == (world.member_a.member, "open")
    client.post(f"{page_of(found)}withdraw/")
    client.post(ASK, asking(3))
    assert [row.state for row in ErasureRequest.objects.order_by("pk")] == ["withdrawn", "open"]


def test_the_branch_is_owed_an_answer_until_there_is_one(world, as_user, asked):
    branches = PartyOrganization.objects.filter(pk=world.branch_a.pk)

    def due():
        return [item for item in due_items(branches=branches, day=today_shanghai()) if item.rule_key == "erasure_due"]  # fmt: skip

    assert [(item.url, item.due_on) for item in due()] == [
        (page_of(asked), today_shanghai() + datetime.timedelta(days=15))
    ]
    assert world.member_a.member.name not in due()[0].title
    as_user(world.secretary_a).post(page_of(asked), answering())
    assert due() == []


def test_the_branch_decides_and_no_other(world, as_user, asked):
    listed = as_user(world.secretary_a).get("/members/corrections/").content.decode()
    assert page_of(asked) in listed
    assert page_of(asked) not in as_user(world.officer_a).get("/members/corrections/").content.decode()
    assert as_user(world.officer_a).post(page_of(asked), answering()).status_code == 403
    assert as_user(world.secretary_b).get(page_of(asked)).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "open"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"decision": ""}, "处理方式：请选择处理方式。"),
        ({"clause": ""}, "请选择依据。"),
        ({"reply": "不行"}, "请写明理由，至少 4 个字。"),
    ],
)
def test_a_refusal_names_its_clause_and_its_reason(world, as_user, asked, missing, words):
    client = as_user(world.secretary_a)
    assert words in client.post(page_of(asked), answering(decision="refuse") | missing).content.decode()
    client.post(page_of(asked), answering(decision="refuse"))
    asked.refresh_from_db()
    assert (asked.state, asked.clause, asked.decided_by) == ("refused", CLAUSE, world.secretary_a)
    page = as_user(world.member_a).get(ME).content.decode()
    assert "未采纳" in page and CLAUSE in page and "名册须依规保存" in page
    tick(ticker="t")
    told = Delivery.objects.get(slot__rule__key="erasure_answered")
    assert told.recipient == world.member_a
    assert "这项申请已有结果" in client.post(page_of(asked), answering()).content.decode()


def test_what_is_stopped_is_neither_opened_nor_exported_until_the_member_says_so(world, as_user, asked):
    member, secretary = world.member_a.member, as_user(world.secretary_a)
    secretary.post(page_of(asked), answering())
    reveal = f"/members/{member.uid}/reveal/mobile/"
    answer = secretary.post(reveal, {"reason": "核对联系方式"}).content.decode()
    assert "已停止除存储以外的处理" in answer and member.mobile not in answer
    export = {"content": "full", "reason": "年度统计核对"}
    book = secretary.post(f"/members/export/?branch={world.branch_a.uid}", export)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    [mine] = [row for row in rows if member.name in row]
    assert "已停止处理" in mine and member.id_number not in str(rows)
    assert world.members_a[5].id_number in str(rows)
    own = as_user(world.member_a)
    assert member.mobile in own.post(reveal).content.decode()
    own.post(f"{page_of(asked)}lift/")
    assert member.mobile in secretary.post(reveal, {"reason": "核对联系方式"}).content.decode()


def test_the_committee_answers_for_a_branch_that_has_nobody_to(world, as_user, asked):
    """A dissolved branch owes an answer; the committee gives it without opening anything sealed."""
    staff = as_user(world.staff)
    assert page_of(asked) in staff.get("/members/corrections/").content.decode()
    page = staff.get(page_of(asked)).content.decode()
    assert world.member_a.member.name in page and world.member_a.member.mobile not in page
    assert staff.post(page_of(asked), answering()).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("stopped", world.staff)
    assert as_user(world.staff_x).get(page_of(asked)).status_code == 404


def test_who_is_in_the_branch_cannot_be_erased(world, as_user, asked):
    answer = as_user(world.secretary_a).post(page_of(asked), answering(decision="erase"))
    assert "decision" in answer.context["form"].errors
    assert MemberKey.objects.filter(member=world.member_a.member).exists()


def test_who_has_left_is_erased_in_the_row_and_the_history(world, as_user):
    old = make.former_member(world.branch_a, "钱大", on=today_shanghai() - datetime.timedelta(days=30))
    number = old.id_number
    request = ErasureRequest.objects.create(
        member=old, kind="erase", reason="已经转出", due_on=today_shanghai()
    )
    client = as_user(world.secretary_a)
    assert "清除后任何人都无法恢复" in client.get(page_of(request)).content.decode()
    assert client.post(page_of(request), {"decision": "erase", "clause": "", "reply": ""}).status_code == 302
    request.refresh_from_db()
    assert request.state == "erased"
    assert Member.objects.get(pk=old.pk).id_number == ""
    assert {row.id_number for row in Member.events.field.model.objects.filter(pgh_obj=old.pk)} == {""}
    erased = PersonalDataErasure.objects.get()
    assert (erased.member, erased.ground, erased.by) == (old, "request", world.secretary_a)
    assert make.member(world.branch_b, id_number=number).id_number == number
