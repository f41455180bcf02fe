"""A person at a browser, as far as forms go: cookies, the form as the page offers it, and what comes back."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

from branch_portal.local.ports import LOOPBACK
from tests.factories import PASSWORD


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    seconds: float
    retry_after: str = ""


class Form(HTMLParser):
    """The fields of the form that holds `name`, as a browser would send them."""

    def __init__(self, html: str, name: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._name, self._now, self._area = name, None, ""
        self._choice = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes) -> None:
        values = {key: value or "" for key, value in attributes}
        if tag == "form":
            self._now = {}
        if self._now is None:
            return
        name = values.get("name", "")
        if tag == "input" and name:
            chosen = (
                values.get("type", "text") not in ("radio", "checkbox", "file", "submit")
                or "checked" in values
            )
            if chosen:
                self._now[name] = values.get("value", "")
        elif tag == "textarea":
            self._area, self._now[name] = name, ""
        elif tag == "select":
            self._choice = name
        elif tag == "option" and self._choice and ("selected" in values or self._choice not in self._now):
            self._now[self._choice] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area and self._now is not None:
            self._now[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._choice = ""
        elif tag == "form":
            if self._now is not None and self._name in self._now:
                self.fields = self._now
            self._now = None


class Browser:
    """One person's cookies. Every request has a connection of its own, so that no broken one is used again."""

    def __init__(self, port: int, *, timeout: float = 60) -> None:
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, data: dict, files: dict[str, tuple[str, bytes]] | None = None) -> Answer:
        if files:
            kind, body = multipart(data, files)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(data).encode()
        return self.ask("POST", path, body, {"Content-Type": kind})

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        begun = time.monotonic()
        line = http.client.HTTPConnection(LOOPBACK, self.port, timeout=self.timeout)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            try:
                line.request(method, path, body, {"Cookie": cookies, **(headers or {})})
            except (BrokenPipeError, ConnectionResetError):
                # Refused before all of the body was read (507): the answer may have come already. nginx, which stands in
                # front of a portal, hands it on as well. If there is none, reading it fails with the same kind of error.
                pass
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            self._keep_cookies(answer)
            return Answer(
                answer.status, text, answer.getheader("Location") or "", time.monotonic() - begun,
                answer.getheader("Retry-After") or "",
            )  # fmt: skip
        finally:
            line.close()

    def form(self, path: str, name: str = "submission_key") -> dict[str, str]:
        """The page's form that has this field; fails when the page is not there."""
        answer = self.get(path)
        fields = Form(answer.text, name).fields
        if answer.status != 200 or not fields:
            raise NoForm(f"{path}: {answer.status} {answer.location}, no form with {name!r}")
        return fields

    def sign_in(self, username: str) -> Answer:
        fields = self.form("/accounts/login/", "password")
        return self.post("/accounts/login/", fields | {"username": username, "password": PASSWORD})

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.split(";")[0]


class NoForm(Exception):
    """The page did not come, or came without the form: an outage, unless it stays so."""


def multipart(data: dict, files: dict[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    """(type, body)."""
    border = uuid.uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in data.items()
    ]
    for name, (file_name, content) in files.items():
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={border}", b"".join(parts) + f"--{border}--\r\n".encode()


def readiness(port: int) -> dict:
    """What /readyz says, or {} when it says nothing."""
    try:
        return json.loads(Browser(port, timeout=10).get("/readyz").text)
    except (OSError, ValueError, http.client.HTTPException):
        return {}
