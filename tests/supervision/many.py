"""Thousands of branches for the grid's measurements, written in bulk: committee → general branches → branches, with stored years."""

import datetime
from random import Random

from activities.models import BranchYear
from activities.queries.cadence import cadence_rules, due_masks
from activities.rules.cadence import Dues
from members.models import PartyOrganization

KINDS = ("theme_day", "general_meeting", "committee_meeting", "party_lecture")


def build_many(
    committee: PartyOrganization, branches: int, year: int, *, under: int = 20, stored: float = 0.97
) -> list[PartyOrganization]:
    """`branches` branches in groups of `under` under general branches, a few of them without a stored year."""
    random = Random(7)
    steps = range(200, 200 + -(-branches // under))
    uppers = PartyOrganization.objects.bulk_create(
        [_node(committee, step, "general_branch", f"第{step}党总支") for step in steps], batch_size=2000
    )
    rows = PartyOrganization.objects.bulk_create(
        [
            _node(uppers[place // under], place % under + 1, "branch", f"第{place}党支部", place % 3 == 0)
            for place in range(branches)
        ],
        batch_size=2000,
    )
    dues = Dues(cadence_rules())
    owed = {there: due_masks(dues, next(b for b in rows if b.has_committee == there), (), year)[0] for there in (True, False)}  # fmt: skip
    years = []
    for branch in rows:
        if random.random() < stored:
            row = BranchYear(branch=branch, year=year)
            for kind, mask in owed[branch.has_committee].items():
                held = mask & random.getrandbits(12)
                setattr(row, f"due_{kind}", mask)
                setattr(row, f"held_{kind}", held)
                setattr(row, f"confirmed_{kind}", held & random.getrandbits(12))
            years.append(row)
    BranchYear.objects.bulk_create(years, batch_size=2000)
    return rows


def _node(parent: PartyOrganization, step: int, kind: str, name: str, has_committee: bool = False):
    path = PartyOrganization._get_path(parent.path, parent.depth + 1, step)
    return PartyOrganization(
        path=path,
        depth=parent.depth + 1,
        numchild=0,
        kind=kind,
        name=name,
        short_name=name,
        code=f"M-{path}",
        sort_number=step,
        founded_on=datetime.date(2015, 1, 1),
        has_committee=has_committee,
    )
