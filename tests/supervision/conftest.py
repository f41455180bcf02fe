"""People that only the checks' tests need."""

import pytest

from tests import factories as make


@pytest.fixture
def make_staff(db):
    """`make_staff("name", organization)` → somebody who works for that committee or general branch."""

    def made(name: str, organization):
        user = make.user(name, display_name=name)
        make.grant(user, "committee_staff", organization)
        return user

    return made
