"""What people typed, shown to others in Chromium: nothing runs, nothing is fetched, no dialog opens."""

import pytest

from tests.browser.people import Person
from tests.corpus.cases import covers

pytestmark = pytest.mark.browser
for _number in ("A5", "A6", "A9", "F88", "F89", "F92"):
    covers(_number, "shown in Chromium")

_PAYLOADS = r"""
from django.db import connection
from members.models import Member, PartyOrganization
from activities.models import ActivityRecord, Gathering
from learning.models import Lesson
evil = '"><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>{{7*7}}'
article = '<img src="https://evil.example/t.png"><a href="java\nscript:alert(4)">x</a><math><mtext><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(5)&gt;">' + evil
Member.objects.update(name=evil[:60])
Gathering.objects.update(theme=evil[:60], place=evil[:60])
ActivityRecord.objects.update(title=evil[:60], content=evil)
Lesson.objects.update(title=evil[:60], text=article)
print('PLANTED')
"""
_PAGES = {
    "secretary": ["/", "/members/", "/members/?q=%22%3E%3Cscript%3Ealert(9)%3C/script%3E", "/activities/", "/activities/calendar/",
                  "/activities/plan/", "/learning/branch/", "/learning/lessons/", "/members/lists/"],
    "committee": ["/admin/supervision/", "/admin/members/member/", "/admin/activities/activityrecord/", "/admin/supervision/attendance/"],
}  # fmt: skip
_ALIVE = "() => document.querySelectorAll('img[src=x], svg[onload], script:not([src]), a[href^=java]').length"


def test_nothing_typed_acts_in_a_browser(stack, new_page, demo_logins):
    """The fixtures fail on any other host, error or violation; a dialog would be one of ours to report."""
    assert "PLANTED" in stack.manage("shell", "-c", _PAYLOADS)
    dialogs, alive, shown = [], [], 0
    for role, addresses in _PAGES.items():
        person = Person(new_page("desktop"), stack.url, demo_logins, role).sign_in()
        person.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        links = []
        for address in addresses:
            person.page.goto(stack.url + address)
            links += person.page.eval_on_selector_all(
                "main a[href*='/records/'], main a[href*='/lessons/']",
                "all => all.slice(0, 2).map(a => a.href)",
            )
            shown += "<script>alert(1)" in person.page.inner_text("body")
            alive += [address] * person.page.evaluate(_ALIVE)
        for link in list(dict.fromkeys(links))[:6]:
            person.page.goto(link)
            alive += [link] * person.page.evaluate(_ALIVE)
            person.page.wait_for_load_state("networkidle")
    assert (dialogs, alive) == ([], [])
    assert shown >= 3, "the payloads were on the pages, as text"


def test_after_signing_out_back_shows_the_sign_in_page(stack, new_page, demo_logins):
    person = Person(new_page("desktop"), stack.url, demo_logins, "secretary").sign_in()
    person.page.goto(f"{stack.url}/members/")
    name = person.page.locator("main table tbody tr").first.inner_text()
    form = person.page.locator("form[action*='/accounts/logout/'] button").first
    form.evaluate("button => button.click()")  # it may lie in a menu that is shut
    person.page.wait_for_url("**/accounts/login/**")
    person.page.go_back()
    person.page.wait_for_url("**/accounts/login/**")
    assert person.page.get_by_label("密码").is_visible()
    assert name.split()[1] not in person.page.content()
