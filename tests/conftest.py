"""Fixtures that every test may use: the named world, and a client signed in as one of its people."""

import pytest
from django.conf import settings as portal
from django.test import Client
from hypothesis import settings

from branch_portal import heartbeat
from members.queries.dictionaries import forget
from tests.personas import build_world
from tests.world_cache import kept_world

# A busy machine is no fault of a rule: what is slow is found by benchmarks, not by one example's wall time.
settings.register_profile("portal", deadline=None)
settings.load_profile("portal")

# Tests walk through all addresses in a minute, as no person does; those of the limits turn them on again.
portal.PORTAL_USE_LIMITS = False


@pytest.fixture(autouse=True)
def _words_read_anew():
    """What one test did to the code tables is rolled back, so the process forgets it too."""
    yield
    forget()


@pytest.fixture
def _jobs_seen_by_themselves(monkeypatch):
    """A test within one transaction shows its jobs to no other connection: their pulse would take them for cancelled by somebody as
    soon as they took longer than a second, as on a busy machine. Tests of the pulse commit (`committed_db`)."""
    monkeypatch.setattr(heartbeat, "EVERY", 3600.0)


@pytest.fixture
def world(db, _jobs_seen_by_themselves):
    return kept_world(build_world)


@pytest.fixture
def as_user():
    """`as_user(world.secretary_a)` → a client signed in as that person, without the password's cost."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
