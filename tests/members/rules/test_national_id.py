from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules import national_id
from members.rules.national_id import DEMO_AREA_CODE, check, check_character, compose, normalise, read

TODAY = date(2026, 4, 13)
GOOD = compose("110101", date(1990, 3, 7), 1)


def test_the_standards_own_example():
    # Appendix of the standard: 11010519491231002 has the check character X.
    assert check_character("11010519491231002") == "X"
    assert check("11010519491231002X", today=TODAY) == []


@pytest.mark.parametrize(
    "value",
    [
        "11010519491231002x",
        " 110105 19491231 002x ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
        "\u200b11010519491231002X",
    ],
)
def test_ways_to_type_it(value):
    assert normalise(value) == "11010519491231002X"
    assert check(value, today=TODAY) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"), ["最后一位校验码不符，请逐位核对"]),
        ("110101900307001", ["是 15 位旧号码，请填写身份证上的 18 位公民身份号码"]),
        (compose("000000", date(1990, 3, 7), 1), ["前 6 位不是有效的地区代码，请核对"]),
        (compose("840000", date(1990, 3, 7), 1), ["前 6 位不是有效的地区代码，请核对"]),
        ("11010119900231001" + check_character("11010119900231001"), ["第 7–14 位的出生日期不存在，请核对"]),
        (
            compose("110101", date(2026, 4, 14), 1),
            ["第 7–14 位的出生日期不在 1900 年至今天之间，请核对"],
        ),
        (compose("110101", date(1899, 12, 31), 1), ["第 7–14 位的出生日期不在 1900 年至今天之间，请核对"]),
        ("1101011990030700", ["应为 18 位，现在是 16 位"]),
        ("1101O119900307001X", ["前 17 位应为数字，最后一位应为数字或 X"]),
        ("11010119900307001Y", ["前 17 位应为数字，最后一位应为数字或 X"]),
        ("", ["没有填写公民身份号码"]),
        (None, ["没有填写公民身份号码"]),
        ("１１０１٠٥", ["应为 18 位，现在是 6 位"]),
    ],
)
def test_what_is_refused(value, expected):
    assert check(value, today=TODAY) == expected


@pytest.mark.parametrize(
    "value", [1.1010119900307e17, 110101199003070000, "1.1010119900307E+17", "110101199003070000.0"]
)
def test_numeric_cell_is_ruined_and_says_how_to_mend(value):
    assert check(value) == ["公民身份号码被表格当成了数字，末几位可能已丢失；请把该列设为文本后重新填写"]


def test_several_problems_are_all_named():
    number = "990000199002310010"
    assert len(check(number, today=TODAY)) >= 2


def test_no_message_repeats_the_number():
    for value in ("110101900307001", GOOD[:-1] + "?", "1" * 18):
        assert not any(value in problem for problem in check(value, today=TODAY))


def test_demo_numbers_pass_only_where_allowed():
    number = compose(DEMO_AREA_CODE, date(1990, 3, 7), 2)
    assert check(number, today=TODAY) == ["前 6 位不是有效的地区代码，请核对"]
    assert check(number, allow_demo=True, today=TODAY) == []
    assert check(compose("990001", date(1990, 3, 7), 2), allow_demo=True, today=TODAY) != []
    assert DEMO_AREA_CODE[:2] not in national_id.PROVINCES


def test_reading_birth_and_sex():
    assert read(GOOD, today=TODAY) == national_id.NumberFacts(date(1990, 3, 7), "male")
    assert read(compose("110101", date(1990, 3, 7), 2), today=TODAY).sex == "female"
    with pytest.raises(ValueError, match="18 位"):
        read("123", today=TODAY)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth, serial, place, shift):
    number = compose("330100", birth, serial)
    assert check(number, today=TODAY) == []
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert check(wrong, today=TODAY) != []


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 15))
def test_two_neighbours_changed_places_are_always_found(birth, serial, place):
    number = compose("330100", birth, serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (check(swapped, today=TODAY) == []) == (swapped == number)


@given(st.text(max_size=30) | st.floats() | st.integers())
def test_anything_is_answered(value):
    assert all(isinstance(problem, str) for problem in check(value, today=TODAY))


def test_provinces():
    assert len(national_id.PROVINCES) == 35
    assert {"10", "16", "24", "47", "55", "66", "90", "99"}.isdisjoint(national_id.PROVINCES)
