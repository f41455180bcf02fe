"""The one door through which the portal calls others over HTTP: named hosts only, never into the own network.

The address is checked by its spelling and again by where its name leads at that moment: what resolves to anything but
public addresses is refused, and the connection goes to the very address that was checked, so a name that changes its mind
in between changes nothing. No redirect is followed, no proxy of the environment is used, the answer is read up to 64 kB.
Hosts in `PORTAL_OUT_TEST_HOSTS` ("127.0.0.1:8080") may be plain and local: for tests and rehearsals.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

MOST_BYTES = 64 * 1024
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9/_.~%-]*)(?:\?(?P<query>[A-Za-z0-9=&_.~%-]*))?"
)
# Addresses that embed another one, which a gateway would unwrap.
_EMBEDDING = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """The portal does not call this address."""


class NotReached(Exception):
    """Nothing was sent: no such name, one that leads inside, no connection, no trusted certificate."""


class NoAnswer(Exception):
    """The request went out, at least in part, and no whole answer came back: whether it had its effect is unknown."""


@dataclass(frozen=True)
class Target:
    """A checked address. `trusted`: named by the operator for tests, may be plain and local."""

    secure: bool
    host: str
    port: int
    request: str
    trusted: bool

    @property
    def host_header(self) -> str:
        usual = 443 if self.secure else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes


def checked(url: str, *, hosts: Sequence[str], path: str) -> Target:
    """The target of an address on one of these hosts whose path is `path` or, ending in a slash, begins with it."""
    match = _ADDRESS.fullmatch(url)
    if match is None or len(url) > 500:
        raise NotAllowed("address")
    secure = match["scheme"] == "https"
    port = int(match["port"] or (443 if secure else 80))
    trusted = f"{match['host']}:{port}" in settings.PORTAL_OUT_TEST_HOSTS
    if not trusted and not (secure and port == 443 and match["host"] in hosts):
        raise NotAllowed("host")
    if ".." in match["path"] or not (
        match["path"] == path or (path[-1] == "/" and match["path"].startswith(path))
    ):
        raise NotAllowed("path")
    query = f"?{match['query']}" if match["query"] else ""
    return Target(secure, match["host"], port, match["path"] + query, trusted)


def is_public(address: str) -> bool:
    """Whether an IP address lies out in the world, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in _EMBEDDING or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class OutgoingPost:
    """One POST. `send` may be broken off from another thread by `abort`."""

    def __init__(self, target: Target, body: bytes, headers: dict[str, str]):
        self._target, self._body, self._headers = target, body, headers
        self._socket: socket.socket | None = None

    def send(self, seconds: float) -> Reply:
        """Ask and read the answer, within about so many seconds; a caller who must be sure watches the clock and aborts."""
        end = time.monotonic() + seconds
        self._socket = self._connected(end)
        try:
            return self._conversation(self._socket, end)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(type(error).__name__) from error
        finally:
            self._socket.close()

    def abort(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _connected(self, end: float) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._target.host, self._target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotReached("name") from error
        addresses = [str(entry[4][0]) for entry in found]
        if not self._target.trusted and not all(is_public(address) for address in addresses):
            raise NotReached("not public")
        try:
            plain = socket.create_connection((addresses[0], self._target.port), timeout=_left(end))
        except OSError as error:
            raise NotReached(type(error).__name__) from error
        if not self._target.secure:
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
        except OSError as error:
            plain.close()
            raise NotReached(type(error).__name__) from error

    def _conversation(self, connected: socket.socket, end: float) -> Reply:
        talk = http.client.HTTPConnection(self._target.host)
        talk.sock = connected
        connected.settimeout(_left(end))
        talk.putrequest("POST", self._target.request, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": self._target.host_header, "Connection": "close", **self._headers}.items():
            talk.putheader(name, value)
        talk.putheader("Content-Length", str(len(self._body)))
        talk.endheaders(self._body)
        connected.settimeout(_left(end))
        with contextlib.closing(talk), talk.getresponse() as answer:
            body = bytearray()
            while chunk := answer.read1(8192):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise NoAnswer("too long")
                connected.settimeout(_left(end))
            return Reply(answer.status, bytes(body))


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
