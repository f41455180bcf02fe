"""Lists that a form repeats a row for: the roster, records, lectures, the branches with their figures."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from activities.models import ActivityKind, ActivityRecord
from branch_portal.dates import to_local
from branch_portal.permissions import Permission
from members.models import Member
from members.queries.dictionaries import label_of
from members.queries.lines import RosterLine, lines_on
from members.queries.roster import roster_on, with_post_rank
from supervision.queries.fill_sources import (
    BRANCH_LIST,
    MOST_ROWS,
    NUMBER,
    TABLE,
    Asked,
    FillSource,
    branch_columns,
    fill_source,
    gathered,
    source_of,
)

_NUMBER = {NUMBER: "序号"}


def _numbered(by_unit: dict[int, list[dict]]) -> dict[int, list[dict]]:
    return {
        pk: [{NUMBER: number, **row} for number, row in enumerate(rows, start=1)]
        for pk, rows in by_unit.items()
    }


# --- the roster: what its list shows, nothing sealed ---

_ROSTER: dict[str, tuple[str, Callable[[RosterLine], object]]] = {
    "name": ("姓名", lambda line: line.name),
    "gender": ("性别", lambda line: line.member.get_gender_display()),
    "ethnicity": ("民族", lambda line: label_of("ethnicity", line.member.ethnicity)),
    "birth_year": ("出生年份", lambda line: line.member.birth_year),
    "education": ("学历", lambda line: label_of("education", line.member.education) if line.open else ""),
    "category": ("人员类别", lambda line: line.category_text),
    "admitted_on": ("入党日期", lambda line: line.member.admitted_on),
    "confirmed_on": ("转正日期", lambda line: line.confirmed_on),
    "posts": ("职务", lambda line: line.posts),
    "branch": ("所在党支部", lambda line: line.branch),
    "cell": ("党小组", lambda line: line.cell),
    "situation": ("情形", lambda line: line.situation),
}


def _lines(asked: Asked) -> dict[int, list[RosterLine]]:
    """Branch id → its people of the day, the secretary first. One line more than allowed is enough to refuse."""
    rows = roster_on(asked.user, day=asked.day).filter(branch__in=asked.branch_ids)
    rows = with_post_rank(rows, day=asked.day, member="member_id")
    affiliations = list(rows.order_by("branch_id", "post_rank", "name_pinyin", "pk")[: MOST_ROWS + 1])
    found: dict[int, list[RosterLine]] = defaultdict(list)
    lines = lines_on(affiliations, user=asked.user, day=asked.day)
    for affiliation, line in zip(affiliations, lines, strict=True):
        found[affiliation.branch_id].append(line)
    return found


def _roster(keeps: Callable[[RosterLine], bool]):
    def fetch(asked: Asked) -> dict[int, list[dict]]:
        lines = asked.once("roster", _lines)
        rows = {
            branch: [
                {key: read(line) for key, (_, read) in _ROSTER.items()}
                for line in people
                if keeps(line) and not line.suspended
            ]
            for branch, people in lines.items()
        }
        return _numbered(gathered(asked, rows))

    return fetch


def _roster_source(key: str, label: str, keeps: Callable[[RosterLine], bool]) -> FillSource:
    return FillSource(
        key,
        "党员名册（逐行，截至期末）",
        label,
        TABLE,
        _roster(keeps),
        permission=Permission.VIEW_ROSTER,
        columns=_NUMBER | {column: words for column, (words, _) in _ROSTER.items()},
        people=True,
    )


# --- records ---

_RECORDS = {
    "on_date": "日期",
    "kind": "类型",
    "title": "主题",
    "place": "地点",
    "expected": "应到",
    "present": "实到",
    "leave": "请假",
    "absent": "缺席",
    "chair": "主持人",
    "recorder": "记录人",
    "lecturer": "主讲人",
    "minutes": "时长（分钟）",
    "begins": "开始时间",
    "branch": "党支部",
}


def _records(asked: Asked) -> list[ActivityRecord]:
    """With names of chair and recorder only, nothing sealed."""
    rows = (
        ActivityRecord.objects.permitted(asked.user, Permission.VIEW_ROLLS)
        .counted()
        .filter(branch__in=asked.branch_ids, on_date__range=(asked.period.first, asked.period.last))
        .select_related("branch", "share__gathering", "share__chair", "share__recorder")
        .defer("content", "summary", "preparation")
        .defer(*[f"share__{who}__{name}" for who in ("chair", "recorder") for name in Member.SEALED_FIELDS])
    )
    return list(rows.order_by("on_date", "pk")[: MOST_ROWS + 1])


def _record_row(record: ActivityRecord) -> dict:
    share, gathering = record.share, record.share.gathering
    return {
        "on_date": record.on_date,
        "kind": record.get_kind_display(),
        "title": record.title,
        "place": gathering.place,
        "expected": share.expected_count,
        "present": share.present_count,
        "leave": share.leave_count,
        "absent": share.absent_count,
        "chair": share.chair.name if share.chair else "",
        "recorder": share.recorder.name if share.recorder else "",
        "lecturer": record.lecturer,
        "minutes": gathering.minutes,
        "begins": f"{to_local(gathering.started_at):%H:%M}",
        "branch": str(record.branch),
    }


def _records_of(kinds: Iterable[str]):
    kinds = frozenset(kinds)

    def fetch(asked: Asked) -> dict[int, list[dict]]:
        found: dict[int, list[dict]] = defaultdict(list)
        for record in asked.once("records", _records):
            if record.kind in kinds:
                found[record.branch_id].append(_record_row(record))
        return _numbered(gathered(asked, found))

    return fetch


def _record_source(key: str, label: str, kinds: Iterable[str]) -> FillSource:
    return FillSource(
        key,
        "记录清单（逐行）",
        label,
        TABLE,
        _records_of(kinds),
        permission=Permission.VIEW_ROLLS,
        columns=_NUMBER | _RECORDS,
    )


# --- branches, each with its figures ---


def _branches(asked: Asked) -> dict[int, list[dict]]:
    """One row a branch; a figure is asked for all branches at once."""
    each = asked.by_branch()
    figures = {key: source.fetch(each) for key in asked.columns if (source := source_of(key)) is not None}
    rows = {
        branch.pk: [{key: found.get(branch.pk, "") for key, found in figures.items()}]
        for branch in asked.branches
    }
    return _numbered(gathered(asked, rows))


fill_source(
    _roster_source("roster", "党员名册", lambda line: True),
    _roster_source("roster_full", "正式党员名册", lambda line: line.category == Member.Category.FULL),
    _roster_source("roster_probationary", "预备党员名册", lambda line: line.category != Member.Category.FULL),
    _roster_source("roster_officers", "任职党员名册", lambda line: bool(line.posts)),
    _record_source("records", "全部记录", ActivityKind.values),
    *(_record_source(f"records_{kind}", f"{kind.label}记录", [kind]) for kind in ActivityKind),
    FillSource(BRANCH_LIST, "各党支部一览（逐行）", "各党支部", TABLE, _branches, columns=branch_columns),
)
