"""The log: what a line carries, what never stands in one, and one line for every request and every event at the doors."""

import datetime
import logging
import random

import pytest
from django.test import Client
from django.views.debug import get_exception_reporter_class, get_exception_reporter_filter
from hypothesis import given
from hypothesis import strategies as st

from branch_portal.logs import JsonFormatter, LineFormatter, logging_config
from branch_portal.redaction import (
    SECRET_PATHS,
    QuietReporterFilter,
    RedactionFilter,
    is_identity_number,
    redact,
)
from tests.harness.logs import personal_data_in
from tests.routes import routes

ID_NUMBER = "110101199003070011"
KEYS = {"time", "level", "logger", "request", "user", "ip", "path", "message"}


# --- Redaction ---


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"id {ID_NUMBER}.", "id [身份证号]."),
        ("证件１１０１０１１９９００３０７００１１号", "证件[身份证号]号"),
        ("11010519491231002X", "[身份证号]"),
        ("11010519491231002x", "[身份证号]"),
        ("order 110101199003070012", "order 110101199003070012"),  # a wrong check digit is some other number
        ("tel 13800138000,", "tel [手机号],"),
        ("+86 138 0013 8000", "[手机号]"),
        ("138-0013-8000", "[手机号]"),
        ("epoch 1700000000000", "epoch 1700000000000"),
        ("12800138000", "12800138000"),
        ("password=hunter2&x=1", "password=***&x=1"),
        ("{'password1': 'a b'}", "{'password1': '*** b'}"),
        ("Cookie: sessionid=abc123; other=1", "Cookie: ***; other=1"),
        ("'csrfmiddlewaretoken': ['Xy12']", "'csrfmiddlewaretoken': ['***']"),
        ("Authorization: Bearer abc.def", "Authorization: *** ***"),
        ("postgres://portal_web:s3cr-et@127.0.0.1/portal", "postgres://portal_web:***@127.0.0.1/portal"),
        ("redis://:pw@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        ("Not Found: /feeds/k7d8.ics", "Not Found: /feeds/***"),
        ("/accounts/link/abc2345/ 200", "/accounts/link/***/ 200"),
        ("/members/?q=张三 200", "/members/?*** 200"),
        ("key 3kd93jsk2ksl29dksl2kd8sk2lsk is gone", "key *** is gone"),
        ("job 0b5c6c1e-93cf-4bd8-a2b4-3f0a3b0f4a11", "job 0b5c6c1e-93cf-4bd8-a2b4-3f0a3b0f4a11"),
        ("test_a_dead_worker_is_seen_within_minutes", "test_a_dead_worker_is_seen_within_minutes"),
        ("DETAIL:  Key (name)=(李某) already exists.", "DETAIL: ***"),
    ],
)
def test_what_is_taken_out_and_what_stays(written, kept):
    assert redact(written) == kept


@given(st.integers(0, 2**32))
def test_every_valid_identity_number_is_taken_out(seed):
    rng = random.Random(seed)
    born = datetime.date(1930, 1, 1) + datetime.timedelta(days=rng.randrange(30000))
    digits = f"{rng.randrange(110000, 660000)}{born:%Y%m%d}{rng.randrange(1000):03d}"
    [number] = [digits + sign for sign in "0123456789X" if is_identity_number(digits + sign)]
    assert number not in redact(f"{seed}:{number},{number.lower()}")


def test_redacting_twice_changes_nothing_more():
    text = f"{ID_NUMBER} 13800138000 password=x /feeds/abc.ics?y=z postgres://u:p@h/d"
    assert redact(redact(text)) == redact(text)


def test_every_link_that_opens_something_is_masked():
    """Read off the routes, so that a new one cannot be forgotten."""
    secret = {"token", "code"}
    found = [
        f"/{route.pattern}" for route in routes() if any(f":{name}>" in route.pattern for name in secret)
    ]
    assert len(found) >= 5
    for pattern in found:
        prefix = pattern.split("<")[0].strip("/")
        assert prefix in SECRET_PATHS, f"{pattern} opens something and is written into the log"


def record_of(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception as raised:
        return logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "broken: %s", (ID_NUMBER,), (type(raised), raised, raised.__traceback__)
        )  # fmt: skip


