"""What the operator configures: the process environment, and `.env` at the root for what it does not set."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from branch_portal.local.console import Problem

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_DATABASE_SCHEMES = ("postgres", "postgresql", "psql", "pgsql")
_REDIS_SCHEMES = ("redis", "rediss")


def parse_env(text: str) -> dict[str, str]:
    """KEY=VALUE lines; `#` starts a comment line; quotes around a value are taken off. A line that is neither is named."""
    values = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise Problem(f".env 第 {number} 行看不懂：应写作 名称=值")
        name, value = found.groups()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[name] = value
    return values


def configuration(root: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment over `.env`. An empty value counts as not set."""
    file = root / ".env"
    from_file = parse_env(file.read_text(encoding="utf-8")) if file.exists() else {}
    merged = {**from_file, **environ}
    return {name: value for name, value in merged.items() if value != ""}


def switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = values.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false", "yes", "no", "on", "off"):
        raise Problem(f"{name} 应为 1 或 0，现在是“{value}”")
    return default if value == "" else value in ("1", "true", "yes", "on")


def web_port(values: Mapping[str, str]) -> int | None:
    """The port the operator asked for, or None."""
    text = values.get("PORT", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Problem(f"PORT 应为 1 到 65535 之间的数字，现在是“{text}”")
    return int(text)


def check_database_url(name: str, url: str) -> None:
    """The address' shape; whether it answers is asked by `check_database`."""
    parts = _split(name, url)
    if parts.scheme not in _DATABASE_SCHEMES or not parts.hostname or len(parts.path) < 2:
        raise Problem(f"{name} 的写法不对：应为 postgres://用户:密码@主机:端口/数据库")


def check_redis_url(name: str, url: str) -> None:
    parts = _split(name, url)
    if parts.scheme not in _REDIS_SCHEMES or not parts.hostname:
        raise Problem(f"{name} 的写法不对：应为 redis://:密码@主机:端口/0")


def check_database(name: str, url: str) -> None:
    """Connect once; any failure becomes one sentence that says what to mend."""
    import psycopg2

    check_database_url(name, url)
    parts = urlsplit(url)
    try:
        psycopg2.connect(
            host=parts.hostname,
            port=parts.port or 5432,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            dbname=unquote(parts.path[1:]),
            connect_timeout=5,
        ).close()
    except psycopg2.Error as error:
        raise Problem(f"{name} 连不上：{_database_mend(str(error))}", _first_line(error)) from None


def check_redis(name: str, url: str) -> None:
    import redis

    check_redis_url(name, url)
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except redis.AuthenticationError as error:
        raise Problem(f"{name} 连不上：密码不对，请核对地址中的密码", _first_line(error)) from None
    except (redis.RedisError, ValueError, OSError) as error:
        raise Problem(f"{name} 连不上：请确认服务已启动，主机和端口无误", _first_line(error)) from None


def _database_mend(error: str) -> str:
    mends = (
        ("could not translate host name", "主机名解析不了，请核对主机"),
        ("Connection refused", "对方没有应答，请确认数据库已启动、主机和端口无误"),
        ("timeout expired", "等待超时，请核对主机、端口和防火墙"),
        ("authentication failed", "用户名或密码不对，请核对"),
        ("no password supplied", "缺少密码，请写在地址里"),
        ("does not exist", "数据库或用户不存在，请先建好"),
        ("no pg_hba.conf entry", "数据库不允许从本机登录，请检查 pg_hba.conf"),
    )
    return next((mend for sign, mend in mends if sign in error), "请核对地址，并确认数据库可用")


def _split(name: str, url: str):
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError as error:
        raise Problem(f"{name} 的写法不对：请核对主机和端口；密码里的特殊字符要用 %XX 表示", error) from None
    return parts


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
