"""更正申请: asked once, judged like the card, accepted or refused by the branch, shown to nobody else."""

import datetime

import pytest

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from members.models import CorrectionRequest, DictionaryEntry, Member, PartyOrganization
from members.queries.dictionaries import choices_of, forget
from members.rules.national_id import compose
from notices.actions.tick import tick
from notices.models import Delivery

ASK = "/members/me/correct/"


def form_of(number=1, **fields):
    key = f"11111111-2222-4333-8444-55555555{number:04d}"
    return {"submission_key": key, "field": "mobile", "proposed": "138 0000 1234", "note": "换号"} | fields


@pytest.fixture
def asked(world, as_user):
    me = world.member_a.member
    me.id_number = compose("110101", datetime.date(1970, 1, 1), 11)
    me.save()
    as_user(world.member_a).post(ASK, form_of())
    return CorrectionRequest.objects.get()


def test_sent_twice_asks_once_and_one_is_open_per_item(world, as_user):
    client = as_user(world.member_a)
    assert [client.post(ASK, form_of()).url for _ in range(2)] == ["/members/me/"] * 2
    refused = client.post(ASK, form_of(2)).context["form"].non_field_errors()
    assert refused == ["这一项已有待处理的申请，请等待答复，或先撤回。"]
    assert CorrectionRequest.objects.count() == 1


def test_what_the_card_refuses_is_refused_at_once(world, as_user):
    answer = as_user(world.member_a).post(ASK, form_of(proposed="1380000"))
    assert answer.context["form"].errors == {"proposed": ["手机号应为 11 位数字，现在是 7 位。"]}
    assert not CorrectionRequest.objects.exists()


def test_accepting_changes_the_card(world, as_user, asked):
    client, me = as_user(world.officer_a), world.member_a.member
    page = client.get(f"/members/corrections/{asked.uid}/").content.decode()
    assert "138****1234" in page and "13800001234" not in page and me.mobile not in page
    data = {"decision": "accept", "reply": "", "version": me.version}
    assert client.post(f"/members/corrections/{asked.uid}/", data).url == "/members/corrections/"
    assert Member.objects.get(pk=me.pk).mobile == "13800001234"
    assert "已更正" in as_user(world.member_a).get("/members/me/").content.decode()
    assert (
        client.post(f"/members/corrections/{asked.uid}/", data | {"version": me.version + 1}).status_code
        == 200
    )


def test_a_stale_card_keeps_the_request_open(world, as_user, asked):
    data = {"decision": "accept", "reply": "", "version": 99}
    as_user(world.officer_a).post(f"/members/corrections/{asked.uid}/", data)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_refusing_needs_a_reply(world, as_user, asked):
    client, data = as_user(world.officer_a), {"decision": "refuse", "reply": "否", "version": 1}
    answer = client.post(f"/members/corrections/{asked.uid}/", data)
    assert answer.context["form"].errors == {"reply": ["请写明不采纳的原因，至少 4 个字。"]}
    client.post(f"/members/corrections/{asked.uid}/", data | {"reply": "与档案不符"})
    assert "与档案不符" in as_user(world.member_a).get("/members/me/").content.decode()


def test_withdrawn_by_its_owner_only(world, as_user, asked):
    path = f"/members/corrections/{asked.uid}/withdraw/"
    assert as_user(world.officer_a).post(path).status_code == 403
    assert as_user(world.secretary_b).post(path).status_code == 404
    as_user(world.member_a).post(path)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_the_branch_is_reminded_without_names(world, asked):
    branches = PartyOrganization.objects.filter(pk=world.branch_a.pk)
    items = [
        item
        for item in due_items(branches=branches, day=today_shanghai())
        if item.rule_key == "correction_due"
    ]
    assert [(item.title, item.due_on) for item in items] == [("答复党员的信息更正申请", asked.due_on)]


def test_outsiders_see_no_request(world, as_user, asked):
    assert (
        world.member_a.member.name
        not in as_user(world.secretary_b).get("/members/corrections/").content.decode()
    )
    assert as_user(world.secretary_b).get(f"/members/corrections/{asked.uid}/").status_code == 404


