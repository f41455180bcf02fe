"""Which notice a request is about, and in whose name somebody sends."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from members.models import PartyOrganization
from notices.forms.notices import SenderForm
from notices.models import Notice
from notices.queries.notices import may_send, senders


def visible_notice(request, uid) -> Notice:
    """404 for whoever neither sent nor received it."""
    found = Notice.objects.visible_to(request.user).select_related(
        "organization", "sent_by", "withdrawn_by", "drafted_by"
    )
    return get_object_or_404(found, uid=uid)


def sends(request, notice: Notice) -> bool:
    """Whether the asker acts for the sender."""
    return Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists()


def own_notice(request, uid) -> Notice:
    """403 for whom it was sent to, 404 for everybody else."""
    notice = visible_notice(request, uid)
    if not sends(request, notice):
        raise PermissionDenied
    return notice


def sender_of(request, form: SenderForm) -> PartyOrganization:
    """The organisation named in the query string, else the one acted for, else the first that one sends for."""
    if not may_send(request.user):
        raise PermissionDenied
    permitted = senders(request.user)
    uid = form.values().get("for")
    if uid is not None:
        return get_object_or_404(permitted, uid=uid)
    acting = request.acting.organization if request.acting else None
    chosen = permitted.filter(pk=acting.pk).first() if acting else None
    chosen = chosen or permitted.order_by("path").first()
    if chosen is None:
        raise PermissionDenied
    return chosen
