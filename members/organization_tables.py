"""How organisations are shown: the columns of a level, the items of one, and its history in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html

from branch_portal.dates import format_date_cn
from branch_portal.permissions import Permission
from branch_portal.tables import Column
from members.models import OrganizationChange, PartyOrganization, PostTenure, User
from members.queries.organization_facts import StructureThen

_Kind, _Change = PartyOrganization.Kind, OrganizationChange.Kind


@dataclass(frozen=True)
class ListedOrganization:
    """One row: names and findings only for whoever may read them there."""

    structure: StructureThen
    url: str
    user: User

    @property
    def head(self) -> str:
        return self.structure.head if sees_names(self.user, self.structure.organization) else ""

    @property
    def findings(self) -> str:
        organization = self.structure.organization
        if organization.kind == _Kind.CELL or not self.user.access.may(Permission.VIEW_ROSTER, organization):
            return ""
        count = len(self.structure.findings)
        return f"{count} 条提示" if count else "无"


def sees_names(user: User, organization: PartyOrganization) -> bool:
    """Members of the branch and whoever keeps or supervises it; not the system administrator."""
    return user.access.may(Permission.VIEW_RECORDS, organization)


def organization_columns() -> list[Column]:
    return [
        Column("名称", lambda row: row.structure.then.name, _link),
        Column("类别", lambda row: row.structure.organization.get_kind_display()),
        Column("党员", lambda row: row.structure.count.members, numeric=True),
        Column("正式党员", lambda row: row.structure.count.full, numeric=True),
        Column("书记或组长", lambda row: row.head),
        Column("组织设置", lambda row: row.findings),
        Column("操作", lambda row: "", _actions, export=False),
    ]


def _link(row: ListedOrganization):
    return format_html('<a href="{}">{}</a>', row.url, row.structure.then.name)


def _actions(row: ListedOrganization):
    return format_html(
        '<a href="{}">查看<span class="visually-hidden">{}</span></a>', row.url, row.structure.then.name
    )


def facts_of(
    organization: PartyOrganization, structure: StructureThen | None, user: User
) -> list[tuple[str, str]]:
    """The ten items of an organisation (3.1) and its numbers, as of the day of the structure."""
    then = structure.then if structure else organization
    formation = PartyOrganization.Formation(then.formation).label
    unit = PartyOrganization.UnitCategory(then.unit_category).label if then.unit_category else ""
    names = sees_names(user, organization)
    is_cell = organization.kind == _Kind.CELL
    facts = [
        ("党组织名称", then.name),
        ("党小组组长" if is_cell else "书记", structure.head if structure and names else ""),
        ("组织类别", organization.get_kind_display()),
        ("组织代码", organization.code),
        ("成立日期", organization.founded_on.isoformat()),
        (
            "党员",
            f"{structure.count.members} 人，其中正式党员 {structure.count.full} 人" if structure else "",
        ),
    ]
    if organization.kind == _Kind.BRANCH:
        facts.append(("其他职务", posts_text(structure) if structure and names else ""))
        facts += [("组建方式", formation), ("支部委员会", "设立" if then.has_committee else "不设")]
    if not is_cell:
        facts += [
            ("联系人", organization.contact_name if names else ""),
            ("联系电话", organization.contact_phone if names else ""),
            ("单位类别", unit),
            ("所在单位名称", organization.unit_name),
            ("统一社会信用代码", organization.unit_credit_code),
            ("覆盖单位数", str(organization.units_covered)),
        ]
    if structure and structure.term:
        facts.append(("任期届满", structure.term.last_day.isoformat()))
    if organization.abolished_on:
        facts.append(("撤销日期", organization.abolished_on.isoformat()))
    return facts


def posts_text(structure: StructureThen) -> str:
    """副书记：某某；组织委员：某某: who holds the branch's posts besides the secretary, in the order of posts."""
    order = list(PostTenure.Post)
    held = [tenure for tenure in structure.holders if tenure.post != PostTenure.Post.SECRETARY]
    held.sort(key=lambda tenure: order.index(PostTenure.Post(tenure.post)))
    return "；".join(
        f"{tenure.get_post_display().removeprefix('党支部')}：{tenure.member.name}" for tenure in held
    )


def timeline(changes: Iterable[OrganizationChange]) -> list[dict]:
    """What happened, latest first: day, what, in which words, why."""
    return [
        {
            "day": format_date_cn(change.effective_on),
            "what": change.get_kind_display(),
            "text": "；".join(_words(change)),
            "reason": change.reason,
        }
        for change in changes
    ]


def _words(change: OrganizationChange) -> list[str]:
    words = []
    if change.name:
        words.append(f"名称：{change.name}")
    if change.parent:
        words.append(f"上级：{change.parent.name}")
    if change.other:
        words.append(f"相关党组织：{change.other.name}")
    if change.kind != _Change.FOUNDED:
        if change.formation:
            words.append(f"组建方式：{change.get_formation_display()}")
        if change.unit_category:
            words.append(f"单位类别：{change.get_unit_category_display()}")
        if change.has_committee is not None:
            words.append("设立支部委员会" if change.has_committee else "不设支部委员会")
    return words
