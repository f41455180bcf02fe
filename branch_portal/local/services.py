"""The database and the broker behind the site: the operator's own (DATABASE_URL, REDIS_URL) or embedded ones."""

import shutil
from dataclasses import dataclass, field

from branch_portal.local import environment
from branch_portal.local.binaries import identity, is_reachable, postgres_programs
from branch_portal.local.console import Problem, say, step
from branch_portal.local.paths import Places, random_secrets, read_json, remember
from branch_portal.local.ports import quiet_port
from branch_portal.local.postgres import OWNER_ROLE, WEB_ROLE, Cluster, major_version
from branch_portal.local.valkey import Valkey

DATABASE = "portal"
_SECRETS = ("pg_superuser", "pg_owner", "pg_web", "valkey", "secret_key")


@dataclass
class Services:
    """What is running for this site, and the environment that tells the site about it."""

    postgres: Cluster | None = None
    valkey: Valkey | None = None
    environment: dict[str, str] = field(default_factory=dict)
    created: bool = False  # the embedded database is new: what was known of an older one no longer holds

    def stop(self) -> None:
        """Valkey first, PostgreSQL last (design.md 5)."""
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop()


def check_own(configured: dict[str, str]) -> None:
    """Ask the operator's own servers before anything is started; a wrong address ends here with one sentence."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if name in configured:
            environment.check_database(name, configured[name])
    if "DATABASE_URL" in configured and "DATABASE_OWNER_URL" not in configured:
        say("! 没有设置 DATABASE_OWNER_URL：迁移与网页共用一个角色；正式使用请分开，见 .env.example")
    if "DATABASE_OWNER_URL" in configured and "DATABASE_URL" not in configured:
        raise Problem("设置了 DATABASE_OWNER_URL 却没有 DATABASE_URL：请两项都写，或都不写而使用内置数据库")
    if "REDIS_URL" in configured:
        environment.check_redis("REDIS_URL", configured["REDIS_URL"])


def start_services(places: Places, configured: dict[str, str], services: Services) -> None:
    """Fill `services`, which the caller stops whatever happens here."""
    keys = random_secrets(places.secrets_file, _SECRETS)
    services.environment["PORTAL_SECRET_KEY"] = configured.get("PORTAL_SECRET_KEY", keys["secret_key"])
    services.environment["PORTAL_VAR"] = str(places.var)
    if "DATABASE_URL" in configured:
        web = configured["DATABASE_URL"]
        owner = configured.get("DATABASE_OWNER_URL", web)
        services.environment |= {"DATABASE_URL": web, "DATABASE_OWNER_URL": owner}
    else:
        services.environment |= _embedded_database(places, keys, services)
    if "REDIS_URL" in configured:
        services.environment["REDIS_URL"] = configured["REDIS_URL"]
    else:
        ports = read_json(places.run / "ports.json")
        services.valkey = Valkey(
            quiet_port(ports.get("valkey")), places.logs / "valkey.log", places.run / "valkey", keys["valkey"]
        )
        services.valkey.start()
        remember(places.run / "ports.json", valkey=services.valkey.port)
        services.environment["REDIS_URL"] = services.valkey.url


def _embedded_database(places: Places, keys: dict[str, str], services: Services) -> dict[str, str]:
    who = identity()
    major = major_version(postgres_programs(who))
    if who.user is not None and not is_reachable(places.var):
        raise Problem(
            f"以 root 运行而本机不允许用户命名空间，PostgreSQL 用户又进不了 {places.var}："
            "请改用普通用户运行，或用 PORTAL_VAR 指向一个各级目录均可进入的文件夹"
        )
    data = places.var / f"pg{major}"
    _check_disk(places)
    _tell_of_older_data(places, major)
    ports = read_json(places.run / "ports.json")
    cluster = Cluster(
        data, quiet_port(ports.get("postgres")), places.logs / "postgres.log", keys["pg_superuser"], who=who
    )
    services.postgres = cluster
    if cluster.create():
        services.created = True
        step(f"新建 PostgreSQL {major} 数据目录 {data}")
        remember(places.secrets_file, **{f"pg{major}_password_set": True})
    elif not read_json(places.secrets_file).get(f"pg{major}_password_set"):
        step("密码文件曾丢失，正在为本地数据库重设密码")
        cluster.reset_superuser_password()
        remember(places.secrets_file, **{f"pg{major}_password_set": True})
    cluster.start()
    remember(places.run / "ports.json", postgres=cluster.port)
    cluster.ensure_database(DATABASE, owner_password=keys["pg_owner"], web_password=keys["pg_web"])
    return {
        "DATABASE_URL": cluster.url(WEB_ROLE, keys["pg_web"], DATABASE),
        "DATABASE_OWNER_URL": cluster.url(OWNER_ROLE, keys["pg_owner"], DATABASE),
    }


def _tell_of_older_data(places: Places, major: int) -> None:
    others = sorted(path.name for path in places.var.glob("pg[0-9]*") if path.name != f"pg{major}")
    others = [name for name in others if (places.var / name / "PG_VERSION").exists()]
    if others and not (places.var / f"pg{major}").exists():
        say(
            f"! 发现其他版本的数据 {'、'.join(others)}，本次使用新目录 pg{major}；旧数据原样保留，需要时用 pg_dump 搬迁"
        )


def _check_disk(places: Places) -> None:
    if shutil.disk_usage(places.var).free < 512 * 1024 * 1024:
        raise Problem(f"磁盘剩余空间不足 512 MB（{places.var}），请先清理")
