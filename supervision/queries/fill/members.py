"""Members of a day in numbers, by branch, from their affiliations: one query for all figures."""

from django.db.models import Count, Exists, F, OuterRef, Q

from branch_portal.permissions import Permission
from members.models import Affiliation, Member, MemberStatus
from supervision.queries.fill_sources import VALUE, Asked, FillSource, fill_source, sums
from supervision.rules.statistics_layouts import NO_MINORITY

_GROUP = "党员人数（截至期末）"
_AGES = {"30 岁及以下": (0, 30), "31 至 35 岁": (31, 35), "36 至 45 岁": (36, 45), "46 至 55 岁": (46, 55),
         "56 至 60 岁": (56, 60), "61 岁及以上": (61, 200)}  # fmt: skip
_GRADUATE = ("11", "12", "13", "14", "15")
_UNIVERSITY = ("21", "23", "24", "25", "26")
_COLLEGE = ("22", "27", "28")
_SECONDARY = ("41", "42", "43", "61")


def _status(kind: str) -> Q:
    """Having a status of the day; the day is put in when it is asked."""
    return Q(**{f"has_{kind}": True})


def _education(*codes: str) -> Q:
    return Q(member__education__in=codes)


def _conditions(asked: Asked) -> dict[str, Q]:
    full = Q(member__confirmed_on__lte=asked.day)
    female = Q(member__gender=Member.Gender.FEMALE)
    kinds = MemberStatus.Kind
    found = {
        "members": Q(),
        "members_full": full,
        "members_probationary": ~full | Q(member__confirmed_on__isnull=True),
        "members_male": ~female,
        "members_female": female,
        "members_minority": ~Q(member__ethnicity__in=NO_MINORITY),
        "members_graduate": _education(*_GRADUATE),
        "members_university": _education(*_UNIVERSITY),
        "members_college": _education(*_COLLEGE),
        "members_college_up": _education(*_GRADUATE, *_UNIVERSITY, *_COLLEGE),
        "members_secondary": _education(*_SECONDARY),
        "members_junior": ~_education("", *_GRADUATE, *_UNIVERSITY, *_COLLEGE, *_SECONDARY),
        "members_floating": _status(kinds.FLOATING),
        "members_lost": _status(kinds.OUT_OF_CONTACT),
    }
    for label, (least, most) in _AGES.items():
        years = (asked.day.year - most, asked.day.year - least)
        found[_age_key(label)] = Q(member__birth_year__range=years)
    return found


def _age_key(label: str) -> str:
    return f"members_age_{_AGES[label][0]}"


def _counts(asked: Asked) -> dict[int, dict[str, int]]:
    """Branch id → figure → number; whose membership is suspended is not counted."""
    statuses = MemberStatus.objects.on(asked.day).filter(member=OuterRef("member_id"))
    kinds = MemberStatus.Kind
    rows = (
        Affiliation.objects.permitted(asked.user, Permission.FILL_FORMS)
        .on(asked.day)
        .filter(branch__in=asked.branch_ids)
        .filter(~Exists(statuses.filter(kind=kinds.SUSPENDED)))
        .annotate(
            **{
                f"has_{kind}": Exists(statuses.filter(kind=kind))
                for kind in (kinds.FLOATING, kinds.OUT_OF_CONTACT)
            }
        )
        .order_by()
        .values(place=F("branch_id"))
        .annotate(**{key: Count("pk", filter=condition) for key, condition in _conditions(asked).items()})
    )
    return {row.pop("place"): row for row in rows}


def _figure(key: str):
    def fetch(asked: Asked) -> dict[int, int]:
        counts = asked.once("members", _counts)
        return sums(asked, {branch: row[key] for branch, row in counts.items()})

    return fetch


_LABELS = {
    "members": "党员总数",
    "members_full": "正式党员",
    "members_probationary": "预备党员",
    "members_male": "男党员",
    "members_female": "女党员",
    "members_minority": "少数民族党员",
    **{_age_key(label): label for label in _AGES},
    "members_graduate": "研究生",
    "members_university": "大学本科",
    "members_college": "大学专科",
    "members_college_up": "大专及以上",
    "members_secondary": "高中、中专",
    "members_junior": "初中及以下（含其他）",
    "members_floating": "外出党员",
    "members_lost": "失去联系党员",
}

fill_source(*(FillSource(key, _GROUP, label, VALUE, _figure(key)) for key, label in _LABELS.items()))