@pytest.mark.parametrize("formatter", [JsonFormatter(), LineFormatter()])
def test_tracebacks_are_redacted_too(formatter):
    record = record_of(ValueError(f"row ({ID_NUMBER}, 13800138000), token=abc"))
    assert RedactionFilter().filter(record)
    line = formatter.format(record)
    assert "Traceback" in line and "ValueError" in line
    for secret in (ID_NUMBER, "13800138000", "token=abc"):
        assert secret not in line


@pytest.mark.parametrize("formatter", [JsonFormatter(), LineFormatter()])
def test_one_record_is_one_line_whatever_a_stranger_wrote(formatter):
    record = logging.LogRecord("x", logging.INFO, "", 1, "path %s", ("a\r\nb\x1b[31m\u2028c\x85",), None)
    assert len(formatter.format(record).splitlines()) == 1


def test_djangos_own_report_tells_nothing_either(rf, settings):
    mark = "Zq" + "0001z"
    request = rf.post(
        f"/x/?q={mark}", {"password": mark, "name": mark}, headers={"Cookie": f"sessionid={mark}"}
    )
    settings.DEBUG = True  # even then
    try:
        local = [mark]
        raise ValueError(ID_NUMBER, len(local))
    except ValueError as error:
        report = get_exception_reporter_class(request)(request, type(error), error, error.__traceback__)
    assert type(get_exception_reporter_filter(request)) is QuietReporterFilter
    for text in (report.get_traceback_text(), report.get_traceback_html()):
        assert "ValueError" in text
        assert mark not in text and ID_NUMBER not in text


# --- One line a request ---


def test_one_line_for_each_request(world, as_user, log_lines):
    client = as_user(world.secretary_a)
    log_lines.clear()
    answer = client.get("/members/", {"q": "安国强"})
    [line] = log_lines.of("portal.access")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["user"], line["ip"], line["path"]) == (world.secretary_a.pk, "127.0.0.1", "/members/")
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line.keys() >= KEYS
    assert line["ms"] >= 0 and line["time"].endswith("Z") and line["level"] == "INFO"
    assert personal_data_in(log_lines.raw) == []


def test_what_middleware_answers_has_its_line_too(db, client, log_lines, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/members/").status_code == 301
    assert [(line["status"], line["user"]) for line in log_lines.of("portal.access")] == [(301, None)]


def test_a_link_is_not_written_down(db, client, log_lines):
    client.get("/feeds/abcdefghijklmnopqrstuvwxyz012345.ics")
    [line] = log_lines.of("portal.access")
    assert line["path"] == "/feeds/***" and "abcdef" not in str(log_lines.raw)


def test_the_true_address_is_that_of_the_web_server_in_front(db, client, log_lines, settings):
    def seen(**meta) -> str:
        log_lines.clear()
        client.get("/healthz", **meta)
        return log_lines.of("portal.access")[0]["ip"]

    forged = {"HTTP_X_REAL_IP": "10.9.9.9", "HTTP_X_FORWARDED_FOR": "10.8.8.8"}
    assert seen(**forged) == "127.0.0.1"  # nothing in front: anybody's word
    settings.PORTAL_BEHIND_PROXY = True
    assert seen(**forged) == "10.9.9.9"
    assert seen(REMOTE_ADDR="", **forged) == "10.9.9.9"  # over the unix socket
    assert seen(REMOTE_ADDR="192.0.2.7", **forged) == "192.0.2.7"  # past the web server
    assert seen(HTTP_X_REAL_IP="<script>") == "127.0.0.1"
    settings.PORTAL_PROXY_NETWORKS = ["172.30.99.1/32"]
    assert seen(REMOTE_ADDR="172.30.99.1", **forged) == "10.9.9.9"  # in a container
    assert seen(REMOTE_ADDR="172.30.99.2", **forged) == "172.30.99.2"
    assert seen(REMOTE_ADDR="") == "127.0.0.1"


def test_the_watch_over_all_tests_can_fail(log_lines):
    logging.getLogger("portal.access").error("canary %s", "Zq" + "0001z")
    assert len(personal_data_in(log_lines.raw)) == 1
    log_lines.clear()  # or this very test would fail


def test_a_format_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="json 或 line"):
        logging_config(format="xml", level="INFO")
