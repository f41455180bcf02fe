"""Overviews from a replica: two real PostgreSQL servers, two web processes and three workers on one database."""

import ast
import json
import re

import pytest

from benchmarks.standby import Standby
from branch_portal.replica import from_replica
from tests.faults.client import Browser, readiness
from tests.source import nodes, python_files

pytestmark = pytest.mark.stack
GRID = "/admin/supervision/"
PAGES = (
    GRID, f"{GRID}study/", f"{GRID}attendance/", f"{GRID}quality/", f"{GRID}terms/", f"{GRID}watch/", "/admin/requests/burden/",
    "/admin/statistics/",
)  # fmt: skip
#: So soon a replica that does not follow any more is given up here.
SECONDS = 4


@pytest.fixture
def standby(servers, tmp_path):
    servers.ensure_running()
    servers.ensure_demo_template()
    made = Standby.of(servers.cluster, tmp_path / "standby")
    made.start()
    yield made
    made.stop(orderly=False)


@pytest.fixture
def site(stack_factory, standby):
    """The demo behind two web processes, the second of which is `site.second`; three workers, and a ticker that keeps time."""
    stack = stack_factory(workers=0, beats=0, web=False)
    at = standby.url("portal_web", stack.servers.plan["web"], stack.database.name)
    stack.environment |= {
        "DATABASE_REPLICA_URL": at,
        "PORTAL_REPLICA_SECONDS": str(SECONDS),
        "PORTAL_PULSE_SECONDS": "1",
    }
    for _ in range(3):
        stack.start_worker(concurrency=1, wait=False)
    stack.start_beat()
    stack.start_web()
    stack.second = stack.start_another_web()
    for index in range(3):
        stack.wait_for_worker(index)
    return stack


def signed_in(port: int, login: dict) -> Browser:
    browser = Browser(port)
    fields = browser.form("/accounts/login/", "password")
    answer = browser.post(
        "/accounts/login/", fields | {"username": login["username"], "password": login["password"]}
    )
    assert answer.status == 302, answer.text
    assert browser.cookies.pop("wrote") == "1", "to sign in is to write"
    return browser


def as_of(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status == 200, answer.text[:500]
    found = re.search(r"本页数据截至 (\d\d:\d\d:\d\d)", answer.text)
    return found[1] if found else ""


def test_a_committee_reads_from_the_replica_and_is_never_deceived(site, standby, demo_logins):
    staff = next(login for login in demo_logins if login["role"] == "committee")
    one, two = signed_in(site.port, staff), signed_in(site.second, staff)
    for browser in (one, two):
        for path in PAGES:
            site.wait_for(
                lambda browser=browser, path=path: as_of(browser, path), what=f"the replica for {path}"
            )
    assert as_of(one, "/admin/") == ""

    # The same figures, and the reader's own scope.
    two.cookies["wrote"] = "1"
    for path in PAGES:
        plain = re.sub(r'<span class="as-of">.*?</span>', "", one.get(path).text)
        assert without_tokens(plain) == without_tokens(two.get(path).text), path
        assert as_of(two, path) == ""
    del two.cookies["wrote"]

    # What is committed is soon there; whoever changed it sees it at once.
    standby.pause(True)
    site.sql(
        "UPDATE members_partyorganization SET short_name = '改名党支部' WHERE kind = 'branch' AND short_name <> ''"
    )
    assert as_of(one, GRID)
    assert "改名党支部" not in one.get(GRID).text
    one.cookies["wrote"] = "1"
    assert "改名党支部" in one.get(GRID).text
    del one.cookies["wrote"]
    # A replica that has stopped following is not asked for long.
    site.wait_for(lambda: not as_of(one, GRID), timeout=20, what="the primary's answer")
    assert "改名党支部" in one.get(GRID).text
    standby.pause(False)
    site.wait_for(lambda: as_of(one, GRID), what="the replica's answer")
    assert "改名党支部" in one.get(GRID).text

    # Nor one that is gone: nobody gets an error, and who runs the portal is told.
    assert "replica" not in alarms(site)
    standby.stop(orderly=False)
    for browser in (one, two):
        assert as_of(browser, GRID) == ""
    assert "the replica did not answer" in site.log("web")
    assert "replica_away" in alarms(site)
    (queued,) = site.sql("SELECT count(*) FROM branch_portal_processbeat WHERE kind = 'worker'")
    assert queued == (3,)


def alarms(site) -> str:
    return json.dumps(readiness(site.port))


def without_tokens(text: str) -> str:
    return re.sub(r'(value|nonce)="[\w-]{20,}"|"X-CSRFToken": "\w+"', "", text)


def test_what_reads_from_the_replica_changes_nothing():
    """Views that also write, or raise the scope of the primary's transaction, have no place there."""
    views = [
        {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
        for _, node in nodes(python_files(), ast.FunctionDef)
    ]
    found = [names for names in views if from_replica.__name__ in names]
    assert len(found) >= 8
    assert all("require_safe" in names for names in found)
