"""What the records and the ledger of study hold of a branch's year."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Max, Q

from activities.models import ActivityKind, ActivityRecord, HeartTalk
from activities.queries.cadence import KIND_ORDER
from activities.rules.cadence import DEFAULT_CADENCE
from activities.rules.states import CONFIRMED_STATES
from activities.rules.talks import CLAUSE as TALKS_CLAUSE
from branch_portal.dates import today_shanghai
from learning.models import MemberYear
from members.models import PartyOrganization
from supervision.queries.attendance import attendance_by_branch
from supervision.queries.held_members import counted_by_branch
from supervision.queries.tallies import branch_tallies
from supervision.rules.as_of import AsOf
from supervision.rules.held import Basis, HeldFigure, Source, Value, hold

_CLAUSES = {rule.kind: rule.clause for rule in DEFAULT_CADENCE}
_ONCE_A_YEAR = (ActivityKind.ORG_LIFE_MEETING, ActivityKind.APPRAISAL)
_STUDY_RULE = "《中国共产党党员教育管理工作条例》第二十条"
#: More ways to say a kind.
_KIND_WORDS = {
    ActivityKind.THEME_DAY: ("主题党日活动", "党日活动"),
    ActivityKind.GENERAL_MEETING: ("党员大会",),
    ActivityKind.COMMITTEE_MEETING: ("支部委员会", "支委会", "支委会会议"),
    ActivityKind.CELL_MEETING: (),
    ActivityKind.PARTY_LECTURE: ("上党课", "讲党课"),
}


def _year_so_far(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    return datetime.date(day.year, 1, 1), day


def _held(kind: ActivityKind):
    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        records = ActivityRecord.objects.counted().filter(branch__in=branches, kind=kind)
        if kind in _ONCE_A_YEAR:
            records = records.filter(assessment_year=day.year, on_date__lte=day)
        else:
            records = records.filter(on_date__range=_year_so_far(day))
        return counted_by_branch(records)

    return values


def _missing(kind: ActivityKind):
    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        found = list(PartyOrganization.objects.filter(pk__in=branches))
        tallies = branch_tallies(found, day.year, AsOf.of(day, today_shanghai()))
        return {pk: kinds[str(kind)].missing for pk, kinds in tallies.items()}

    return values


def _attendance(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    """Present of expected of the year's records that count, in per cent with one decimal; a gathering with two is one."""
    held = ActivityRecord.objects.counted().filter(branch__in=branches, on_date__range=_year_so_far(day))
    return {
        branch: (Decimal(100 * present) / expected).quantize(Decimal("0.1"))
        for branch, (expected, present) in attendance_by_branch(held).items()
        if expected
    }


def _last_record(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    signed = ActivityRecord.objects.filter(branch__in=branches, state__in=CONFIRMED_STATES, on_date__lte=day)
    return dict(signed.order_by().values_list("branch").annotate(last=Max("on_date")))


def _talks(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
    talks = HeartTalk.objects.counted().filter(branch__in=branches, on_date__range=_year_so_far(day))
    return counted_by_branch(talks)


def _years(condition: Q):
    """Members of the branch whose stored year meets a condition: those whom 学习进度 counts."""

    def values(branches: Sequence[int], day: datetime.date) -> dict[int, Value]:
        years = MemberYear.objects.still_there(day.year).filter(condition, branch__in=branches)
        return counted_by_branch(years)

    return values


def _of_kind(kind: ActivityKind) -> HeldFigure:
    label, others = str(kind.label), _KIND_WORDS.get(kind, ())
    names = (label, *others)
    return HeldFigure(
        f"held_{kind}",
        f"本年{label}次数",
        _held(kind),
        "次",
        Source.RECORDS,
        Basis.YEAR,
        _CLAUSES.get(kind, ""),
        words=tuple(
            f"{before}{name}次数"
            for before in ("", "开展", "召开", "今年", "本年开展", "本年召开")
            for name in names
        ),
        near=names,
        empty=0,
    )


def _lacking(kind: ActivityKind) -> HeldFigure:
    return HeldFigure(
        f"missing_{kind}",
        f"本年{kind.label}缺开次数",
        _missing(kind),
        "次",
        Source.RECORDS,
        Basis.YEAR,
        _CLAUSES.get(kind, ""),
        words=(f"{kind.label}缺开次数", f"应开未开{kind.label}次数"),
        empty=0,
    )


hold(*(_of_kind(kind) for kind in ActivityKind), *(_lacking(kind) for kind in KIND_ORDER))
hold(
    HeldFigure(
        "attendance_rate",
        "本年到会率",
        _attendance,
        "%",
        Source.RECORDS,
        Basis.YEAR,
        words=("到会率", "参会率", "党员到会率", "出勤率"),
    ),
    HeldFigure(
        "last_record",
        "最近一次已确认活动日期",
        _last_record,
        "",
        Source.RECORDS,
        words=("最近一次活动日期", "最近一次活动时间"),
    ),
    HeldFigure(
        "heart_talks",
        "本年谈心谈话次数",
        _talks,
        "次",
        Source.RECORDS,
        Basis.YEAR,
        TALKS_CLAUSE,
        words=("谈心谈话次数", "开展谈心谈话次数"),
        near=("谈心谈话",),
        empty=0,
    ),
    HeldFigure(
        "study_reached",
        "本年学时达标普通党员数",
        _years(MemberYear.objects.reached_lookup() & Q(is_officer=False)),
        "人",
        Source.STUDY,
        Basis.YEAR,
        f"{_STUDY_RULE}：每年集中学习培训不少于32学时",
        words=("完成32学时党员数",),
        near=("学时", "学时达标党员数", "集中学习达标党员数"),
        empty=0,
    ),
    HeldFigure(
        "study_reached_officers",
        "本年学时达标书记和委员数",
        _years(MemberYear.objects.reached_lookup() & Q(is_officer=True)),
        "人",
        Source.STUDY,
        Basis.YEAR,
        f"{_STUDY_RULE}：书记和委员不少于56学时",
        words=("学时达标支委数", "完成56学时书记和委员数"),
        near=("学时",),
        empty=0,
    ),
    HeldFigure(
        "study_training",
        "本年参加集中培训党员数",
        _years(Q(central_trainings__gte=1)),
        "人",
        Source.STUDY,
        Basis.YEAR,
        f"{_STUDY_RULE}：每年参加集中培训",
        words=("参加集中培训党员数", "集中培训参训党员数"),
        near=("培训",),
        empty=0,
    ),
)
