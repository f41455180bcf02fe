"""P13: the same lists and the page of a gathering in Django's own admin over the same tables, wall time of one client."""

from benchmarks.measure import Row, alternate, compared
from benchmarks.scales import Scale
from benchmarks.stack import Stack
from benchmarks.web import Web, signed_in

IDS = {"P13"}
TIMES = 10
GOALS = {"M": 40, "L": 100}


def run(stack: Stack, scale: Scale) -> list[Row]:
    from activities.models import GatheringBranch

    share = GatheringBranch.objects.filter(branch_id__gt=0, expected_count__gte=25).order_by("-pk").first()
    record = share.records.first()
    pairs = (
        ("records", "/activities/", "/admin/activities/activityrecord/"),
        ("roster", "/members/", "/admin/members/member/"),
        ("record with its roll", f"/activities/records/{record.uid}/", f"/admin/activities/gatheringbranch/{share.pk}/change/"),
    )  # fmt: skip
    portal = Web(stack.environment, stack.folder / "web.log")
    stock = Web(stack.environment, stack.folder / "peer.log", "benchmarks.peers.admin_settings")
    staff = signed_in("staff" if scale.branches > 1 else "secretary")
    root = signed_in("root", stock=True)
    rows = []
    try:
        for what, path, peer in pairs:
            ours, theirs = alternate(
                lambda path=path: portal.cost(path, staff, TIMES),
                lambda peer=peer: stock.cost(peer, root, 2),
                rounds=3,
            )
            rows.append(
                compared(
                    "P13",
                    f"{what} beside Django's admin",
                    ours,
                    theirs,
                    faster=GOALS.get(scale.name, 40),
                    judged=scale.name in GOALS,
                )
            )
    finally:
        portal.stop()
        stock.stop()
    return rows
