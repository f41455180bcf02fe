"""The outermost middleware: the request's number, the true address of who asks, and one line in the log for each request."""

import logging
import time
import uuid
from ipaddress import ip_address
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from branch_portal.admin_networks import is_within
from branch_portal.logs import Frame, close_frame, open_frame
from branch_portal.security_log import event_of_answer, security_event

logger = logging.getLogger("portal.access")


class AccessLogMiddleware:
    """Outermost, so that also what other middleware answers or breaks is numbered and told."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        request.id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        request.META["REMOTE_ADDR"] = _true_address(request)
        frame = Frame(request=request.id, ip=request.META["REMOTE_ADDR"], path=request.path)  # type: ignore[attr-defined]
        token = open_frame(frame)
        try:
            response = self.get_response(request)
            frame.user = _account(request)
            response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
            if event := event_of_answer(response):
                security_event(event)
            _tell(request, response.status_code, begun)
            return response
        finally:
            close_frame(token)


def _tell(request: HttpRequest, status: int, begun: float) -> None:
    milliseconds = round((time.monotonic() - begun) * 1000)
    logger.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "%s %s %s %s ms",
        request.method,
        quote(
            request.path, safe="/@:*"
        ),  # an address may bring ends of lines, and signs that a terminal obeys
        status,
        milliseconds,
        extra={"method": request.method, "status": status, "ms": milliseconds},
    )


def _account(request: HttpRequest) -> int | None:
    """Of whom has been read already: the line must not cost a query, nor fail where there is no database."""
    user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


def _true_address(request: HttpRequest) -> str:
    """Whoever stands before the web server. Only that server, in `PORTAL_PROXY_NETWORKS`, is believed: it sets `X-Real-IP`
    itself, whatever was sent to it.

    Without `PORTAL_BEHIND_PROXY` the header is anybody's word. Over the unix socket the address is empty; a caller there without
    the header is on this machine.
    """
    peer = request.META.get("REMOTE_ADDR", "") or ("127.0.0.1" if settings.PORTAL_BEHIND_PROXY else "")
    named = request.META.get("HTTP_X_REAL_IP", "")
    if not (settings.PORTAL_BEHIND_PROXY and named and is_within(peer, settings.PORTAL_PROXY_NETWORKS)):
        return peer
    try:
        return str(ip_address(named.strip()))
    except ValueError:
        return peer
