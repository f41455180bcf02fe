"""`make manage ARGS="backup"`: a command of manage.py on this installation's own servers, running or not."""

import os
import subprocess
import sys

from branch_portal.local import environment
from branch_portal.local.binaries import identity, postgres_programs
from branch_portal.local.console import Problem, say
from branch_portal.local.launcher import take_lock
from branch_portal.local.paths import Places, read_json
from branch_portal.local.postgres import OWNER_ROLE, WEB_ROLE, Cluster, major_version
from branch_portal.local.services import DATABASE, Services, check_own, start_services


def run(places: Places, arguments: list[str]) -> int:
    """With the running site's servers, or with ours for as long as the command takes."""
    os.umask(0o077)
    places.create()
    configured = environment.configuration(places.root)
    check_own(configured)
    lock = take_lock(places.run / "lock")
    if lock is None:
        return _call(places, configured, _running(places, configured), arguments)
    services = Services()
    with lock:
        try:
            start_services(places, configured, services)
            return _call(places, configured, services.environment, arguments)
        finally:
            services.stop()


def _call(places: Places, configured: dict[str, str], found: dict[str, str], arguments: list[str]) -> int:
    values = {**os.environ, **configured, **found}
    return subprocess.call([sys.executable, "manage.py", *arguments], cwd=places.root, env=values)


def _running(places: Places, configured: dict[str, str]) -> dict[str, str]:
    """What the launcher told the running site."""
    keys, ports = read_json(places.secrets_file), read_json(places.run / "ports.json")
    try:
        found = {
            "PORTAL_SECRET_KEY": configured.get("PORTAL_SECRET_KEY", keys["secret_key"]),
            "PORTAL_VAR": str(places.var),
        }
        if "DATABASE_URL" not in configured:
            who = identity()
            data = places.var / f"pg{major_version(postgres_programs(who))}"
            cluster = Cluster(data, ports["postgres"], places.logs / "postgres.log", "", who=who)
            found["DATABASE_URL"] = cluster.url(WEB_ROLE, keys["pg_web"], DATABASE)
            found["DATABASE_OWNER_URL"] = cluster.url(OWNER_ROLE, keys["pg_owner"], DATABASE)
    except KeyError:
        raise Problem("另一个窗口的启动还没有完成，请稍候再试") from None
    say("网站正在运行，使用它的数据库")
    return found
