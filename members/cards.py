"""A member's card: the sixteen national items in their official order, sealed ones masked (domain 3.1, reliability 5.1)."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from branch_portal.dates import format_date_cn, today_shanghai
from members.models import Member
from members.queries.dictionaries import label_of
from members.rules.phone import mask_address, mask_id_number, mask_landline, mask_mobile
from members.rules.roster import is_floating, party_standing_years

SEALED_LABELS = {
    "id_number": "公民身份号码",
    "birth_date": "出生日期",
    "mobile": "手机号",
    "landline": "固定电话",
    "home_address": "家庭住址",
    "registered_address": "户籍所在地",
}

MASKS: dict[str, Callable[[str], str]] = {
    "id_number": mask_id_number,
    "birth_date": lambda value: f"{value[:4]}年**月**日",
    "mobile": mask_mobile,
    "landline": mask_landline,
    "home_address": mask_address,
    "registered_address": mask_address,
}


@dataclass(frozen=True)
class Fact:
    """One line of the card; `sealed` names the field that may be revealed here."""

    label: str
    value: str
    sealed: str = ""


def masked(member: Member, field: str) -> str:
    value = getattr(member, field)
    return MASKS[field](value) if value else ""


def shown_in_full(member: Member, field: str) -> str:
    """The open value of a sealed field, as it is read."""
    value = getattr(member, field)
    if field == "birth_date" and value:
        return _day(datetime.date.fromisoformat(value))
    return value or "未登记"


def national_facts(member: Member) -> list[Fact]:
    """The sixteen items; both telephones are item 12."""
    floating = is_floating(member.floating_since, today_shanghai())
    return [
        Fact("姓名", member.name),
        _sealed(member, "id_number"),
        Fact("性别", member.get_gender_display()),
        Fact("民族", label_of("ethnicity", member.ethnicity)),
        _sealed(member, "birth_date"),
        Fact("学历", label_of("education", member.education)),
        Fact("人员类别", member.get_category_display()),
        Fact("所在党支部", member.branch.name if member.branch else ""),
        Fact("入党日期", _day(member.admitted_on)),
        Fact("转为正式党员日期", _day(member.confirmed_on)),
        Fact("工作岗位", label_of("job_post", member.job_post)),
        _sealed(member, "mobile"),
        _sealed(member, "landline"),
        _sealed(member, "home_address"),
        Fact("党籍状态", member.get_standing_display()),
        Fact(
            "是否失联党员",
            f"是，{_day(member.lost_contact_on)}起失去联系" if member.lost_contact_on else "否",
        ),
        Fact("是否流动党员", _floating_text(member) if floating else "否"),
    ]


#: National items that every card should have; a confirmation date only when full, one telephone is enough.
REQUIRED = {
    "name": "姓名",
    "id_number": "公民身份号码",
    "gender": "性别",
    "ethnicity": "民族",
    "birth_date": "出生日期",
    "education": "学历",
    "category": "人员类别",
    "admitted_on": "入党日期",
    "confirmed_on": "转为正式党员日期",
    "job_post": "工作岗位",
    "mobile": "手机号或固定电话",
    "home_address": "家庭住址",
}


def missing_items(member: Member) -> list[str]:
    """Labels of the required national items that the card lacks."""
    return [
        label
        for field, label in REQUIRED.items()
        if not (field == "confirmed_on" and not member.is_full)
        and not getattr(member, field)
        and not (field == "mobile" and member.landline)
    ]


def completeness(member: Member) -> int:
    """信息完整度 in per cent of the required national items."""
    asked = len(REQUIRED) - (0 if member.is_full else 1)
    return (asked - len(missing_items(member))) * 100 // asked


def further_facts(member: Member) -> list[Fact]:
    """What the portal keeps beyond the national items."""
    years = party_standing_years(member.confirmed_on, today_shanghai(), member.standing_correction)
    return [
        Fact("党小组", str(member.cell) if member.cell else ""),
        Fact("学位", label_of("degree", member.degree)),
        Fact("籍贯", member.native_place),
        _sealed(member, "registered_address"),
        Fact("申请入党日期", _day(member.applied_on)),
        Fact("入党类型", label_of("admission_type", member.admission_type)),
        Fact("入党时所在支部", member.admitted_branch),
        Fact("延长预备期至", _day(member.extension_until)),
        Fact("参加工作日期", _day(member.work_started_on)),
        Fact("工作单位及职务", member.employer),
        Fact("从事专业技术职务", member.professional_title),
        Fact("新社会阶层类型", label_of("new_stratum", member.new_stratum)),
        Fact("是否农民工", "是" if member.is_migrant_worker else "否"),
        Fact("党龄", f"{years} 年" if member.confirmed_on else ""),
        Fact("党员领导干部", "是" if member.is_leading_official else "否"),
    ]


def _sealed(member: Member, field: str) -> Fact:
    value = masked(member, field)
    return Fact(SEALED_LABELS[field], value, field if value else "")


def _floating_text(member: Member) -> str:
    place = f"，流向{member.floating_destination}" if member.floating_destination else ""
    return f"是，{_day(member.floating_since)}外出{place}"


def _day(day: datetime.date | None) -> str:
    return format_date_cn(day).split("（")[0] if day else ""
