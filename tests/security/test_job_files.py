"""Files that workers write hold what their asker may read, in a world of two committees whose every text bears a mark."""

import base64

import pytest
from django.contrib import admin

from branch_portal.actions_list_export import queue_list_export, run_list_export
from branch_portal.dates import today_shanghai
from branch_portal.jobs import Progress
from branch_portal.models import Job, ListExport
from members.actions.exports import file_of, queue_export, run_export
from members.models import RosterExport
from members.queries.asked_roster import roster_again
from tests.security.canaries import Planted, plant, unpacked
from tests.security.spec import administrators, reach_of
from tests.security.worlds import everything_of, mirror, neighbours
from tests.source import none

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked(world):
    """The marks, and who reads which."""
    beside = neighbours(world)
    everything_of(world)
    mirror(world)
    planted = plant(Planted())
    more = [beside.branch_p, beside.general_h]
    reaches = {
        name: reach_of(name, world, more if name == "staff" else [])
        for name in ("staff", "staff_x", "secretary_a")
    }
    return planted, reaches | {"superuser": administrators(world)}


def foreign(planted: Planted, reach, text: str) -> list[str]:
    return sorted({mark.label for mark in planted.found_in(text) if not reach.allows(mark, "file")})


@pytest.mark.parametrize("persona", ["staff", "staff_x", "secretary_a"])
def test_a_roster_has_nobody_else_s_people(world, marked, persona):
    planted, reaches = marked
    user = world.users[persona]
    asked = roster_again(user, {}, today_shanghai())
    run_export(queue_export(by=user, asked=asked, reason="核对", filters="", ip=""), Progress())
    text = unpacked(file_of(RosterExport.objects.filter(owner=user).latest("pk"), user))
    none(foreign(planted, reaches[persona], text))
    assert {mark.label for mark in planted.found_in(text)} >= {"members.Member.name"}


@pytest.mark.parametrize("persona", ["staff", "staff_x", "superuser"])
def test_no_list_of_the_admin_takes_out_foreign_rows(world, marked, rf, persona):
    """Every list that the person may open, as the worker writes it."""
    planted, reaches = marked
    request = rf.get("/")
    request.user = user = world.users[persona]
    findings, seen = [], set()
    for model, handler in admin.site._registry.items():
        if not handler.has_view_permission(request):
            continue
        Job.objects.filter(owner=user).delete()
        run_list_export(
            queue_list_export(by=user, handler=handler, query="", chosen=None, reason="核对", ip=""),
            Progress(),
        )
        text = unpacked(base64.b64decode(str(ListExport.objects.filter(owner=user).latest("pk").content)))
        findings += [f"{model._meta.label}: {label}" for label in foreign(planted, reaches[persona], text)]
        seen |= {mark.label for mark in planted.found_in(text)}
    none(findings)
    assert "members.PartyOrganization.name" in seen
