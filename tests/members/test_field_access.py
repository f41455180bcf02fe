"""Who sees which field of a card in what form; a new field without a line here fails (reliability 5.1, 5.3)."""

import datetime
import io
import re

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from branch_portal.dates import full_years, today_shanghai
from members.models import DictionaryEntry, Member
from members.rules.national_id import compose
from tests import factories as make
from tests.personas import PERSONAS as PERSONAS_OF_WORLD

SEALED = {
    "id_number": compose("990000", datetime.date(1971, 3, 4), 12),
    "birth_date": "1971-03-04",
    "mobile": "13800001234",
    "landline": "0571-87654321",
    "home_address": "浙江省杭州市清源镇一路一号",
    "registered_address": "江苏省南京市白马镇二路二号",
}
PLAIN = {
    "name", "gender", "ethnicity", "education", "category", "branch", "cell", "left_branch", "admitted_on",
    "confirmed_on", "standing_correction", "job_post", "employer", "standing", "lost_contact_on", "floating_since",
    "floating_destination", "is_leading_official", "degree", "new_stratum", "professional_title", "is_migrant_worker",
    "native_place", "admission_type", "admitted_branch", "extension_until", "applied_on", "work_started_on",
}  # fmt: skip
INTERNAL = {
    "id", "uid", "name_pinyin", "name_initials", "id_number_index", "birth_year", "mobile_index", "mobile_tail",
    "created_at", "version",
}  # fmt: skip
#: persona → (card and print, edit form, reveal)
PERSONAS = {
    "member_a": (200, 403, 200),
    "cell_leader_a": (200, 403, 403),
    "officer_a": (200, 200, 403),
    "secretary_a": (200, 200, 200),
    "staff": (200, 403, 403),
    "secretary_b": (404, 404, 404),
    "staff_x": (404, 404, 404),
    "superuser": (404, 404, 404),
}


def test_every_field_has_its_line():
    assert {field.name for field in Member._meta.local_fields} == {*SEALED, *PLAIN, *INTERNAL}
    assert set(Member.SEALED_FIELDS) == set(SEALED)


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_carries_a_sealed_value_and_reveal_opens_by_right(world, as_user, persona):
    member = world.members_a[3]
    for name, value in SEALED.items():
        setattr(member, name, value)
    member.save()
    client = as_user(getattr(world, persona))
    read, edit, reveal = PERSONAS[persona]
    for route, status in (("card", read), ("card-print", read), ("edit", edit)):
        response = client.get(reverse(f"members:{route}", args=[member.uid]))
        assert response.status_code == status
        page = response.content.decode()
        assert [name for name, value in SEALED.items() if value in page] == []
        assert (member.name in page) == (status == 200)
    for name in SEALED:
        url = reverse("members:reveal", args=[member.uid, name])
        assert client.post(url, {"reason": "办理介绍信"}).status_code == reveal


# --- Every classed field × every person × every place: a mark of its own, shown where it should be and nowhere else ---

DATE = datetime.date
MARKED_CODES = ("ethnicity", "education", "job_post", "degree", "new_stratum", "admission_type")
#: A place → (label there, what it shows). `several`: only where several branches are listed; a label may hold more than one.
CARD, LIST, MASKED, FULL = "card", "list", "masked", "full"
_EVERYWHERE = (CARD, LIST, MASKED, FULL)


def _at(label, shown, *places):
    return dict.fromkeys(places, (label, shown))


def _mark(field):
    return f"标{field.replace('_', '')}记"


