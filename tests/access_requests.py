"""Who opens which page of work requests, and the things of branch A that the lines name."""

import io

from branch_portal.files import keep_file
from supervision.actions.requests import Asked
from supervision.models import RequestBranch, RequestFile
from tests.access_lines import (
    COMMITTEES_ONLY,
    NOT_GOT,
    OFFICERS_READ,
    Line,
    who,
)
from tests.personas import World
from tests.supervision.requests import VOLUNTEERS, answered, draft, sent

NOT_POSTED_BY_COMMITTEES = who(403, committees=405)
#: What the committee sent is its own; another committee's staff meets nothing there.
SENDER = who(403, staff=200, staff_x=404)
SENDER_MOVES = who(403, staff=302, staff_x=404)
#: The branch's officers alone; the committee reads answers on its own pages.
ANSWERERS = who(404, officers_a=200)
ANSWERERS_MOVE = who(404, officers_a=302)

ROUTES_OF_REQUESTS: dict[str, Line] = {
    "supervision:requests": Line(COMMITTEES_ONLY, NOT_POSTED_BY_COMMITTEES),
    "supervision:requests-export": Line(COMMITTEES_ONLY, NOT_POSTED_BY_COMMITTEES),
    "supervision:request-new": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:request-held": Line(COMMITTEES_ONLY, NOT_POSTED_BY_COMMITTEES),
    "supervision:burden": Line(COMMITTEES_ONLY, NOT_POSTED_BY_COMMITTEES),
    "supervision:burden-export": Line(COMMITTEES_ONLY, NOT_POSTED_BY_COMMITTEES),
    "supervision:request": Line(SENDER, NOT_POSTED_BY_COMMITTEES, thing="work_request"),
    "supervision:request-export": Line(SENDER, NOT_POSTED_BY_COMMITTEES, thing="work_request"),
    "supervision:request-edit": Line(SENDER, SENDER, thing="work_draft"),
    "supervision:request-send": Line(SENDER, SENDER, thing="work_draft"),
    "supervision:request-known": Line(SENDER, NOT_POSTED_BY_COMMITTEES, thing="work_draft"),
    "supervision:request-discard": Line(who(403, committees=405), SENDER_MOVES, thing="work_draft"),
    "supervision:request-remind": Line(who(403, committees=405), SENDER_MOVES, thing="work_request"),
    "supervision:request-close": Line(SENDER, SENDER_MOVES, thing="work_request"),
    "supervision:request-withdraw": Line(SENDER, SENDER, thing="work_request"),
    "supervision:request-target": Line(SENDER, NOT_POSTED_BY_COMMITTEES, thing="work_target"),
    "supervision:request-return": Line(SENDER, SENDER, thing="work_target"),
    "supervised:requests": Line(OFFICERS_READ),
    "supervised:request-of": Line(ANSWERERS_MOVE, thing="work_request"),
    "supervised:request": Line(ANSWERERS, ANSWERERS, thing="work_target"),
    "supervised:request-seen": Line(NOT_GOT, ANSWERERS_MOVE, thing="work_target"),
    "supervised:request-file": Line(who(404, officers_a=200, staff=200), thing="work_file"),
}


def request_things(world: World) -> dict[str, object]:
    only = {"branches": [world.branch_a.pk]}
    work = sent(world, free=[VOLUNTEERS, Asked("现场图", "file")], audience=only)
    target: RequestBranch = answered(world, work, ["12", ""])
    stored = keep_file(io.BytesIO(b"%PDF-1.4 test"), name="台账.pdf", folder="requests")
    return {
        "work_request": work,
        "work_target": target,
        "work_draft": draft(world, audience=only),
        "work_file": RequestFile.objects.create(
            target=target,
            field=work.fields.get(kind="file"),
            uploaded_by=world.secretary_a,
            **vars(stored),
        ),
    }
