"""Who am I acting for: worked out once per request, put on the request, told to the database."""

from dataclasses import dataclass

from branch_portal.database import set_context
from branch_portal.scoping import Scope
from members.models import PartyOrganization

SESSION_KEY = "acting_for"


@dataclass(frozen=True)
class Acting:
    """The role in which the user works now: it chooses defaults; it never widens what `access` allows."""

    organization: PartyOrganization
    label: str
    choices: tuple

    @property
    def organization_name(self) -> str:
        return self.organization.name

    @property
    def post_label(self) -> str:
        return self.label


def _acting(user, chosen: str | None) -> Acting | None:
    reaches = sorted(user.access.reaches, key=lambda reach: -len(reach.permissions))
    if not reaches:
        return None
    by_organization = {str(reach.organization.uid): reach for reach in reversed(reaches)}
    current = by_organization.get(chosen or "") or reaches[0]
    choices = tuple((uid, f"{reach.organization} · {reach.label}") for uid, reach in by_organization.items())
    return Acting(organization=current.organization, label=current.label, choices=choices)


class ActingForMiddleware:
    """Sets `request.acting` and the transaction's scope; the only place that reads the session's choice."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.acting = None
        if request.user.is_authenticated:
            request.acting = _acting(request.user, request.session.get(SESSION_KEY))
            set_context(
                user=request.user,
                scope=request.user.access.widest,
                url=request.path,
                ip=request.META.get("REMOTE_ADDR", ""),
                request=request.id,
            )
        else:
            set_context(
                scope=Scope(), url=request.path, ip=request.META.get("REMOTE_ADDR", ""), request=request.id
            )
        return self.get_response(request)


def choose_acting(request, organization_uid: str) -> bool:
    """Work for one of the user's own organisations from the next request on; False when it is none of them."""
    if not any(str(reach.organization.uid) == organization_uid for reach in request.user.access.reaches):
        return False
    request.session[SESSION_KEY] = organization_uid
    return True
