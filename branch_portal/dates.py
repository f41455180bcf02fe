"""Calendar arithmetic of the portal: calendar dates are ``date``, instants are aware UTC ``datetime``.

The database keeps UTC, every rule is judged in Asia/Shanghai. The zone had summer time 1986-1991 and local
mean time before 1901, so an offset of eight hours is never added by hand: the zone database does it.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIN_YEAR, MAX_YEAR = 1900, 2100
WEEKDAYS_CN = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


class DateError(ValueError):
    """A date that cannot be taken; the message is Chinese and names the mend."""


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February in an ordinary year."""
    return add_months(day, 12 * years)


def full_years(start: date, end: date) -> int:
    """Completed years from ``start`` to ``end`` (age, Party standing); 0 when ``end`` is before ``start``."""
    if end < start:
        return 0
    years = end.year - start.year
    return years if add_years(start, years) <= end else years - 1


def quarter_of(day: date) -> int:
    """The calendar quarter, 1..4."""
    return (day.month - 1) // 3 + 1


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month, both included."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def quarter_bounds(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a calendar quarter (1..4), both included."""
    if not 1 <= quarter <= 4:
        raise ValueError(f"quarter must be 1..4, not {quarter}")
    return date(year, quarter * 3 - 2, 1), month_bounds(year, quarter * 3)[1]


def year_bounds(year: int) -> tuple[date, date]:
    """1 January and 31 December."""
    return date(year, 1, 1), date(year, 12, 31)


def today_shanghai(now: datetime | None = None) -> date:
    """Today's date in Asia/Shanghai, whatever the zone of the server."""
    return local_date(now or datetime.now(UTC))


def local_date(instant: datetime) -> date:
    """The Shanghai calendar date of an aware instant; a naive one is a programming error."""
    return to_local(instant).date()


def to_local(instant: datetime) -> datetime:
    """An aware instant on the Shanghai clock."""
    if instant.tzinfo is None:
        raise ValueError("naive datetime: an instant needs its zone")
    return instant.astimezone(SHANGHAI)


def local_datetime(day: date, at: time = time()) -> datetime:
    """The UTC instant at which the Shanghai clock shows ``day`` and ``at``."""
    return datetime.combine(day, at.replace(tzinfo=None), tzinfo=SHANGHAI).astimezone(UTC)


def weekday_cn(day: date) -> str:
    """星期一 … 星期日."""
    return WEEKDAYS_CN[day.weekday()]


def format_date_cn(day: date) -> str:
    """2026年4月13日（星期一）: the form used on screen and on paper."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_cn(day)}）"


# --- reading what people type
# -----------------------------------------------------------------------------------

_SEPARATORS = str.maketrans(dict.fromkeys("/-–—−‐‑。、,", "."))
_CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1}
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
_CHINESE = re.compile(
    r"^([〇零○一二三四五六七八九]{2,4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?$"
)
_ISO = re.compile(r"^\d{4}-\d\d-\d\d\Z", re.ASCII)
_PARTS = re.compile(r"^(\d+)[.年](\d+)[.月](\d+)[日号]?$", re.ASCII)
_NO_DAY = re.compile(r"^(\d{4})[.年](\d{1,2})月?$", re.ASCII)
_EIGHT = re.compile(r"^(\d{4})(\d{2})(\d{2})$", re.ASCII)


def parse_date(value: object) -> date:
    """Read a date as people and spreadsheets write it.

    Takes date and datetime objects, 1990.1.2, 1990-01-02, 1990/1/2, 1990年1月2日, 19900102 (text or
    number), Chinese numerals and full-width digits; years 1900..2100 in four digits.
    Raises DateError with a Chinese sentence that quotes what was written and says how to mend it.
    """
    if isinstance(value, datetime):
        day = local_date(value) if value.tzinfo else value.date()
        return _checked(day.year, day.month, day.day, day.isoformat())
    if isinstance(value, date):
        return _checked(value.year, value.month, value.day, value.isoformat())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str) or not value.strip():
        raise DateError("没有填写日期，请写成 1990.1.2")
    return _from_text(value)


def _from_number(value: int | float) -> date:
    if isinstance(value, int) or value.is_integer():
        if match := _EIGHT.match(str(int(value))):
            year, month, day = (int(part) for part in match.groups())
            return _checked(year, month, day, str(int(value)))
        if 1 <= value <= 73050:
            # Excel's serial number; which of its two calendars was meant cannot be known, so it is only
            # suggested.
            guess = date(1899, 12, 30) + timedelta(days=int(value))
            shown = f"{guess.year}.{guess.month}.{guess.day}"
            raise DateError(
                f"写作 {int(value)}，像是没有设成日期格式的单元格；若为 {shown}，请直接写成 {shown}"
            )
    raise DateError(f"写作 {_quote(str(value))}，不是日期，请写成 1990.1.2")


def _from_text(raw: str) -> date:
    if len(raw) > 60:
        raise DateError(f"写作 {_quote(raw)}，不是日期，请写成 1990.1.2")
    if _ISO.match(raw):
        year, month, day = raw.split("-")
        return _checked(int(year), int(month), int(day), raw)
    text = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", raw).strip())
    text = "".join(text.split()).translate(_SEPARATORS)
    shown = _quote(raw)
    if match := _CHINESE.match(text):
        year, month, day = match.groups()
        digits = "".join(str(_CHINESE_DIGITS[c]) for c in year)
        text = f"{digits}年{_chinese_number(month)}月{_chinese_number(day)}日"
    match = _PARTS.match(text) or _EIGHT.match(text)
    if not match:
        if _NO_DAY.match(text):
            raise DateError(f"写作 {shown}，缺少日，请写成 1990.1.2")
        raise DateError(f"写作 {shown}，不是日期，请写成 1990.1.2")
    year, month, day = match.groups()
    if len(year) < 4:
        raise DateError(f"写作 {shown}，年份要写四位，例如 1990.1.2")
    if len(year) > 4:
        raise DateError(f"写作 {shown}，年份应为 {MIN_YEAR}–{MAX_YEAR}")
    return _checked(int(year), int(month), int(day), shown)


def _checked(year: int, month: int, day: int, shown: str) -> date:
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise DateError(f"写作 {shown}，年份应为 {MIN_YEAR}–{MAX_YEAR}")
    if not 1 <= month <= 12:
        raise DateError(f"写作 {shown}，月份应为 1–12")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise DateError(f"写作 {shown}，{year}年{month}月的日应为 1–{last}")
    return date(year, month, day)


def _chinese_number(text: str) -> int:
    """十二 → 12; a shape that is no number gives 99, which the range check then refuses."""
    digits = {c: i for c, i in _CHINESE_DIGITS.items() if i}
    if "十" not in text:
        return digits[text] if len(text) == 1 else 99
    tens, _, units = text.partition("十")
    if len(tens) > 1 or len(units) > 1 or "十" in units:
        return 99
    return (digits[tens] if tens else 1) * 10 + (digits[units] if units else 0)


def _quote(raw: str) -> str:
    """What was typed, on one line, short, without control and direction characters."""
    clean = "".join(c for c in raw.strip() if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    return clean if len(clean) <= 20 else clean[:20] + "…"
