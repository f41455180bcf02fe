"""Training classes and yearly files: who may open what of branch A's, and the things that the access table names."""

import datetime

from django.utils import timezone

from learning.models import (
    ExternalFile,
    ExternalRow,
    ExternalRule,
    TrainingClass,
    TrainingEnrollment,
    TrainingMark,
    TrainingSession,
)
from tests.access_lines import NOT_GOT, NOT_POSTED, SIGNED_IN, Line, who
from tests.personas import World

DAY = datetime.date(2026, 3, 5)

#: A class of branch A with `fellow` on it: its officers keep it, the staff above reads it, everybody else misses it.
_READ = who(404, officers_a=200, staff=200)
_KEPT = who(404, officers_a=200, staff=403)
_KEPT_POST = who(404, officers_a=302, staff=403)
_SIGNED = who(404, officer_a=403, secretary_a=200, staff=403)
_PLANNERS = who(403, officers=200, committees=200)

LINES: dict[str, Line] = {
    "learning:trainings": Line(SIGNED_IN),
    "learning:training-new": Line(_PLANNERS, _PLANNERS),
    "learning:training": Line(_READ, thing="training"),
    "learning:training-edit": Line(_KEPT, _KEPT, thing="training"),
    "learning:training-half-days": Line(_KEPT, _KEPT, thing="training"),
    "learning:training-cancel": Line(_KEPT, _KEPT, thing="training"),
    "learning:training-confirm": Line(_SIGNED, _SIGNED, thing="training"),
    "learning:training-people": Line(_KEPT, _KEPT, thing="training"),
    "learning:training-enroll": Line(NOT_GOT, _KEPT_POST, thing="training"),
    "learning:training-take-off": Line(NOT_GOT, _KEPT_POST, thing="training"),
    "learning:training-branches": Line(_KEPT, _KEPT_POST, thing="training"),
    "learning:training-unask": Line(NOT_GOT, _KEPT_POST, thing="training"),
    "learning:training-print": Line(_READ, thing="training"),
    "learning:training-export": Line(_READ, thing="training"),
    "learning:training-roll": Line(_KEPT, _KEPT, thing="training_session"),
    "learning:external": Line(SIGNED_IN),
    "learning:external-new": Line(_PLANNERS, _PLANNERS),
    "learning:external-template": Line(_PLANNERS),
    "learning:external-file": Line(_READ, NOT_POSTED, thing="external_file"),
    "learning:external-choose": Line(NOT_GOT, who(404, officers_a=302, staff=403), thing="external_file"),
    "learning:external-errors": Line(who(404, officers_a=302, staff=403), thing="external_file"),
    "learning:external-apply": Line(
        NOT_GOT, who(404, officer_a=403, secretary_a=302, staff=403), thing="external_file"
    ),
    "learning:external-withdraw": Line(_SIGNED, _SIGNED, thing="external_file"),
}


def training_things(world: World, fellow) -> dict[str, object]:
    """A class of two half-days whose morning is marked, a waiting file with one matched row, a rule."""
    training = TrainingClass.objects.create(
        organizer=world.branch_a,
        title="支部培训班",
        level="branch",
        place="党群服务中心",
        first_on=DAY,
        last_on=DAY,
        state="held",
        created_by=world.officer_a,
    )
    session = TrainingSession.objects.create(
        training=training,
        on_date=DAY,
        half="am",
        minutes=180,
        roll_saved_by=world.officer_a,
        roll_saved_at=timezone.now(),
    )
    row = TrainingEnrollment.objects.create(
        training=training, member=fellow, branch=world.branch_a, number=1, enrolled_by=world.officer_a
    )
    TrainingMark.objects.create(session=session, enrollment=row, status="present", minutes=180)
    afternoon = TrainingSession.objects.create(training=training, on_date=DAY, half="pm", minutes=180)
    file = ExternalFile.objects.create(
        organization=world.branch_a,
        source="xuexi_qiangguo",
        year=2025,
        file_name="学习强国.xlsx",
        counted_on=datetime.date(2025, 12, 31),
        uploaded_by=world.officer_a,
        figures={"bad": 0, "ignored": []},
    )
    ExternalRow.objects.create(
        file=file,
        row_number=1,
        name=fellow.name,
        points=100,
        state="matched",
        member=fellow,
        branch=world.branch_a,
    )
    return {
        "training": training,
        "training_session": afternoon,
        "external_file": file,
        "external_rule": ExternalRule.objects.create(source="xuexi_qiangguo", from_year=2030),
    }
