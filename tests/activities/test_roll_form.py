"""The roll as it is posted: every way to type the line, the reason asked once, and a date that changes the list."""

import datetime

import pytest

from activities.models import ActivityRecord, RollEntry
from branch_portal.dates import today_shanghai
from tests import factories as make
from tests.activities.test_main_path import NEW, filled, page

pytestmark = pytest.mark.django_db


def stored() -> dict[int, tuple[str, str, str]]:
    """Rows that are not simply present."""
    rows = RollEntry.objects.exclude(status="present")
    return {row.row_number: (row.status, row.leave_type, row.reason) for row in rows}


ABSENT = ("absent", "", "农忙")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", {}),
        ("3", {3: ABSENT}),
        ("缺席 3 5 7-9", dict.fromkeys((3, 5, 7, 8, 9), ABSENT)),
        ("缺席３、５，７－９", dict.fromkeys((3, 5, 7, 8, 9), ABSENT)),
        ("3至5", dict.fromkeys((3, 4, 5), ABSENT)),
        ("事假 5 病假 8", {5: ("leave", "personal", "事假"), 8: ("leave", "sick", "病假")}),
        (
            "3 公假 4 迟到 6 线上 7",
            {3: ABSENT, 4: ("leave", "official", "公假"), 6: ("late", "", ""), 7: ("online", "", "")},
        ),
        ("请假 2", {2: ("leave", "other", "农忙")}),
        ("免 10", {10: ("exempt", "", "")}),
    ],
)
def test_every_form_of_the_typed_line(world, as_user, line, expected):
    client = as_user(world.secretary_a)
    answer = client.post(NEW, filled(page(client), absent_line=line, common_reason="农忙"))
    assert answer.status_code == 302
    assert stored() == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("11", "“11”超出名单"),
        ("3-", "没有写完"),
        ("三人", "不是到会情况"),
        ("3人", "像是人数"),
        ("缺席 3 病假 3", "序号 3 同时写了"),
        ("缺席", "后面没有写序号"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(world, as_user, line, message):
    client = as_user(world.secretary_a)
    html = client.post(NEW, filled(page(client), absent_line=line, common_reason="农忙")).content.decode()
    assert message in html
    assert f'value="{line}"' in html
    assert 'value="农忙"' in html
    assert ActivityRecord.objects.count() == 0


def test_rows_marked_one_by_one_keep_their_own_words(world, as_user):
    client = as_user(world.secretary_a)
    uids = [member.uid.hex for member in world.members_a]
    posted = {
        f"status_{uids[3]}": "absent",
        f"reason_{uids[3]}": "照顾家人",
        f"status_{uids[5]}": "late",
        f"minutes_{uids[5]}": "45",
        f"status_{uids[6]}": "absent",
    }
    answer = client.post(NEW, filled(page(client), common_reason="农忙", **posted))
    assert answer.status_code == 302
    rows = {
        row.name: (row.status, row.reason, row.minutes) for row in RollEntry.objects.exclude(status="present")
    }
    assert rows == {
        "邓秀兰": ("absent", "照顾家人", 0),
        "高海燕": ("late", "", 45),
        "何文斌": ("absent", "农忙", 0),
    }


def test_forged_rows_and_values_are_dropped(world, as_user):
    client = as_user(world.secretary_a)
    outsider = world.member_b.member.uid.hex
    posted = {f"status_{outsider}": "absent", f"status_{world.members_a[0].uid.hex}": "unheard"}
    assert client.post(NEW, filled(page(client), **posted)).status_code == 302
    assert stored() == {}
    assert RollEntry.objects.count() == 10


def test_a_date_with_another_list_comes_back_with_it_and_loses_nothing(world, as_user):
    """陈志远 (row 4) came yesterday only; the marks of the page follow the people to the new list."""
    yesterday = today_shanghai() - datetime.timedelta(days=1)
    make.member(world.branch_a, "安新来", name_pinyin="an xin lai", since=today_shanghai())
    client = as_user(world.secretary_a)
    html = page(client, f"{NEW}?date={today_shanghai().isoformat()}")
    rows = {f"status_{uid}": "present" for uid in _uids(html)}
    typed = filled(html, **rows, on_date=yesterday.isoformat(), absent_line="6", common_reason="农忙")
    answer = client.post(NEW, typed)
    again = answer.content.decode()
    assert answer.status_code == 200
    assert "按所填日期，应到名单有变化" in again
    assert "安新来" not in again
    assert "学习党章，重温入党誓词。" in again
    # Row 6 of the page was 邓秀兰; on yesterday's list she is row 5.
    uid = world.members_a[3].uid.hex
    marks = {f"status_{one}": "absent" if one == uid else "present" for one in _uids(again)}
    reasons = {f"reason_{uid}": "农忙"}
    final = filled(again, **marks, **reasons, on_date=yesterday.isoformat(), absent_line="")
    assert f'name="status_{uid}"' in again
    assert client.post(NEW, final).status_code == 302
    assert stored() == {5: ABSENT}
    assert RollEntry.objects.count() == 10


def test_the_list_of_another_day_is_sent_only_when_it_differs(world, as_user):
    client = as_user(world.secretary_a)
    signature = filled(page(client))["roll_signature"]
    asked = {"on_date": today_shanghai().isoformat(), "roll_signature": signature}
    assert client.get("/activities/roll/theme_day/", asked).status_code == 204
    make.member(world.branch_a, "安新来", since=today_shanghai())
    answer = client.get("/activities/roll/theme_day/", asked)
    assert answer.status_code == 200
    assert "安新来" in answer.content.decode()


def _uids(html: str) -> list[str]:
    import re

    return re.findall(r'name="status_([0-9a-f]{32})"', html)
