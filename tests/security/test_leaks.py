"""Nobody sees sideways: marks in branch A's every text field, looked for in every page that somebody else can open."""

import re

import pytest

from tests.access_objects import objects_of_branch_a
from tests.security.canaries import plant, text_of
from tests.security.walk import paths
from tests.source import none

#: What the system administrator sees of a branch: its place in the tree and its accounts.
#: What a letter says.
LETTER = {"members.Member.name", "members.PartyOrganization.name"}
CONFIGURATION = ("members.PartyOrganization.", "members.User.")


@pytest.fixture
def things(world):
    return objects_of_branch_a(world)


@pytest.fixture
def planted(world, things):
    return plant(world, things)


def seen(world, things, planted, client) -> dict[str, set[str]]:
    """Label → the pages that showed it."""
    client.raise_request_exception = False
    found: dict[str, set[str]] = {}
    for path in paths(world, things):
        for label in planted.found_in(client.get(path)):
            found.setdefault(label, set()).add(path)
    return found


@pytest.mark.parametrize("persona", ["member_b", "secretary_b", "secretary_d", "secretary_x", "staff_x"])
def test_outsiders_see_nothing_of_branch_a(world, things, planted, as_user, persona):
    found = seen(world, things, planted, as_user(getattr(world, persona)))
    if persona == "secretary_b":
        # The letter of transfer is addressed to branch B: it names the person and the branch, on its own pages only.
        found = {
            label: pages
            for label, pages in found.items()
            if not (label in LETTER and all(page.startswith("/members/transfers/") for page in pages))
        }
    assert found == {}


def test_the_administrator_sees_no_personal_data(world, things, planted, as_user):
    found = seen(world, things, planted, as_user(world.superuser))
    none(
        [f"{label} on {min(pages)}" for label, pages in found.items() if not label.startswith(CONFIGURATION)]
    )
    assert "members.User.display_name" in found  # the marks would have been found


@pytest.mark.parametrize("persona", ["secretary_a", "cell_leader_a", "member_a", "staff"])
def test_sealed_items_are_masked_on_every_page(world, things, planted, as_user, persona):
    """Whoever reads a card reads masks; only a reveal, which is a POST with its record, opens one."""
    client = as_user(getattr(world, persona))
    client.raise_request_exception = False
    secrets = planted.sealed | {member.id_number for member in world.members_a}
    findings = []
    for path in paths(world, things):
        text = text_of(client.get(path))
        if any(secret in text for secret in secrets):
            findings.append(f"{path} shows a sealed item")
    none(findings)


def test_what_people_typed_is_text_on_every_page(world, things, planted, as_user):
    """Each mark stands in `<i>…</i>` behind a `=`: neither markup in a page nor a formula in a workbook."""
    findings, shown = [], set()
    for persona in ("secretary_a", "member_a", "staff", "superuser"):
        client = as_user(getattr(world, persona))
        client.raise_request_exception = False
        for path in paths(world, things):
            answer = client.get(path)
            text = text_of(answer)
            # JSON is data: what makes a page of it escapes it there.
            # Sums of our own are formulas; nothing that somebody typed may stand in one.
            typed_formula = re.search(r"<f>[^<]*(Zq|HYPERLINK)", text)
            if ("<i>Zq" in text or typed_formula) and "json" not in answer["Content-Type"]:
                findings.append(f"{path} as {persona} takes typed text for markup or a formula")
            shown |= planted.found_in(answer)
    none(findings)
    assert {"members.Member.name", "activities.ActivityRecord.content", "notices.ReminderSlot.title"} <= shown