def test_what_the_whole_card_refuses_stays_open_with_the_sentence(world, as_user, asked):
    me = world.member_a.member
    me.confirmed_on = datetime.date(2000, 12, 1)
    me.save()
    data = {"decision": "accept", "reply": "", "version": me.version}
    answer = as_user(world.officer_a).post(f"/members/corrections/{asked.uid}/", data)
    [sentence] = answer.context["form"].non_field_errors()
    assert sentence.startswith("预备期不满一年，最早应为 2001年7月1日")
    asked.refresh_from_db()
    assert (asked.state, Member.objects.get(pk=me.pk).mobile) == ("open", me.mobile)


@pytest.mark.parametrize(
    "field, code, words",
    [
        ("education", "11", None),
        ("ethnicity", "02", None),
        ("job_post", "2", None),
        ("degree", "4", None),
        ("is_migrant_worker", "True", "是"),
        ("gender", "female", "女"),
    ],
)
def test_a_coded_item_is_chosen_asked_and_taken_over(world, as_user, field, code, words):
    """The words of the code table, on the form and on the page of who answers; the code on the card."""
    me = world.member_a.member
    code = code if words else choices_of(field)[1][0]
    words = words or dict(choices_of(field))[code]
    me.refresh_from_db()
    client = as_user(world.member_a)
    page = client.get(ASK, {"field": field})
    offered = page.context["form"].fields["proposed"].choices
    assert (code, words) in offered
    if field not in ("gender", "is_migrant_worker"):
        assert offered[1:] == choices_of(field)
    refused = client.post(ASK, form_of(field=field, proposed="杜撰"))
    assert set(refused.context["form"].errors) == {"proposed"}
    assert client.post(ASK, form_of(field=field, proposed=code)).url == "/members/me/"
    found = CorrectionRequest.objects.get()
    assert (found.field, found.proposed) == (field, code)
    officer = as_user(world.officer_a)
    assert words in officer.get(f"/members/corrections/{found.uid}/").content.decode()
    officer.post(
        f"/members/corrections/{found.uid}/", {"decision": "accept", "reply": "", "version": me.version}
    )
    me.refresh_from_db()
    assert str(getattr(me, field)) == code


def test_a_code_that_ended_meanwhile_is_not_taken_over(world, as_user):
    code, words = choices_of("education")[1]
    as_user(world.member_a).post(ASK, form_of(field="education", proposed=code))
    found = CorrectionRequest.objects.get()
    DictionaryEntry.objects.filter(table="education", code=code).update(
        period=(datetime.date(2000, 1, 1), today_shanghai())
    )
    forget()
    answer = as_user(world.officer_a).post(
        f"/members/corrections/{found.uid}/", {"decision": "accept", "reply": "", "version": 1}
    )
    assert answer.context["form"].non_field_errors() == [
        f"代码表中的“{words}”已停用，不能按申请更正；请不采纳并告知现在可选的内容。"
    ]
    offered = (
        as_user(world.member_a).get(ASK, {"field": "education"}).context["form"].fields["proposed"].choices
    )
    assert code not in dict(offered)


def test_only_an_item_of_the_list_can_be_asked_for(world, as_user):
    client = as_user(world.member_a)
    assert "请先选择要更正的项目" in client.get(ASK).content.decode()
    for field in ("category", "standing", "version", ""):
        client.post(ASK, form_of(field=field, proposed="1"))
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize(
    "decision, reply, body",
    [("accept", "", "手机号：已更正。"), ("refuse", "与档案不符", "手机号：未采纳。答复：与档案不符")],
)
def test_the_answer_reaches_the_members_inbox(world, as_user, asked, decision, reply, body):
    """Theirs alone, and inside the portal alone."""
    answer = {"decision": decision, "reply": reply, "version": world.member_a.member.version}
    as_user(world.officer_a).post(f"/members/corrections/{asked.uid}/", answer)
    tick(ticker="t")
    told = Delivery.objects.filter(slot__rule__key="correction_answered")
    assert list(told.values_list("recipient__username", "channel", "slot__body")) == [
        ("member_a", "inapp", body)
    ]
    page = as_user(world.member_a).get("/notices/").content.decode()
    assert "您的信息更正申请已有答复" in page
    assert "13800001234" not in body


def test_an_answer_that_fails_tells_nobody(world, as_user, asked):
    as_user(world.officer_a).post(
        f"/members/corrections/{asked.uid}/", {"decision": "accept", "reply": "", "version": 99}
    )
    tick(ticker="t")
    assert not Delivery.objects.filter(slot__rule__key="correction_answered").exists()
