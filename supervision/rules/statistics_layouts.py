"""How each table of people is laid out: bands of age, standing and admission, groups of education and job (domain 3.1–3.6).

Codes and words of the dictionaries are data that change with the years; the groups that the forms sum up are here, so that a
new code finds its group by its first digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from supervision.rules.statistics import OF, WHOLE, Layout, Node

Words = Sequence[tuple[str, str]]
UNKNOWN = ""
_MISSING = Node("missing", "未填写或其他", sparse=True, rest=True)

#: Band → (least, most) age reached in the year: the birth date is sealed, the year of birth is not.
AGE_BANDS: dict[str, tuple[int, int]] = {
    "30": (0, 30), "35": (31, 35), "40": (36, 40), "45": (41, 45), "50": (46, 50), "55": (51, 55), "60": (56, 60),
    "61": (61, 200),
}  # fmt: skip
YOUNG = 35

#: First day of each band after the first one; the annual form's own limits.
ADMISSION_BANDS: tuple[tuple[str, date, date], ...] = (
    ("1921", date(1921, 7, 1), date(1937, 7, 6)),
    ("1937", date(1937, 7, 7), date(1945, 9, 2)),
    ("1945", date(1945, 9, 3), date(1949, 9, 30)),
    ("1949", date(1949, 10, 1), date(1966, 4, 30)),
    ("1966", date(1966, 5, 1), date(1976, 10, 31)),
    ("1976", date(1976, 11, 1), date(1978, 12, 31)),
    ("1979", date(1979, 1, 1), date(2002, 10, 31)),
    ("2002", date(2002, 11, 1), date(2012, 10, 31)),
    ("2012", date(2012, 11, 1), date(2200, 12, 31)),
)

#: 党龄 in full years, from → key; whoever is not confirmed has none yet.
STANDING_BANDS: tuple[tuple[str, int, int], ...] = (
    ("5", 0, 4), ("10", 5, 9), ("20", 10, 19), ("30", 20, 29), ("40", 30, 39), ("50", 40, 49), ("51", 50, 200),
)  # fmt: skip
NO_STANDING = "none"

#: 大学普通班 stands with the universities, as in GB/T 4658. 大专及以上 are the first three groups.
_EDUCATION: tuple[tuple[str, str], ...] = (
    ("graduate", "研究生"),
    ("university", "大学本科"),
    ("college", "大学专科"),
    ("vocational", "中专、职高、技校"),
    ("senior", "普通高中"),
    ("junior", "初中及以下"),
    ("other_education", "其他"),
)
_COLLEGE_CODES = {"22", "27", "28"}
_BY_DIGIT = {
    "1": "graduate",
    "2": "university",
    "3": "college",
    "4": "vocational",
    "6": "senior",
    "7": "junior",
    "8": "junior",
}
#: Groups of the job table that are no choice on a card.
_JOB_GROUPS = {"0": "在岗职工", "01": "公有制单位", "02": "非公有制单位", "5": "其他从业状况"}
_JOB_OWN = "{}-"
#: Not of one of the 55: neither 汉 nor a people of its own.
NO_PEOPLE = ("97", "98")
HAN = "01"
#: Codes, and no code at all, that make nobody a member of a 少数民族.
NO_MINORITY = ("", HAN, *NO_PEOPLE)


def age_band(age: int) -> str:
    return next((key for key, (least, most) in AGE_BANDS.items() if least <= age <= most), UNKNOWN)


def education_group(code: str) -> str:
    if code in _COLLEGE_CODES:
        return "college"
    return _BY_DIGIT.get(code[:1], "other_education")


def is_college(code: str) -> bool:
    """大专及以上."""
    return bool(code) and education_group(code) in ("graduate", "university", "college")


def is_minority(code: str) -> bool:
    return code not in NO_MINORITY


def plain_layout(words: Words) -> Layout:
    """One line a value."""
    return Layout((WHOLE, *(Node(code, label, (code,)) for code, label in words), _MISSING))


def age_layout() -> Layout:
    labels = {
        key: f"{most}岁及以下" if least == 0 else f"{least}岁及以上" if most > 100 else f"{least}–{most}岁"
        for key, (least, most) in AGE_BANDS.items()
    }
    missing = Node("missing", "未填写出生年份", (UNKNOWN,), sparse=True)
    return Layout((WHOLE, *(Node(key, label, (key,)) for key, label in labels.items()), missing))


def standing_layout() -> Layout:
    labels = [
        (key, "不满5年" if least == 0 else f"{least}年及以上" if most > 100 else f"{least}–{most}年")
        for key, least, most in STANDING_BANDS
    ]
    return Layout(
        (
            WHOLE,
            Node(NO_STANDING, "预备期", (NO_STANDING,)),
            *(Node(key, label, (key,)) for key, label in labels),
        )
    )


def admission_layout() -> Layout:
    first, last = ADMISSION_BANDS[0], ADMISSION_BANDS[-1]
    labels = {key: f"{_day(start)}至{_day(end)}" for key, start, end in ADMISSION_BANDS}
    labels[first[0]] = f"{_day(ADMISSION_BANDS[1][1] - timedelta(days=1))}及以前"
    labels[last[0]] = f"{_day(last[1])}及以后"
    return Layout((WHOLE, *(Node(key, label, (key,)) for key, label in labels.items())))


def _day(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def ethnicity_layout(words: Words) -> Layout:
    minority = [(code, label) for code, label in words if is_minority(code)]
    other = [(code, label) for code, label in words if code in NO_PEOPLE]
    return Layout(
        (
            WHOLE,
            Node(HAN, dict(words).get(HAN, "汉族"), (HAN,)),
            Node("minority", "少数民族", tuple(code for code, _ in minority)),
            *(Node(code, label, (code,), level=2, sparse=True) for code, label in minority),
            *(Node(code, label, (code,), sparse=True) for code, label in other),
            _MISSING,
        )
    )


def education_layout(words: Words) -> Layout:
    nodes = [WHOLE]
    for key, label in _EDUCATION:
        inside = [(code, word) for code, word in words if education_group(code) == key]
        codes = tuple(code for code, _ in inside)
        nodes.append(Node(key, label, codes))
        if len(inside) > 1:
            nodes += [Node(code, word, (code,), level=2, sparse=True) for code, word in inside]
    return Layout((*nodes, _MISSING))


def college_codes(words: Words) -> tuple[str, ...]:
    return tuple(code for code, _ in words if is_college(code))


def job_layout(words: Words) -> Layout:
    """The tree of 3.6: a code belongs under its longest beginning; who is noted only roughly is a part of its own."""
    labels = _JOB_GROUPS | dict(words)
    known = dict.fromkeys([*sorted(_JOB_GROUPS), *dict(words)])
    children: dict[str, list[str]] = {code: [] for code in ("", *known)}
    for code in known:
        children[_above(code, known)].append(code)
    nodes = [WHOLE]
    own = frozenset(dict(words))

    def add(code: str, level: int) -> None:
        below = sorted(children[code])
        sparse = level > 1 and code not in _JOB_GROUPS
        nodes.append(Node(code, labels[code], tuple(_subtree(code, children, own)), level, sparse=sparse))
        if below and code in own:
            nodes.append(
                Node(_JOB_OWN.format(code), f"{labels[code]}（未细分）", (code,), level + 1, sparse=True)
            )
        for each in below:
            add(each, level + 1)

    for code in sorted(children[""]):
        add(code, 1)
    return Layout((*nodes, _MISSING))


def _above(code: str, known: Iterable[str]) -> str:
    return max((other for other in known if other != code and code.startswith(other)), key=len, default="")


def _subtree(code: str, children: dict[str, list[str]], own: frozenset[str]) -> list[str]:
    return [
        *([code] if code in own else []),
        *(c for each in children[code] for c in _subtree(each, children, own)),
    ]


def situation_layout() -> Layout:
    """流动与失联: no division, one person may be in several lines."""
    return Layout(
        (
            WHOLE,
            Node("floating", "流动党员（外出满六个月）", level=1, role=OF),
            Node("abroad", "其中：在国（境）外", level=2, role=OF),
            Node("away", "外出未满六个月", level=1, role=OF),
            Node("lost", "失去联系", level=1, role=OF),
        )
    )


def study_layout(member_hours: object, officer_hours: object) -> Layout:
    """32 and 56 apart, by what the year requires; whoever has no credit yet has no year."""
    return Layout(
        (
            WHOLE,
            Node("officer", f"书记和委员（{officer_hours} 学时）", ("officer_reached", "officer_short")),
            Node("officer_reached", "已达标", ("officer_reached",), level=2),
            Node("officer_short", "未达标", ("officer_short",), level=2),
            Node("member", f"其他党员（{member_hours} 学时）", ("member_reached", "member_short")),
            Node("member_reached", "已达标", ("member_reached",), level=2),
            Node("member_short", "未达标", ("member_short",), level=2),
            Node("no_credit", "本年尚无学时", ("no_credit",)),
        )
    )
