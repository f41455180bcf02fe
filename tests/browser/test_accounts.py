"""From the committee's tick to a member's first sign-in, and from a password to a code: the doors as people walk through them."""

import datetime
import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.people import Person

pytestmark = pytest.mark.browser

PASSWORD = "河畔-Lantern-77"
NEWCOMER = (
    "from tests import factories as make; from members.models import PartyOrganization as P;"
    "branch = P.objects.branches().order_by('path').first();"
    "make.member(branch, '甘晓棠'); print('BRANCH', branch.uid)"
)


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=30 * steps_ahead)
    return pyotp.TOTP(secret.replace(" ", "")).at(moment)


def serious(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


@pytest.fixture
def guarded(stack_factory):
    return stack_factory(workers=0, beats=0, env={"PORTAL_STAFF_TOTP": "1"})


def enter_password(page, url: str, login: dict) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("用户名").fill(login["username"])
    page.get_by_label("密码").fill(login["password"])
    page.get_by_role("button", name="登录").click()


def turn_on(page, screenshot) -> tuple[str, list[str]]:
    """The second step, as the gate demands it; (secret, recovery codes)."""
    page.get_by_text("开启以后才能使用其他功能").wait_for()
    screenshot(page, "totp-enrol-desktop")
    assert serious(page) == []
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("手机上显示的 6 位数字").fill(code_of(secret))
    page.get_by_role("button", name="开启两步验证").click()
    page.get_by_role("heading", name="两步验证已开启，请保存恢复码").wait_for()
    codes = page.locator("#recovery-codes code").all_inner_texts()
    screenshot(page, "totp-codes-desktop")
    return secret, codes


def open_account(page, url: str, branch: str, screenshot) -> str:
    """Tick the newcomer, open, and read the address off the slip."""
    page.goto(f"{url}/admin/accounts/open/{branch}/")
    assert serious(page) == []
    page.get_by_role("button", name="全选").click()
    assert page.get_by_label("甘晓棠").is_checked()
    screenshot(page, "accounts-open-branch-desktop")
    page.get_by_role("button", name="开通所选并生成链接").click()
    page.get_by_text("只显示这一次").wait_for()
    page.emulate_media(media="print")
    screenshot(page, "account-slips-print")
    page.emulate_media(media="screen")
    return re.sub(r"\s", "", page.locator(".slip-link").inner_text())


def test_open_link_password_code(guarded, desktop, phone, demo_logins, screenshot, browser_problems):
    branch = guarded.manage("shell", "-c", NEWCOMER).split("BRANCH ")[1].split()[0]
    staff = Person(desktop, guarded.url, demo_logins, "committee")
    enter_password(desktop, guarded.url, staff.login)
    secret, codes = turn_on(desktop, screenshot)
    assert len(codes) == 10
    desktop.get_by_role("link", name="已经保存，继续").click()
    link = open_account(desktop, guarded.url, branch, screenshot)

    # The member, on a phone.
    phone.goto(link)
    phone.get_by_text("甘晓棠，您好").wait_for()
    screenshot(phone, "account-link-phone")
    assert serious(phone) == []
    phone.get_by_label("新密码", exact=True).fill(PASSWORD)
    phone.get_by_label("再输一次新密码").fill(PASSWORD)
    phone.get_by_role("button", name="保存密码并登录").click()
    phone.wait_for_url(f"{guarded.url}/")
    phone.goto(f"{guarded.url}/accounts/security/")
    phone.get_by_text("（本机）").wait_for()
    screenshot(phone, "account-security-phone")

    # The committee's colleague, the next morning: password, then code; each code once.
    desktop.context.clear_cookies()
    enter_password(desktop, guarded.url, staff.login)
    desktop.get_by_role("heading", name="两步验证").wait_for()
    screenshot(desktop, "second-step-desktop")
    assert serious(desktop) == []
    desktop.get_by_label("验证码或恢复码").fill(code_of(secret, steps_ahead=1))
    desktop.get_by_role("button", name="确定").click()
    desktop.wait_for_url(f"{guarded.url}/")
    desktop.goto(f"{guarded.url}/admin/accounts/?q=ganxiaotang")
    desktop.get_by_text("甘晓棠").first.wait_for()
    screenshot(desktop, "accounts-desktop")
    assert serious(desktop) == []
    desktop.get_by_role("link", name="办理").click()
    desktop.get_by_role("heading", name="现有授权").wait_for()
    screenshot(desktop, "account-desktop")
    assert serious(desktop) == []
    desktop.goto(f"{guarded.url}/admin/accounts/colleagues/new/")
    screenshot(desktop, "account-colleague-desktop")
    assert serious(desktop) == []

    # The slip is spent. A 404 is an error on the console.
    phone.context.clear_cookies()
    phone.goto(link)
    phone.get_by_role("heading", name="链接已失效").wait_for()
    browser_problems.clear()
