"""System checks: what must be true of settings, models and database before the portal is trusted."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

OWN_APPS = ("branch_portal", "members", "notices", "learning", "activities", "supervision")


@register(Tags.security)
def keyring_is_present(app_configs, **kwargs):
    if Path(settings.PORTAL_KEYRING).exists():
        return []
    return [
        Warning(
            f"找不到密钥文件 {settings.PORTAL_KEYRING}",
            hint="执行 manage.py ensure_keys 生成，或从安全备份恢复。",
            id="portal.W001",
        )
    ]


@register()
def retention_periods_are_safe(app_configs, **kwargs):
    from branch_portal.retention import too_short

    return [
        Error(
            f"PORTAL_RETENTION_DAYS：{words}",
            hint="见 docs/data-protection.md 的保存期限表。",
            id="portal.E003",
        )
        for words in too_short()
    ]


@register(Tags.security)
def cipher_is_known(app_configs, **kwargs):
    from branch_portal.crypto import ALGORITHMS

    if settings.PORTAL_CIPHER in ALGORITHMS:
        return []
    return [Error(f"PORTAL_CIPHER 只能是 {' 或 '.join(ALGORITHMS)}", id="portal.E004")]


@register(Tags.models)
def sealed_models_have_uid(app_configs, **kwargs):
    from branch_portal.crypto import EncryptedTextField

    errors = []
    for model in apps.get_models():
        if model._meta.app_label not in OWN_APPS:
            continue
        names = {field.name for field in model._meta.get_fields()}
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField) and ("uid" not in names or not field.column_label):
                errors.append(
                    Error(
                        "a sealed field needs a uid on its model and a column_label",
                        obj=field,
                        id="portal.E001",
                    )
                )
    return errors


@register(Tags.database)
def chinese_text_is_understood(app_configs, databases=None, **kwargs):
    """Bigram indexes and case folding need a UTF-8 character type; `C` alone would treat Chinese as bytes."""
    errors = []
    for alias in databases or []:
        if alias != "default":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
            )
            ctype, encoding = cursor.fetchone()
            cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            superuser, bypass = cursor.fetchone()
        if encoding != "UTF8" or "UTF-8" not in ctype.upper().replace("UTF8", "UTF-8"):
            errors.append(
                Error(
                    f"数据库的字符类型是 {ctype}、编码是 {encoding}，中文检索会失效",
                    hint="用 --encoding=UTF8 --lc-ctype=C.UTF-8 建库。",
                    id="portal.E002",
                )
            )
        if superuser or bypass:
            errors.append(
                Warning(
                    "网页角色是数据库超级用户或可绕过行级安全",
                    hint="为 DATABASE_URL 建一个普通角色，迁移用 DATABASE_OWNER_URL。",
                    id="portal.W002",
                )
            )
    return errors


@register(Tags.security)
def backup_time_is_a_time(app_configs, **kwargs):
    from branch_portal.backup.clock import backup_time

    if not settings.PORTAL_BACKUP_AT or backup_time() is not None:
        return []
    return [
        Error(
            f"PORTAL_BACKUP_AT 应写作 01:30 这样的时间，现在是“{settings.PORTAL_BACKUP_AT}”",
            hint="不由门户自己定时备份的，留空。",
            id="portal.E003",
        )
    ]
