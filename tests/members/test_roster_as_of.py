"""The roster as of a day: what happened in March and was entered in May is there from March on, and not in February."""

import datetime
import io

import pytest
from django.db import connection
from django.urls import reverse
from python_calamine import CalamineWorkbook

from members.actions.affiliations import exit_member, transfer_member
from members.actions.organization_moves import move_organization
from members.actions.organizations import create_organization, rename_organization
from members.actions.posts import appoint, end_tenure
from members.models import Member, MemberStatus
from members.queries.name_search import search
from tests import factories as make

FEBRUARY, MARCH, APRIL = "2026-02-15", datetime.date(2026, 3, 10), "2026-04-15"


def found(kind, name, parent=None):
    return create_organization(
        by=None, parent=parent, kind=kind, name=name, code=f"R-{name}", founded_on=make.LONG_AGO
    )


@pytest.fixture
def story(db):
    """Committee ─ 甲总支 ─ 一支部, 二支部; 乙总支. In March: 一支部 renamed and moved to 乙总支, 王转 transferred,
    the secretary's post given to 李接, 赵逝 died."""
    committee = found("committee", "清源镇党委")
    first, second = found("general_branch", "甲总支", committee), found("general_branch", "乙总支", committee)
    one, two = found("branch", "一支部", first), found("branch", "二支部", first)
    people = {
        name: make.member(one, name, name_pinyin=sound)
        for name, sound in (
            ("李接", "li jie"),
            ("钱任", "qian ren"),
            ("王转", "wang zhuan"),
            ("赵逝", "zhao shi"),
        )
    }
    head = make.tenure(people["钱任"], "secretary")
    staff = make.user("story_staff")
    make.grant(staff, "committee_staff", committee)
    end_tenure(by=None, tenure=head, on=MARCH)
    appoint(by=None, member=people["李接"], organization=one, post="secretary", since=MARCH)
    transfer_member(by=None, member=people["王转"], branch=two, on=MARCH)
    exit_member(by=None, member=people["赵逝"], on=MARCH, standing="deceased", reason="病故")
    rename_organization(by=None, organization=one, name="新一支部", on=MARCH)
    move_organization(by=None, organization=one, parent=second, on=MARCH, reason="调整隶属关系")
    return {"staff": staff, "first": first, "second": second, "one": one, "two": two}


def shown(client, **asked):
    response = client.get(reverse("members:roster"), asked)
    lines = [(line.name, line.branch, line.posts) for line in response.context["table"].rows]
    return lines, response.context["counts"]["members"]


def sheet(client, **asked):
    url = f"{reverse('members:export')}?" + "&".join(f"{name}={value}" for name, value in asked.items())
    response = client.post(url, {"content": "masked", "reason": "核对月底名册"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue())).get_sheet_by_index(0).to_python()
    at = [rows[0].index(name) for name in ("姓名", "所在党支部", "职务")]
    return [tuple(row[column] for column in at) for row in rows[1:]]


BEFORE = [
    ("李接", "一支部", ""),
    ("钱任", "一支部", "党支部书记"),
    ("王转", "一支部", ""),
    ("赵逝", "一支部", ""),
]
AFTER = [("李接", "新一支部", "党支部书记"), ("钱任", "新一支部", ""), ("王转", "二支部", "")]


def test_the_story(story, as_user):
    client = as_user(story["staff"])
    assert shown(client, day=FEBRUARY) == (BEFORE, 4)
    assert shown(client, day=APRIL) == (AFTER, 3)
    assert shown(client) == (AFTER, 3)
    assert sheet(client, day=FEBRUARY) == BEFORE
    assert sheet(client, day=APRIL) == AFTER
    # The subtree is that of the day.
    first, second = str(story["first"].uid), str(story["second"].uid)
    assert shown(client, day=FEBRUARY, branch=first) == (BEFORE, 4)
    assert shown(client, day=FEBRUARY, branch=second) == ([], 0)
    assert shown(client, day=APRIL, branch=first) == (AFTER[2:], 1)
    assert shown(client, day=APRIL, branch=second) == (AFTER[:2], 2)
    paper = client.get(reverse("members:print"), {"day": FEBRUARY}).content.decode()
    assert "截至2026年2月15日" in paper
    assert "新一支部" not in paper
    assert "病故" in client.get(reverse("members:left")).content.decode()


def test_who_went_elsewhere_is_listed_without_todays_values(world, as_user):
    person = world.members_a[5]
    transfer_member(by=None, member=person, branch=world.branch_x, on=MARCH)
    client = as_user(world.secretary_a)
    lines = client.get(reverse("members:roster"), {"day": FEBRUARY}).context["table"].rows
    line = next(line for line in lines if line.member.pk == person.pk)
    assert not line.open
    page = client.get(reverse("members:roster"), {"day": FEBRUARY}).content.decode()
    assert person.name in page
    assert str(person.uid) not in page
    assert person.mobile_tail not in page
    asked = {"day": FEBRUARY, "q": person.mobile_tail}
    assert client.get(reverse("members:roster"), asked).context["table"].rows == []
    assert person.name not in client.get(reverse("members:roster")).content.decode()


def test_category_and_situations_of_the_day(world, as_user):
    person = world.members_a[6]
    person.confirmed_on = datetime.date(2026, 3, 20)
    person.admitted_on = datetime.date(2025, 3, 20)
    person.save()
    lower, upper = datetime.date(2026, 2, 1), datetime.date(2026, 3, 1)
    MemberStatus.objects.create(member=world.members_a[7], kind="suspended", period=(lower, upper))
    client = as_user(world.secretary_a)
    counts = client.get(reverse("members:roster"), {"day": FEBRUARY}).context["counts"]
    # 马晓东 is probationary today and 何文斌 was so then; 金玉华 does not count while suspended.
    assert counts == {"members": 9, "full": 7, "probationary": 2, "suspended": 1, "floating": 0, "lost": 0}
    after = client.get(reverse("members:roster"), {"day": APRIL}).context["counts"]
    assert (after["members"], after["full"], after["suspended"]) == (10, 9, 0)


def test_a_day_to_come_is_refused_in_words(world, as_user):
    page = as_user(world.secretary_a).get(reverse("members:roster"), {"day": "2099-01-01"}).content.decode()
    assert "截至日期不能晚于今天" in page


def test_roster_of_a_day_query_count(
    world, as_user, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_user(world.secretary_b)
    client.get(reverse("members:roster"))  # the words of codes are kept by the process
    with django_assert_max_num_queries(26) as first:
        client.get(reverse("members:roster"), {"day": FEBRUARY})
    for _ in range(3):
        make.tenure(make.member(world.branch_b), "committee_member")
    with django_assert_num_queries(len(first)):
        client.get(reverse("members:roster"), {"day": FEBRUARY})


def test_search_reads_the_index(world):
    sample = make.member(world.branch_a, "欧阳春燕", name_pinyin="ou yang chun yan", name_initials="oycy")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_member")
        cursor.execute("SET LOCAL enable_seqscan = off")
    for text, index in (
        ("春燕", "member_name_tokens"),
        ("燕", "member_name_tokens"),
        ("ouyang", "member_compact_pinyin"),
        ("oyc", "member_initials"),
    ):
        asked = search(Member.objects.unscoped("a test of the index"), text)
        assert index in asked.explain(), text
        assert sample in asked
