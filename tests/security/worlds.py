"""Places beside branch A: neighbours whose keys and names begin like A's, and a whole foreign committee that mirrors A's.

    committee ── general_branch ── branch_a, branch_b, branch_p (prefix sibling: its key, name and path begin like A's)
               └─ general_h (the other subtree; staff_h)
    committee_m ── general_m ── branch_m (as A: its people bear the names of A's), branch_n, and branch_o

`staff_g` works for the general branch: above A, below the committee. `cell_leader_a2` leads the cell beside A's first one.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import timezone

from activities.models import ActivityRecord, HolidayTable, RollSheet
from branch_portal.dates import today_shanghai
from learning.models import ExternalRule, StudyCertificate
from members.models import PartyOrganization, SignInSession, User
from notices.models import CalendarFeed
from tests import factories as make
from tests.access_objects import objects_of_branch_a
from tests.personas import World

#: Whose place in the tree is like whose: what the access table says of one holds for the other.
LIKE = {
    "secretary_p": "secretary_d",
    "staff_g": "staff",
    "staff_h": "staff_x",
    "cell_leader_a2": "cell_leader_a",
}


@dataclass(frozen=True)
class Neighbours:
    branch_p: PartyOrganization
    general_h: PartyOrganization
    users: dict[str, User]


def neighbours(world: World) -> Neighbours:
    """Kept out of `World`, which most tests need small."""
    branch_p = _with_key_like(
        world.branch_a, parent=world.general_branch, name=f"{world.branch_a.name}（二）"
    )
    general_h = make.organization(
        "general_branch", parent=world.committee, name=f"{world.general_branch.name}二"
    )
    head = make.member(branch_p, "安国强")
    make.tenure(head, "secretary")
    make.tenure(world.members_a[8], "cell_leader", world.cell_a2)
    users = {
        "secretary_p": make.user("secretary_ap", member=head),
        "cell_leader_a2": make.user("cell_leader_a2", member=world.members_a[8]),
        "staff_g": make.user("staff_g", display_name="总支干事"),
        "staff_h": make.user("staff_h", display_name="二总支干事"),
    }
    make.grant(users["staff_g"], "committee_staff", world.general_branch)
    make.grant(users["staff_h"], "committee_staff", general_h)
    return Neighbours(branch_p, general_h, users)


def _with_key_like(branch: PartyOrganization, *, parent, name: str) -> PartyOrganization:
    """A sibling whose key begins with the branch's: 12 and 12007."""
    return make.organization(parent=parent, name=name, id=int(f"{branch.pk}007"))


def everything_of(world: World) -> dict[str, object]:
    """One of every object, and what only lists ask for: who is lost, who is away, a record that was sent back."""
    things = objects_of_branch_a(world)
    day = today_shanghai() - datetime.timedelta(days=200)
    make.status(world.members_a[6], "out_of_contact", since=day)
    make.status(world.members_a[7], "floating", since=day)
    ActivityRecord.objects.filter(pk=things["meeting"].pk).update(  # type: ignore[attr-defined]
        state="returned", returned_reason="请补充", returned_at=timezone.now()
    )
    return things


def mirror(world: World) -> tuple[World, dict[str, object]]:
    """Another committee with a branch like A, its people's names A's, and one of every object that A has."""
    twin = _twin(world)
    with _other_keys():
        things = everything_of(twin)
    # Rules for the whole portal are nobody's: a second set of them would be seen by everybody, rightly.
    HolidayTable.objects.filter(year=2032).delete()
    ExternalRule.objects.filter(from_year=2031).delete()
    return twin, things


def _twin(world: World) -> World:
    committee = make.organization("committee", name=f"{world.committee.name}二")
    general = make.organization("general_branch", parent=committee, name=world.general_branch.name)
    m, n, o = (
        make.organization(parent=general, name=name)
        for name in (world.branch_a.name, world.branch_b.name, world.branch_d.name)
    )
    cells = [make.organization("cell", parent=m, name=cell.name) for cell in (world.cell_a1, world.cell_a2)]
    committee_x = make.organization("committee", name=f"{world.committee_x.name}二")
    people = [
        make.member(m, person.name, name_pinyin=person.name_pinyin, cell=cells[index > 4])
        for index, person in enumerate(world.members_a)
    ]
    for person, post in ((people[0], "secretary"), (people[1], "organization"), (people[4], "publicity")):
        make.tenure(person, post)
    make.tenure(people[2], "cell_leader", cells[0])
    twin = World(
        committee, general, m, n, o, committee_x, make.organization(parent=committee_x), *cells, people
    )
    twin.users = dict(_users(twin))
    return twin


def _users(twin: World) -> Iterator[tuple[str, User]]:
    for name, person in zip(
        ("secretary_a", "officer_a", "cell_leader_a", "member_a"), twin.members_a, strict=False
    ):
        yield name, make.user(f"{name}_m", member=person)
    for letter, branch in (("b", twin.branch_b), ("d", twin.branch_d), ("x", twin.branch_x)):
        head = make.member(branch, f"外部书记{letter}")
        make.tenure(head, "secretary")
        yield f"secretary_{letter}", make.user(f"secretary_{letter}_m", member=head)
    yield "member_b", make.user("member_b_m", member=make.member(twin.branch_b, "外部党员乙"))
    for name, committee in (("staff", twin.committee), ("staff_x", twin.committee_x)):
        account = make.user(f"{name}_m", display_name="镇党委组织委员")
        make.grant(account, "committee_staff", committee)
        yield name, account
    yield "superuser", make.user("superuser_m", display_name="系统管理员", is_superuser=True)


#: What exists once in the whole portal: the second set takes another.
_ONCE = {
    HolidayTable: {"year": 2032},
    CalendarFeed: {"token_hash": "1" * 64},
    StudyCertificate: {"code": "3333333333"},
    RollSheet: {"code": "M2P7K"},
    ExternalRule: {"from_year": 2031},
    SignInSession: {"session_key": "of-member-m"},
}


@contextmanager
def _other_keys() -> Iterator[None]:
    """Objects are made by functions that know one branch A: what is unique in them is another's for a while."""
    from django.db.models.signals import pre_save

    def renumber(sender, instance, **_):
        for name, value in _ONCE.get(sender, {}).items():
            setattr(instance, name, value)

    pre_save.connect(renumber)
    try:
        yield
    finally:
        pre_save.disconnect(renumber)
