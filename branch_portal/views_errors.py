"""What strangers and people see when something is refused or breaks: a sentence and the request's number, never a detail."""

import logging
import sys

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader

from branch_portal.outages import WORDS, kind_of

logger = logging.getLogger("branch_portal.request")

_RETRY_SECONDS = "5"
#: When even the page of the error breaks.
_BARE = "系统出错，这次操作没有完成。请稍后重试；如果反复出现，请联系管理员。请求编号：{}"


def error_page(
    request: HttpRequest,
    template: str,
    status: int,
    *,
    bare: bool = True,
    security_event: str | None = None,
    words: str = "",
) -> HttpResponse:
    """`bare`: without the processors of the context, so that it needs no user, no session and no database."""
    context = {"request_id": getattr(request, "id", ""), "words": words}
    page = loader.render_to_string(template, context, request=None if bare else request)
    response = HttpResponse(page, status=status)
    if security_event:
        response.security_event = security_event  # type: ignore[attr-defined]
    return response


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, "400.html", 400, security_event="bad_request")


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, "403.html", 403, bare=False)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where trying again later helps, 507 where a disk is full. Called while the error is being handled."""
    kind = kind_of(sys.exc_info()[1])
    status, words = {"": 500, "full": 507}.get(kind, 503), WORDS.get(kind, "")
    response: HttpResponse
    try:
        if request.headers.get("Accept", "").startswith("application/json"):
            response = JsonResponse(
                {"error": words or _BARE.format(getattr(request, "id", ""))}, status=status
            )
        else:
            response = error_page(request, "503.html" if words else "500.html", status, words=words)
    except Exception:
        # A broken page of the error must not become its traceback.
        logger.exception("the page of an error could not be made")
        response = HttpResponse(
            _BARE.format(getattr(request, "id", "")), status=500, content_type="text/plain; charset=utf-8"
        )
    if status == 503:
        response["Retry-After"] = _RETRY_SECONDS
    return response
