"""Which bytes a Range header means, as a table; and that whatever is asked, the answer lies within the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_portal.ranges import Span, Unsatisfiable, asked_span

SIZE = 1000
WHOLE = None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", WHOLE),
        ("bytes=0-", (0, 999)),
        ("bytes=0-0", (0, 0)),
        ("bytes=0-1", (0, 1)),
        ("bytes=500-599", (500, 599)),
        ("bytes=500-", (500, 999)),
        ("bytes=999-", (999, 999)),
        ("bytes=0-999", (0, 999)),
        ("bytes=0-5000", (0, 999)),
        ("bytes=-1", (999, 999)),
        ("bytes=-500", (500, 999)),
        ("bytes=-5000", (0, 999)),
        ("  bytes = 5 - 9 ", (5, 9)),
        ("BYTES=5-9", (5, 9)),
        ("bytes=1000-", "416"),
        ("bytes=1000-1200", "416"),
        ("bytes=99999999999999999-", "416"),
        ("bytes=-0", "416"),
        # What a server may ignore: the whole file is a right answer.
        ("bytes=9-5", WHOLE),
        ("bytes=0-1,5-6", WHOLE),
        ("bytes=", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=--5", WHOLE),
        ("bytes=+5-9", WHOLE),
        ("bytes=0x5-9", WHOLE),
        ("bytes=５-９", WHOLE),
        ("items=0-5", WHOLE),
        ("bytes 0-5", WHOLE),
        ("bytes=" + "9" * 400 + "-", WHOLE),
        ("bytes=0-" + "9" * 400, WHOLE),
    ],
)
def test_the_table(header, expected):
    if expected == "416":
        with pytest.raises(Unsatisfiable):
            asked_span(header, SIZE)
    else:
        assert asked_span(header, SIZE) == (expected and Span(*expected))


def test_an_empty_file_has_no_part():
    assert asked_span("", 0) is None
    for header in ("bytes=0-", "bytes=-5"):
        with pytest.raises(Unsatisfiable):
            asked_span(header, 0)


@given(
    st.text(max_size=40) | st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True), st.integers(0, 10**12)
)
def test_whatever_is_asked_lies_within_the_file(header, size):
    try:
        span = asked_span(header, size)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span.first <= span.last < size
