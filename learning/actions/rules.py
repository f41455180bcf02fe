"""A new or changed version of a study rule, and the years that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from branch_portal.jobs import JobResult, enqueue, job
from learning.actions.years import Rebuilt, rebuild_years
from learning.models import MemberYear

JOB_KIND = "learning.rebuild_years"
#: From so many stored years on they are recomputed by a job: the page would keep its asker waiting, and everybody's credits.
AT_ONCE = 20_000


@dataclass(frozen=True)
class Followed:
    """`rebuilt` is what changed at once; None where a job does it."""

    rebuilt: Rebuilt | None


@transaction.atomic
def follow_rule(*, by, since: int) -> Followed:
    """Let the stored years from `since` on follow the rules of now."""
    if MemberYear.objects.filter(year__gte=since).count() > AT_ONCE:
        enqueue(
            by=by, kind=JOB_KIND, title=f"按新规定重算 {since} 年起的年度学时", arguments={"since": since}
        )
        return Followed(None)
    return Followed(rebuild_years(by=by, since=since))


def save_as_of(rule, *, year: int, key: Sequence[str]) -> None:
    """Save a version, one to come as if it were the year's: for a trial, which is undone. `key` names what is unique."""
    if rule.from_year > year:
        rule.from_year = year
        type(rule).objects.filter(**{name: getattr(rule, name) for name in key}).delete()
    rule.save()


@job(JOB_KIND)
def run(job, progress) -> JobResult:
    progress.start(1)
    rebuilt = rebuild_years(by=job.owner, since=job.arguments["since"])
    return JobResult({"summary": f"已重算，{rebuilt.changed} 人次的结果有变化。"})
