"""Checks in the access table: the staff above a branch inspects it, its officers read and answer what concerns them."""

import datetime

from django.utils import timezone

from activities.actions.quality import review_records
from activities.models import ActivityRecord
from branch_portal.files import keep_made_file
from supervision.models import (
    Finding,
    FindingStep,
    InspectedBranch,
    Inspection,
    RecordComment,
    SpotCheck,
    SpotCheckItem,
)
from tests.access_lines import COMMITTEES_CANNOT_POST, COMMITTEES_ONLY, NOT_GOT, Line, who
from tests.personas import World

STAFF = who(403, staff=200, staff_x=404)
POSTED = who(403, committees=405)
OFFICERS = who(404, officers_a=200)
BOTH_SIDES = who(404, officers_a=200, staff=200)


def _list(**more) -> Line:
    return Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST, **more)


def _page(thing: str, **more) -> Line:
    return Line(STAFF, POSTED, thing=thing, **more)


def _form(thing: str, **more) -> Line:
    return Line(STAFF, STAFF, thing=thing, **more)


ROUTES_OF_CHECKS = {
    "supervision:quality": _list(),
    "supervision:quality-export": _list(),
    "supervision:quality-records": _list(),
    "supervision:quality-records-export": _list(),
    "supervision:quality-compare": Line(POSTED, who(403, committees=302)),
    "supervision:checks": _list(),
    "supervision:checks-export": _list(),
    "supervision:check-new": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:check": _page("spot_check"),
    "supervision:check-export": _page("spot_check"),
    "supervision:check-item": _form("spot_check", values={"position": "1"}),
    "supervision:inspection-from-check": _form("spot_check"),
    "supervision:returns": _list(),
    "supervision:returns-export": _list(),
    "supervision:inspections": _list(),
    "supervision:inspections-export": _list(),
    "supervision:inspection-new": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:inspection": _page("inspection"),
    "supervision:inspection-edit": _form("inspection"),
    "supervision:inspection-report": _page("inspection"),
    "supervision:inspection-print": _page("inspection"),
    "supervision:finding-new": _form("inspection"),
    "supervision:findings": _list(),
    "supervision:findings-export": _list(),
    "supervision:finding": _page("finding"),
    "supervision:finding-close": Line(POSTED, who(403, staff=302, staff_x=404), thing="finding"),
    "supervision:finding-reopen": Line(POSTED, STAFF, thing="finding"),
    # --- what the branch sees; a cell leader keeps records too, and has none of these ---
    "supervised:findings": Line(who(403, leaders=200)),
    "supervised:finding": Line(OFFICERS, OFFICERS, thing="finding"),
    "supervised:finding-file": Line(BOTH_SIDES, thing="finding_step"),
    "supervised:comment": Line(
        who(404, insiders=403, staff=200), who(404, insiders=403, staff=200), thing="record"
    ),
    "supervised:comment-answer": Line(BOTH_SIDES, BOTH_SIDES, thing="comment"),
    "supervised:comment-mend": Line(
        who(404, officers_a=403, staff=200), who(404, officers_a=403, staff=200), thing="comment"
    ),
    "supervised:comment-take-back": Line(NOT_GOT, who(404, officers_a=403, staff=302), thing="comment"),
}


def check_things(world: World, record: ActivityRecord) -> dict[str, object]:
    """A drawn sample, an inspection with a finding that the branch has answered with a file, a comment."""
    now = timezone.now()
    review_records([record.pk])
    check = SpotCheck.objects.create(
        organization=world.committee,
        title="一季度抽查",
        first_on=datetime.date(2026, 1, 1),
        last_on=datetime.date(2026, 3, 31),
        root=world.committee,
        size=1,
        seed=7,
        population=1,
        population_hash="0" * 64,
        drawn_by=world.staff,
        drawn_at=now,
    )
    SpotCheckItem.objects.create(check_of=check, position=1, record=record, branch=world.branch_a)
    comment = RecordComment.objects.create(
        record=record,
        branch=world.branch_a,
        side="committee",
        text="请补记缺席原因",
        author=world.staff,
        written_at=now,
    )
    return {"spot_check": check, "comment": comment, **_inspection(world, now)}


def _inspection(world: World, now: datetime.datetime) -> dict[str, object]:
    inspection = Inspection.objects.create(
        organization=world.committee,
        title="一季度检查",
        on_date=datetime.date(2026, 4, 1),
        inspectors="镇党委组织委员",
        created_by=world.staff,
    )
    InspectedBranch.objects.create(inspection=inspection, branch=world.branch_a)
    finding = Finding.objects.create(
        inspection=inspection,
        number=1,
        branch=world.branch_a,
        code="R2",
        text="缺席没有写明原因",
        due_on=datetime.date(2026, 5, 1),
    )
    step = FindingStep.objects.create(
        finding=finding,
        kind="rectified",
        text="已补记",
        by=world.officer_a,
        at=now,
        file_name="整改.pdf",
        stored_name=keep_made_file(b"%PDF-1.4", folder="findings", suffix=".pdf"),
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    return {"inspection": inspection, "finding": finding, "finding_step": step}
