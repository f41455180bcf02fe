"""The installed web server in front of the installed web process: what it lets through, whom it believes, what it sends itself."""

import gzip
import json
import os
import re
import socket
import ssl
import warnings
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from tests.deploy.nginx import NAME, Nginx, program
from tests.harness.servers import DEMO_TEMPLATE
from tests.harness.stack import Stack

pytestmark = [
    pytest.mark.stack,
    pytest.mark.long,
    pytest.mark.skipif(not program(), reason="nginx is not installed (apt-get install nginx-light)"),
]


@pytest.fixture(scope="module")
def front(servers, tmp_path_factory):
    """One site for all tests of the module; the last one takes its web process away."""
    servers.ensure_demo_template()
    database, folder = (
        servers.clone(f"portal_front_{os.getpid()}", DEMO_TEMPLATE),
        tmp_path_factory.mktemp("front"),
    )
    stack = Stack(
        servers,
        database,
        folder / "stack",
        {
            "PORTAL_HTTPS": "1",
            "PORTAL_BEHIND_PROXY": "1",
            "PORTAL_ALLOWED_HOSTS": f"{NAME},127.0.0.1",
            "PORTAL_BASE_URL": f"https://{NAME}",
            "PORTAL_ACCEL_PREFIX": "/protected",
            "PORTAL_STAFF_TOTP": "0",
            "PORTAL_LOG_FORMAT": "json",
        },
    )
    stack.start_web()
    media = stack.folder / "var" / "media"
    nginx = Nginx(folder / "nginx", upstream=f"127.0.0.1:{stack.port}", media=media)
    assert "syntax is ok" in nginx.check()
    nginx.start()
    yield nginx, stack
    nginx.stop()
    stack.stop()
    servers.cluster.drop(database.name)


