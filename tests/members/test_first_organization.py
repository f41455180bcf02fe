"""The first organisation is founded on a page by whoever configures the portal; a member finds the own branch's page."""

import pytest
from django.urls import reverse

from members.models import OrganizationChange, PartyOrganization
from tests import factories as make

TREE, FIRST = reverse("organizations:tree"), reverse("organizations:first")
FORM = {
    "submission_key": "11111111-2222-4333-8444-555555555557",
    "name": "中共清源镇委员会",
    "short_name": "清源镇党委",
    "kind": "committee",
    "code": "QY-1",
    "founded_on": "1956-07-01",
    "reason": "启用本系统",
}


@pytest.fixture
def administrator(db, as_user):
    return as_user(make.user("administrator", is_superuser=True))


def test_it_is_offered_founded_once_and_then_gone(administrator):
    assert FIRST in administrator.get(TREE).content.decode()
    founded = [administrator.post(FIRST, FORM).url for _ in range(2)]
    root = PartyOrganization.objects.get()
    assert founded == [reverse("organizations:detail", args=[root.uid])] * 2
    assert (root.depth, root.kind, root.name, root.short_name) == (
        1,
        "committee",
        "中共清源镇委员会",
        "清源镇党委",
    )
    assert OrganizationChange.objects.get().kind == "founded"
    assert administrator.get(FIRST).status_code == 404
    assert FIRST not in administrator.get(TREE).content.decode()
    second = FORM | {"submission_key": "11111111-2222-4333-8444-555555555558", "code": "QY-2"}
    assert administrator.post(FIRST, second).status_code == 404
    assert PartyOrganization.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("founded_on", "2099-01-01", "成立日期晚于今天，请核对。"),
        ("kind", "branch", "不在可用的选项中"),
        ("reason", "无", "请写明原因，至少 4 个字。"),
    ],
)
def test_what_is_refused(administrator, field, value, words):
    answer = administrator.post(FIRST, FORM | {field: value})
    assert words in answer.content.decode()
    assert not PartyOrganization.objects.exists()


def test_nobody_else_founds_it(db, as_user):
    assert as_user(make.user("somebody")).post(FIRST, FORM).status_code == 403
    assert not PartyOrganization.objects.exists()


def test_a_plain_member_is_led_to_the_own_branch_and_reads_its_posts(world, as_user):
    """Names of posts and the contact that the branch gave; no roster, nothing of a member beside the name."""
    PartyOrganization.objects.filter(pk=world.branch_a.pk).update(
        contact_name="张联系", contact_phone="0571-1234567"
    )
    member = as_user(world.member_a)
    url = reverse("organizations:detail", args=[world.branch_a.uid])
    assert url in member.get("/").content.decode()
    page = member.get(url).content.decode()
    for words in ("安国强", "组织委员：白春梅；宣传委员：方建国", "张联系", "0571-1234567"):
        assert words in page
    assert "高海燕" not in page
    # Who may only configure sees the organisation and no name in it.
    configured = as_user(world.superuser).get(url).content.decode()
    assert not [name for name in ("安国强", "白春梅", "方建国", "张联系") if name in configured]


def test_staff_of_a_committee_has_no_branch_of_its_own(world, as_user):
    assert "我的党支部" not in as_user(world.staff).get("/").content.decode()
