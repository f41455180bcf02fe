"""`manage.py check --deploy --database default`: what must be true of an installation before people are let in.

Each says in Chinese what is wrong and what to do. Django's own deployment checks come on top.
"""

import os
import stat
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

_INSECURE = ("django-insecure", "for-tests-only", "changeme", "secret", "example")


@register(Tags.security, deploy=True)
def what_is_served(app_configs, **kwargs) -> list[CheckMessage]:
    """Debugging, TLS, names and addresses."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error(
                "正式环境打开了 PORTAL_DEBUG，出错页会泄露数据",
                hint="删去 PORTAL_DEBUG 或设为 0，然后重启服务。",
                id="portal.E010",
            )
        )
    if not settings.PORTAL_HTTPS:
        found.append(
            Warning(
                "没有启用 HTTPS，密码在网络上是明文",
                hint="在网站服务器上装好证书，设 PORTAL_HTTPS=1。",
                id="portal.W011",
            )
        )
    elif not settings.PORTAL_BEHIND_PROXY:
        found.append(
            Warning(
                "启用了 HTTPS 而没有说明前面有网站服务器，登录限制和审计会把所有人记成同一个地址",
                hint="使用 deploy/nginx/ 的站点，设 PORTAL_BEHIND_PROXY=1。",
                id="portal.W012",
            )
        )
    if "*" in settings.ALLOWED_HOSTS or all(_is_local(host) for host in settings.ALLOWED_HOSTS):
        found.append(
            Warning(
                "没有写明访问用的域名",
                hint="在 PORTAL_ALLOWED_HOSTS 中写明域名，不要用 *。",
                id="portal.W013",
            )
        )
    if settings.PORTAL_HTTPS and not settings.PORTAL_BASE_URL.startswith("https:"):
        found.append(
            Warning(
                "邮件和二维码中的网址不是 HTTPS 网址",
                hint="把 PORTAL_BASE_URL 设为用户访问的完整网址。",
                id="portal.W014",
            )
        )
    return found


def _is_local(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@register(Tags.security, deploy=True)
def secrets_are_secret(app_configs, **kwargs) -> list[CheckMessage]:
    """The session key, and the key file, which nobody but the portal may read."""
    found: list[CheckMessage] = []
    key = settings.SECRET_KEY
    if len(key) < 40 or len(set(key)) < 10 or any(word in key.lower() for word in _INSECURE):
        found.append(
            Error(
                "会话密钥 PORTAL_SECRET_KEY 太短或是示例值，会话可以被伪造",
                hint="换成 48 字节以上的随机值，例如 openssl rand -base64 48。",
                id="portal.E015",
            )
        )
    keyring = Path(settings.PORTAL_KEYRING)
    if keyring.exists() and not _kept_close(keyring):
        found.append(
            Error(
                f"密钥文件 {keyring} 可以被其他用户读取",
                hint=f"执行 chmod 0400 {keyring}，并确认属主是运行门户的用户。",
                id="portal.E016",
            )
        )
    return found


def _kept_close(file: Path) -> bool:
    """Readable by its owner alone; systemd's credentials carry an access list, which shows as the group's right to read."""
    mode = stat.S_IMODE(file.stat().st_mode)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY", "")
    allowed = 0o440 if credentials and file.is_relative_to(credentials) else 0o600
    return mode & ~allowed == 0


@register(Tags.security, deploy=True)
def mail_goes_out(app_configs, **kwargs) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return []
    return [
        Warning(
            "没有设置邮件服务器，提醒只在站内，不发邮件",
            hint="设 EMAIL_URL；不打算发邮件的，可以不管这一条。",
            id="portal.W017",
        )
    ]


@register(Tags.database, deploy=True)
def the_database_keeps_what_it_was_told(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    """Durability, page checksums, and a web role that can neither change tables nor the audit."""
    if "default" not in (databases or []):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')"
        )
        setting = dict(cursor.fetchall())
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND pg_has_role(relowner, 'USAGE')"
        )
        [owned] = cursor.fetchone()
    found: list[CheckMessage] = [
        Error(
            f"数据库的 {name} 是关闭的，断电会丢失已经保存的内容",
            hint=f"在 postgresql.conf 中设 {name} = on 并重新载入（deploy/postgresql/portal.conf）。",
            id="portal.E018",
        )
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if setting[name] == "off"
    ]
    if setting["data_checksums"] != "on":
        found.append(
            Warning(
                "数据库没有打开数据校验，磁盘上的损坏不会被发现",
                hint="停库后执行 pg_checksums --enable，或用 initdb --data-checksums 新建。",
                id="portal.W019",
            )
        )
    if owned:
        found.append(
            Error(
                "网页使用的数据库角色是表的属主，可以改动审计记录",
                hint="为 DATABASE_URL 另建普通角色，属主只写在 DATABASE_OWNER_URL 中，供迁移使用。",
                id="portal.E020",
            )
        )
    return found