SHOWN = {
    "name": _at("姓名", _mark("name"), *_EVERYWHERE),
    "gender": _at("性别", "女", *_EVERYWHERE),
    "ethnicity": _at("民族", _mark("ethnicity"), *_EVERYWHERE),
    "education": _at("学历", _mark("education"), *_EVERYWHERE),
    "category": _at("人员类别", "正式党员", *_EVERYWHERE),
    "cell": _at("党小组", "第一党小组", *_EVERYWHERE),
    "admitted_on": _at("入党日期", "1999年8月7日", CARD) | _at("入党日期", DATE(1999, 8, 7), LIST, MASKED, FULL),
    "confirmed_on": _at("转为正式党员日期", "2000年8月7日", CARD) | _at("转正日期", DATE(2000, 8, 7), LIST, MASKED, FULL),
    "lost_contact_on": _at("是否失联党员", "是，2026年3月4日起失去联系", CARD) | _at("情形", "流动、失联", LIST, MASKED, FULL),
    "floating_since": _at("是否流动党员", "是，2025年1月3日外出，流向标floatingdestination记", CARD)
    | _at("情形", "流动、失联", LIST, MASKED, FULL),
    "floating_destination": _at("是否流动党员", "是，2025年1月3日外出，流向标floatingdestination记", CARD),
    "branch": _at("所在党支部", "清源村第一党支部", CARD),
    "standing": _at("党籍状态", "正常", CARD),
    "job_post": _at("工作岗位", _mark("job_post"), CARD),
    "employer": _at("工作单位及职务", _mark("employer"), CARD, FULL),
    "degree": _at("学位", _mark("degree"), CARD),
    "native_place": _at("籍贯", _mark("native_place"), CARD),
    "admission_type": _at("入党类型", _mark("admission_type"), CARD),
    "admitted_branch": _at("入党时所在支部", _mark("admitted_branch"), CARD),
    "applied_on": _at("申请入党日期", "1997年6月5日", CARD),
    "extension_until": _at("延长预备期至", "2000年8月6日", CARD),
    "work_started_on": _at("参加工作日期", "1991年2月3日", CARD),
    "professional_title": _at("从事专业技术职务", _mark("professional_title"), CARD),
    "new_stratum": _at("新社会阶层类型", _mark("new_stratum"), CARD),
    "is_migrant_worker": _at("是否农民工", "是", CARD),
    "is_leading_official": _at("党员领导干部", "是", CARD),
    "standing_correction": _at("党龄", None, CARD),  # counted into it; the day's own sum
    "left_branch": {},  # of who has left: `test_a_former_member_belongs_to_the_branch_that_kept_the_card`
    "id_number": _at("公民身份号码", f"{SEALED['id_number'][:3]}***********{SEALED['id_number'][-4:]}", CARD)
    | _at("公民身份号码", SEALED["id_number"], FULL),
    "birth_date": _at("出生日期", "1971年**月**日", CARD) | _at("出生日期", DATE(1971, 3, 4), FULL),
    "mobile": _at("手机号", "138****1234", CARD) | _at("手机", "*******1234", LIST, MASKED) | _at("手机号", "13800001234", FULL),
    "landline": _at("固定电话", "0571-******21", CARD) | _at("固定电话", SEALED["landline"], FULL),
    "home_address": _at("家庭住址", "浙江省杭州市***", CARD) | _at("家庭住址", SEALED["home_address"], FULL),
    "registered_address": _at("户籍所在地", "江苏省南京市***", CARD),
}  # fmt: skip
#: Texts that nothing else on any page holds.
MARKS = {_mark(field) for field in SHOWN} | set(SEALED.values())
NOTHING: tuple[str, ...] = ()
#: persona → the places that show a member of cell A1; everybody else of the world, and some more, see nothing of the kind.
SEES = {
    "secretary_a": _EVERYWHERE,
    "officer_a": (CARD, LIST, MASKED),
    "cell_leader_a": (CARD, LIST, MASKED),
    "staff": (CARD, LIST, MASKED),
    "general_staff": (CARD, LIST, MASKED),
    "the_member": (CARD,),
    "other_cell_leader": NOTHING,
    "side_staff": NOTHING,
    "side_secretary": NOTHING,
} | dict.fromkeys(
    ("member_a", "secretary_b", "member_b", "secretary_d", "secretary_x", "staff_x", "superuser"), NOTHING
)


def _more_people(world):
    """Beside the world: the marked member's own account, the other cell's leader, staff above and beside, and the
    secretary of the branch that was founded right after branch A and so has the path most like it."""
    from_a2 = make.member(world.branch_a, cell=world.cell_a2)
    make.tenure(from_a2, "cell_leader", world.cell_a2)
    world.users["other_cell_leader"] = make.user("other_cell_leader", member=from_a2)
    side = make.organization("committee", parent=world.committee, name="清源社区党委")
    for name, organization in (("general_staff", world.general_branch), ("side_staff", side)):
        world.users[name] = make.user(name)
        make.grant(world.users[name], "committee_staff", organization)
    alike = make.organization(parent=world.general_branch, name="清源村第一党支部分部")
    head = make.member(alike)
    make.tenure(head, "secretary")
    world.users["side_secretary"] = make.user("side_secretary", member=head)


