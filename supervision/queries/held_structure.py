"""What the portal holds of a branch's own shape: who leads it, until when, and the facts of the organisation."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db.models import Count, Q
from django.db.models.functions import Left, Length

from members.models import CommitteeTerm, PartyOrganization, PostTenure
from members.queries.roster import tenures_on
from supervision.rules.held import HeldFigure, Source, Value, hold

_TERM_RULE = "《关于党的基层组织任期的意见》"
_BRANCH_RULE = "《中国共产党支部工作条例（试行）》"


def _tenures(branches: Sequence[int], day: datetime.date):
    """Posts of the branches' committees on the day; leaders of cells are not of them."""
    return tenures_on(day).filter(organization__in=branches).exclude(post=PostTenure.Post.CELL_LEADER)


def _secretary(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    held = _tenures(branches, day).filter(post=PostTenure.Post.SECRETARY)
    found: dict[int, list[str]] = defaultdict(list)
    for branch, name in held.values_list("organization_id", "member__name"):
        found[branch].append(name)
    return {branch: "、".join(names) for branch, names in found.items()}


def _officers(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    labels, found = dict(PostTenure.Post.choices), defaultdict(list)
    for branch, post, name in _tenures(branches, day).values_list("organization_id", "post", "member__name"):
        found[branch].append(f"{labels[post]}{name}")
    return {branch: "、".join(people) for branch, people in found.items()}


def _officers_count(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    held = PostTenure.objects.on(day).filter(organization__in=branches)
    held = held.exclude(post=PostTenure.Post.CELL_LEADER)
    return dict(held.order_by().values_list("organization").annotate(number=Count("member", distinct=True)))


def _terms(read: Callable[[CommitteeTerm], Value]):
    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        running = CommitteeTerm.objects.filter(organization__in=branches, elected_on__lte=day).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day)
        )
        return {term.organization_id: read(term) for term in running.order_by("elected_on", "pk")}

    return values


def _cells(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    places = dict(PartyOrganization.objects.filter(pk__in=branches).values_list("path", "pk"))
    cells = PartyOrganization.objects.existing_on(day).filter(kind=PartyOrganization.Kind.CELL)
    above = Left("path", Length("path") - PartyOrganization.steplen)
    rows = cells.annotate(above=above).filter(above__in=list(places)).order_by()
    return {places[path]: number for path, number in rows.values_list("above").annotate(number=Count("pk"))}


def _fact(read: Callable[[PartyOrganization], Value]):
    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        return {branch.pk: read(branch) for branch in PartyOrganization.objects.filter(pk__in=branches)}

    return values


def _posts(key: str, label: str, values, *words: str, **more) -> HeldFigure:
    return HeldFigure(key, label, values, source=Source.POSTS, words=words, **more)


def _structure(key: str, label: str, values, *words: str, **more) -> HeldFigure:
    return HeldFigure(key, label, values, source=Source.STRUCTURE, words=words, **more)


hold(
    _posts("secretary", "党支部书记姓名", _secretary, "党支部书记", "支部书记", "支部书记姓名", "书记姓名"),
    _posts(
        "officers",
        "支部委员会成员名单",
        _officers,
        "支部委员名单",
        "支委名单",
        "支部班子成员名单",
        near=("支委会成员", "班子成员"),
    ),
    _posts("officers_count", "支部委员会成员数", _officers_count, "支委会成员数", "支部委员数", "支委数", unit="人", empty=0),
    _posts(
        "term_ends",
        "支部任期届满日期",
        _terms(lambda term: term.last_day),
        "任期届满日期",
        "届满日期",
        "届满时间",
        clause=_TERM_RULE,
        near=("换届",),
    ),
    _posts(
        "term_elected",
        "最近一次换届日期",
        _terms(lambda term: term.elected_on),
        "最近一次换届时间",
        clause=_TERM_RULE,
        near=("换届日期", "换届时间", "选举日期"),
    ),
    _structure("cells", "党小组数", _cells, unit="个", empty=0, clause=_BRANCH_RULE),
    _structure(
        "has_committee",
        "是否设支部委员会",
        _fact(lambda branch: "是" if branch.has_committee else "否"),
        "设支部委员会",
        clause=f"{_BRANCH_RULE}第二十条",
    ),
    _structure("founded_on", "支部成立日期", _fact(lambda branch: branch.founded_on), "成立日期", "成立时间"),
    _structure("formation", "组建方式", _fact(lambda branch: branch.get_formation_display()), "支部组建方式"),
    _structure(
        "unit_category", "单位类别", _fact(lambda branch: branch.get_unit_category_display()), "支部类别", "支部类型"
    ),
    _structure("unit_name", "所在单位名称", _fact(lambda branch: branch.unit_name), "单位名称", "所在单位"),
    _structure(
        "usual_place", "支部活动场所", _fact(lambda branch: branch.usual_place), "活动场所", near=("活动地点", "常用地点")
    ),
)  # fmt: skip
