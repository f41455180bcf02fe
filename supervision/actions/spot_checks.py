"""Drawing a spot check and writing down what was found of each record."""

import secrets

from django.db import transaction
from django.utils import timezone

from activities.models import ActivityRecord
from branch_portal.permissions import Permission
from supervision.models import SpotCheck, SpotCheckItem
from supervision.queries.committees import inspecting_committee
from supervision.queries.spot_checks import Stratum, population, uids_of
from supervision.rules.drawing import draw, fingerprint

MOST = 500


class CheckRefused(Exception):
    """It cannot be drawn or judged; the message is Chinese and says why."""


@transaction.atomic
def draw_check(*, by, title: str, stratum: Stratum, size: int, seed: int | None = None) -> SpotCheck:
    """Draw `size` records of the stratum by a fresh seed (or the given one, to draw an earlier sample again)."""
    committee = inspecting_committee(by, stratum.root)
    if committee is None:
        raise CheckRefused("不能抽查这个范围，请重新选择。")
    now = timezone.now()
    uids = uids_of(population(stratum, now))
    if not uids:
        raise CheckRefused("这个范围和时段里没有已提交的记录，请换一个时段、类型或范围。")
    seed = secrets.randbits(48) if seed is None else seed
    drawn = draw(uids, min(size, MOST), seed)
    check = SpotCheck.objects.create(
        organization=committee,
        title=title.strip(),
        first_on=stratum.first_on,
        last_on=stratum.last_on,
        root=stratum.root,
        kinds=list(stratum.kinds),
        unit_categories=list(stratum.unit_categories),
        size=len(drawn),
        seed=seed,
        population=len(uids),
        population_hash=fingerprint(uids),
        drawn_by=by,
        drawn_at=now,
    )
    rows = {
        str(uid): (pk, branch)
        for uid, pk, branch in ActivityRecord.objects.filter(uid__in=drawn).values_list(
            "uid", "pk", "branch_id"
        )
    }
    SpotCheckItem.objects.bulk_create(
        SpotCheckItem(check_of=check, position=place, record_id=rows[uid][0], branch_id=rows[uid][1])
        for place, uid in enumerate(drawn, start=1)
    )
    return check


@transaction.atomic
def judge_item(*, by, item: SpotCheckItem, result: str, text: str = "") -> SpotCheckItem:
    """符合, or 有问题 in words; saying it again changes what was said, until a finding was made of it."""
    row = SpotCheckItem.objects.select_for_update(of=("self",)).select_related("check_of").get(pk=item.pk)
    if not by.access.may(Permission.INSPECT, row.check_of.organization):
        raise CheckRefused("没有检查这份记录的权限。")
    if hasattr(row, "finding"):
        raise CheckRefused("已据此提出整改问题，结果不再改动。")
    if result == SpotCheckItem.Result.PROBLEM and not text.strip():
        raise CheckRefused("请写明问题。")
    row.result, row.text = result, text.strip()
    row.judged_by, row.judged_at = by, timezone.now()
    row.save()
    return row
