"""What the roster holds of a branch on a day: how many members of which sort, who came and went."""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from branch_portal.dates import add_years
from members.models import Affiliation, MemberStatus
from members.queries.roster import away_since_at_most
from members.rules.roster import party_standing_years
from supervision.rules.held import Basis, HeldFigure, Value, hold
from supervision.rules.statistics_layouts import NO_MINORITY

_GRADUATES = ("11", "12", "13", "14", "15")
_BACHELORS = (*_GRADUATES, "21", "23", "24", "25", "26")
_COLLEGE = (*_BACHELORS, "22", "27", "28")
_WAYS_IN = (Affiliation.Gain.TRANSFERRED_IN, Affiliation.Gain.MOVED, Affiliation.Gain.WHOLE_UNIT)
_WAYS_OUT = (Affiliation.Loss.TRANSFERRED_OUT, Affiliation.Loss.MOVED, Affiliation.Loss.WHOLE_UNIT)
_ROSTER_RULE = "《中国共产党党员教育管理工作条例》：党员名册按实更新"


def _with_status(kind: str, day: datetime.date, **more):
    return Exists(MemberStatus.objects.on(day).filter(kind=kind, member=OuterRef("member"), **more))


def people_on(branches: Sequence[int], day: datetime.date):
    """The affiliations that ran on the day, without those whose membership rested then."""
    here = Affiliation.objects.filter(branch__in=branches).on(day)
    return here.filter(~_with_status(MemberStatus.Kind.SUSPENDED, day))


def counted_by_branch(rows) -> dict[int, Value]:
    return dict(rows.order_by().values_list("branch").annotate(number=Count("pk")))


def _people(condition: Callable[[datetime.date], object]):
    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        return counted_by_branch(people_on(branches, day).filter(condition(day)))

    return values


def _standing_at_least(years: int):
    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        # A correction moves a standing by a few years; the rule itself decides about who comes near.
        near = people_on(branches, day).filter(member__confirmed_on__lte=add_years(day, 10 - years))
        rows = near.values_list("branch_id", "member__confirmed_on", "member__standing_correction")
        return dict(Counter(branch for branch, *standing in rows if _standing(day, *standing) >= years))

    return values


def _standing(day: datetime.date, confirmed_on: datetime.date, correction: int) -> int:
    return party_standing_years(confirmed_on, day, correction)


