"""比对雷同: the texts of one subtree's year compared with each other by a worker; what was found before is replaced."""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from activities.models import ActivityRecord
from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.models import Likeness
from supervision.rules.likeness import near_pairs

JOB_KIND = "supervision.likeness"
_STEP = 200


@transaction.atomic
def ask_for_comparison(*, by, root: PartyOrganization, year: int) -> Job:
    """Queue it; JobRefused when too much of the asker's is waiting."""
    return enqueue(
        by=by,
        kind=JOB_KIND,
        title=f"比对{year}年记录内容（{root}）"[:120],
        arguments={"root": str(root.uid), "year": year},
    )


@job(JOB_KIND)
def compare(work: Job, progress: Progress) -> JobResult:
    """Compare all texts of the subtree's year; rights are asked again, because they may have ended since."""
    root = PartyOrganization.objects.filter(uid=work.arguments["root"]).first()
    if root is None or not work.owner.access.may(Permission.INSPECT, root):
        raise JobRefused("您已没有检查这个范围的权限。")
    records = (
        ActivityRecord.objects.filter(
            branch__path__startswith=root.path, assessment_year=work.arguments["year"]
        )
        .counted()
        .exclude(content="")
    )
    progress.start(records.count())
    found = list(near_pairs(_texts(records, progress)))
    replace_likenesses(records, found)
    return JobResult(
        {"summary": f"共比对 {progress.total} 份记录，{len(found)} 份与较早的记录内容相近，请人工核对。"},
        f"{reverse('supervision:quality')}?year={work.arguments['year']}",
    )


def _texts(records, progress: Progress):
    rows = records.order_by("on_date", "pk").values_list("pk", "content")
    for number, row in enumerate(rows.iterator(chunk_size=1000), start=1):
        if number % _STEP == 0:
            progress.step(number)
        yield row


def replace_likenesses(records, found: list[tuple[int, int, int]]) -> None:
    """What was found among these records before goes; a pair that reaches beyond them stays."""
    inside = records.order_by().values("pk")
    Likeness.objects.filter(Q(record__in=inside) & Q(other__in=inside)).delete()
    now = timezone.now()
    Likeness.objects.bulk_create(
        Likeness(record_id=later, other_id=earlier, percent=percent, found_at=now)
        for later, earlier, percent in found
    )
