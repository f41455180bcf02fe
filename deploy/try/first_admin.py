"""The first administrator's way in, as a browser goes it through nginx and TLS: link, password, code of a phone, 运行状态.

first_admin.py HOST PATH-OF-THE-ONE-TIME-LINK
"""

import html
import http.cookiejar
import re
import secrets
import socket
import ssl
import sys
import time
import urllib.request
from urllib.parse import urlencode, urlsplit

import pyotp

HOST, LINK = sys.argv[1:]
_FIELD = re.compile(r"<input[^>]*>")


class Browser:
    def __init__(self) -> None:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            urllib.request.HTTPSHandler(context=trusting),
        ).open

    def get(self, path: str) -> str:
        return self._asked(urllib.request.Request(f"https://{HOST}{path}"))

    def post(self, path: str, page: str, **typed: str) -> str:
        """The page's form with its hidden fields, and what somebody typed."""
        sent = urlencode({**hidden(page), **typed}).encode()
        referer = {"Referer": f"https://{HOST}{path}"}
        return self._asked(urllib.request.Request(f"https://{HOST}{path}", sent, referer))

    def _asked(self, request: urllib.request.Request) -> str:
        with self._open(request, timeout=60) as answer:
            self.path = urlsplit(answer.url).path
            return answer.read().decode()


def hidden(page: str) -> dict[str, str]:
    found = {}
    for field in _FIELD.findall(page):
        values = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if values.get("type") == "hidden" and "name" in values:
            found[values["name"]] = html.unescape(values.get("value", ""))
    return found


def here(host, *arguments, **options):
    """The name leads to this machine."""
    return _resolve("127.0.0.1" if host == HOST else host, *arguments, **options)


_resolve, socket.getaddrinfo = socket.getaddrinfo, here

browser = Browser()
password = f"Qy-{secrets.token_urlsafe(18)}9"
page = browser.get(LINK)
assert "系统管理员" in page, page[:2000]
page = browser.post(
    LINK, page, username="try-admin", display_name="试装", password1=password, password2=password
)
assert "两步验证" in page, (browser.path, page[:2000])
secret = re.search(r'id="totp-secret">([^<]+)<', page)
assert secret, page[:2000]
totp = pyotp.TOTP(secret[1].replace(" ", ""))
page = browser.post(browser.path, page, code=totp.at(int(time.time())))
assert "恢复码" in page, page[:2000]
page = browser.get("/operations/")
assert "运行状态" in page and browser.path == "/operations/", page[:2000]
