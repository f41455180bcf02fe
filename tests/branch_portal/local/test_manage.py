"""`make manage` beside a running site: the servers that the launcher wrote down, and no others."""

import pytest

from branch_portal.local import manage
from branch_portal.local.console import Problem
from branch_portal.local.launcher import take_lock
from branch_portal.local.paths import Places, remember


@pytest.fixture
def places(tmp_path):
    places = Places(tmp_path, tmp_path / "var")
    places.create()
    return places


def test_beside_a_running_site_its_database_is_used(places, monkeypatch, capsys):
    remember(places.secrets_file, secret_key="s", pg_owner="o/w", pg_web="w")
    remember(places.run / "ports.json", postgres=23456)
    (places.root / "manage.py").write_text(
        "import os, sys\n"
        "open('said', 'w').write(' '.join([*sys.argv[1:], os.environ['DATABASE_OWNER_URL'], os.environ['PORTAL_VAR']]))\n"
        "sys.exit(7)\n"
    )
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    lock = take_lock(places.run / "lock")
    with lock:
        assert manage.run(places, ["backup", "--to", "/x"]) == 7
    assert (places.root / "said").read_text() == (
        f"backup --to /x postgres://portal_owner:o%2Fw@127.0.0.1:23456/portal {places.var}"
    )


def test_while_another_window_is_still_starting_it_asks_for_patience(places, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    lock = take_lock(places.run / "lock")
    with lock, pytest.raises(Problem, match="还没有完成"):
        manage.run(places, ["backup"])
