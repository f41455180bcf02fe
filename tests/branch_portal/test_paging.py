import datetime
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branch_portal.paging import keyset_page
from members.models import Member
from tests import factories as make

FIELDS = ("-admitted_on", "name_pinyin", "-pk")


@pytest.fixture
def people(db):
    branch = make.organization()
    for number in range(23):
        make.member(branch, name_pinyin=f"p{number % 3}", admitted_on=datetime.date(2000, 1, 1 + number % 4))
    return Member.objects.all()


def test_pages_forward_and_back_are_the_whole_list_in_order(people):
    expected = list(people.order_by(*FIELDS))
    seen, cursor, pages = [], None, []
    while True:
        page = keyset_page(people, cursor=cursor, fields=FIELDS, size=5)
        pages.append(page)
        seen += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == expected and [len(page.rows) for page in pages] == [5, 5, 5, 5, 3]
    back = keyset_page(people, cursor=pages[-1].previous_cursor, fields=FIELDS, size=5)
    assert back.rows == pages[3].rows
    assert pages[0].previous_cursor is None and pages[0].total == 23


@pytest.mark.parametrize(
    "fields", [("lost_contact_on", "pk"), ("-lost_contact_on", "-pk"), ("-lost_contact_on", "pk")]
)
def test_empty_values_stand_where_the_database_puts_them(people, fields):
    """Pages are the whole list, forward and back, also where a page ends among the rows that have no value."""
    for number, person in enumerate(people.order_by("pk")):
        if number % 3:
            people.filter(pk=person.pk).update(lost_contact_on=datetime.date(2020, 1, 1 + number % 5))
    expected = list(people.order_by(*fields))
    page, seen, pages = keyset_page(people, cursor=None, fields=fields, size=4), [], []
    while True:
        seen += page.rows
        pages.append(page)
        if page.next_cursor is None:
            break
        page = keyset_page(people, cursor=page.next_cursor, fields=fields, size=4)
    assert seen == expected and None in {person.lost_contact_on for person in seen}
    for earlier, later in itertools.pairwise(pages):
        assert keyset_page(people, cursor=later.previous_cursor, fields=fields, size=4).rows == earlier.rows


def test_a_page_costs_two_statements_wherever_it_is(people):
    cursor = keyset_page(people, cursor=None, fields=FIELDS, size=20).next_cursor
    for start in (None, cursor):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            keyset_page(people, cursor=start, fields=FIELDS, size=20)
        assert len(queries) == 2


@pytest.mark.parametrize(
    "cursor", ["", "x", "%00", "e30", "W10", "WyJmIiwxXQ", "a" * 2000, "WyJmIiwiXHUwMDAwIiwiYSIsIjEiXQ"]
)
def test_an_unreadable_cursor_is_the_first_page(people, cursor):
    assert keyset_page(people, cursor=cursor, fields=FIELDS, size=5).rows == list(
        people.order_by(*FIELDS)[:5]
    )
