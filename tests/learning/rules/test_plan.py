"""Whom a topic is for and whether it is done: one cell, of which matrix and own list are made."""

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from learning.rules.plan import (
    DONE,
    NOT_APPLICABLE,
    OPEN,
    Audience,
    Person,
    hours_by_topic,
    is_late,
    next_due,
    reference_day,
    standing,
)

SECRETARY = Person(1, frozenset({"secretary"}), "full")
PROBATIONARY = Person(2, frozenset(), "probationary")
NONE, TWO = Decimal(0), Decimal(2)


def test_a_topic_concerns_everybody_or_holders_of_posts_or_a_category():
    posts = Audience("posts", posts=frozenset({"secretary", "deputy_secretary"}))
    category = Audience("categories", categories=frozenset({"probationary"}))
    assert [Audience().includes(person) for person in (SECRETARY, PROBATIONARY)] == [True, True]
    assert [posts.includes(person) for person in (SECRETARY, PROBATIONARY)] == [True, False]
    assert [category.includes(person) for person in (SECRETARY, PROBATIONARY)] == [False, True]


def test_hours_or_an_officers_word_make_it_done():
    def state(needed, hours, confirmed=False):
        return standing(Audience(), needed, SECRETARY, hours, confirmed=confirmed).state

    assert state(TWO, Decimal("1.5")) == OPEN
    assert state(TWO, TWO) == DONE
    assert state(NONE, None) == OPEN  # nothing linked is nothing done, even when no hours are asked for
    assert state(NONE, NONE) == DONE
    assert state(TWO, None, confirmed=True) == DONE


@given(
    hours=st.none() | st.decimals(0, 9, places=1), confirmed=st.booleans(), needed=st.decimals(0, 9, places=1)
)
def test_whom_it_does_not_concern_owes_nothing(hours, confirmed, needed):
    audience = Audience("posts", posts=frozenset({"secretary"}))
    assert standing(audience, needed, PROBATIONARY, hours, confirmed=confirmed).state == NOT_APPLICABLE


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from("abc"), st.integers(0, 8).map(Decimal)), max_size=8
    ),
    st.randoms(),
)
def test_the_order_of_the_ledger_does_not_matter(earned, order):
    shuffled = list(earned)
    order.shuffle(shuffled)
    links = {1: {"a", "b"}, 2: {"b"}}
    assert hours_by_topic(earned, links) == hours_by_topic(shuffled, links)


def test_a_source_takes_its_parts_and_counts_once():
    links = {1: {"learning.class:x", "learning.class:x:1"}, 2: {"learning.class:x:2"}}
    earned = [(7, "learning.class:x:1", TWO), (7, "learning.class:x:2", TWO), (7, "learning.class:xy", TWO)]
    assert hours_by_topic(earned, links) == {(7, 1): Decimal(4), (7, 2): TWO}


def test_days():
    day = datetime.date
    assert reference_day(2026, day(2026, 5, 1)) == day(2026, 5, 1)
    assert reference_day(2025, day(2026, 5, 1)) == day(2025, 12, 31)
    assert reference_day(2027, day(2026, 5, 1)) == day(2027, 1, 1)
    assert next_due(day(2024, 2, 29)) == day(2025, 2, 28)
    assert next_due(None) is None
    assert is_late(OPEN, day(2026, 4, 30), day(2026, 5, 1)) and not is_late(
        DONE, day(2026, 4, 30), day(2026, 5, 1)
    )
