"""Nobody sees sideways: one walk over all pages per person, and five questions to each answer.

The walk is made in a world W′ whose every text bears a mark; for some persons it is made again in W, where all that is
foreign to them does not exist, and the answers must be the same, byte for byte (`docs/security-tests.md`).
"""

import re

import pytest
import time_machine
from django.db import transaction

from members.models import PartyOrganization
from tests.security.canaries import Mark, Planted, plant
from tests.security.spec import Reach, administrators, reach_of
from tests.security.walk import Answer, Reader, now, pages, whole_walk
from tests.security.worlds import Neighbours, everything_of, mirror, neighbours
from tests.source import none
from tests.styles import unstyled

pytestmark = pytest.mark.django_db

INSIDERS = ("member_a", "cell_leader_a", "officer_a", "secretary_a", "staff")
OUTSIDERS = ("member_b", "secretary_b", "secretary_d", "secretary_x", "staff_x")
#: Taking personal data out is a download, and is written down.
RECORDED = (
    "/learning/branch/export/",
    "/admin/accounts/export/",
    "/admin/audit/access/affected/export/",
    "/learning/matrix/export/",
    "/learning/review/export/",
    "/members/files/",
    "/activities/talks/export/",
)
RECORDED_OF_ONE = re.compile(r"\.docx$|/signups/export/$|^/learning/(training|members)/[^/]+/export/$")
#: Pages that differ by nature: a new secret each time, the operators' counts, and rules of the whole portal (made with A's things).
OF_EVERYBODY = ("/accounts/totp/", "/metrics", "/readyz", "/activities/holidays/")
#: Sums of our own are formulas; nothing that somebody typed may stand in one.
TYPED_FORMULA = re.compile(r"<f>[^<]*(Zq|HYPERLINK)")


class Walked:
    """One person's answers in W′ and, where asked, in W."""

    def __init__(self, world, persona: str, *, again: bool) -> None:
        self.persona, self.user, self.planted, self.moment = persona, world.users[persona], Planted(), now()
        beside, inside = neighbours(world), persona not in OUTSIDERS
        self.numbers = {member.id_number for member in world.members_a}
        things = everything_of(world) if inside else {}
        plant(self.planted)
        with transaction.atomic():
            things = things or everything_of(world)
            mirror(world)
            plant(self.planted)
            self.reach = _reach(world, persona, beside)
            self.pages = pages(world, things)
            self.answers = self.walk()
            self.places = dict(
                PartyOrganization.objects.unscoped("for the findings").values_list("pk", "code")
            )
            transaction.set_rollback(True)
        self.before = self.walk() if again else []

    def walk(self) -> list[Answer]:
        with time_machine.travel(self.moment, tick=False):
            return Reader(self.user).walk(self.pages)


def _reach(world, persona: str, beside: Neighbours) -> Reach:
    if persona == "superuser":
        return administrators(world)
    return reach_of(persona, world, [beside.branch_p, beside.general_h] if persona == "staff" else [])


def foreign_texts(walked: Walked) -> list[str]:
    pages_of: dict[str, set[str]] = {}
    for answer in walked.answers:
        for mark in walked.planted.found_in(answer.text):
            if not walked.reach.allows(mark, answer.path):
                pages_of.setdefault(_said(mark, walked), set()).add(answer.path)
    return [
        f"canary: {label} on {len(found)} pages, as {min(found)}" for label, found in sorted(pages_of.items())
    ]


def _said(mark: Mark, walked: Walked) -> str:
    return f"{mark.label} of {sorted(walked.places[pk] for pk in mark.place.organizations)}"


def sealed_items(walked: Walked) -> list[str]:
    """Only a reveal opens one, which is a POST with its record."""
    secrets = walked.planted.sealed | walked.numbers
    return [
        f"sealed: {answer.path}"
        for answer in walked.answers
        if any(secret in answer.text for secret in secrets)
    ]


def typed_markup(walked: Walked) -> list[str]:
    """Each mark stands in `<i>…</i>` behind a `=`: neither markup in a page nor a formula in a workbook."""
    return [
        f"markup: {answer.path} takes typed text for markup or a formula"
        for answer in walked.answers
        if not answer.is_data and ("<i>Zq" in answer.text or TYPED_FORMULA.search(answer.text))
    ]


def writes(walked: Walked) -> list[str]:
    return [
        f"write: GET {answer.path} wrote {answer.written}"
        for answer in walked.answers
        if answer.written
        and not answer.path.startswith(RECORDED)
        and not RECORDED_OF_ONE.search(answer.path.partition("?")[0])
    ]


def broken(walked: Walked) -> list[str]:
    return [
        f"broken: {answer.path} answered {answer.status}" for answer in walked.answers if answer.status >= 500
    ]


def without_rules(walked: Walked) -> list[str]:
    """No leak, but who opens all pages anyway can say it of all: a class whose rules are thinned out of what is served."""
    return [f"{answer.path} shows {names}" for answer in walked.answers if (names := unstyled(answer.text))]


def differences(walked: Walked) -> list[str]:
    """What W′ answers and W does not."""
    before = {answer.path: answer.lasting for answer in walked.before}
    return [
        f"interference: {answer.path} tells that there is something foreign: {_first(before.get(answer.path, ''), answer.lasting)}"
        for answer in walked.answers
        if before.get(answer.path) != answer.lasting and not answer.path.startswith(OF_EVERYBODY)
    ]


def _first(one: str, other: str) -> str:
    """Where two texts part, for the reader of a failure."""
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"…{one[max(0, at - 40) : at + 60]!r} and …{other[max(0, at - 40) : at + 60]!r}"


QUESTIONS = (foreign_texts, sealed_items, typed_markup, writes, broken, without_rules)
#: Whose answers are compared with those in W; a letter and an invitation join A and B, so B's secretary is not among them.
TWICE = ("secretary_d", "member_a", "secretary_a", "staff")


@pytest.mark.parametrize("persona", [*INSIDERS, *OUTSIDERS, "superuser"])
def test_a_walk_over_all_pages_shows_what_is_one_s_own(world, persona):
    walked = Walked(world, persona, again=persona in TWICE)
    findings = [found for question in QUESTIONS for found in question(walked)]
    if persona in TWICE:
        findings += differences(walked)
    none(findings)
    if whole_walk():
        _marks_would_have_been_seen(walked)


def _marks_would_have_been_seen(walked: Walked) -> None:
    """Everybody sees something of the own place, so the walk is not blind."""
    seen = {mark.label for answer in walked.answers for mark in walked.planted.found_in(answer.text)}
    shown = {
        "secretary_a": {
            "members.Member.name",
            "activities.ActivityRecord.content",
            "notices.ReminderSlot.title",
        },
        "superuser": {"members.User.display_name"},
    }.get(walked.persona, {"members.PartyOrganization.name"})
    assert shown <= seen
