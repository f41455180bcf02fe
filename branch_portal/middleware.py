"""The request's frame: its id, its transaction and the headers of every answer."""

import logging
import uuid

from django.db import transaction
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("branch_portal.request")


class RequestIdMiddleware:
    """Give every request an id that error pages show and the log carries."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        if not response.has_header("Cache-Control") and not getattr(request, "cacheable", False):
            response["Cache-Control"] = "no-store"
        return response


class RequestTransactionMiddleware:
    """Run the whole request, session included, in one transaction.

    `ATOMIC_REQUESTS` wraps only the view: template responses and other middleware would fall outside, and so would the
    database scope. A 404 or 403 has written nothing and is not rolled back; an unhandled error is, after its page has
    been made (an error inside the atomic block would forbid the page its queries).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
