"""A real nginx on loopback with the site of `deploy/nginx/`: ports, paths and certificate replaced, everything else as installed."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

from branch_portal.local.paths import ROOT
from branch_portal.local.ports import LOOPBACK, quiet_port

NAME = "portal.example.org"
_MAIN = """
daemon off;
master_process on;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


class Nginx:
    """Started with `start()`; `get`, `post` and `raw` speak to it over TLS, `plain_port` without."""

    def __init__(self, folder: Path, *, upstream: str, media: Path) -> None:
        self.folder = folder
        self.port = quiet_port()
        self.plain_port = quiet_port(taken=[self.port])
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        _certificate(folder)
        shutil.copy(ROOT / "deploy/nginx/portal-proxy.conf", folder)
        site = (ROOT / "deploy/nginx/portal.conf").read_text()
        for installed, here in (
            (r"unix:/run/portal/web\.sock", upstream),
            (r"__SERVER_NAME__", NAME),
            (r"listen 80( default_server)?;", rf"listen {LOOPBACK}:{self.plain_port}\1;"),
            (r"listen 443( ssl)( http2)?( default_server)?;", rf"listen {LOOPBACK}:{self.port}\1\3;"),
            (r" *listen \[::\][^\n]*\n", ""),
            (r"/etc/portal/tls/", f"{folder}/"),
            (r"/etc/nginx/portal-proxy\.conf", f"{folder}/portal-proxy.conf"),
            (r"/opt/portal/deploy/", f"{ROOT}/deploy/"),
            (r"/var/lib/portal/media/", f"{media}/"),
            (r"/var/log/nginx/portal\.log", f"{folder}/portal.log"),
        ):
            site, count = re.subn(installed, here, site)
            assert count, f"{installed} is not in the site any more"
        (folder / "portal.conf").write_text(site)
        user = "user root;" if Path("/root").exists() and _is_root() else ""
        (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))

    def check(self) -> str:
        done = subprocess.run([*self._command, "-t"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=2).close()
                return
            except OSError:
                assert time.monotonic() < deadline, (self.folder / "error.log").read_text()
                time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    @property
    def log(self) -> str:
        return (self.folder / "portal.log").read_text()

    def request(
        self,
        method: str,
        path: str,
        headers: dict | None = None,
        body: bytes | None = None,
        *,
        plain: bool = False,
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower case), body. Headers are sent as given, also those that nobody should send."""
        connection: http.client.HTTPConnection
        if plain:
            connection = http.client.HTTPConnection(LOOPBACK, self.plain_port, timeout=60)
        else:
            connection = _Named(LOOPBACK, self.port, timeout=60, context=_trusting())
        try:
            connection.request(method, path, body=body, headers={"Host": NAME, **(headers or {})})
            answer = connection.getresponse()
            read = answer.read()
            several = {name.lower(): value for name, value in answer.getheaders()}
            several["set-cookie"] = "\n".join(answer.headers.get_all("Set-Cookie") or [])
            return answer.status, several, read
        finally:
            connection.close()

    def raw(self, sent: bytes) -> bytes:
        """What comes back for these very bytes, until the other side closes or is silent."""
        with (
            socket.create_connection((LOOPBACK, self.port), timeout=10) as plain,
            _trusting().wrap_socket(plain, server_hostname=NAME) as line,
        ):
            line.settimeout(5)
            line.sendall(sent)
            received = b""
            try:
                while piece := line.recv(65536):
                    received += piece
            except (TimeoutError, ConnectionError, ssl.SSLError):
                pass
            return received

    @property
    def _command(self) -> list[str]:
        return [program(), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]


class _Named(http.client.HTTPSConnection):
    """Connects to loopback and names the site in the handshake."""

    def connect(self) -> None:
        line = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self._context.wrap_socket(line, server_hostname=NAME)  # type: ignore[attr-defined]


def program() -> str:
    return shutil.which("nginx") or next((str(p) for p in (Path("/usr/sbin/nginx"),) if p.exists()), "")


def _is_root() -> bool:
    return os.geteuid() == 0


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
