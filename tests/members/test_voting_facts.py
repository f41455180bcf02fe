"""表决权情形: a code and two days, for who runs votes; everybody else learns nothing (domain 5.1, 5.2)."""

import datetime

import pytest

from members.actions.errors import ActionRefused
from members.actions.voting_facts import record_voting_fact, set_voting_fact_days
from members.models import VotingRightFact
from tests import factories as make

MARCH = datetime.date(2026, 3, 1)
MAY = datetime.date(2026, 5, 1)
NEXT_YEAR = datetime.date(2099, 3, 1)


def fact(world, **fields):
    values = {"member": world.members_a[5], "code": "no_rights", "since": MARCH} | fields
    return record_voting_fact(by=world.secretary_a, **values)


def test_its_end_may_be_known_beforehand(world):
    assert fact(world, until=NEXT_YEAR).period.upper == NEXT_YEAR


def test_the_same_fact_is_kept_once_at_a_time(world):
    first = fact(world, until=MAY)
    with pytest.raises(ActionRefused, match=r"^这段时间已登记同样的情形。$"):
        fact(world, since=datetime.date(2026, 4, 30))
    second = fact(world, since=MAY)
    fact(world, code="exclusion_2")
    with pytest.raises(ActionRefused, match="已登记同样的情形"):
        set_voting_fact_days(by=None, fact=first, since=MARCH, until=None)
    with pytest.raises(ActionRefused, match="结束日期应晚于开始日期"):
        set_voting_fact_days(by=None, fact=second, since=MAY, until=MAY)
    assert set_voting_fact_days(by=None, fact=second, since=MAY, until=NEXT_YEAR).period.upper == NEXT_YEAR


def test_the_secretary_keeps_them_on_one_page(world, as_user):
    member = world.members_a[5]
    client, url = as_user(world.secretary_a), f"/members/{world.members_a[5].uid}/voting/"
    assert client.post(url, {"code": "exclusion_4", "since": "2026-03-01", "until": ""}).url == url
    page = client.get(url).content.decode()
    assert "可不计入应到会人数（第四种情形）" in page
    kept = VotingRightFact.objects.get(member=member)
    assert (
        client.post(f"/members/voting/{kept.uid}/", {"since": "2026-03-01", "until": "2026-05-01"}).url == url
    )
    kept.refresh_from_db()
    assert (kept.period.lower, kept.period.upper) == (MARCH, MAY)


@pytest.mark.parametrize("persona", ["officer_a", "member_a", "staff", "cell_leader_a"])
def test_nobody_else_can_tell_whether_there_is_one(world, as_user, persona):
    """Every page of the member reads the same with a fact and without."""
    member = make.member(world.branch_a, "无事者", cell=world.cell_a1)
    user = getattr(world, persona)
    urls = [f"/members/{member.uid}/?tab={tab}" for tab in ("basic", "affiliations", "posts", "floating")]
    urls.append(f"/members/{member.uid}/voting/")

    def seen():
        return [as_user(user).get(url).status_code for url in urls], [
            "表决权" in as_user(user).get(url).content.decode() for url in urls
        ]

    before = seen()
    kept = record_voting_fact(by=world.secretary_a, member=member, code="no_rights", since=MARCH)
    assert seen() == before
    assert not any(before[1])
    assert as_user(user).get(f"/members/voting/{kept.uid}/").status_code == 404


def test_not_even_the_member_whose_rights_rest(world, as_user):
    own = world.members_a[3]
    kept = fact(world, member=own)
    client = as_user(world.member_a)
    assert client.get(f"/members/{own.uid}/voting/").status_code == 403
    assert client.get(f"/members/voting/{kept.uid}/").status_code == 404
    assert list(VotingRightFact.objects.visible_to(world.member_a)) == []
