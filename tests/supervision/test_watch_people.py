"""转正, 流动与失联: numbers for whoever supervises, names for whoever reads the roster, nothing of anybody else's."""

import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from branch_portal.dates import add_months, add_years, today_shanghai
from members.models import Member, PersonalDataAccess
from members.queries.attention import CONTACT, LOST, REMOVE
from members.queries.milestones import CONFIRMATION
from supervision.queries.people import confirmation_watch, contact_watch
from tests import factories as make
from tests.supervision.test_pages import text

TODAY = today_shanghai()


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def probationary(branch, name: str, ends: datetime.date) -> Member:
    return make.member(branch, name, category="probationary", admitted_on=add_years(ends, -1))


@pytest.fixture
def people(world):
    """In branch A one probation that is over and one that ends soon, in branch D one far off, in X one that is over."""
    Member.objects.filter(category="probationary").update(admitted_on=days(-30))
    probationary(world.branch_a, "已满甲", days(-5))
    probationary(world.branch_a, "将满乙", days(40))
    probationary(world.branch_d, "未到丙", days(90))
    probationary(world.branch_x, "外镇丁", days(-5))
    return world


@pytest.fixture
def away(world):
    """Away four months (at home, and abroad), out of reach for seven, suspended as lost for two years; one of X."""
    four, seven = add_months(TODAY, -4), add_months(TODAY, -7)
    make.status(make.member(world.branch_a, "外出甲"), "floating", since=four)
    make.status(make.member(world.branch_a, "留学乙"), "floating", since=four, abroad=True)
    make.status(make.member(world.branch_b, "失联丙"), "out_of_contact", since=seven)
    make.status(make.member(world.branch_d, "停止丁"), "suspended", since=add_years(TODAY, -2), reason="3")
    make.status(make.member(world.branch_x, "外镇戊"), "out_of_contact", since=seven)
    return world


def test_probations_that_are_over_or_end_within_sixty_days(people):
    found = confirmation_watch(user=people.staff, day=TODAY)
    assert [(case.member.name, case.overdue) for case in found.cases] == [("已满甲", True), ("将满乙", False)]
    assert [(branch.name, counts.late, counts.all) for branch, counts in found.branches] == [
        ("清源村第一党支部", 1, 2)
    ]
    assert [(child.name, counts.of[CONFIRMATION]) for child, counts in found.lines] == [("清源村党总支", 2)]
    assert confirmation_watch(user=people.staff, day=TODAY, root=people.branch_d).cases == []


def test_a_probation_is_overdue_from_the_day_after_its_end(people):
    def late(day: datetime.date) -> list[str]:
        return [
            case.member.name for case in confirmation_watch(user=people.staff, day=day).cases if case.overdue
        ]

    assert "将满乙" not in late(days(40))
    assert "将满乙" in late(days(41))


def test_contact_overdue_lost_and_suspended(away):
    found = contact_watch(user=away.staff, day=TODAY)
    assert {(case.member.name, case.key, case.overdue) for case in found.cases} == {
        ("外出甲", CONTACT, True),
        ("失联丙", LOST, True),
        ("停止丁", REMOVE, True),
    }, "abroad a contact every six months is enough"
    assert found.total.overdue == {CONTACT: 1, LOST: 1, REMOVE: 1}
    assert {child.name: counts.all for child, counts in found.lines} == {"清源村党总支": 2, "直属党支部": 1}


def test_nothing_of_another_committee(people, away):
    for watch in (confirmation_watch, contact_watch):
        assert {case.branch.name for case in watch(user=away.staff_x, day=TODAY).cases} == {"东湖村党支部"}
        assert watch(user=away.staff_x, day=TODAY, root=away.committee).cases == []
        for stranger in (away.superuser, away.secretary_a):
            found = watch(user=stranger, day=TODAY)
            assert (found.cases, found.branches, found.lines) == ([], [], [])


PAGES = {"confirmations": "已满甲", "contacts": "外出甲"}


