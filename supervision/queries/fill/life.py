"""Organisational life in numbers: what was owed and held by kind, how often people came together, who came."""

from collections import defaultdict
from collections.abc import Callable

from django.db.models import Count

from activities.models import ActivityKind, ActivityRecord
from activities.queries.cadence import KIND_ORDER
from branch_portal.permissions import Permission
from supervision.queries.attendance import attendance_by_branch
from supervision.queries.fill_sources import VALUE, Asked, Fetch, FillSource, fill_source, sums
from supervision.queries.tallies import branch_tallies
from supervision.rules.as_of import AsOf, Tally

_OWED, _HELD, _TIMES = "应开", "已开", "次数"


def _cadence(asked: Asked) -> dict[int, dict[str, Tally]]:
    """Of the months, quarters or the year that lie within the period, as they stand today.

    Not as of the period's last day: on that day its own month could still be held, and would be left out.
    """
    within = asked.period.first, asked.period.last
    return branch_tallies(asked.branches, asked.period.year, AsOf(asked.today), within)


def _cadence_figure(kind: str, name: str):
    def fetch(asked: Asked) -> dict[int, int]:
        cadence = asked.once("cadence", _cadence)
        return sums(asked, {branch: getattr(kinds[kind], name) for branch, kinds in cadence.items()})

    return fetch


def _counted(asked: Asked):
    return (
        ActivityRecord.objects.permitted(asked.user, Permission.VIEW_RECORDS)
        .counted()
        .filter(branch__in=asked.branch_ids, on_date__range=(asked.period.first, asked.period.last))
    )


def _times(asked: Asked) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    rows = _counted(asked).order_by().values_list("kind", "branch_id").annotate(times=Count("pk"))
    for kind, branch, times in rows:
        found[kind][branch] = times
    return found


def _times_figure(kind: str):
    return lambda asked: sums(asked, asked.once("times", _times).get(kind, {}))


def _attendance(asked: Asked) -> dict[int, tuple[int, int]]:
    """Branch id → (expected, present); a gathering with two records is one."""
    return attendance_by_branch(_counted(asked))


def _attended(place: int):
    def fetch(asked: Asked) -> dict[int, int]:
        found = asked.once("attendance", _attendance)
        return sums(asked, {branch: counts[place] for branch, counts in found.items()})

    return fetch


def _rate(asked: Asked) -> dict[int, float | str]:
    expected, present = _attended(0)(asked), _attended(1)(asked)
    return {pk: round(100 * present[pk] / of, 1) if of else "" for pk, of in expected.items()}


def _all_of(figure: Callable[[str], Fetch]) -> Fetch:
    """The sum of a figure over the kinds that are owed."""

    def fetch(asked: Asked) -> dict[int, int]:
        found = [figure(kind)(asked) for kind in KIND_ORDER]
        return {pk: sum(each[pk] for each in found) for pk in found[0]}

    return fetch


def _sources():
    for kind in ActivityKind:
        group = f"组织生活·{kind.label}"
        if kind in KIND_ORDER:
            yield FillSource(
                f"owed_{kind}", group, f"{kind.label}{_OWED}", VALUE, _cadence_figure(kind, "owed")
            )
            yield FillSource(
                f"held_{kind}", group, f"{kind.label}{_HELD}", VALUE, _cadence_figure(kind, "done")
            )
        yield FillSource(f"times_{kind}", group, f"{kind.label}{_TIMES}", VALUE, _times_figure(kind))


_ALL = "组织生活·合计"

fill_source(
    FillSource("owed", _ALL, "各类应开合计", VALUE, _all_of(lambda kind: _cadence_figure(kind, "owed"))),
    FillSource("held", _ALL, "各类已开合计", VALUE, _all_of(lambda kind: _cadence_figure(kind, "done"))),
    FillSource("expected", _ALL, "应到人次", VALUE, _attended(0)),
    FillSource("present", _ALL, "实到人次", VALUE, _attended(1)),
    FillSource("attendance_rate", _ALL, "到会率（百分数，如 95.2）", VALUE, _rate),
    *_sources(),
)
