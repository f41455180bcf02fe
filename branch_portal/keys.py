"""The keyring: which keys there are, which of them seals from now on, and where they come from.

A `KeyProvider` hands out the ring. The file back end is the one that is built: a JSON file readable by its owner only,
kept apart from database and backups. It is looked at again whenever the file has changed, so that a key which is added
or put in force reaches running processes without a restart. A module behind PKCS#11 would be a second back end
(`PORTAL_KEY_PROVIDER`); it is not built.
"""

import base64
import datetime
import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

KEY_BYTES = 32
_LONGEST_ID = 16


class KeysRefused(ImproperlyConfigured):
    """The key file is missing, wrong or not to be changed like this; the message is Chinese, for whoever runs the portal."""


@dataclass(frozen=True)
class Keyring:
    """Sealing keys by id, the one that seals, and the key of the blind indexes. `version` tells two readings apart."""

    active: str
    keys: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    created: Mapping[str, str] = field(default_factory=dict)
    activated: str = ""
    version: tuple = ()

    def key(self, kid: str) -> bytes:
        try:
            return self.keys[kid]
        except KeyError:
            raise KeysRefused(
                f"密钥文件里没有编号为 {kid} 的密钥，这部分加密内容打不开；请从安全备份恢复包含它的密钥文件。"
            ) from None


class KeyProvider(Protocol):
    """Where keys come from. `ring` is asked at every sealing and opening, so it has to be quick."""

    def ring(self) -> Keyring: ...


class FileKeys:
    """Keys in a file (`PORTAL_KEYRING`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, Keyring] = {}

    def ring(self) -> Keyring:
        path = str(settings.PORTAL_KEYRING)
        try:
            status = os.stat(path)  # noqa: PTH116  asked for every value; a Path costs three times as much
        except FileNotFoundError as error:
            raise KeysRefused(
                f"找不到密钥文件 {path}；请先执行 manage.py ensure_keys，或从安全备份恢复该文件。"
            ) from error
        version = (path, status.st_ino, status.st_mtime_ns, status.st_size)
        known = self._read.get(path)
        if known is None or known.version != version:
            with self._lock:
                known = self._read[path] = read_ring(Path(path), version)
        return known


def read_ring(path: Path, version: tuple = ()) -> Keyring:
    try:
        stored = json.loads(path.read_text())
        keys = {kid: base64.b64decode(_entry(entry)["key"]) for kid, entry in stored["keys"].items()}
        ring = Keyring(
            active=stored["active"],
            keys=keys,
            index=base64.b64decode(stored["index"]),
            created={kid: _entry(entry).get("created", "") for kid, entry in stored["keys"].items()},
            activated=stored.get("activated", ""),
            version=version,
        )
    except OSError as error:
        raise KeysRefused(f"读不了密钥文件 {path}：请检查文件是否存在、运行本系统的用户能否读取。") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysRefused(f"密钥文件 {path} 不完整或已损坏，请从安全备份恢复该文件。") from error
    if ring.active not in keys or any(len(key) < KEY_BYTES for key in (*keys.values(), ring.index)):
        raise KeysRefused(f"密钥文件 {path} 不完整或已损坏，请从安全备份恢复该文件。")
    return ring


def _entry(entry: str | dict) -> dict:
    """Files of the first days hold the bare key."""
    return {"key": entry} if isinstance(entry, str) else entry


_providers: dict[str, KeyProvider] = {}


def keyring() -> Keyring:
    name = settings.PORTAL_KEY_PROVIDER
    if name not in _providers:
        _providers[name] = import_string(name)()
    return _providers[name].ring()


# --- Changing the file: every change writes a whole new file beside it and renames it ---


def create_keyring(path: Path) -> bool:
    """Write a new key file readable by its owner only; False when one is already there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return False
    stored = {
        "active": "k1",
        "activated": _now(),
        "keys": {"k1": {"key": _fresh(), "created": _now()}},
        "index": _fresh(),
    }
    with os.fdopen(descriptor, "w") as file:
        json.dump(stored, file, indent=1)
    return True


def add_key(path: Path) -> str:
    """Add a key that is known and does not seal yet, unless one is waiting already; returns its id."""
    ring = read_ring(path)
    numbers = [int(kid[1:]) for kid in ring.keys if kid[:1] == "k" and kid[1:].isdigit()]
    stored = _stored(path)
    # A retired number is not given out again: rows of an old backup would be read with the wrong key.
    number = max([*numbers, int(stored.get("last", 0))]) + 1
    if waiting := waiting_key(ring):
        return waiting
    kid = f"k{number}"
    if len(kid) > _LONGEST_ID:
        raise KeysRefused("密钥编号已用尽。")
    stored["keys"][kid] = {"key": _fresh(), "created": _now()}
    stored["last"] = number
    _replace(path, stored)
    return kid


def waiting_key(ring: Keyring) -> str | None:
    """The key that was added after the one in force."""
    later = [kid for kid in ring.keys if _number(kid) > _number(ring.active)]
    return max(later, key=_number) if later else None


def activate_key(path: Path, kid: str) -> None:
    stored = _stored(path)
    stored["active"], stored["activated"] = kid, _now()
    _replace(path, stored)


def drop_key(path: Path, kid: str) -> None:
    stored = _stored(path)
    if kid == stored["active"]:
        raise KeysRefused(f"{kid} 正在使用，不能删除。")
    stored["last"] = max(int(stored.get("last", 0)), *(_number(each) for each in stored["keys"]))
    del stored["keys"][kid]
    _replace(path, stored)


def put_ring(path: Path, text: str) -> None:
    """Write a whole key file where there is none (`join_keys`)."""
    if path.exists():
        raise KeysRefused(f"{path} 已存在；为免覆盖正在使用的密钥，请先移走它。")
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, json.loads(text))
    read_ring(path)


def _number(kid: str) -> int:
    return int(kid[1:]) if kid[1:].isdigit() else 0


def _stored(path: Path) -> dict:
    read_ring(path)  # says in words what is wrong with it
    return json.loads(path.read_text())


def _replace(path: Path, stored: dict) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o400)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(stored, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():  # the portal may run as another user than whoever changes the keys
            status = path.stat()
            os.chown(draft, status.st_uid, status.st_gid)
        draft.rename(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise KeysRefused(f"没有写成密钥文件 {path}：请检查该文件夹的权限和磁盘空间。") from error


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def activated_at(ring: Keyring) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(ring.activated) if ring.activated else None
