"""Reading yearly files of outside platforms: the rule in force, the files of an organisation, what they counted."""

from decimal import Decimal

from learning import models
from learning.models import ExternalFile, ExternalRow
from learning.models.external import ExternalSource
from learning.queries.credits import hours_by_member
from learning.queries.rules import RuleBook
from learning.rules.categories import SELF_STUDY, XUEXI_QIANGGUO
from learning.rules.external import ExternalRule, explain, rule_for_year
from members.models import Member

#: Where the hours of a source stand in the ledger.
LEDGER_CATEGORY: dict[str, str] = {
    ExternalSource.XUEXI_QIANGGUO: XUEXI_QIANGGUO,
    ExternalSource.OTHER: SELF_STUDY,
}


def rule_in_force(source: str, year: int) -> ExternalRule | None:
    rows = models.ExternalRule.objects.filter(source=source)
    return rule_for_year(
        (ExternalRule(row.from_year, row.points_per_hour, row.annual_cap) for row in rows), year
    )


def why_counted(source: str, year: int) -> str:
    """One sentence about what a file of this source and year counts, and why."""
    ledger = RuleBook().rules(year).get(LEDGER_CATEGORY[source])
    cap = Decimal(0) if ledger is None or not ledger.counts_toward_required else ledger.annual_cap
    return explain(rule_in_force(source, year), ledger_cap=cap, year=year)


def files_of(user):
    """Files of the organisations whose study the user may read, the newest first."""
    return ExternalFile.objects.visible_to(user).select_related("organization", "uploaded_by", "applied_by")


def rows_of(file: ExternalFile):
    """The rows of a file with member and branch; whoever may open the file may read them."""
    return ExternalRow.objects.filter(file=file).select_related("member", "branch").order_by("row_number")


def counted_hours(file: ExternalFile) -> dict[int, Decimal]:
    """Member → hours that stand in the ledger for a recorded file."""
    return hours_by_member(file.ledger_source) if file.state == ExternalFile.State.APPLIED else {}


def own_rows(member):
    """What files in force say of a member, the latest year first."""
    return (
        ExternalRow.objects.in_force()
        .filter(member=member)
        .select_related("file__organization")
        .order_by("-file__year", "pk")
    )


def open_rows(file: ExternalFile):
    """Rows that somebody has to decide about, or has decided to leave out."""
    return ExternalRow.objects.filter(
        file=file, state__in=[ExternalRow.State.AMBIGUOUS, ExternalRow.State.SKIPPED]
    ).exclude(candidates=[])


def candidates_of(rows) -> dict[int, Member]:
    """The members who may be meant, for the keeper of the file; the sealed numbers stay closed."""
    ids = {pk for row in rows for pk in row.candidates}
    return Member.objects.without_personal_data().select_related("branch").in_bulk(ids)


def files_counted(*, source: str, since: int) -> int:
    """How many files in force a change of the source's rule would count anew."""
    return ExternalFile.objects.applied().filter(source=source, year__gte=since).count()
