"""Times in words: what they mean, that they read back as the same, and what is said of those that mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.registry import reminder_kinds
from notices.rules.offsets import (
    AT_ONCE,
    DAY,
    HOUR,
    MOST_DAYS,
    Offsets,
    OffsetsError,
    parse_offsets,
    say_offsets,
)


@pytest.mark.parametrize(
    ("words", "minutes", "months"),
    [
        ("提前 30 天、14 天、3 天", (30 * DAY, 14 * DAY, 3 * DAY), ()),
        ("提前3天，1小时", (3 * DAY, HOUR), ()),
        ("3天 、 30分钟", (3 * DAY, 30), ()),
        ("提前６个月、1个月和当天", (0,), (6, 1)),
        ("一天前".replace("一", "1") + "；当天；7天后、14天", (DAY, 0, -7 * DAY, -14 * DAY), ()),
        ("过后每7天共3次", (-7 * DAY, -14 * DAY, -21 * DAY), ()),
        ("逾期 1 天、7 天", (-DAY, -7 * DAY), ()),
        ("提前 2 周、2周、14天", (14 * DAY,), ()),
        ("马上，提前 3 天", (AT_ONCE, 3 * DAY), ()),
    ],
)
def test_what_words_mean(words, minutes, months):
    assert parse_offsets(words) == Offsets(minutes, months)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "请至少写一个时间"),
        ("、，", "请至少写一个时间"),
        ("三天", "“三天”看不懂"),
        ("提前 3 天、明天", "“明天”看不懂"),
        ("提前 400 天", "最多 366 天"),
        ("提前 13 个月", "最多 12 个月"),
        ("过后每 7 天共 0 次", "次数在 1 到 24 之间"),
        ("、".join(f"{n}天" for n in range(1, 26)), "最多 24 次"),
        ("\x00", "看不懂"),
    ],
)
def test_what_cannot_be_read_is_named(words, said):
    with pytest.raises(OffsetsError, match=said):
        parse_offsets(words)


minutes = st.one_of(
    st.integers(-MOST_DAYS, MOST_DAYS).map(lambda days: days * DAY),
    st.integers(-72, 72).map(lambda hours: hours * HOUR),
    st.integers(-600, 600),
)


@given(st.lists(minutes, max_size=16), st.lists(st.integers(-12, 12), max_size=8))
def test_what_is_said_reads_back_as_the_same(minutes, months):
    offsets = Offsets.of(minutes, months)
    if offsets:
        assert parse_offsets(say_offsets(offsets)) == offsets


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        offsets = parse_offsets(text)
    except OffsetsError as error:
        assert str(error)
    else:
        assert offsets and parse_offsets(say_offsets(offsets)) == offsets


def test_the_table_says_its_times_as_a_person_would_read_them():
    for kind in reminder_kinds():
        assert say_offsets(kind.offsets) == kind.times, kind.key
