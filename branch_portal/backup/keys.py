"""The backup's own key file, kept apart from the backups, and the proof that the field keys at hand are the right ones."""

import base64
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from branch_portal import crypto
from branch_portal.backup import BackupError
from branch_portal.backup.cipher import derived


@dataclass(frozen=True)
class BackupKey:
    """`number` names it in a backup's head; `check` proves, without opening anything, that it is this key."""

    number: str
    secret: bytes = field(repr=False)

    @property
    def check(self) -> str:
        return hmac.digest(derived(self.secret, b"", "backup key check"), self.number.encode(), sha256)[
            :8
        ].hex()

    def name_of(self, content: str) -> str:
        """The name under which a media file of this sha256 lies: it tells nobody else which file it is."""
        return hmac.digest(derived(self.secret, b"", "backup media name"), content.encode(), sha256).hex()


def create_key(path: Path) -> BackupKey:
    """A new key file for its owner's eyes only; an existing one is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = BackupKey(f"b{secrets.token_hex(3)}", secrets.token_bytes(32))
    text = json.dumps({"number": key.number, "key": base64.b64encode(key.secret).decode()})
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        raise BackupError(f"备份密钥文件已存在：{path}，没有改动") from None
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return key


def read_key(path: Path) -> BackupKey:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        key = BackupKey(str(found["number"]), base64.b64decode(found["key"], validate=True))
    except FileNotFoundError:
        raise BackupError(
            f"找不到备份密钥文件 {path}：首次使用请执行 manage.py backup_key 生成；"
            "恢复时请取出另外保存的那一份，用 --key 指明"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"备份密钥文件 {path} 读不出来（{error}），请换用另外保存的那一份") from None
    if len(key.secret) != 32:
        raise BackupError(f"备份密钥文件 {path} 内容不对：密钥应为 32 字节")
    return key


def field_key_checks() -> dict[str, str]:
    """For each key of personal fields its check value; what a manifest carries instead of the keys."""
    ring = crypto.keyring()
    known = {**ring.keys, "index": ring.index}
    return {
        name: hmac.digest(derived(secret, b"", "field key check"), name.encode(), sha256)[:8].hex()
        for name, secret in known.items()
    }


def compare_field_keys(wanted: dict[str, str]) -> None:
    """Refuse a key file that lacks a key of the backup or has another one under its name: nothing could be opened."""
    present = field_key_checks()
    missing = sorted(set(wanted) - set(present))
    other = sorted(name for name in set(wanted) & set(present) if wanted[name] != present[name])
    if missing or other:
        what = [f"缺少 {'、'.join(missing)}"] if missing else []
        what += [f"{'、'.join(other)} 不是备份时的那一把"] if other else []
        raise BackupError(
            f"字段密钥文件与备份不符：{'，'.join(what)}。用它恢复后个人信息将打不开，"
            "请取出备份当时的 keys.json，用 --keyring 指明或放回 PORTAL_KEYRING 所指的位置"
        )
