"""A person at the browser, whose interactions are counted: clicks, fields filled, keys that choose."""

import re
import time
from collections.abc import Iterable


class Person:
    """Wraps a Playwright page. Opening an address is not an interaction; everything that a hand does is."""

    def __init__(self, page, url: str, logins: Iterable[dict], role: str):
        self.page, self.url = page, url
        self.login = next(login for login in logins if login["role"] == role)
        self.interactions = 0
        self._since = time.monotonic()

    def sign_in(self) -> "Person":
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.get_by_label("用户名").fill(self.login["username"])
        self.page.get_by_label("密码").fill(self.login["password"])
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.url}/")
        return self

    def start_counting(self) -> None:
        self.interactions, self._since = 0, time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since

    def click(self, locator) -> None:
        self.interactions += 1
        locator.click()

    def fill(self, label: str, text: str) -> None:
        self.interactions += 1
        # By its beginning: “内容” is not “决议内容”.
        self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first.fill(text)

    def press(self, key: str) -> None:
        self.interactions += 1
        self.page.keyboard.press(key)
