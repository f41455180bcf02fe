"""党组织 pages: what each person sees as of a day, which buttons, and what a form changes."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branch_portal.dates import today_shanghai
from members.actions.organizations import rename_organization
from members.models import MemberStatus, OrganizationChange, PartyOrganization
from members.queries import organization_facts
from members.queries.history import organizations_on
from members.queries.organization_facts import structures_on
from tests import factories as make

MARCH, APRIL = datetime.date(2026, 3, 10), datetime.date(2026, 4, 10)
TREE = "/organizations/"
REASON = "按镇党委批复办理"
KEY = "11111111-2222-4333-8444-555555555555"


def url(name, organization) -> str:
    return reverse(f"organizations:{name}", args=[organization.uid])


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def rows(response) -> list[list[str]]:
    """Cells of every table, without 序号 and 操作."""
    return [
        [
            cell.get_text(strip=True)
            for cell in row.find_all("td")
            if cell["data-label"] not in ("序号", "操作")
        ]
        for row in soup(response).select("tbody tr")
    ]


def buttons(response) -> list[str]:
    found = soup(response).select("a.btn-secondary")
    return [
        link.get_text(strip=True)
        for link in found
        if link["href"].startswith(TREE) and "?" not in link["href"]
    ]


def send(client, change, organization, /, **fields):
    values = {"submission_key": KEY, "on": "2026-04-10", "reason": REASON} | fields
    return client.post(url(change, organization), values)


def test_the_committee_sees_one_level_at_a_time(world, as_user):
    assert rows(as_user(world.staff).get(TREE)) == [
        ["清源镇党委", "党委", "13", "12", "—", "无"],
        ["清源村党总支", "党总支", "12", "11", "—", "无"],
        ["镇机关党支部", "党支部", "1", "1", "外部书记d", "1 条提示"],
    ]  # fmt: skip
    level = rows(as_user(world.staff).get(url("detail", world.general_branch)))
    assert [row[0] for row in level] == ["清源村第一党支部", "清源村第二党支部"]
    assert rows(as_user(world.superuser).get(TREE))[0] == ["清源镇党委", "党委", "13", "12", "—", "—"]


@pytest.mark.parametrize("children", [1, 3])
def test_tree_query_count(world, as_user, children):
    for _ in range(children - 1):
        make.organization(parent=world.committee_x)
    client = as_user(world.staff_x)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(TREE)
    assert len(rows(response)) == children + 1
    assert len(captured) == 14


def test_members_are_counted_as_of_the_day(world):
    branch, day = world.branch_a, APRIL
    MemberStatus.objects.create(member=world.members_a[5], kind="suspended", period=(MARCH, APRIL))
    late = make.member(branch, since=APRIL, confirmed_on=datetime.date(2026, 4, 20))
    counts = [
        (found.count.members, found.count.full)
        for found in (
            structures_on([branch], when)[branch.pk] for when in (MARCH, day, datetime.date(2026, 4, 20))
        )
    ]
    assert counts == [(9, 8), (11, 9), (11, 10)]
    assert late.confirmed_on == datetime.date(2026, 4, 20)


def test_today_s_cards_count_what_the_affiliations_of_the_day_count(world):
    """The same numbers from the mirrors of the card and, as for any past day, from the dated rows."""
    today = today_shanghai()
    make.status(world.members_a[5], "suspended", since=MARCH)
    make.leave(world.members_a[6])
    make.member(world.branch_b, since=today, category="probationary")
    everything = list(PartyOrganization.objects.order_by("path"))
    cards = organization_facts._counts(everything, today, None)
    dated = organization_facts._counts(everything, today, organizations_on(today))
    assert cards == dated
    top = structures_on([world.committee], today)[world.committee.pk].count
    assert (top.members, top.full) == (12, 10)


def test_findings_of_a_branch_with_their_clauses(world, as_user):
    found = structures_on([world.branch_a], APRIL)[world.branch_a.pk]
    assert [(finding.code, finding.clause) for finding in found.findings] == [
        ("posts_vacant", "《中国共产党支部工作条例（试行）》第二十条"),
        ("cell_without_leader", "《中国共产党支部工作条例（试行）》第十三条"),
    ]
    response = as_user(world.secretary_a).get(url("detail", world.branch_a))
    page = response.content.decode()
    marks = soup(response).select(".due-line .status")
    assert [mark.get_text(strip=True) for mark in marks] == ["提示", "提示"]
    assert "尚缺纪检委员" in page and "依据：《中国共产党支部工作条例（试行）》第二十条" in page
    plain = as_user(world.member_a).get(url("detail", world.branch_a)).content.decode()
    assert "尚缺纪检委员" not in plain and "安国强" in plain
    assert "安国强" not in as_user(world.superuser).get(url("detail", world.branch_a)).content.decode()
    bench = as_user(world.secretary_a).get("/").content.decode()
    assert "组织设置提示 2 条：尚缺纪检委员" in bench
    assert "组织设置提示" not in as_user(world.member_a).get("/").content.decode()


def test_buttons_are_for_whoever_may(world, as_user):
    branch = url("detail", world.branch_a)
    assert buttons(as_user(world.staff).get(branch)) == [
        "新设党小组", "更名", "调整", "调整隶属", "合并", "拆分", "撤销",
    ]  # fmt: skip
    assert buttons(as_user(world.staff).get(url("detail", world.committee))) == ["新设下级", "更名", "调整"]
    assert buttons(as_user(world.secretary_a).get(branch)) == ["新设党小组"]
    assert buttons(as_user(world.officer_a).get(url("detail", world.cell_a1))) == ["更名", "撤销"]
    assert buttons(as_user(world.member_a).get(branch)) == []


def test_a_rename_in_march_entered_later_is_seen_as_of_the_day(world, as_user):
    rename_organization(
        by=world.staff, organization=world.branch_b, name="清源新村党支部", on=MARCH, reason=REASON
    )
    client, page = as_user(world.staff), url("detail", world.branch_b)
    titles = [
        soup(client.get(f"{page}?on={day}")).h1.get_text()
        for day in ("2026-02-28", "2026-03-31", "2999-01-01")
    ]
    assert titles == ["清源村第二党支部", "清源新村党支部", "清源新村党支部"]
    steps = soup(client.get(page)).select(".timeline li")
    assert [" ".join(step.get_text(" ", strip=True).split()) for step in steps] == [
        "2026年3月10日（星期二） 更名 名称：清源新村党支部 原因：按镇党委批复办理",
        "2015年1月1日（星期四） 成立 名称：清源村第二党支部；上级：清源村党总支",
    ]
    assert "尚未成立或已经撤销" in client.get(f"{page}?on=2014-01-01").content.decode()
    assert client.get(f"{page}?on=x").status_code == 200


def test_a_form_sent_twice_founds_one_cell(world, as_user):
    client = as_user(world.secretary_a)
    first = send(client, "create", world.branch_a, name="第三党小组")
    again = send(client, "create", world.branch_a, name="第三党小组")
    made = PartyOrganization.objects.get(name="第三党小组")
    assert (first.url, again.url) == (url("detail", made), url("detail", made))
    assert (made.kind, made.founded_on, made.code) == ("cell", APRIL, f"{world.branch_a.code}-01")


def test_every_change_by_its_form(world, as_user):
    client = as_user(world.staff)
    new = send(
        client, "create", world.general_branch, kind="branch", name="第五党支部", code="Q-5", formation="sole"
    )
    fifth = PartyOrganization.objects.get(code="Q-5")
    assert new.url == url("detail", fifth)
    steps = [
        ("move", fifth, {"parent": str(world.committee.uid)}),
        ("rename", fifth, {"name": "第六党支部"}),
        ("adjust", fifth, {"sort_number": "5", "units_covered": "2", "formation": "joint"}),
        (
            "split",
            world.branch_a,
            {"name": "第七党支部", "code": "Q-7", "members": [str(world.members_a[8].uid)]},
        ),
        ("merge", world.branch_b, {"target": str(world.branch_d.uid)}),
        ("abolish", fifth, {"on": "2026-04-11"}),
        ("restore", fifth, {"on": "2026-04-12"}),
    ]
    for number, (name, organization, fields) in enumerate(steps):
        key = f"11111111-2222-4333-8444-55555555556{number}"
        response = send(client, name, organization, submission_key=key, **fields)
        assert response.status_code == 302, (name, soup(response).select_one(".error-summary"))
    fifth.refresh_from_db()
    assert (fifth.name, fifth.formation, fifth.units_covered, fifth.depth, fifth.abolished_on) == (
        "第六党支部", "joint", 2, 2, None,
    )  # fmt: skip
    assert list(OrganizationChange.objects.filter(organization=fifth).values_list("kind", flat=True)) == [
        "founded", "moved", "renamed", "adjusted", "abolished", "restored",
    ]  # fmt: skip


def test_a_refusal_keeps_what_was_typed(world, as_user):
    response = send(as_user(world.staff), "rename", world.branch_b, name="新的名称", on="2010-01-01")
    page = soup(response)
    assert "更名日期不能早于成立日期 2015-01-01。" in page.get_text()
    assert page.select_one("input[name=name]")["value"] == "新的名称"
    short = send(as_user(world.staff), "rename", world.branch_b, name="新的名称", reason="改")
    assert "请写明原因，至少 4 个字。" in soup(short).get_text()


def test_a_foreign_superior_is_no_choice(world, as_user):
    response = send(as_user(world.staff), "move", world.branch_b, parent=str(world.committee_x.uid))
    assert response.status_code == 200
    world.branch_b.refresh_from_db()
    assert world.branch_b.path.startswith(world.general_branch.path)


def test_the_roster_leads_to_the_organisations(world, as_user):
    page = soup(as_user(world.staff).get("/members/"))
    assert page.find("a", href=TREE, string="党组织") is not None
    here = soup(as_user(world.staff).get(TREE)).select_one('nav a[href="/members/"][aria-current]')
    assert here is not None
