"""An HTTP server that answers like a chat group's robot, keeps what it is posted, and misbehaves on request.

One sink stands for any number of robots: each path with its query ("/cgi-bin/webhook/send?key=a") is one of them. Tests set
`behave` for all, or `behave_at[robot]` for one; `script` is used up first, answer by answer. Behaviours:

    "ok"            result code 0
    "code:<n>"      HTTP 200 with that result code: a lie to whoever looks at the status alone
    "status:<n>"    that HTTP status, with an empty answer
    "garbage"       HTTP 200 and something that is no JSON
    "huge"          HTTP 200 and an answer without end
    "redirect"      302 to another robot of this sink
    "hang"          keeps the post, answers nothing until the caller has gone
    "drip"          keeps the post, answers one byte a second
    "drop"          keeps the post and cuts the line: the answer is lost on purpose
    "reset"         cuts the line without keeping anything
"""

import collections
import contextlib
import json
import socket
import socketserver
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from branch_portal.local.ports import LOOPBACK, quiet_port


@dataclass(frozen=True)
class Post:
    """One post that was kept. `key` is the delivery's id, or the one that all deliveries of a digest share."""

    robot: str
    key: str
    payload: dict[str, Any]
    at: float
    answered: bool

    @property
    def text(self) -> str:
        for holder in ("text", "content"):
            if isinstance(self.payload.get(holder), dict):
                return str(self.payload[holder].get("content") or self.payload[holder].get("text"))
        return ""


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address) -> None:
        """Callers that hang up are what this sink is for."""


class WebSink:
    """`pause`: seconds before each answer. `drop_every`: the answer of every so many-th kept post is lost on purpose."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.paths: list[str] = []
        self.behave = "ok"
        self.behave_at: dict[str, str] = {}
        self.script: list[str] = []
        self.pause = 0.0
        self.drop_every = 0
        self.dropped = 0
        self.asked = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Server((LOOPBACK, quiet_port()), self._handler(), bind_and_activate=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def host(self) -> str:
        """For `PORTAL_OUT_TEST_HOSTS`."""
        return f"{LOOPBACK}:{self._server.server_address[1]}"

    def robot(self, name: str, kind: str = "wecom") -> str:
        """The address of a robot of this name, by the pattern of its kind."""
        path = {
            "wecom": f"/cgi-bin/webhook/send?key={name}",
            "dingtalk": f"/robot/send?access_token={name}",
            "feishu": f"/open-apis/bot/v2/hook/{name}",
        }[kind]
        return f"http://{self.host}{path}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def copies(self) -> collections.Counter[str]:
        """How often each key was kept."""
        with self._lock:
            return collections.Counter(post.key for post in self.posts)

    def texts(self, robot: str | None = None) -> list[str]:
        with self._lock:
            return [post.text for post in self.posts if robot is None or post.robot == robot]

    def next_behaviour(self, robot: str) -> str:
        with self._lock:
            self.asked += 1
            if self.script:
                return self.script.pop(0)
            behaviour = self.behave_at.get(robot, self.behave)
            if behaviour == "ok" and self.drop_every and (len(self.posts) + 1) % self.drop_every == 0:
                return "drop"
            return behaviour

    def keep(self, robot: str, key: str, payload: dict[str, Any], *, answered: bool) -> None:
        with self._lock:
            self.dropped += not answered
            self.posts.append(Post(robot, key, payload, time.time(), answered))

    def wait_until_gone(self, connection: socket.socket, seconds: float = 30) -> None:
        """Say nothing until the caller hangs up or the sink stops."""
        connection.settimeout(0.1)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return

    def nap(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(_RobotHandler):
            owner = sink

        return Handler


class _RobotHandler(BaseHTTPRequestHandler):
    owner: WebSink
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sink, robot = self.owner, self.path.split("&timestamp=")[0]
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sink.paths.append(self.path)
        behaviour = sink.next_behaviour(robot)
        if sink.pause:
            sink.nap(sink.pause)
        if behaviour == "ok":
            sink.keep(robot, self.headers["X-Delivery"], payload, answered=True)
            self._answer(200, self._result(0))
        elif behaviour in {"hang", "drip", "drop"}:
            sink.keep(robot, self.headers["X-Delivery"], payload, answered=False)
            getattr(self, f"_{behaviour}")()
        elif behaviour == "reset":
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._misbehave(behaviour)
        self.close_connection = True

    def _misbehave(self, behaviour: str) -> None:
        name, _, value = behaviour.partition(":")
        if name == "code":
            self._answer(200, self._result(int(value)))
        elif name == "status":
            self._answer(int(value), b"")
        elif name == "garbage":
            self._answer(200, b"<html>ok</html>")
        elif name == "redirect":
            self._answer(302, b"", Location=f"http://{self.owner.host}/elsewhere")
        elif name == "huge":
            self._answer(200, b" " * 300_000 + self._result(0))
        else:
            raise ValueError(behaviour)

    def _hang(self) -> None:
        self.owner.wait_until_gone(self.connection)

    def _drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + self._result(0):
            self.wfile.write(bytes([byte]))
            self.owner.nap(1)

    def _drop(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def _result(self, code: int) -> bytes:
        names = ("code", "msg") if self.path.startswith("/open-apis/") else ("errcode", "errmsg")
        return json.dumps({names[0]: code, names[1]: "ok" if code == 0 else "no"}).encode()

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Quiet."""
