"""An organisation as of a day: its names, its posts, its term. Constant queries, whatever the number of organisations."""

from collections import defaultdict

from django.db.models import Q

from branch_portal.permissions import Permission
from members.models import CommitteeTerm, PartyOrganization, PostTenure
from members.queries.history import OrganizationThen, organizations_on
from supervision.queries.fill_sources import VALUE, Asked, FillSource, fill_source

_GROUP = "党组织"
_Post = PostTenure.Post
_COMMITTEE = [post for post in _Post.values if post not in (_Post.CELL_LEADER,)]


def _then(asked: Asked) -> dict[int, OrganizationThen]:
    return organizations_on(asked.day, [unit.organization.pk for unit in asked.units])


def _named(read):
    """A column of that day, of today where it did not exist yet."""

    def fetch(asked: Asked) -> dict:
        then = asked.once("organizations", _then)
        return {
            unit.organization.pk: read(then.get(unit.organization.pk) or unit.organization)
            for unit in asked.units
        }

    return fetch


def _own(read):
    return lambda asked: {unit.organization.pk: read(unit.organization) for unit in asked.units}


def _tenures(asked: Asked) -> dict[int, list[tuple[str, int, str]]]:
    """Organisation id → (post, member, name) of the day."""
    rows = (
        PostTenure.objects.permitted(asked.user, Permission.VIEW_ROSTER)
        .on(asked.day)
        .filter(organization__in=[unit.organization.pk for unit in asked.units], post__in=_COMMITTEE)
        .order_by("pk")
        .values_list("organization_id", "post", "member_id", "member__name")
    )
    found: dict[int, list[tuple[str, int, str]]] = defaultdict(list)
    for organization, post, member, name in rows:
        found[organization].append((post, member, name))
    return found


def _holders(*posts: str):
    def fetch(asked: Asked) -> dict[int, str]:
        tenures = asked.once("tenures", _tenures)
        return {
            unit.organization.pk: "、".join(
                dict.fromkeys(
                    name for post, _, name in tenures.get(unit.organization.pk, ()) if post in posts
                )
            )
            for unit in asked.units
        }

    return fetch


def _committee_size(asked: Asked) -> dict[int, int]:
    tenures = asked.once("tenures", _tenures)
    return {
        unit.organization.pk: len({member for _, member, _ in tenures.get(unit.organization.pk, ())})
        for unit in asked.units
    }


def _terms(asked: Asked) -> dict[int, CommitteeTerm]:
    rows = CommitteeTerm.objects.permitted(asked.user, Permission.FILL_FORMS).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=asked.day),
        organization__in=[unit.organization.pk for unit in asked.units],
        elected_on__lte=asked.day,
    )
    return {term.organization_id: term for term in rows.order_by("elected_on", "pk")}


def _term(read):
    def fetch(asked: Asked) -> dict:
        terms = asked.once("terms", _terms)
        return {
            unit.organization.pk: read(terms[unit.organization.pk]) if unit.organization.pk in terms else ""
            for unit in asked.units
        }

    return fetch


def _cells(asked: Asked) -> dict[int, int]:
    """Cells of the day, counted under their branches."""
    found: dict[str, int] = defaultdict(int)
    cells = PartyOrganization.objects.permitted(asked.user, Permission.FILL_FORMS).existing_on(asked.day)
    for path in cells.filter(kind=PartyOrganization.Kind.CELL).values_list("path", flat=True):
        found[path[: -PartyOrganization.steplen]] += 1
    return {
        unit.organization.pk: sum(found.get(branch.path, 0) for branch in unit.branches)
        for unit in asked.units
    }


def _value(key: str, label: str, fetch, **more) -> FillSource:
    return FillSource(key, _GROUP, label, VALUE, fetch, **more)


_NAMES = {"permission": Permission.VIEW_ROSTER}

fill_source(
    _value("organization_name", "党组织全称", _named(lambda o: o.name)),
    _value("organization_short_name", "党组织简称", _named(lambda o: o.short_name or o.name)),
    _value("organization_code", "组织代码", _own(lambda o: o.code)),
    _value("organization_founded", "成立日期", _own(lambda o: o.founded_on)),
    _value("organization_unit", "所在单位名称", _own(lambda o: o.unit_name)),
    _value("organization_unit_kind", "单位类别", _own(lambda o: o.get_unit_category_display())),
    _value("organization_contact", "联系人", _own(lambda o: o.contact_name)),
    _value("organization_phone", "联系电话（办公）", _own(lambda o: o.contact_phone)),
    _value("secretary", "书记姓名", _holders(_Post.SECRETARY), **_NAMES),
    _value("deputy_secretary", "副书记姓名", _holders(_Post.DEPUTY_SECRETARY), **_NAMES),
    _value("organizer", "组织委员姓名", _holders(_Post.ORGANIZATION), **_NAMES),
    _value("publicist", "宣传委员姓名", _holders(_Post.PUBLICITY), **_NAMES),
    _value("discipline_officer", "纪检委员姓名", _holders(_Post.DISCIPLINE), **_NAMES),
    _value("committee_size", "书记、委员人数", _committee_size, **_NAMES),
    _value("term_elected", "本届选举日期", _term(lambda term: term.elected_on)),
    _value("term_ends", "任期届满日期", _term(lambda term: term.last_day)),
    _value("cell_count", "党小组数", _cells),
)