@pytest.fixture
def marked(world):
    for table in MARKED_CODES:
        DictionaryEntry.objects.create(
            table=table, code="zz", label=_mark(table), period=(DATE(1949, 1, 1), None)
        )
    texts = ("name", "employer", "native_place", "admitted_branch", "professional_title")
    person = make.member(
        world.branch_a,
        cell=world.cell_a1,
        **dict.fromkeys(MARKED_CODES, "zz"),
        **{field: _mark(field) for field in texts},
        **SEALED,
        gender="female",
        birth_year=1971,
        mobile_tail="1234",
        admitted_on=DATE(1999, 8, 7),
        confirmed_on=DATE(2000, 8, 7),
        standing_correction=3,
        extension_until=DATE(2000, 8, 6),
        applied_on=DATE(1997, 6, 5),
        work_started_on=DATE(1991, 2, 3),
        is_migrant_worker=True,
        is_leading_official=True,
    )
    make.status(person, "floating", since=DATE(2025, 1, 3), place=_mark("floating_destination"))
    make.status(person, "out_of_contact", since=DATE(2026, 3, 4))
    _more_people(world)
    world.users["the_member"] = make.user("the_member", member=person)
    return person


def _cells(pattern: str, page: str) -> dict[str, str]:
    """Label → text without markup."""
    pairs = re.findall(pattern, page, re.DOTALL)
    return {label: re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", text)) for label, text in pairs}


def _on_card(client, person):
    page = client.get(reverse("members:card", args=[person.uid])).content.decode()
    return _cells(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page), page


def _on_list(client, person):
    page = client.get(reverse("members:roster")).content.decode()
    # The filter offers the words of the code table, whoever has them.
    page = re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)
    row = next((row for row in page.split("<tr>") if _mark("name") in row and "data-label" in row), "")
    return _cells(r'data-label="(.*?)"[^>]*>(.*?)</td>', row), page


def _in_export(client, person, content):
    response = client.post(reverse("members:export"), {"content": content, "reason": "核对访问"})
    if not response.get("Content-Type", "").endswith("sheet"):
        return {}, response.content.decode()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue())).get_sheet_by_index(0).to_python()
    rows = [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]]
    return next((row for row in rows if row["姓名"] == _mark("name")), {}), str(sheet)


PLACES = {
    CARD: _on_card,
    LIST: _on_list,
    MASKED: lambda client, person: _in_export(client, person, "masked"),
    FULL: lambda client, person: _in_export(client, person, "full"),
}


def test_every_field_and_every_persona_has_its_line():
    assert SHOWN.keys() == {*SEALED, *PLAIN}
    assert {*PERSONAS_OF_WORLD} <= SEES.keys()


@pytest.mark.parametrize("persona", SEES)
def test_every_field_is_shown_where_it_may_and_nowhere_else(world, marked, as_user, persona):
    client = as_user(getattr(world, persona))
    for place, look in PLACES.items():
        cells, whole = look(client, marked)
        if place not in SEES[persona]:
            assert {mark for mark in MARKS if mark in whole} == set(), f"{persona} {place}"
            continue
        for field, places in SHOWN.items():
            if place in places and places[place][1] is not None:
                label, shown = places[place]
                text = str(cells[label])
                right = text == str(shown) or (field in SEALED and text.startswith(str(shown)))
                assert right, f"{persona} {place} {field}: {text}"
        allowed = {str(shown) for places in SHOWN.values() for _, shown in [places.get(place, ("", ""))]}
        extra = {mark for mark in MARKS if mark in whole and not any(mark in text for text in allowed)}
        assert extra == set(), f"{persona} {place}"


def test_party_standing_counts_the_correction(world, marked, as_user):
    cells, _ = _on_card(as_user(world.secretary_a), marked)
    years = full_years(marked.confirmed_on, today_shanghai()) + 3
    assert cells["党龄"] == f"{years}年"


def test_several_branches_are_named_in_a_list_of_several(world, marked, as_user):
    cells, _ = _on_list(as_user(world.staff), marked)
    assert cells["所在党支部"] == str(world.branch_a)
    assert "所在党支部" not in _on_list(as_user(world.secretary_a), marked)[0]


def test_a_former_member_belongs_to_the_branch_that_kept_the_card(world, as_user):
    gone = make.former_member(world.branch_a, "离去者", on=DATE(2026, 1, 1))
    for persona, seen in (("secretary_a", True), ("staff", True), ("secretary_b", False), ("staff_x", False)):
        client = as_user(getattr(world, persona))
        assert ("离去者" in client.get(reverse("members:left")).content.decode()) == seen, persona
        card = client.get(reverse("members:card", args=[gone.uid]))
        assert (card.status_code, world.branch_a.name in card.content.decode()) == (
            200 if seen else 404,
            seen,
        )