def _suspended(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    here = Affiliation.objects.filter(branch__in=branches).on(day)
    return counted_by_branch(here.filter(_with_status(MemberStatus.Kind.SUSPENDED, day)))


def _year_so_far(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    return datetime.date(day.year, 1, 1), day


def _came(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    """From outside the portal or from another branch; whose branch changed its superior has not come."""
    came = Affiliation.objects.filter(branch__in=branches, gain__in=_WAYS_IN)
    before = _same_place().filter(period__endswith=OuterRef("period__startswith"))
    return counted_by_branch(came.filter(~Exists(before), period__startswith__range=_year_so_far(day)))


def _went(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    went = Affiliation.objects.filter(branch__in=branches, loss__in=_WAYS_OUT)
    after = _same_place().filter(period__startswith=OuterRef("period__endswith"))
    return counted_by_branch(went.filter(~Exists(after), period__endswith__range=_year_so_far(day)))


def _same_place():
    return Affiliation.objects.filter(member=OuterRef("member"), branch=OuterRef("branch"))


def _dated(name: str):
    """By a date of the card, for the branch where the member was on it: who came later was admitted elsewhere."""

    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        here = Affiliation.objects.filter(branch__in=branches, period__contains=F(f"member__{name}"))
        return counted_by_branch(here.filter(**{f"member__{name}__range": _year_so_far(day)}))

    return values


def _full(day: datetime.date) -> Q:
    return Q(member__confirmed_on__lte=day)


def _probationary(day: datetime.date) -> Q:
    return Q(member__confirmed_on__isnull=True) | Q(member__confirmed_on__gt=day)


def _aged(lowest: int, highest: int) -> Callable[[datetime.date], Q]:
    """By the year of birth: the day itself is sealed, and nobody opens it for a number."""
    return lambda day: Q(member__birth_year__range=(day.year - highest, day.year - lowest))


def _has(**condition) -> Callable[[datetime.date], Q]:
    return lambda day: Q(**condition)


def _members(key: str, label: str, condition, *words: str, **more) -> HeldFigure:
    values: dict[str, Any] = {"clause": _ROSTER_RULE, "unit": "人", "empty": 0} | more
    return HeldFigure(key, label, _people(condition), words=words, **values)


hold(
    _members("members_total", "党员总数", lambda day: Q(), "在册党员数", "全体党员数", near=("党员人数", "人数")),
    _members("members_full", "正式党员数", _full, "正式党员"),
    _members("members_probationary", "预备党员数", _probationary, "预备党员"),
    _members("members_male", "男党员数", _has(member__gender="male"), "男性党员数", "男党员"),
    _members("members_female", "女党员数", _has(member__gender="female"), "女性党员数", "妇女党员数", "女党员"),
    _members(
        "members_minority",
        "少数民族党员数",
        lambda day: ~Q(member__ethnicity__in=NO_MINORITY),
        "少数民族党员",
        near=("民族",),
    ),
    _members("members_age_30", "30岁及以下党员数", _aged(0, 30), "30岁以下党员数", near=("年龄", "青年党员")),
    _members("members_age_35", "35岁及以下党员数", _aged(0, 35), "35岁以下党员数", near=("年龄", "青年党员")),
    _members("members_age_36_45", "36至45岁党员数", _aged(36, 45), "36-45岁党员数", near=("年龄",)),
    _members("members_age_46_60", "46至60岁党员数", _aged(46, 60), "46-60岁党员数", near=("年龄",)),
    _members("members_age_61", "61岁及以上党员数", _aged(61, 150),  near=("年龄", "老年党员", "老党员", "60岁以上党员数")),
    _members("members_graduate", "研究生学历党员数", _has(member__education__in=_GRADUATES), near=("学历", "文化程度")),
    _members(
        "members_bachelor",
        "大学本科及以上学历党员数",
        _has(member__education__in=_BACHELORS),
        "本科及以上学历党员数",
        "本科以上学历党员数",
        near=("学历", "文化程度"),
    ),
    _members(
        "members_college",
        "大专及以上学历党员数",
        _has(member__education__in=_COLLEGE),
        "大专以上学历党员数",
        near=("学历", "文化程度"),
    ),
    _members("members_farmers", "农牧渔民党员数", _has(member__job_post__startswith="1"), "农民党员数", near=("工作岗位",)),
    _members("members_students", "学生党员数", _has(member__job_post__startswith="3"), near=("工作岗位",)),
    _members(
        "members_retired",
        "离退休党员数",
        _has(member__job_post__startswith="4"),
        "离退休人员党员数",
        "退休党员数",
        near=("工作岗位",),
    ),
    HeldFigure(
        "members_50_years",
        "党龄满50年党员数",
        _standing_at_least(50),
        "人",
        clause="光荣在党50年纪念章",
        words=("党龄50年以上党员数", "光荣在党50年党员数"),
        near=("党龄",),
        empty=0,
    ),
    _members(
        "members_floating",
        "外出流动党员数",
        lambda day: _with_status(
            MemberStatus.Kind.FLOATING, day, period__startswith__lte=away_since_at_most(day)
        ),
        "流动党员数",
        near=("外出党员数",),
        clause="流动党员管理工作的意见：连续六个月以上无法正常参加活动",
    ),
    _members(
        "members_lost",
        "失联党员数",
        lambda day: _with_status(MemberStatus.Kind.OUT_OF_CONTACT, day),
        "失去联系党员数",
        clause="《中国共产党党员教育管理工作条例》第二十四条",
    ),
    HeldFigure("members_suspended", "停止党籍党员数", _suspended, "人", words=("停止党籍数",), empty=0),
    HeldFigure("members_admitted", "本年发展党员数", _dated("admitted_on"), "人", clause=_ROSTER_RULE, basis=Basis.YEAR, words=("发展党员数", "新发展党员数", "今年发展党员数"), empty=0),
    HeldFigure("members_confirmed", "本年转正党员数", _dated("confirmed_on"), "人", clause=_ROSTER_RULE, basis=Basis.YEAR, words=("转正党员数", "今年转正党员数"), empty=0),
    HeldFigure("members_came", "本年转入党员数", _came, "人", basis=Basis.YEAR, words=("转入党员数", "转入组织关系数"), empty=0),
    HeldFigure("members_went", "本年转出党员数", _went, "人", basis=Basis.YEAR, words=("转出党员数", "转出组织关系数"), empty=0),
)  # fmt: skip
