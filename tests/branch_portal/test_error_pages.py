"""Whatever breaks, and wherever: a sentence and the request's number, no detail, never 200."""

import sys

import pytest
from django.conf import settings as portal
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from branch_portal.urls import handler400, handler403, handler500, urlpatterns  # noqa: F401  for ROOT_URLCONF below
from branch_portal.views_errors import server_error

SECRET = "Zq" + "7777z-detail-that-nobody-may-read"


class Refusing:
    """A stand-in for middleware that breaks on its way in (or, with `late`, out)."""

    late = False

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.late:
            self.get_response(request)
        raise RuntimeError(SECRET)


class RefusingLate(Refusing):
    late = True


def broken(request):
    raise RuntimeError(SECRET)


def away(request):
    raise OperationalError(f"connection to server failed: {SECRET}")


def rights_break(request):
    """As a view would whose check of rights breaks: what follows must not run."""
    if _rights(request):
        return HttpResponse("inside")
    return HttpResponse("inside as well")


def _rights(request) -> bool:
    raise KeyError(SECRET)


urlpatterns = [
    *urlpatterns,
    path("test-broken/", broken),
    path("test-away/", away),
    path("test-rights/", rights_break),
]


@pytest.fixture
def quiet_client(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def assert_tells_nothing(answer) -> str:
    page = answer.content.decode()
    for trace in (SECRET, "Zq7777z", "Traceback", "RuntimeError", "KeyError", ".py", "site-packages"):
        assert trace not in page
    return page


PLACES = range(len(portal.MIDDLEWARE) + 1)


@pytest.mark.parametrize("kind", ["Refusing", "RefusingLate"])
def test_middleware_that_breaks_at_any_place(world, quiet_client, settings, kind):
    quiet_client.force_login(world.staff)
    before = list(portal.MIDDLEWARE)
    for place in PLACES:
        settings.MIDDLEWARE = [*before[:place], f"{__name__}.{kind}", *before[place:]]
        answer = Client(raise_request_exception=False).get("/members/")
        page = assert_tells_nothing(answer)
        assert answer.status_code == 500, f"at place {place}"
        if place:  # outside of the outermost one nobody has numbered the request yet
            assert answer.headers["X-Request-ID"] in page, f"at place {place}"


@pytest.mark.parametrize(
    ("url", "status"), [("/test-broken/", 500), ("/test-rights/", 500), ("/test-away/", 503)]
)
def test_views_and_rights_that_break(world, quiet_client, url, status):
    quiet_client.force_login(world.staff)
    answer = quiet_client.get(url)
    assert answer.status_code == status
    assert answer.headers["X-Request-ID"] in assert_tells_nothing(answer)
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_the_trace_is_in_the_log_under_the_same_number(world, quiet_client, log_lines):
    quiet_client.force_login(world.staff)
    answer = quiet_client.get("/test-broken/")
    [line] = [line for line in log_lines.all if "traceback" in line]
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "RuntimeError" in line["traceback"]
    log_lines.clear()  # the trace holds the mark that the watch over all tests looks for


def test_a_page_of_the_error_that_breaks_itself(rf, settings):
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": []}]
    request = rf.get("/x/")
    request.id = "abc123"
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        assert sys.exc_info()[1] is not None
        answer = server_error(request)
    assert answer.status_code == 500
    assert "abc123" in assert_tells_nothing(answer)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_refusals_say_what_to_do(world, client, as_user, status):
    answer = {
        400: lambda: client.get("/accounts/login/", headers={"host": "evil.example"}),
        403: lambda: as_user(world.member_a).get("/operations/"),
        404: lambda: as_user(world.member_a).get("/no-such-page/"),
    }[status]()
    assert answer.status_code == status
    page = assert_tells_nothing(answer)
    # Missing and out of scope are the same bytes, so that page has no number.
    assert (answer.headers["X-Request-ID"] in page) == (status != 404)
