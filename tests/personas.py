"""The few named people and organisations that every test uses, with fixed meanings.

    committee  ── general_branch ── branch_a (secretary_a, officer_a, cell_leader_a, member_a, six more; cells a1, a2)
               │                  └─ branch_b (secretary_b, member_b: the outsiders next door)
               └─ branch_d (secretary_d; under the committee itself)
    committee_x ── branch_x (secretary_x: the outsiders of another committee)

`staff` works for the committee, `staff_x` for the other one, `superuser` configures and reads no personal data.
"""

import datetime
from dataclasses import dataclass, field

from branch_portal.permissions import PLATFORM_LABELS
from members.models import Member, PartyOrganization, User
from tests import factories as make


@dataclass
class World:
    """The organisations and people by name; `users` by persona."""

    committee: PartyOrganization
    general_branch: PartyOrganization
    branch_a: PartyOrganization
    branch_b: PartyOrganization
    branch_d: PartyOrganization
    committee_x: PartyOrganization
    branch_x: PartyOrganization
    cell_a1: PartyOrganization
    cell_a2: PartyOrganization
    members_a: list[Member]
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


PERSONAS = (
    "secretary_a",
    "officer_a",
    "cell_leader_a",
    "member_a",
    "secretary_b",
    "member_b",
    "secretary_d",
    "secretary_x",
    "staff",
    "staff_x",
    "superuser",
)


def build_world() -> World:
    committee = make.organization("committee", name="清源镇党委")
    general = make.organization("general_branch", parent=committee, name="清源村党总支")
    a = make.organization(parent=general, name="清源村第一党支部", has_committee=True)
    b = make.organization(parent=general, name="清源村第二党支部")
    d = make.organization(parent=committee, name="镇机关党支部", unit_category="government_organ")
    a1 = make.organization("cell", parent=a, name="第一党小组")
    a2 = make.organization("cell", parent=a, name="第二党小组")
    committee_x = make.organization("committee", name="东湖镇党委")
    x = make.organization(parent=committee_x, name="东湖村党支部")

    names = [
        "安国强",
        "白春梅",
        "陈志远",
        "邓秀兰",
        "方建国",
        "高海燕",
        "何文斌",
        "金玉华",
        "李永明",
        "马晓东",
    ]
    pinyin = ["an guo qiang", "bai chun mei", "chen zhi yuan", "deng xiu lan", "fang jian guo", "gao hai yan",
              "he wen bin", "jin yu hua", "li yong ming", "ma xiao dong"]  # fmt: skip
    members = [
        make.member(a, name, name_pinyin=sound, cell=a1 if index < 5 else a2)
        for index, (name, sound) in enumerate(zip(names, pinyin, strict=True))
    ]
    members[9].category, members[9].confirmed_on = "probationary", None
    members[9].admitted_on = datetime.date(2026, 3, 1)
    members[9].save()
    secretary, officer, leader, ordinary = members[0], members[1], members[2], members[3]
    make.tenure(secretary, "secretary")
    make.tenure(officer, "organization")
    make.tenure(members[4], "publicity")
    make.tenure(leader, "cell_leader", a1)

    world = World(committee, general, a, b, d, committee_x, x, a1, a2, members)
    world.users = {
        "secretary_a": make.user("secretary_a", member=secretary),
        "officer_a": make.user("officer_a", member=officer),
        "cell_leader_a": make.user("cell_leader_a", member=leader),
        "member_a": make.user("member_a", member=ordinary, email="member_a@demo.example"),
    }
    for letter, branch in (("b", b), ("d", d), ("x", x)):
        head = make.member(branch, f"外部书记{letter}")
        make.tenure(head, "secretary")
        world.users[f"secretary_{letter}"] = make.user(f"secretary_{letter}", member=head)
    world.users["member_b"] = make.user("member_b", member=make.member(b, "外部党员乙"))
    world.users["staff"] = make.user("staff", display_name="镇党委组织委员")
    make.grant(world.users["staff"], "committee_staff", committee)
    world.users["staff_x"] = make.user("staff_x", display_name="东湖镇组织委员")
    make.grant(world.users["staff_x"], "committee_staff", committee_x)
    world.users["superuser"] = make.user("superuser", display_name="系统管理员", is_superuser=True)
    return world


def platform_accounts() -> dict[str, User]:
    """The three administrators of a platform that keeps them apart, by platform role; for tests that ask for them."""
    return {
        role.value: make.user(role.value, display_name=label, platform_role=role.value)
        for role, label in PLATFORM_LABELS.items()
    }
