"""Which work request a page is about, and in whose name somebody asks."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.forms.requests import RequestSenderForm
from supervision.models import RequestBranch, WorkRequest
from supervision.queries.requests import senders

TITLE = "工作要求"
HOME = "supervision:requests"


def visible_request(request, uid) -> WorkRequest:
    """404 for whoever neither sent it nor stands above who did."""
    found = WorkRequest.objects.visible_to(request.user).select_related(
        "organization", "drafted_by", "sent_by", "closed_by", "withdrawn_by"
    )
    return get_object_or_404(found, uid=uid)


def is_own(request, work: WorkRequest) -> bool:
    return WorkRequest.objects.editable_by(request.user).filter(pk=work.pk).exists()


def own_request(request, uid) -> WorkRequest:
    """403 for the committees above, who only read it."""
    work = visible_request(request, uid)
    if not is_own(request, work):
        raise PermissionDenied
    return work


def visible_target(request, uid) -> RequestBranch:
    """One branch of a request, for the sender's side."""
    found = RequestBranch.objects.permitted(request.user, Permission.REQUEST_WORK)
    return get_object_or_404(
        found.select_related("request__organization", "branch", "answered_by", "seen_by", "returned_by"),
        uid=uid,
    )


def sender_of(request, form: RequestSenderForm) -> PartyOrganization:
    """The organisation named in the query string, else the first that one asks for."""
    permitted = senders(request.user)
    uid = form.values().get("for")
    if uid is not None:
        return get_object_or_404(permitted, uid=uid)
    chosen = permitted.order_by("path").first()
    if chosen is None:
        raise PermissionDenied
    return chosen
