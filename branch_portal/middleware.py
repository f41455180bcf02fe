"""The request's frame: its transaction, the headers of every answer, and what a monitor is told while the database is away."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

#: What `/readyz` answers while there is no database.
NO_DATABASE = {"ready": False, "reason": "database"}


class AnswerHeadersMiddleware:
    """The headers of every answer of the site's own; the request's id comes from `branch_portal.access_log`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and not getattr(request, "cacheable", False):
            response["Cache-Control"] = "no-store"
        return response


class ProbesMiddleware:
    """Outside of whatever asks the database.

    `/healthz` says that the process answers and looks at nothing else: whoever restarts what does not answer must not restart
    the portal because PostgreSQL is away. `/readyz` needs the database, and says so in its own words when the way to it is cut.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            return HttpResponse("ok\n", content_type="text/plain")
        response = self.get_response(request)
        if (
            request.path == "/readyz"
            and response.status_code == 503
            and not isinstance(response, JsonResponse)
        ):
            return JsonResponse(NO_DATABASE, status=503)
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
