from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_portal import dates
from branch_portal.dates import DateError, add_months, add_years, full_years, local_datetime, parse_date

any_day = st.dates(date(1940, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_add_months(day, months, expected):
    assert add_months(day, months) == expected


def test_leap_day_becomes_28_february():
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2020, 5, 1), date(2026, 4, 30), 5),
        (date(2020, 5, 1), date(2026, 5, 1), 6),
        (date(2020, 2, 29), date(2021, 2, 27), 0),
        (date(2020, 2, 29), date(2021, 2, 28), 1),
        (date(2026, 1, 1), date(2020, 1, 1), 0),
    ],
)
def test_full_years(start, end, expected):
    assert full_years(start, end) == expected


@given(any_day, st.integers(0, 60))
def test_full_years_agrees_with_add_years(day, years):
    anniversary = add_years(day, years)
    assert full_years(day, anniversary) == years
    assert full_years(day, anniversary - timedelta(days=1)) == max(years - 1, 0)


def test_bounds():
    assert dates.month_bounds(2024, 2) == (date(2024, 2, 1), date(2024, 2, 29))
    assert dates.quarter_bounds(2026, 4) == (date(2026, 10, 1), date(2026, 12, 31))
    assert dates.year_bounds(2026) == (date(2026, 1, 1), date(2026, 12, 31))
    assert [dates.quarter_of(date(2026, m, 1)) for m in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    with pytest.raises(ValueError, match="quarter"):
        dates.quarter_bounds(2026, 5)


@given(any_day, st.integers(0, 23))
def test_every_local_day_round_trips(day, hour):
    instant = local_datetime(day, time(hour, 30))
    assert instant.tzinfo is UTC
    assert dates.local_date(instant) == day


def test_summer_time_of_1988_is_nine_hours():
    assert local_datetime(date(1988, 7, 1)) == datetime(1988, 6, 30, 15, 0, tzinfo=UTC)
    assert local_datetime(date(2026, 7, 1)) == datetime(2026, 6, 30, 16, 0, tzinfo=UTC)


def test_today_changes_at_shanghai_midnight():
    assert dates.today_shanghai(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert dates.today_shanghai(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        dates.local_date(datetime(2026, 1, 1))


def test_format():
    assert dates.format_date_cn(date(2026, 4, 13)) == "2026年4月13日（星期一）"


@pytest.mark.parametrize(
    "value",
    [
        "1990.1.2", "1990-01-02", "1990/1/2", "1990年1月2日", "1990年01月02号", "19900102",
        "１９９０．１．２", "１９９０年１月２日",
        " 1990 - 1 - 2 ", "1990–1–2", "1990。1。2", "一九九〇年一月二日",
        "1990-01-02 00:00:00", "1990-01-02T00:00:00",
        19900102, 19900102.0,
        date(1990, 1, 2), datetime(1990, 1, 2, 0, 0),
        datetime(1990, 1, 1, 20, 0, tzinfo=UTC),
        datetime(1990, 1, 2, 3, 0, tzinfo=timezone(timedelta(hours=8))),
    ],
)  # fmt: skip
def test_parse_date_takes(value):
    assert parse_date(value) == date(1990, 1, 2)


def test_parse_chinese_tens():
    assert parse_date("二〇二四年十二月三十一日") == date(2024, 12, 31)
    assert parse_date("二零二四年十月二十日") == date(2024, 10, 20)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2026.13.01", "写作 2026.13.01，月份应为 1–12"),
        ("2023-02-29", "写作 2023-02-29，2023年2月的日应为 1–28"),
        ("0000-00-00", "写作 0000-00-00，年份应为 1900–2100"),
        ("1899.1.1", "写作 1899.1.1，年份应为 1900–2100"),
        ("9999-12-31", "写作 9999-12-31，年份应为 1900–2100"),
        ("90.1.2", "写作 90.1.2，年份要写四位，例如 1990.1.2"),
        ("九〇年一月二日", "写作 九〇年一月二日，年份要写四位，例如 1990.1.2"),
        ("1990.1", "写作 1990.1，缺少日，请写成 1990.1.2"),
        ("1990年1月", "写作 1990年1月，缺少日，请写成 1990.1.2"),
        ("abc", "写作 abc，不是日期，请写成 1990.1.2"),
        ("1990-01-02 10:30", "写作 1990-01-02 10:30，不是日期，请写成 1990.1.2"),
        ("", "没有填写日期，请写成 1990.1.2"),
        (None, "没有填写日期，请写成 1990.1.2"),
        (True, "没有填写日期，请写成 1990.1.2"),
        (33970, "写作 33970，像是没有设成日期格式的单元格；若为 1993.1.1，请直接写成 1993.1.1"),
        (float("nan"), "写作 nan，不是日期，请写成 1990.1.2"),
        ("9" * 5000, "写作 " + "9" * 20 + "…，不是日期，请写成 1990.1.2"),
        ("1990\x00\u202e", "写作 1990，不是日期，请写成 1990.1.2"),
        (date(1800, 1, 1), "写作 1800-01-01，年份应为 1900–2100"),
    ],
)
def test_parse_date_refuses_and_names_the_mend(value, message):
    with pytest.raises(DateError) as error:
        parse_date(value)
    assert str(error.value) == message


@given(st.text(max_size=30) | st.floats() | st.integers())
def test_parse_date_never_fails_otherwise(value):
    with suppress(DateError):
        assert isinstance(parse_date(value), date)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([".", "-", "/"]))
def test_parse_date_reads_back_what_is_written(day, sep):
    assert parse_date(f"{day.year}{sep}{day.month}{sep}{day.day}") == day
    assert parse_date(f"{day:%Y%m%d}") == day
