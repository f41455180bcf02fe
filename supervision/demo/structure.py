"""The township: a committee, two general branches, twelve branches of all sectors, and how well each of them does."""

import datetime
from dataclasses import dataclass, field

from members.actions.organizations import create_organization
from members.models import PartyOrganization

CODE_PREFIX = "DEMO-"


@dataclass(frozen=True)
class BranchPlan:
    """One branch to be: its size and sector, and the habits that its two years are drawn from.

    `diligence` is the share of owed meetings that are held, `attendance` the share of members who come.
    """

    key: str
    name: str
    short_name: str
    category: str
    size: int
    ages: tuple[int, int]
    jobs: tuple[str, ...]
    parent: str = "committee"
    cells: int = 0
    diligence: float = 0.97
    attendance: float = 0.9
    formation: str = "sole"
    theme_day: int = 5
    place: str = "党员活动室"
    floating: int = 0


@dataclass
class Township:
    committee: PartyOrganization
    branches: dict[str, PartyOrganization] = field(default_factory=dict)
    cells: dict[str, list[PartyOrganization]] = field(default_factory=dict)


GENERAL_BRANCHES = {
    "village": ("中共清源镇清河村总支部委员会", "清河村党总支"),
    "community": ("中共清源镇向阳社区总支部委员会", "向阳社区党总支"),
}

_FARM, _RETIRED, _STREET = ("1", "1", "1", "113", "59"), ("4",), ("51", "4", "52", "4", "53")

BRANCHES = (
    BranchPlan("village_1", "中共清源镇清河村第一支部委员会", "清河村第一党支部", "village", 30, (22, 78), _FARM,
               parent="village", cells=3, attendance=0.92, place="清河村党群服务中心"),
    BranchPlan("village_2", "中共清源镇清河村第二支部委员会", "清河村第二党支部", "village", 28, (24, 80), _FARM,
               parent="village", diligence=0.85, attendance=0.82, floating=3, place="清河村文化礼堂"),
    BranchPlan("community_1", "中共清源镇向阳社区第一支部委员会", "向阳社区第一党支部", "community", 32, (26, 79), _STREET,
               parent="community", cells=2, attendance=0.88, theme_day=10, place="向阳社区党群服务中心"),
    BranchPlan("community_2", "中共清源镇向阳社区第二支部委员会", "向阳社区第二党支部", "community", 22, (26, 76), _STREET,
               parent="community", diligence=0.9, attendance=0.86, theme_day=10, place="向阳社区党群服务中心"),
    BranchPlan("organ", "中共清源镇机关支部委员会", "清源镇机关党支部", "government_organ", 26, (24, 59), ("011",),
               diligence=1.0, attendance=0.95, place="镇政府二楼会议室"),
    BranchPlan("school", "中共清源中学支部委员会", "清源中学党支部", "school", 24, (25, 59), ("013", "013", "012"),
               attendance=0.95, theme_day=15, place="清源中学报告厅"),
    BranchPlan("clinic", "中共清源镇卫生院支部委员会", "清源镇卫生院党支部", "public_institution", 18, (25, 58), ("013", "012"),
               diligence=0.92, attendance=0.84, theme_day=15, place="卫生院会议室"),
    BranchPlan("water", "中共清源供水有限公司支部委员会", "清源供水公司党支部", "state_enterprise", 30, (24, 59),
               ("016", "015", "014"), cells=3, attendance=0.9, theme_day=20, place="供水公司职工之家"),
    BranchPlan("machines", "中共清源机械有限公司支部委员会", "清源机械公司党支部", "non_public_enterprise", 14, (24, 52),
               ("025", "022", "021"), diligence=0.72, attendance=0.8, theme_day=20, place="公司会议室", floating=1),
    BranchPlan("chamber", "中共清源镇商会联合支部委员会", "清源镇商会联合党支部", "social_organization", 6, (28, 60),
               ("023", "024", "52"), diligence=0.55, attendance=0.75, formation="joint", theme_day=25, place="镇商会办公室"),
    BranchPlan("retirees", "中共清源镇离退休干部支部委员会", "离退休干部党支部", "retirees", 48, (61, 88), _RETIRED,
               cells=4, diligence=1.0, attendance=0.9, place="老年活动中心"),
    BranchPlan("floating", "中共清源镇驻外流动党员支部委员会", "驻外流动党员党支部", "floating", 42, (22, 50),
               ("113", "53", "52"), diligence=0.6, attendance=0.6, theme_day=28, place="线上会议室", floating=6),
)  # fmt: skip

#: The branch of the demo secretary and member (exactly thirty people on its roll), and the outsider's.
HOME, ELSEWHERE = "village_1", "community_1"


def build_township(founded_on: datetime.date) -> Township:
    """Found every organisation, each with its row of history."""

    def found(parent, kind, name, short_name, code, sort_number, **fields):
        return create_organization(
            by=None, parent=parent, kind=kind, name=name, short_name=short_name, code=f"{CODE_PREFIX}{code}",
            founded_on=founded_on, reason="演示数据", sort_number=sort_number, **fields,
        )  # fmt: skip

    committee = found(None, "committee", "中共清源镇委员会", "清源镇党委", "01", 1)
    parents = {"committee": committee}
    for number, (key, (name, short_name)) in enumerate(GENERAL_BRANCHES.items(), start=1):
        parents[key] = found(committee, "general_branch", name, short_name, f"01-G{number}", number)
    township = Township(committee)
    for number, plan in enumerate(BRANCHES, start=1):
        branch = found(
            parents[plan.parent], "branch", plan.name, plan.short_name, f"01-{number:02d}", number * 10,
            unit_category=plan.category, formation=plan.formation, has_committee=plan.size >= 8,
            theme_day_number=plan.theme_day, usual_place=plan.place,
        )  # fmt: skip
        township.branches[plan.key] = branch
        township.cells[plan.key] = [
            found(branch, "cell", f"{plan.short_name}第{'一二三四'[index]}党小组", f"第{'一二三四'[index]}党小组",
                  f"01-{number:02d}-{index + 1}", index + 1)
            for index in range(plan.cells)
        ]  # fmt: skip
    return township
