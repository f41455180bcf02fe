"""The request's frame: its transaction and the headers of every answer."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse


class AnswerHeadersMiddleware:
    """The headers of every answer of the site's own; the request's id comes from `branch_portal.access_log`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
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
