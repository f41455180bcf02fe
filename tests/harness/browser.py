"""Real Chromium for tests: two screen sizes, Chinese locale, and a watch over what must never happen on a page.

    def test_it(stack, desktop, screenshot):
        desktop.goto(stack.url + "/accounts/login/")
        screenshot(desktop, "login")

A test fails when one of its pages logs an error, violates the Content-Security-Policy, throws, or asks another host for
anything. A test that provokes an error on purpose takes it off the list: `browser_problems.clear()`.
"""

import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from branch_portal.local.paths import ROOT

_ARGUMENTS = [
    "--lang=zh-CN", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
_SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1366, "height": 768}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
_PAGES: pytest.StashKey[list[tuple[Any, deque[str]]]] = pytest.StashKey()
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SCREENSHOTS = ROOT / "var" / "screenshots"


def chromium_path() -> str | None:
    """$CHROME_PATH, or a Chromium of the system; None when there is none."""
    named = os.environ.get("CHROME_PATH", "")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium_path()
    if path is None:
        pytest.fail("no Chromium: run `make test` as root to install it, or set CHROME_PATH")
    return {**browser_type_launch_args, "executable_path": path, "args": _ARGUMENTS}


@pytest.fixture
def browser_problems() -> Iterator[list[str]]:
    """What went wrong on this test's pages; must be empty at its end."""
    problems: list[str] = []
    yield problems
    if problems:
        pytest.fail("problems on this test's pages:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, browser: Any, browser_problems: list[str]
) -> Iterator[Callable[..., Any]]:
    """`new_page("desktop" or "phone")` → a page with cookies of its own, for one more person."""
    contexts = []
    request.node.stash[_PAGES] = pages = []

    def make(size: str = "desktop") -> Any:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **_SIZES[size])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        _watch(page, browser_problems)
        pages.append((page, _followed(page)))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def desktop(new_page: Callable[..., Any]) -> Any:
    return new_page("desktop")


@pytest.fixture
def phone(new_page: Callable[..., Any]) -> Any:
    return new_page("phone")


@pytest.fixture(scope="session")
def screenshot() -> Callable[..., Path]:
    """`screenshot(page, "name")` → var/screenshots/name.png, the whole page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str, *, full_page: bool = True) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=full_page)
        return path

    return take


def _watch(page: Any, problems: list[str]) -> None:
    def on_console(message: Any) -> None:
        if message.type == "error":
            problems.append(f"console on {page.url}: {message.text}")

    def on_request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in ("127.0.0.1", "localhost"):
            problems.append(f"request to another host from {page.url}: {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: problems.append(f"script on {page.url}: {error}"))


def _followed(page: Any) -> deque[str]:
    """The last requests of a page and how each ended, with the seconds since it was opened."""
    begun, lines = time.monotonic(), deque[str](maxlen=30)

    def told(word: str) -> Callable[[Any], None]:
        return lambda request: lines.append(
            f"{time.monotonic() - begun:6.1f} {word} {request.method} {request.url}"
        )

    page.on("request", told("asks"))
    page.on("requestfinished", told("has "))
    page.on("requestfailed", told("lost"))
    return lines


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Where each page of a failed test stood: its address, what it says, what it asked for."""
    report = yield
    if report.failed and call.when == "call":
        for page, lines in item.stash.get(_PAGES, []):
            try:
                words = page.locator("body").inner_text(timeout=2_000)[:600]
            except Exception as error:  # a page that hangs is what the report is about
                words = repr(error)
            report.sections.append((f"page at {page.url}", "\n".join([*lines, words])))
    return report
