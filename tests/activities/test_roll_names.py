"""Names pasted into the roll, and the numbers of a printed sheet, through the page: with the button and by saving alone."""

import re

import pytest

from activities.actions.signin import keep_sheet
from activities.models import ActivityRecord, RollEntry, RollSheet
from members.models import Affiliation, Member
from tests import factories as make
from tests.activities import factories as life
from tests.activities.test_leave import _rows
from tests.activities.test_main_path import NEW, filled, hidden, page

pytestmark = pytest.mark.django_db
NAMES = "/activities/roll/theme_day/names/"
CHAIN = "#接龙\n1. 安国强\n2、白 春梅（线上）\n3) 陈志远 请假 带娃\n4 邓秀兰同志\n方建国\n高海雁\n何文斌 到\n王小二"


def marks(html: str) -> dict[str, str]:
    return {
        name.removeprefix("status_"): value
        for name, value in _rows(html).items()
        if name.startswith("status_")
    }


def by_name(html: str) -> dict[str, str]:
    names = dict(Member.objects.values_list("uid", "name"))
    return {names[__import__("uuid").UUID(uid)]: value for uid, value in marks(html).items()}


def test_the_button_fills_what_is_certain_and_shows_the_rest(world, as_user):
    client = as_user(world.secretary_a)
    data = filled(page(client), names_text=CHAIN, names_mode="present")
    html = client.post(NAMES, data).content.decode()
    found = by_name(html)
    assert found["安国强"] == found["邓秀兰"] == found["方建国"] == found["何文斌"] == "present"
    assert (found["白春梅"], found["陈志远"]) == ("online", "other")
    assert found["金玉华"] == found["李永明"] == found["马晓东"] == "absent"
    assert found["高海燕"] == "absent"  # only likely: asked
    assert "高海雁" in html
    assert "同音" in html
    assert "王小二" in html
    assert 'value="带娃"' in html
    assert not RollEntry.objects.exists()


def test_a_decision_and_a_second_list_leave_the_first_alone(world, as_user):
    client = as_user(world.secretary_a)
    data = filled(page(client), names_text=CHAIN, names_mode="present")
    html = client.post(NAMES, data).content.decode()
    pick, gao = re.search(r'name="(pick_\w+)"', html).group(1), world.members_a[5].uid.hex
    again = (
        data
        | _rows(html)
        | {
            "names_text": re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.S).group(1),
            "names_seen": hidden(html, "names_seen"),
            "names_taken": hidden(html, "names_taken"),
            pick: gao,
        }
    )
    html = client.post(NAMES, again).content.decode()
    found = by_name(html)
    assert found["高海燕"] == "present"
    assert found["安国强"] == "present"
    assert found["李永明"] == "absent"
    assert "同音" not in html
    assert "王小二" in html


@pytest.mark.parametrize(("mode", "expected"), [("leave", "other"), ("absent", "absent")])
def test_a_list_of_who_was_away(world, as_user, mode, expected):
    client = as_user(world.secretary_a)
    html = client.post(NAMES, filled(page(client), names_text="李永明 生病\n马晓东 病假", names_mode=mode))
    found = by_name(html.content.decode())
    assert found["李永明"] == expected
    assert found["马晓东"] == "sick"
    assert [name for name, value in found.items() if value == "present"] == [
        m.name for m in world.members_a[:5] + world.members_a[5:8]
    ] or sum(value == "present" for value in found.values()) == 8


