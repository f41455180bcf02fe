"""Who may read whose texts, written down by hand from the rules of the Party's work and not from the code.

A secretary and the committee members of a branch read their branch, staff the committee's subtree, a cell's leader the cell's
people, a member the own card and what the branch does. Everybody knows the names of the organisations above.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from members.models import PartyOrganization
from tests.personas import World
from tests.security.canaries import Mark

#: Declassified on purpose: (persona, field, beginning of the address) → why. Nothing else of a foreign place is shown.
DECLASSIFIED: dict[tuple[str, str, str], str] = {
    ("secretary_b", "members.Member.name", "/members/transfers/"): "the letter to branch B names the person",
    ("secretary_b", "members.PartyOrganization.name", "/members/transfers/"): "and the branch that sends it",
    ("secretary_b", "members.AffiliationTransfer.letter_no", "/members/transfers/"): "and has a number",
    **{
        (persona, f"activities.Gathering.{name}", start): "branch B invited branch A to it"
        for persona in ("secretary_a", "officer_a")
        for name in ("theme", "place", "note")
        for start in ("/activities/invitations/", "/")
    },
    **{
        (
            persona,
            f"members.PartyOrganization.{name}",
            start,
        ): "branch B invited A, and is where the letter goes"
        for persona in ("secretary_a", "officer_a")
        for name in ("name", "short_name")
        for start in ("/activities/invitations/", "/members/transfers/", "/")
    },
}
#: What the branch does, which all its members read; who of them said what about whom is not among it.
BRANCH_LIFE = {
    "activities.ActivityRecord", "activities.Amendment", "activities.Attachment", "activities.Ballot", "activities.Gathering",
    "activities.GatheringBranch", "activities.RedBase", "activities.Resolution", "learning.Lesson", "learning.LessonSeries",
    "learning.LearningPlan", "learning.PlanTopic", "learning.TrainingClass", "notices.Notice", "members.CommitteeTerm",
    "members.PartyOrganization", "members.OrganizationChange", "notices.ReminderSlot",
}  # fmt: skip
#: Of the others in the branch: who they are.
OF_FELLOWS = {"members.Member.name", "members.User.display_name"}
#: What a committee sends to its branches.
SENT_DOWN = {
    "supervision.WorkRequest",
    "supervision.RequestField",
    "supervision.RequestFile",
    "supervision.Inspection",
}
#: What the system administrator configures: the tree and its accounts.
CONFIGURATION = {
    "members.PartyOrganization",
    "members.OrganizationChange",
    "members.CommitteeTerm",
    "members.User",
    "members.RoleGrant",
}

#: And what work was set aside, by its title.
CONFIGURED_FIELDS = {"branch_portal.Job.title"}


def model_of(mark: Mark) -> str:
    return mark.label.rpartition(".")[0]


@dataclass(frozen=True)
class Reach:
    """One persona: organisations whose texts it reads, the person it is, and what of them it reads."""

    persona: str
    organizations: frozenset[int]
    above: frozenset[int]
    member: int | None
    reads: Callable[["Reach", Mark], bool]
    people: frozenset[int] = frozenset()
    #: The portal bears the name of its first committee, on every page.
    banner: frozenset[int] = frozenset()

    def allows(self, mark: Mark, path: str) -> bool:
        if mark.sealed:
            return False
        if model_of(mark) == "members.PartyOrganization" and mark.place.organizations & (
            self.above | self.banner
        ):
            return mark.label.endswith(("name", "short_name"))
        if model_of(mark) in SENT_DOWN and mark.place.organizations <= self.above | self.organizations:
            return True
        if mark.place.organizations & self.organizations and self.reads(self, mark):
            return True
        return any(
            persona == self.persona
            and label == mark.label
            and (path.startswith(start) if start != "/" else path in ("/", f"/?{path[2:]}"))
            for persona, label, start in DECLASSIFIED
        )


def _everything(reach: Reach, mark: Mark) -> bool:
    return True


def _as_member(reach: Reach, mark: Mark) -> bool:
    if mark.person is None:
        return model_of(mark) in BRANCH_LIFE
    return mark.person == reach.member or mark.label in OF_FELLOWS


def _as_cell_leader(reach: Reach, mark: Mark) -> bool:
    return mark.person in reach.people or _as_member(reach, mark)


def reach_of(persona: str, world: World, others: Iterable[PartyOrganization]) -> Reach:
    """What the persona may read in the world; `others` are organisations of the persona's that the world does not name."""
    branch_a = (world.branch_a, world.cell_a1, world.cell_a2)
    subtree = (world.committee, world.general_branch, *branch_a, world.branch_b, world.branch_d)
    own: dict[str, tuple] = {
        **dict.fromkeys(
            ("secretary_a", "officer_a", "member_a", "cell_leader_a", "cell_leader_a2"), branch_a
        ),
        "secretary_b": (world.branch_b,),
        "member_b": (world.branch_b,),
        "secretary_d": (world.branch_d,),
        "secretary_x": (world.branch_x,),
        "staff": subtree,
        "staff_g": (world.general_branch, *branch_a, world.branch_b),
        "staff_x": (world.committee_x, world.branch_x),
    }
    places = [*own.get(persona, ()), *others]
    reads = {"member_a": _as_member, "member_b": _as_member} | dict.fromkeys(
        ("cell_leader_a", "cell_leader_a2"), _as_cell_leader
    )
    cell = {"cell_leader_a": world.members_a[:5], "cell_leader_a2": world.members_a[5:]}.get(persona, [])
    account = world.users.get(persona)
    return Reach(
        persona,
        frozenset(place.pk for place in places),
        frozenset(_above(places)) - {place.pk for place in places},
        account.member_id if account else None,
        reads.get(persona, _everything),
        frozenset(member.pk for member in cell),
        frozenset([world.committee.pk]),
    )


def _above(places: Iterable[PartyOrganization]) -> Iterable[int]:
    every = PartyOrganization.objects.unscoped("the test's own question").values_list("pk", "path")
    return [
        pk
        for pk, path in every
        if any(place.path.startswith(path) and place.path != path for place in places)
    ]


def administrators(world: World) -> Reach:
    """The whole tree, and of it what is configured."""
    everywhere = frozenset(
        PartyOrganization.objects.unscoped("the test's own question").values_list("pk", flat=True)
    )
    return Reach(
        "superuser",
        everywhere,
        frozenset(),
        None,
        lambda reach, mark: model_of(mark) in CONFIGURATION or mark.label in CONFIGURED_FIELDS,
    )
