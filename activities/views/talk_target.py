"""For which branch talks are logged, and how that branch's year stands, with names."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from activities.queries.talks import Person, coverage_of, keeps_talks, people_on
from activities.rules.talks import Coverage
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization


def may_log(user) -> bool:
    """Who keeps the records of a branch, and every member of one for the own talks."""
    own = user.member_id is not None and user.member.branch_id is not None
    return own or _kept(user).exists()


def log_branch(request, uid) -> tuple[PartyOrganization, bool]:
    """The branch that a log is for, and whether the user keeps its records; another's is 404."""
    user = request.user
    if not may_log(user):
        raise PermissionDenied
    own = user.member.branch if user.member_id else None
    if uid is not None:
        found = _kept(user).filter(uid=uid).first() or (own if own is not None and own.uid == uid else None)
    else:
        acting = request.acting.organization if request.acting else None
        found = acting if acting is not None and acting.is_branch and keeps_talks(user, acting) else None
        found = found or own or _kept(user).order_by("path").first()
    if found is None:
        raise Http404
    return found, keeps_talks(user, found)


def _kept(user):
    return PartyOrganization.objects.permitted(user, Permission.LOG_GATHERINGS).branches()


def gap_of(user, branch: PartyOrganization) -> dict:
    """This year of one branch, with the names that are missing, each with the way to log."""
    day = today_shanghai()
    stand = coverage_of([branch], day)[branch.pk]
    people = {person.pk: person for person in people_on(branch, day)}
    log = f"{reverse('activities:talk-new')}?for={branch.uid}" if keeps_talks(user, branch) else ""

    pairs = [[people[pk] for pk in pair] for pair in stand.committee_pairs if set(pair) <= set(people)]
    return {
        "year": day.year,
        "branch": branch,
        "stand": stand,
        "log": log,
        "stats": _stats(stand),
        "groups": [
            _named("还没有谈过", stand.untalked, people, log),
            _named("未与支委谈", stand.without_committee, people, log),
            _named("未与其他党员谈", stand.without_fellow, people, log),
        ],
        "pairs": [
            {"name": f"{one.name}与{other.name}", "url": f"{log}&one={one.uid}&with={other.uid}"}
            for one, other in pairs
        ],
    }


def _named(title: str, ids, people: dict[int, Person], log: str) -> dict:
    """People in official order, each with the address of a form that is filled with them."""
    wanted = set(ids)
    found = [person for pk, person in people.items() if pk in wanted]
    return {
        "title": title,
        "people": [{"name": person.name, "url": f"{log}&with={person.uid}"} for person in found],
    }


def _stats(stand: Coverage) -> list[dict]:
    share = "" if stand.share is None else f"覆盖率 {int(stand.share * 100)}%"
    return [
        {
            "label": "已谈党员",
            "value": f"{stand.covered} / {stand.total}",
            "unit": "人",
            "hint": share,
            "late": stand.level in ("late", "missing"),
        },
        *(
            {"label": label, "value": number, "unit": unit, "hint": "", "late": False}
            for label, number, unit in (
                ("支委之间还缺", len(stand.committee_pairs), "对"),
                ("未与支委谈", len(stand.without_committee), "人"),
                ("未与其他党员谈", len(stand.without_fellow), "人"),
            )
        ),
    ]
