"""红色教育基地: whose directory one sees and keeps, and visits counted from held gatherings."""

import pytest

from activities.actions.records import update_record
from activities.actions.redbases import BaseFacts, RedBaseRefused, add_base
from activities.models import Gathering, RedBase
from branch_portal.dates import today_shanghai
from tests.activities import factories as life
from tests.activities.test_main_path import hidden

pytestmark = pytest.mark.django_db
URL = "/activities/bases/"


def base(by, organization, name="清源革命纪念馆", **fields) -> RedBase:
    return add_base(
        by=by, organization=organization, facts=BaseFacts(name=name, place="清源镇东街", **fields)
    )


def listed(client, **query) -> list[str]:
    return [row.name for row in client.get(URL, query).context["table"].rows]


def test_a_committees_directory_is_its_subtrees_and_a_branchs_its_own(world, as_user):
    base(world.staff, world.committee, "县烈士陵园")
    base(world.secretary_a, world.branch_a, "村史馆")
    base(world.staff_x, world.committee_x, "东湖纪念馆")
    seen = {
        "member_a": ["县烈士陵园", "村史馆"],
        "officer_a": ["县烈士陵园", "村史馆"],
        "staff": ["县烈士陵园", "村史馆"],
        "secretary_b": ["县烈士陵园"],
        "secretary_d": ["县烈士陵园"],
        "staff_x": ["东湖纪念馆"],
        "superuser": [],
    }
    for name, expected in seen.items():
        assert listed(as_user(world.users[name])) == sorted(expected), name
    own = RedBase.objects.get(name="村史馆")
    for name, status in {"member_a": 403, "secretary_a": 200, "staff": 200, "secretary_b": 404}.items():
        assert as_user(world.users[name]).get(f"{URL}{own.uid}/edit/").status_code == status, name
    theirs = RedBase.objects.get(name="县烈士陵园")
    assert as_user(world.secretary_a).get(f"{URL}{theirs.uid}/edit/").status_code == 403


def test_entering_searching_mending_and_putting_out_of_use(world, as_user):
    client = as_user(world.officer_a)
    html = client.get(f"{URL}new/").content.decode()
    typed = {"submission_key": hidden(html, "submission_key"), "name": "村史馆", "place": "村部"}
    answer = client.post(f"{URL}new/", typed)
    found = RedBase.objects.get()
    assert found.organization == world.branch_a
    assert client.post(f"{URL}new/", typed).url == answer.url
    again = client.get(f"{URL}new/").content.decode()
    same = client.post(f"{URL}new/", typed | {"submission_key": hidden(again, "submission_key")})
    assert "“村史馆”已经登记过" in same.content.decode()
    assert listed(client, q="村部") == ["村史馆"] and listed(client, q="纪念") == []
    edit = f"{URL}{found.uid}/edit/"
    assert 'name="version" value="1"' in client.get(edit).content.decode()
    changed = {"name": "村史馆", "place": "文化礼堂", "version": "1"}
    assert client.post(edit, changed).status_code == 302
    assert "已被他人修改" in client.post(edit, changed).content.decode()
    assert listed(client) == [] and listed(client, everything="on") == ["村史馆"]


def test_staff_say_into_which_directory(world, as_user):
    client = as_user(world.staff)
    html = client.get(f"{URL}new/").content.decode()
    assert "东湖" not in html
    typed = {
        "submission_key": hidden(html, "submission_key"),
        "organization": world.general_branch.uid.hex,
        "name": "陈列室",
        "place": "镇上",
    }
    assert client.post(f"{URL}new/", typed | {"organization": world.branch_x.uid.hex}).status_code == 200
    assert client.post(f"{URL}new/", typed).status_code == 302
    assert RedBase.objects.get().organization == world.general_branch
    assert as_user(world.member_a).get(f"{URL}new/").status_code == 403


def test_the_same_name_twice_in_one_directory_is_refused(world):
    base(world.staff, world.committee)
    base(world.staff, world.branch_a)
    with pytest.raises(RedBaseRefused, match="已经登记过"):
        base(world.staff, world.committee)


def test_visits_are_counted_once_held(world, as_user):
    there = base(world.staff, world.committee)
    out = base(world.staff, world.committee, "停用的", in_use=False)
    foreign = base(world.staff_x, world.committee_x, "东湖纪念馆")
    share = life.announcement(
        world.secretary_a,
        world.branch_a,
        "red_base_visit",
        days=0,
        start="00:00",
        end="23:59",
        theme="参观学习",
    )
    client, page = as_user(world.officer_a), f"/activities/gatherings/{share.uid}/"
    html = client.get(f"{page}base/").content.decode()
    assert "清源革命纪念馆" in html and "停用的" not in html and "东湖" not in html
    for wrong in (out, foreign):
        assert "请在列表中选择基地" in client.post(f"{page}base/", {"base": wrong.uid.hex}).content.decode()
    assert client.post(f"{page}base/", {"base": there.uid.hex}).status_code == 302
    assert Gathering.objects.get().red_base == there
    assert "清源革命纪念馆" in as_user(world.member_a).get(page).content.decode()
    own = f"{URL}{there.uid}/"
    assert "还没有前往的活动" in client.get(own).content.decode()
    update_record(
        by=world.secretary_a,
        record=share.records.get(),
        version=1,
        facts=life.facts("red_base_visit", start="00:00", end="23:59", theme="参观学习"),
        marks=life.marks(world.branch_a, "red_base_visit"),
    )
    year = today_shanghai().year
    for name in ("officer_a", "member_a", "staff"):
        html = as_user(world.users[name]).get(own).content.decode()
        assert f"{year}年 1 次" in html and "参观学习" in html, name
    other = as_user(world.secretary_b).get(own).content.decode()
    assert "参观学习" not in other and "还没有前往的活动" in other


def test_only_who_logs_chooses_the_base(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a, "theme_day")
    page = f"/activities/gatherings/{share.uid}/base/"
    for name, status in {"member_a": 403, "staff": 403, "secretary_b": 404, "officer_a": 200}.items():
        assert as_user(world.users[name]).get(page).status_code == status, name
