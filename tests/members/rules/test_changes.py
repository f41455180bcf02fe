"""The yearly change table closes for every coded history, and says who breaks it otherwise (domain 3.3)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from members.rules.changes import History, Stay, change_table

OLD, MAY, JUNE, END = date(2015, 1, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 12, 31)


def table(*histories):
    return change_table(dict(enumerate(histories)), year=2026, until=END)


def stay(start=OLD, end=None, gain="initial", loss=""):
    return History((Stay(start, end, gain, loss),))


def test_every_row_once():
    result = table(
        stay(),
        stay(MAY, gain="admitted"),
        stay(MAY, gain="restored"),
        stay(MAY, gain="transferred_in"),
        stay(MAY, gain="moved"),
        stay(MAY, gain="whole_unit"),
        stay(end=MAY, loss="exited"),
        stay(end=MAY, loss="deceased"),
        stay(end=MAY, loss="transferred_out"),
        stay(end=MAY, loss="moved"),
        stay(end=MAY, loss="whole_unit"),
        History((Stay(OLD, None, "initial"),), ((MAY, None),)),
        History((Stay(OLD, None, "initial"),), ((date(2025, 5, 1), MAY),)),
    )
    assert list(result.rows.values()) == [7, 6, 1, 2, 3, 1, 6, 1, 1, 1, 3, 1, 7, 7, 0]
    assert result.breakers == []


def test_a_move_within_cancels_out_and_a_gap_is_named():
    within = History((Stay(OLD, MAY, "initial", "moved"), Stay(MAY, None, "moved")))
    gap = History((Stay(OLD, MAY, "initial", "moved"), Stay(JUNE, None, "moved")))
    result = table(within, gap)
    assert (result.rows[1], result.rows[5], result.rows[11], result.rows[14], result.rows[15]) == (
        2,
        1,
        1,
        2,
        0,
    )
    assert [(b.member, b.change, "2026-05-01至2026-05-31" in b.reason) for b in result.breakers] == [
        (1, 0, True)
    ]


def test_what_has_no_row_breaks_the_table_by_name():
    result = table(stay(MAY), stay(end=JUNE, loss="other"), stay(MAY, gain="other"))
    assert result.rows[15] == 1
    assert [(b.member, b.change) for b in result.breakers] == [(0, 1), (2, 1), (1, -1)]


def test_who_leaves_while_suspended_left_once():
    result = table(History((Stay(OLD, JUNE, "initial", "exited"),), ((MAY, JUNE),)))
    assert (result.rows[1], result.rows[8], result.rows[9], result.rows[14], result.rows[15]) == (
        1,
        0,
        1,
        0,
        0,
    )


GAINS = ("admitted", "restored", "transferred_in", "moved", "whole_unit")
LOSSES = ("exited", "deceased", "transferred_out", "moved", "whole_unit")


@st.composite
def coded(draw):
    days = sorted(draw(st.sets(st.integers(0, 1200), min_size=1, max_size=8)))
    at = [date(2024, 6, 1) + timedelta(days=day) for day in days]
    pairs = [(at[i], at[i + 1] if i + 1 < len(at) else None) for i in range(0, len(at), 2)]
    stays = tuple(
        Stay(start, end, draw(st.sampled_from(GAINS)), draw(st.sampled_from(LOSSES)) if end else "")
        for start, end in pairs
    )
    cuts = sorted(draw(st.sets(st.integers(0, 1200), max_size=4)))
    when = [date(2024, 6, 1) + timedelta(days=day) for day in cuts]
    suspended = tuple((when[i], when[i + 1] if i + 1 < len(when) else None) for i in range(0, len(when), 2))
    return History(stays, suspended)


@given(st.lists(coded(), max_size=6))
def test_coded_histories_always_close(histories):
    result = table(*histories)
    assert result.rows[15] == 0
    assert [breaker for breaker in result.breakers if breaker.change] == []
