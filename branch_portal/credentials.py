"""Secrets of the installation: from the environment, from a file that `NAME_FILE` names, or from systemd's credentials.

An installed portal has none in the environment, where children and `/proc` would show them: systemd hands the files of
`LoadCredential=` to a service in `$CREDENTIALS_DIRECTORY`, readable by it alone (deploy/systemd/).
"""

import os
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

#: Setting → name of the credential.
CREDENTIALS = {
    "PORTAL_SECRET_KEY": "secret-key",
    "DATABASE_URL": "database-url",
    "DATABASE_OWNER_URL": "database-owner-url",
    "DATABASE_REPLICA_URL": "database-replica-url",
    "REDIS_URL": "redis-url",
    "EMAIL_URL": "email-url",
    "PORTAL_METRICS_TOKEN": "metrics-token",
}
#: Setting → name of the credential; settings that name a file.
KEY_FILES = {"PORTAL_KEYRING": "keys.json", "PORTAL_BACKUP_KEY": "backup-key.json"}


def secret(name: str, default: str | None = None, *, environ: Mapping[str, str] = os.environ) -> str:
    """The value; `default` where it is set nowhere, and without a default a Chinese sentence that says what is missing."""
    if environ.get(name):
        return environ[name]
    if file := environ.get(f"{name}_FILE"):
        return _read(name, Path(file))
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if folder and (credential := Path(folder) / CREDENTIALS[name]).is_file():
        return _read(name, credential)
    if default is None:
        raise ImproperlyConfigured(f"没有设置 {name}：请写入环境或 .env，或用 {name}_FILE 指明存放它的文件。")
    return default


def key_file(name: str, default: Path, *, environ: Mapping[str, str] = os.environ) -> Path:
    """The key file itself, never its content."""
    if named := environ.get(name):
        return Path(named)
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if folder and (credential := Path(folder) / KEY_FILES[name]).is_file():
        return credential
    return default


def _read(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} 应在文件 {file} 中，但读不出来：{error.strerror}。") from None
