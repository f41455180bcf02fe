"""nginx before gunicorn, packing pages as an installed portal does: the lines are those of `deploy/nginx/portal.conf`."""

import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from branch_portal.local.paths import ROOT
from branch_portal.local.ports import LOOPBACK, quiet_port

_CONFIG = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {packing}
  server {{
    listen {host}:{port};
    location / {{ proxy_pass {upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }}
  }}
}}
"""


def _packing() -> str:
    lines = (ROOT / "deploy/nginx/portal.conf").read_text(encoding="utf-8").splitlines()
    return "\n  ".join(line.strip() for line in lines if line.strip().startswith("gzip"))


@contextmanager
def behind_nginx(upstream: str) -> Iterator[str]:
    """The address to ask at; RuntimeError where there is no nginx."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise RuntimeError("no nginx: install it, pages are measured as it sends them")
    port = quiet_port()
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as folder:
        user = "user root;" if os.geteuid() == 0 else ""
        config = Path(folder) / "nginx.conf"
        config.write_text(
            _CONFIG.format(
                folder=folder, host=LOOPBACK, port=port, upstream=upstream, packing=_packing(), user=user
            )
        )
        child = subprocess.Popen([program, "-p", folder, "-c", str(config), "-e", f"{folder}/start.log"])
        try:
            _wait(f"http://{LOOPBACK}:{port}")
            yield f"http://{LOOPBACK}:{port}"
        finally:
            child.terminate()
            child.wait(20)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310  our own
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
