"""The restore drill on an installed site: a throw-away cluster made with Debian's own PostgreSQL, whatever its version."""

from pathlib import Path

import pytest

from branch_portal.local.ports import quiet_port
from branch_portal.local.postgres import Cluster

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.mark.long
@pytest.mark.skipif(not PROGRAMS, reason="Debian's PostgreSQL is not installed (apt-get install postgresql)")
def test_a_cluster_of_debians_version(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_PG_BIN", str(PROGRAMS[-1].parent))
    tmp_path.chmod(0o755)
    cluster = Cluster(tmp_path / "pg", quiet_port(), tmp_path / "log", "secret", durable=False)
    assert cluster.programs == PROGRAMS[-1].parent
    assert cluster.create()
    cluster.start()
    try:
        cluster.ensure_database("drill", owner_password="one", web_password="two")
        [(major, checksums)] = cluster.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('data_checksums')"
        )
    finally:
        cluster.stop()
    assert (str(major), checksums) == (PROGRAMS[-1].parent.parent.name, "off")
