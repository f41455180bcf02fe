"""Every main page as its people see it: pictures on desktop and phone, no serious accessibility fault, nothing sticking out.

The browser fixtures fail the test on any script error, policy violation or request to another host. Nothing is left in the
browser's storage: there could only be personal data in it, and somebody else may use the machine next.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.people import Person

#: role → (picture's name, address, or the text of a link on the page before)
PAGES = {
    "secretary": [
        ("workbench", "/"),
        ("choose-kind", "/activities/new/"),
        ("record-form", "/activities/new/theme_day/"),
        ("records", "/activities/"),
        ("meeting-form", "/activities/new/general_meeting/"),
        ("org-life-form", "/activities/new/org_life_meeting/"),
        ("plan", "/activities/plan/"),
        ("calendar", "/activities/calendar/"),
        ("feeds", "/notices/feeds/"),
        ("holidays", "/activities/holidays/"),
        ("resolutions", "/activities/resolutions/"),
        ("talks", "/activities/talks/"),
        ("talk-form", "/activities/talks/new/"),
        ("service", "/activities/service/"),
        ("bases", "/activities/bases/"),
        ("binders", "/activities/binders/"),
        ("archive", "/activities/archive/"),
        ("verify", "/verify/"),
        ("branch-hours", "/learning/branch/"),
        ("study-review", "/learning/review/"),
        ("plans", "/learning/plans/"),
        ("plan-new", "/learning/plans/new/"),
        ("plan-matrix", "/learning/matrix/"),
        ("trainings", "/learning/training/"),
        ("training-form", "/learning/training/new/"),
        ("external", "/learning/external/"),
        ("external-upload", "/learning/external/new/"),
        ("lessons-manage", "/learning/lessons/manage/"),
        ("lesson-new", "/learning/lessons/new/"),
        ("lesson-series", "/learning/series/"),
        ("roster", "/members/"),
        ("roster-past", "/members/?day=2025-06-01"),
        ("export", "/members/export/"),
        ("new-member", "/members/new/"),
        ("transfers", "/members/transfers/"),
        ("attention", "/members/attention/"),
        ("lists", "/members/lists/"),
        ("changes", "/members/changes/"),
        ("corrections", "/members/corrections/"),
        ("delegations", "/members/delegations/"),
        ("organizations", "/organizations/"),
        ("posts", "/members/posts/"),
        ("import", "/members/import/"),
        ("inbox", "/notices/"),
        ("jobs", "/jobs/"),
        ("inbox", "/notices/"),
        ("received", "/notices/received/"),
        ("sent-notices", "/notices/sent/"),
        ("new-notice", "/notices/new/"),
        ("robots", "/notices/robots/"),
        ("robot-new", "/notices/robots/new/"),
        ("received-requests", "/supervision/requests/"),
        ("findings-branch", "/supervision/findings/"),
    ],
    "member": [
        ("workbench-member", "/"),
        ("my-year", "/learning/"),
        ("own-study", "/learning/own/"),
        ("own-study-form", "/learning/own/new/book/"),
        ("own-study-rows", "/learning/own/new/fragments/"),
        ("my-plan", "/learning/plan/"),
        ("lessons", "/learning/lessons/"),
        ("records-member", "/activities/"),
        ("inbox-member", "/notices/"),
        ("me", "/members/me/"),
        ("my-attendance", "/activities/mine/"),
        ("calendar-member", "/activities/calendar/"),
        ("message-settings", "/notices/settings/"),
        ("account-security", "/accounts/security/"),
        ("totp", "/accounts/totp/"),
    ],
    "committee": [
        ("workbench-committee", "/"),
        ("templates", "/activities/templates/"),
        ("training", "/learning/training/"),
        ("placeholders", "/activities/templates/placeholders/"),
        ("new-notice-committee", "/notices/new/"),
        ("admin", "/admin/"),
        ("grid", "/admin/supervision/"),
        ("grid-kind", "/admin/supervision/?kind=theme_day"),
        ("grid-report", "/admin/supervision/report/"),
        ("admin-members", "/admin/members/member/"),
        ("accounts", "/admin/accounts/"),
        ("accounts-open", "/admin/accounts/open/"),
        ("accounts-colleague", "/admin/accounts/colleagues/new/"),
        ("admin-records", "/admin/activities/activityrecord/"),
        ("admin-organizations", "/admin/members/partyorganization/?kind__exact=cell"),
        ("admin-hours", "/admin/learning/studycredit/"),
        ("admin-export", "/admin/export/members/member/"),
        ("admin-nothing", "/admin/activities/makeup/?state__exact=none"),
        ("receipts", "/admin/supervision/receipts/"),
        ("study", "/admin/supervision/study/"),
        ("watch", "/admin/supervision/watch/"),
        ("attendance", "/admin/supervision/attendance/"),
        ("terms", "/admin/supervision/terms/"),
        ("confirmations", "/admin/supervision/confirmations/"),
        ("contacts", "/admin/supervision/contacts/"),
        ("contacts-export", "/admin/supervision/contacts/export/"),
        ("requests", "/admin/requests/"),
        ("request-new", "/admin/requests/new/"),
        ("request-held", "/admin/requests/held/"),
        ("burden", "/admin/requests/burden/"),
        ("statistics", "/admin/statistics/"),
        ("statistics-moves", "/admin/statistics/?part=moves"),
        ("statistics-list", "/admin/statistics/list/"),
        ("statistics-keep", "/admin/statistics/keep/?day=2025-12-31"),
        ("quality", "/admin/supervision/quality/"),
        ("quality-records", "/admin/supervision/quality/records/"),
        ("checks", "/admin/supervision/checks/"),
        ("check-new", "/admin/supervision/checks/new/"),
        ("returns", "/admin/supervision/returns/"),
        ("inspections", "/admin/supervision/inspections/"),
        ("inspection-new", "/admin/supervision/inspections/new/"),
        ("findings", "/admin/supervision/findings/"),
        ("forms", "/admin/forms/"),
        ("form-new", "/admin/forms/new/"),
        ("form-results", "/admin/forms/results/"),
        ("reminder-rules-committee", "/notices/rules/"),
    ],
    "superuser": [
        ("workbench-superuser", "/"),
        ("reminder-rule", "/notices/rules/meeting_notice/"),
        ("admin-superuser", "/admin/"),
        ("admin-accounts", "/admin/members/user/"),
        ("operations", "/operations/"),
        ("accounts-superuser", "/admin/accounts/"),
        ("reminder-rules", "/notices/rules/"),
    ],
}
KEPT_IN_BROWSER = ("htmx-current-path-for-history", "django.admin.filtersState")
SERIOUS = ("serious", "critical")


def faults_of(page) -> list[str]:
    """Serious axe findings, and whether the page is wider than the screen."""
    # Without axe's own reading of style sheets: it asks for an @import of the admin's at the page's address and writes it inline.
    results = Axe().run(page, options={"preload": False}).response
    faults = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in results["violations"]
        if violation["impact"] in SERIOUS
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    stored = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    # htmx remembers the tab's address, the admin which filters are open; neither holds personal data.
    faults += [f"{key} is left in the browser" for key in stored if key not in KEPT_IN_BROWSER]
    return faults + ([f"sticks out by {wide} px"] if wide > 1 else [])


def told_of_violations(page):
    """Also of what a policy stops without an error of the page's own."""
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"
    )
    return page


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_look_right(stack, new_page, demo_logins, screenshot, size):
    faults = []
    for role, pages in PAGES.items():
        person = Person(told_of_violations(new_page(size)), stack.url, demo_logins, role)
        if role == "secretary":
            person.page.goto(f"{stack.url}/accounts/login/")
            screenshot(person.page, f"login-{size}")
            faults += [("login", fault) for fault in faults_of(person.page)]
        person.sign_in()
        for name, address in pages:
            answer = person.page.goto(stack.url + address)
            assert answer.status == 200, (role, address, answer.status)
            screenshot(person.page, f"{name}-{size}")
            faults += [(name, fault) for fault in faults_of(person.page)]
    assert faults == []


def test_the_elder_view_is_large_and_complete(stack, new_page, demo_logins, screenshot):
    person = Person(new_page("phone"), stack.url, demo_logins, "member").sign_in()
    person.page.get_by_role("button", name="长者模式").or_(
        person.page.get_by_role("button", name="大字版")
    ).first.click()
    person.page.locator("html.elder").wait_for()
    person.page.wait_for_load_state("networkidle")
    person.page.goto(f"{stack.url}/learning/")
    size = person.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 24  # 18 pt
    small = person.page.evaluate(
        """() => [...document.querySelectorAll("main a.btn, main button, main input, main select, nav a")]
             .filter(e => e.offsetParent && e.getBoundingClientRect().height < 59.5).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert small == []
    screenshot(person.page, "my-year-elder-phone")
