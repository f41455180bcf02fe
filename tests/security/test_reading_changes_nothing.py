"""A GET changes no row, whoever asks for whatever page."""

import re

import pytest

from tests.access_objects import objects_of_branch_a
from tests.security.walk import paths
from tests.source import none
from tests.test_access import fingerprint

#: Taking personal data out is a download, and is written down.
RECORDED = (
    "/learning/branch/export/",
    "/admin/accounts/export/",
    "/learning/matrix/export/",
    "/learning/review/export/",
    "/members/files/",
    "/activities/talks/export/",
)
RECORDED_OF_ONE = re.compile(r"\.docx$|/signups/export/$|^/learning/(training|members)/[^/]+/export/$")


@pytest.mark.parametrize("persona", ["secretary_a", "member_a", "staff", "superuser"])
def test_get_changes_nothing(world, as_user, persona):
    client = as_user(getattr(world, persona))
    client.raise_request_exception = False
    things = objects_of_branch_a(world)
    before = fingerprint()
    findings = []
    for path in paths(world, things):
        if path.startswith(RECORDED) or RECORDED_OF_ONE.search(path.partition("?")[0]):
            continue
        client.get(path)
        if (after := fingerprint()) != before:
            findings.append(f"{path} wrote {sorted(set(after) - set(before))}")
            before = after
    none(findings)
