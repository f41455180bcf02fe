"""Study hours of the period's year, from the stored years of who belongs to the branch at its end, as on 学习进度."""

from decimal import Decimal

from django.db.models import Count, Q, Sum

from branch_portal.permissions import Permission
from learning.models import MemberYear
from supervision.queries.fill_sources import VALUE, Asked, FillSource, fill_source, sums

_GROUP = "学时（年度）"
_FIGURES = ("recorded", "reached", "officers", "officers_reached", "hours")


def _years(asked: Asked) -> dict[int, dict]:
    officer, reached = Q(is_officer=True), MemberYear.objects.reached_lookup()
    rows = (
        MemberYear.objects.permitted(asked.user, Permission.VIEW_STUDY)
        .still_there(asked.period.year)
        .filter(branch__in=asked.branch_ids)
        .order_by()
        .values("branch_id")
        .annotate(
            recorded=Count("pk"),
            reached=Count("pk", filter=reached),
            officers=Count("pk", filter=officer),
            officers_reached=Count("pk", filter=officer & reached),
            hours=Sum("hours"),
        )
    )
    return {row["branch_id"]: dict(row) for row in rows}


def _figure(name: str):
    def fetch(asked: Asked) -> dict:
        return sums(asked, {branch: row[name] for branch, row in asked.once("study", _years).items()})

    return fetch


def _average(asked: Asked) -> dict:
    """Over the members who have any hour in that year."""
    hours, people = _figure("hours")(asked), _figure("recorded")(asked)
    return {pk: round(Decimal(hours[pk]) / count, 1) if count else "" for pk, count in people.items()}


def _source(key: str, label: str, fetch) -> FillSource:
    return FillSource(key, _GROUP, label, VALUE, fetch, permission=Permission.VIEW_STUDY)


fill_source(
    _source("study_hours", "学时合计", _figure("hours")),
    _source("study_members", "有学时的党员人数", _figure("recorded")),
    _source("study_average", "人均学时（有学时的党员）", _average),
    _source("study_reached", "学时达标人数", _figure("reached")),
    _source("study_officers_reached", "其中书记和委员达标（56 学时）", _figure("officers_reached")),
)
