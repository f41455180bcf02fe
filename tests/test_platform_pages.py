"""三员 on every page that there is: the three open what `tests/access_platform.py` says and nothing else."""

from collections import defaultdict

import pytest
from django.urls import resolve

from branch_portal.permissions import PlatformRole
from tests.access_objects import objects_of_branch_a
from tests.access_platform import ALL_THREE, ONLY
from tests.personas import platform_accounts
from tests.security.walk import pages
from tests.source import none

#: Where the audit administrator reads who did what: events name the account's owner.
AUDIT_PLACES = ("/audit/", "/admin/members/securityevent/", "/admin/members/personaldataaccess/")


@pytest.mark.long
def test_each_of_the_three_opens_what_the_table_says(world, as_user, settings):
    """With everything of branch A there to be found; none of it, and no name but in the audit, is on any of these pages."""
    settings.PORTAL_SEPARATE_ADMINS = True
    three, things = platform_accounts(), objects_of_branch_a(world)
    opened: dict[str, set[PlatformRole]] = defaultdict(set)
    findings = []
    names = {member.name for member in world.members_a}
    for role, user in three.items():
        client = as_user(user)
        client.raise_request_exception = False
        for page in pages(world, things):
            path = page.path
            answer = client.get(path)
            if answer.status_code in (403, 404, 405):
                continue
            opened[resolve(path.split("?")[0]).view_name].add(PlatformRole(role))
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            said = {name for name in names if name in text}
            if said and not (role == PlatformRole.AUDIT and any(place in path for place in AUDIT_PLACES)):
                findings.append(f"{role} reads {sorted(said)} on {path}")
    expected = {key: set(PlatformRole) for key in ALL_THREE} | ONLY
    for key in sorted({*opened, *expected}):
        if opened.get(key, set()) != expected.get(key, set()):
            findings.append(
                f"{key}: opened by {sorted(opened.get(key, set()))}, not {sorted(expected.get(key, set()))}"
            )
    none(findings)