def sign_in(nginx: Nginx, logins: list[dict], role: str) -> dict[str, str]:
    """Headers of somebody who has signed in over TLS."""
    _, headers, page = nginx.request("GET", "/accounts/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
    cookies = SimpleCookie(headers["set-cookie"].replace("\n", "; "))
    csrf = cookies["__Host-csrftoken"].value
    login = next(login for login in logins if login["role"] == role)
    body = urlencode(
        {"username": login["username"], "password": login["password"], "csrfmiddlewaretoken": token}
    )
    status, headers, _ = nginx.request(
        "POST",
        "/accounts/login/",
        {
            "Cookie": f"__Host-csrftoken={csrf}",
            "Referer": f"https://{NAME}/accounts/login/",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        body.encode(),
    )
    assert status == 302
    session = re.search(r"__Host-sessionid=([^;]+)", headers["set-cookie"])[1]
    return {"Cookie": f"__Host-sessionid={session}"}


def test_headers_and_what_is_not_there(front):
    nginx, _ = front
    status, headers, _ = nginx.request("GET", "/accounts/login/")
    assert status == 200
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "nginx"
    for cookie in headers["set-cookie"].splitlines():
        assert cookie.startswith("__Host-") and "Secure" in cookie and "SameSite=Lax" in cookie
    for path in (
        "/healthz",
        "/readyz",
        "/metrics",
        "/protected/",
        "/protected/x.pdf",
        "/portal-errors/503.html",
    ):
        assert nginx.request("GET", path)[0] == 404, path


def test_pages_come_compressed(front):
    """Asked for so; the same page, little more than half of it on the line, small as it is."""
    nginx, _ = front
    plain = nginx.request("GET", "/privacy/")[2]
    status, headers, body = nginx.request("GET", "/privacy/", {"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "个人信息处理规则" in gzip.decompress(body).decode() and len(body) < len(plain) * 0.6


def test_plain_http_only_leads_on(front):
    nginx, _ = front
    status, headers, _ = nginx.request("GET", "/members/?q=x", plain=True)
    assert (status, headers["location"]) == (301, f"https://{NAME}/members/?q=x")
    assert nginx.request("POST", "/accounts/login/", body=b"password=x", plain=True)[0] == 403
    with pytest.raises(Exception, match=r"closed|reset|without response"):
        nginx.request("GET", "/", {"Host": "other.example"}, plain=True)
    for old in ("TLSv1", "TLSv1_1"):
        with pytest.raises(ssl.SSLError):
            _handshake(nginx, getattr(ssl.TLSVersion, old))
    assert _handshake(nginx, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert _handshake(nginx, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"


def _handshake(nginx: Nginx, version: ssl.TLSVersion) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", nginx.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as line,
    ):
        return line.version() or ""


def test_nobody_names_another_address_or_host(front):
    nginx, stack = front
    forged = {
        "X-Forwarded-For": "10.66.66.66",
        "X-Real-IP": "10.66.66.66",
        "Forwarded": "for=10.66.66.66",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
    }
    status, headers, _ = nginx.request("GET", "/members/", forged)
    # Believed, X-Forwarded-Proto would have led in a circle.
    assert (status, headers["location"]) == (302, "/accounts/login/?next=/members/")
    assert "10.66.66.66" not in stack.log("web") and "evil.example" not in stack.log("web")
    nginx.request("GET", f"/accounts/link/{'k' * 28}/", forged)
    assert stack.sql("SELECT count(*) FROM members_securityevent WHERE host(ip) = '10.66.66.66'") == [(0,)]
    assert stack.sql("SELECT DISTINCT host(ip) FROM members_securityevent WHERE kind = 'link_failed'") == [
        ("127.0.0.1",)
    ]
    assert "kkkk" not in nginx.log and "/accounts/link/***" in nginx.log


_ATTACHMENT = """
INSERT INTO activities_attachment (uid, record_id, branch_id, caption, file_name, stored_name, thumb_name, content_type, size,
                                   sha256, uploaded_by_id, uploaded_at)
SELECT gen_random_uuid(), r.id, r.branch_id, '', '学习材料.pdf', 'records/0a/material.pdf', '', 'application/pdf', 23, '',
       (SELECT min(id) FROM members_user), now()
FROM activities_activityrecord r WHERE r.state = 'confirmed' ORDER BY r.id LIMIT 1
RETURNING uid, stored_name
"""


def test_files_are_sent_by_nginx_to_whom_the_portal_allows(front, demo_logins):
    nginx, stack = front
    [(uid, stored_name)] = stack.sql(_ATTACHMENT)
    file = stack.folder / "var" / "media" / stored_name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"%PDF-1.4 the very bytes")
    assert nginx.request("GET", f"/protected/{stored_name}")[0] == 404
    assert nginx.request("GET", f"/media/{stored_name}")[0] in (302, 404)
    assert nginx.request("GET", f"/activities/attachments/{uid}/")[0] == 302  # nobody is signed in
    headers = sign_in(nginx, demo_logins, "committee")
    status, answer, body = nginx.request("GET", f"/activities/attachments/{uid}/", headers)
    assert (status, body) == (200, b"%PDF-1.4 the very bytes")
    assert "x-accel-redirect" not in answer
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["content-security-policy"] and answer["strict-transport-security"]
    assert "attachment" in answer["content-disposition"] or "inline" in answer["content-disposition"]


def test_what_is_too_large_is_told_in_chinese(front):
    nginx, _ = front
    status, _, page = nginx.request("POST", "/accounts/login/", body=b"x" * (1024 * 1024 + 1))
    assert status == 413 and "文件太大" in page.decode()


#: Requests that two servers might cut apart differently. After each a second request follows on the same line.
_END = f"GET /accounts/login/ HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n"
_POST = f"POST /accounts/login/ HTTP/1.1\r\nHost: {NAME}\r\n"
_HIDDEN = f"GET /smuggled-request/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n"
SMUGGLED = {
    "CL.TE": _POST + f"Content-Length: {5 + len(_HIDDEN)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "TE.CL": _POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + _HIDDEN + "\r\n0\r\n\r\n",
    "two lengths": _POST + f"Content-Length: 0\r\nContent-Length: {len(_HIDDEN)}\r\n\r\n" + _HIDDEN,
    "list of lengths": _POST + f"Content-Length: 0, {len(_HIDDEN)}\r\n\r\n" + _HIDDEN,
    "length with a sign": _POST + "Content-Length: +0\r\n\r\n" + _HIDDEN,
    "length in hex": _POST + "Content-Length: 0x0\r\n\r\n" + _HIDDEN,
    "negative length": _POST + "Content-Length: -1\r\n\r\n" + _HIDDEN,
    "space before the colon": _POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "unknown coding": _POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "two codings": _POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "chunk size with a sign": _POST + "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n" + _HIDDEN,
    "chunk size beyond counting": _POST + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + _HIDDEN,
}  # fmt: skip


def test_no_request_hides_in_another(front):
    nginx, stack = front
    assert len(SMUGGLED) == 12
    for name, sent in SMUGGLED.items():
        answer = nginx.raw((sent + _END).encode())
        statuses = [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", answer)]
        assert not statuses or (statuses == [statuses[0]] and statuses[0] in (400, 405, 411, 501)), (
            name,
            answer,
        )
    assert "smuggled-request" not in stack.log("web")


def test_the_log_of_it_all_is_json_without_personal_data(front, demo_logins):
    nginx, stack = front
    headers = sign_in(nginx, demo_logins, "committee")
    nginx.request("GET", "/members/?q=" + "%E5%BC%A0", headers)
    lines = [json.loads(line) for line in stack.log("web").splitlines()]
    assert {line["path"] for line in lines if line["logger"] == "portal.access"} >= {
        "/members/",
        "/accounts/login/",
    }
    assert "sign_in" in [line["event"] for line in lines if line["logger"] == "portal.security"]
    assert "%E5%BC%A0" not in stack.log("web") + nginx.log


def test_a_portal_that_is_away_is_told_in_chinese(front):
    nginx, stack = front
    stack.kill_web()
    status, headers, page = nginx.request("GET", "/")
    assert status == 502 and "暂时无法使用" in page.decode()
    assert headers["cache-control"] == "no-store"
