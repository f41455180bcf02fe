"""Two branches at the same gathering at the same moment."""

from activities.actions.gatherings import cancel_gathering
from activities.actions.joint import accept_invitation, invite_branch
from activities.actions.records import NotEditable, update_record
from activities.models import ActivityRecord, Gathering, GatheringBranch
from activities.rules.states import TransitionError
from tests.activities import factories as life
from tests.activities.test_signup_at_once import at_once
from tests.activities.test_two_at_once import second_while_first_is_open
from tests.personas import build_world


def prepared():
    world = build_world()
    host = life.announcement(world.secretary_a, world.branch_a, days=0, start="00:00", end="01:30")
    invitation = invite_branch(by=world.secretary_a, share=host, branch=world.branch_b)
    return world, host, invitation


def writing(by, branch, share):
    record = ActivityRecord.objects.get(share=share)
    facts, marks = life.facts(start="00:00", end="01:30"), life.marks(branch)
    return lambda: update_record(by=by, record=record, version=record.version, facts=facts, marks=marks)


def test_both_branches_write_at_once(committed_db):
    world, host, invitation = prepared()
    guest = accept_invitation(by=world.secretary_b, invitation=invitation)
    errors = at_once(
        writing(world.secretary_a, world.branch_a, host), writing(world.secretary_b, world.branch_b, guest)
    )
    assert errors == []
    assert Gathering.objects.get().state == "held"
    assert ActivityRecord.objects.filter(state="recorded").count() == 2


def test_a_guest_does_not_write_up_what_the_host_calls_off(committed_db):
    world, host, invitation = prepared()
    guest = accept_invitation(by=world.secretary_b, invitation=invitation)
    write = writing(world.secretary_b, world.branch_b, guest)
    error = second_while_first_is_open(
        lambda: cancel_gathering(by=world.secretary_a, share=host, reason="防汛"), write
    )
    assert type(error).__name__ in (NotEditable.__name__, "Conflict")
    assert Gathering.objects.get().state == "cancelled"


def test_the_host_does_not_call_off_what_a_guest_writes_up(committed_db):
    world, host, invitation = prepared()
    guest = accept_invitation(by=world.secretary_b, invitation=invitation)
    error = second_while_first_is_open(
        writing(world.secretary_b, world.branch_b, guest),
        lambda: cancel_gathering(by=world.secretary_a, share=host, reason="防汛"),
    )
    assert isinstance(error, TransitionError)
    assert Gathering.objects.get().state == "held"


def test_accepting_twice_at_once_makes_one_share(committed_db):
    world, _, invitation = prepared()

    def accept() -> None:
        accept_invitation(by=world.secretary_b, invitation=invitation)

    assert at_once(accept, accept, accept) == []
    assert GatheringBranch.objects.filter(branch=world.branch_b).count() == 1