@pytest.mark.parametrize(("name", "person"), PAGES.items())
def test_numbers_first_then_the_names_of_one_branch(people, away, as_user, name, person):
    staff = as_user(people.staff)
    url = reverse(f"supervision:{name}")
    page = staff.get(url)
    assert person not in text(page)
    assert f'href="?show=people&amp;branch={people.branch_a.uid}"' in page.content.decode() or (
        f"branch={people.branch_a.uid}" in page.content.decode()
    )
    listed = staff.get(url, {"show": "people", "branch": people.branch_a.uid})
    assert person in text(listed)
    assert {case.branch for case in listed.context["page"].rows} == {people.branch_a}
    card = reverse("members:card", args=[Member.objects.get(name=person).uid])
    assert f'href="{card}' in listed.content.decode()
    assert staff.get(card).status_code == 200


@pytest.mark.parametrize(("name", "person"), PAGES.items())
def test_taking_names_out_asks_why_and_is_recorded(people, away, as_user, name, person):
    staff = as_user(people.staff)
    url = reverse(f"supervision:{name}-export")
    assert person not in text(staff.get(url))
    refused = staff.post(url, {"reason": "查"})
    assert "请写明导出事由，至少 4 个字。" in text(refused)
    assert not PersonalDataAccess.objects.exists()
    answer = staff.post(f"{url}?branch={people.branch_a.uid}", {"reason": "核对名单后逐一联系"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert person in [row[1] for row in rows]
    assert dict(book.get_sheet_by_index(1).to_python())["导出事由"] == "核对名单后逐一联系"
    taken = PersonalDataAccess.objects.get()
    assert (taken.action, taken.reason, taken.row_count, taken.branch_id) == (
        "export",
        "核对名单后逐一联系",
        len(rows) - 1,
        people.branch_a.pk,
    )
    foreign = as_user(people.staff_x).post(
        f"{url}?branch={people.branch_a.uid}", {"reason": "核对名单后联系"}
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(foreign.content)).get_sheet_by_index(0).to_python()
    assert all(row[2] == "东湖村党支部" for row in rows[1:])
    assert as_user(people.superuser).post(url, {"reason": "核对名单后联系"}).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_people_query_count(people, away, as_user, django_assert_num_queries, name):
    staff = as_user(people.staff)
    for show, queries in QUERIES[name].items():
        url = reverse(f"supervision:{name}")
        staff.get(url, {"show": show})
        with django_assert_num_queries(queries):
            staff.get(url, {"show": show})
        for number in range(3):
            branch = make.organization(parent=people.committee, name=f"{show}党支部{number}")
            probationary(branch, f"预备{number}", days(-1))
            make.status(make.member(branch), "floating", since=add_months(TODAY, -5))
        with django_assert_num_queries(queries):
            staff.get(url, {"show": show})


QUERIES = {"confirmations": {"branches": 7, "people": 7}, "contacts": {"branches": 10, "people": 10}}


def test_the_overview_counts_what_the_lists_show(people, away, as_user, django_assert_num_queries):
    staff = as_user(people.staff)
    page = staff.get(reverse("supervision:watch"))
    cards = {card.title: card for card in page.context["cards"]}
    assert cards["预备党员转正"].figures == [("预备期满", 1, "late")]
    assert [number for _, number, _ in cards["流动与失联党员"].figures] == [1, 1, 1]
    for card in cards.values():
        assert staff.get(card.url).status_code == 200
    calm = as_user(people.staff).get(reverse("supervision:watch"), {"branch": people.branch_x.uid})
    assert {c.title: c.figures for c in calm.context["cards"]} == {c.title: c.figures for c in cards.values()}
    other = as_user(people.staff_x).get(reverse("supervision:watch"))
    foreign = {card.title: sum(number for _, number, _ in card.figures) for card in other.context["cards"]}
    assert (foreign["预备党员转正"], foreign["流动与失联党员"]) == (1, 1), "branch X's own, and nothing else"
    with django_assert_num_queries(OVERVIEW_QUERIES):
        staff.get(reverse("supervision:watch"))
    make.status(
        make.member(make.organization(parent=people.committee)), "floating", since=add_months(TODAY, -5)
    )
    with django_assert_num_queries(OVERVIEW_QUERIES):
        staff.get(reverse("supervision:watch"))


OVERVIEW_QUERIES = 21
