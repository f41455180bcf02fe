"""A real Chromium that looks at what travels and what runs, through the DevTools protocol."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.nginx import behind_nginx
from benchmarks.stack import Stack
from benchmarks.web import Web, signed_in
from branch_portal.local.ports import LOOPBACK

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = (
    "--lang=zh-CN", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
#: Chrome's own preset “Slow 4G”, in bytes a second and milliseconds; a processor a quarter as fast.
SLOW_4G = {
    "offline": False,
    "latency": 150 * 3.75,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 750 * 1024 / 8 * 0.9,
}
CPU_RATE = 4


def chromium_path() -> str | None:
    """$CHROME_PATH, or a Chromium of the system; None when there is none."""
    named = os.environ.get("CHROME_PATH", "")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser; RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        raise RuntimeError("no Chromium: install it or set CHROME_PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def secretary_at(stack: Stack) -> Iterator[tuple[Any, str, str]]:
    """(browser, the site's address behind nginx, the secretary's cookie)."""
    web = Web(stack.environment, stack.folder / "web.log", threads=4)
    cookie = signed_in("secretary")
    try:
        with behind_nginx(web.url) as url, chromium() as browser:
            yield browser, url, cookie
    finally:
        web.stop()


@contextmanager
def signed_in_page(browser: Any, cookie: str, size: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """(page, its DevTools session) of somebody with an empty cache."""
    name, value = cookie.split("=", 1)
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **size)
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": name, "value": value, "domain": LOOPBACK, "path": "/"}])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    try:
        yield page, session
    finally:
        context.close()


@dataclass
class Traffic:
    """What one visit has brought: bytes over the wire with their headers, by request; script as it is before it is packed."""

    bytes: int = 0
    script: int = 0
    packed_script: int = 0
    _sent: set[str] = field(default_factory=set)
    _script_ids: set[str] = field(default_factory=set)
    _cached: set[str] = field(default_factory=set)

    @property
    def requests(self) -> int:
        """What was asked of the server; pictures that stand in the page itself are not."""
        return len(self._sent - self._cached)


def traffic_of(session: Any, visit: Callable[[], object]) -> Traffic:
    """What the visit brings over the wire, and every script that it runs, from the cache too."""
    seen = Traffic()

    def sent(event: dict) -> None:
        if not event["request"]["url"].startswith("data:"):
            seen._sent.add(event["requestId"])

    def cached(event: dict) -> None:
        seen._cached.add(event["requestId"])

    def answered(event: dict) -> None:
        if event["response"].get("fromDiskCache"):
            cached(event)
        if event["type"] == "Script":
            seen._script_ids.add(event["requestId"])

    def data(event: dict) -> None:
        if event["requestId"] in seen._script_ids:
            seen.script += event["dataLength"]

    def finished(event: dict) -> None:
        if event["requestId"] not in seen._cached:
            seen.bytes += event["encodedDataLength"]
            if event["requestId"] in seen._script_ids:
                seen.packed_script += event["encodedDataLength"]

    listeners = {
        "Network.requestWillBeSent": sent, "Network.requestServedFromCache": cached, "Network.responseReceived": answered,
        "Network.dataReceived": data, "Network.loadingFinished": finished,
    }  # fmt: skip
    for name, listener in listeners.items():
        session.on(name, listener)
    visit()
    for name, listener in listeners.items():
        session.remove_listener(name, listener)
    return seen
