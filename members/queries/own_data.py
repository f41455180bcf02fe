"""All that the portal keeps of one member, for that member: open values, and who opened or exported them (PIPL §45)."""

import datetime
from typing import Any

from django.db.models import Q

from branch_portal.dates import local_datetime
from members.actions.people import ENTERED_FIELDS
from members.models import Member, PartyOrganization, PersonalDataAccess
from members.queries.cards import affiliations_of, commendations_of, tenures_of
from members.queries.dictionaries import label_of

_CODED = ("ethnicity", "education", "degree", "job_post", "new_stratum", "admission_type")
ACCESSES_SHOWN = 200

Row = dict[str, Any]


def own_data(member: Member) -> dict[str, list[Row]]:
    """Section → rows of label → value; dates are dates, numbers of identity are text."""
    return {
        "基本信息": [_basic(member)],
        "组织关系": [
            {
                "党支部": row.branch.name,
                "党小组": row.cell.name if row.cell else "",
                "起": row.period.lower,
                "止": row.period.upper,
                "原因": row.reason,
            }
            for row in affiliations_of(member)
        ],
        "职务": [
            {
                "职务": row.get_post_display(),
                "任职组织": row.organization.name,
                "任职日期": row.period.lower,
                "免职日期": row.period.upper,
            }
            for row in tenures_of(member)
        ],
        "表彰": [
            {
                "表彰名称": row.title,
                "表彰级别": label_of("commendation_level", row.level),
                "授予单位": row.awarded_by,
                "表彰日期": row.awarded_on,
                "文号": row.reference,
            }
            for row in commendations_of(member)
        ],
        **_requests_and_accesses(member),
    }


def _requests_and_accesses(member: Member) -> dict[str, list[Row]]:
    return {
        "更正申请": [
            {
                "项目": str(getattr(Member._meta.get_field(row.field), "verbose_name", row.field)),
                "应为": row.proposed,
                "说明": row.note,
                "申请时间": row.asked_at,
                "状态": row.get_state_display(),
                "答复": row.reply,
            }
            for row in member.corrections.order_by("-asked_at")
        ],
        "删除和停止处理申请": [
            {
                "申请事项": row.get_kind_display(),
                "理由": row.reason,
                "申请时间": row.asked_at,
                "状态": row.get_state_display(),
                "依据": row.clause,
                "答复": row.reply,
            }
            for row in member.erasure_requests.order_by("-asked_at")
        ],
        "查看和导出记录": [
            {
                "时间": row.at,
                "用户": row.user_label,
                "动作": row.get_action_display(),
                "内容": row.field,
                "事由": row.reason,
            }
            for row in accesses_to(member)
        ],
    }


def accesses_to(member: Member):
    """Who opened or exported this member's data, the newest first.

    By name, and exports of the branch that the member was in on the day of the export, or of an organisation above it.
    """
    ours = Q(member_uid=member.uid)
    for organizations, since, until in _places(member):
        there = Q(action="export", member_uid__isnull=True, branch_id__in=organizations)
        there &= Q(at__gte=local_datetime(since))
        ours |= there & Q(at__lt=local_datetime(until)) if until else there
    return PersonalDataAccess.objects.filter(ours).order_by("-at", "-id")[:ACCESSES_SHOWN]


def _places(member: Member) -> list[tuple[list[int], datetime.date, datetime.date | None]]:
    """(branch and its superiors in today's tree, first day, first day after) of every affiliation. Two queries."""
    rows = list(member.affiliations.values_list("branch__path", "period"))
    step = PartyOrganization.steplen
    chains = {path: [path[:end] for end in range(step, len(path) + 1, step)] for path, _ in rows}
    above = {path for chain in chains.values() for path in chain}
    ids = dict(PartyOrganization.objects.filter(path__in=above).values_list("path", "pk"))
    return [
        ([ids[each] for each in chains[path] if each in ids], period.lower, period.upper)
        for path, period in rows
    ]


def _basic(member: Member) -> Row:
    found: Row = {}
    for name in ENTERED_FIELDS:
        found[str(getattr(Member, name).field.verbose_name)] = _value(member, name)
    found["党籍状态"] = member.get_standing_display()
    found["失去联系日期"] = member.lost_contact_on
    found["外出日期"] = member.floating_since
    found["外出流向"] = member.floating_destination
    return found


def _value(member: Member, name: str) -> Any:
    value = getattr(member, name)
    if name in _CODED:
        return label_of(name, value)
    if name == "birth_date":
        return datetime.date.fromisoformat(value) if value else None
    if isinstance(value, bool):
        return "是" if value else "否"
    display = getattr(member, f"get_{name}_display", None)
    return display() if display else value