def test_without_a_script_saving_fills_and_asks_to_look(world, as_user):
    client = as_user(world.secretary_a)
    data = filled(page(client), names_text=CHAIN, names_mode="present", theme="接龙的主题")
    answer = client.post(NEW, data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "请核对到会情况后再保存" in html
    assert "接龙的主题" in html
    assert "学习党章，重温入党誓词。" in html
    assert by_name(html)["李永明"] == "absent"
    data |= _rows(html) | {
        "names_text": "\n".join(
            re.search(r"<textarea[^>]*names_text.*?>(.*?)</textarea>", html, re.S).group(1).split("\n")
        ),
        "names_seen": hidden(html, "names_seen"),
        "names_taken": hidden(html, "names_taken"),
        "common_reason": "没有接龙",
    }
    answer = client.post(NEW, data)
    assert answer.status_code == 302, re.findall(
        r'class="[^"]*error[^"]*".*?</', answer.content.decode(), re.S
    )
    stored = {row.name: (row.status, row.leave_type, row.reason) for row in RollEntry.objects.all()}
    assert stored["陈志远"] == ("leave", "other", "带娃")
    assert stored["李永明"] == ("absent", "", "没有接龙")
    assert stored["白春梅"][0] == "online"


def test_namesakes_are_asked_about(world, as_user):
    make.member(world.branch_a, "李永明", name_pinyin="li yong ming")
    client = as_user(world.secretary_a)
    html = client.post(NAMES, filled(page(client), names_text="李永明", names_mode="absent")).content.decode()
    assert "同名" in html
    assert len(re.findall(r'<option value="[0-9a-f]{32}">是 ', html)) == 2
    assert "absent" not in marks(html).values()


def test_names_are_matched_to_ones_own_branch_only(world, as_user):
    client = as_user(world.secretary_b)
    html = client.post(NAMES, filled_of_b(world), HTTP_HX_REQUEST="true").content.decode()
    assert world.member_a.member.uid.hex not in html
    assert "安国强" in html  # what was typed comes back, as somebody of nobody
    assert "没有对上的" in html


def filled_of_b(world) -> dict:
    return {"names_text": "安国强", "names_mode": "present"}


# --- the printed sheet ---


def test_the_sheet_is_printed_with_its_code(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, days=2)
    client = as_user(world.secretary_a)
    answer = client.post(f"/activities/gatherings/{share.uid}/sheet/")
    sheet = RollSheet.objects.get()
    assert (
        client.post(f"/activities/gatherings/{share.uid}/sheet/").headers["Location"]
        == answer.headers["Location"]
    )
    assert RollSheet.objects.count() == 1
    html = page(client, answer.headers["Location"])
    assert sheet.code in html
    assert html.count("<tr><td>") == 10
    assert "马晓东" in html


def test_numbers_of_an_older_sheet_are_read_with_that_sheet(world, as_user):
    """Somebody joined at the top of the list after the paper was printed: number 3 of the paper is number 4 now."""
    share = life.announcement(world.secretary_a, world.branch_a, days=0, start="00:00", end="23:59")
    sheet = keep_sheet(by=world.secretary_a, share=share)
    third = sheet.rows[2][1]
    newcomer = make.member(world.branch_a, "阿一", name_pinyin="a yi")
    make.tenure(newcomer, "secretary")
    record = ActivityRecord.objects.get()
    client, url = as_user(world.secretary_a), f"/activities/records/{record.uid}/edit/"
    html = page(client, url)
    data = filled(html, version=str(record.version), absent_line="3", sheet_code=sheet.code.lower())
    data |= {"common_reason": "外出", "names_text": ""} | _rows(html)
    # The page's script has shown the 3 on today's third row already.
    today_third = list(_rows(html))[4].removeprefix("status_")
    data[f"status_{today_third}"] = "absent"
    answer = client.post(url, data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f"编号 {sheet.code} 是" in html
    assert {name for name, value in by_name(html).items() if value == "absent"} == {third}
    data |= {"sheet_code": "", "absent_line": "", "roll_signature": hidden(html, "roll_signature")} | _rows(
        html
    )
    assert client.post(url, data).status_code == 302
    assert [row.name for row in RollEntry.objects.filter(status="absent")] == [third]


def test_a_sheet_that_is_todays_list_needs_no_words(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, days=0, start="00:00", end="23:59")
    sheet = keep_sheet(by=world.secretary_a, share=share)
    record = ActivityRecord.objects.get()
    client, url = as_user(world.secretary_a), f"/activities/records/{record.uid}/edit/"
    data = filled(
        page(client, url),
        version=str(record.version),
        absent_line="3",
        sheet_code=sheet.code,
    )
    assert client.post(url, data | {"common_reason": "外出"}).status_code == 302


def test_an_unknown_code_is_named(world, as_user):
    keep_sheet(by=world.secretary_b, share=life.announcement(world.secretary_b, world.branch_b))
    other = RollSheet.objects.get().code
    client = as_user(world.secretary_a)
    html = client.post(NEW, filled(page(client), absent_line="3", sheet_code=other)).content.decode()
    assert f"没有找到编号为 {other} 的签到表" in html
    assert 'value="3"' in html
    assert not Affiliation.objects.filter(
        branch=world.branch_a, member__name__in=[n for _, n in RollSheet.objects.get().rows]
    ).exists()
