"""Personal fields at rest: authenticated encryption bound to the row, and a blind index for exact search.

A value is sealed with AES-256-GCM under a key derived per column from the keyring; the associated data is
`column:uid`, so a ciphertext moved to another row or column does not open. The layout is
`version(1) | key id length(1) | key id | nonce(12) | ciphertext+tag`. The blind index is an HMAC under a key of its own:
equality can be tested, guesses cannot be made without the key file (reliability 5.2).
"""

import base64
import hmac
import json
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_VERSION = 1


@lru_cache(maxsize=4)
def _keyring(path: str) -> dict:
    try:
        ring = json.loads(Path(path).read_text())
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            f"找不到密钥文件 {path}；请先执行 manage.py ensure_keys，或从安全备份恢复该文件。"
        ) from error
    return {
        "active": ring["active"],
        "keys": {kid: base64.b64decode(key) for kid, key in ring["keys"].items()},
        "index": base64.b64decode(ring["index"]),
    }


def keyring() -> dict:
    return _keyring(str(settings.PORTAL_KEYRING))


def create_keyring(path: Path) -> bool:
    """Write a new key file readable by its owner only; False when one is already there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = {
        "active": "k1",
        "keys": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
        "index": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        json.dump(ring, file)
    return True


@lru_cache(maxsize=64)
def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


def purpose_key(purpose: str) -> bytes:
    """A key for one purpose and no other; like the blind index it is derived from the part of the ring that never rotates."""
    return _derived(keyring()["index"], purpose)


def seal(value: str, *, column: str, uid) -> bytes:
    ring = keyring()
    kid = ring["active"]
    nonce = os.urandom(12)
    cipher = AESGCM(_derived(ring["keys"][kid], f"seal:{column}"))
    sealed = cipher.encrypt(nonce, value.encode(), f"{column}:{uid}".encode())
    return bytes([_VERSION, len(kid)]) + kid.encode() + nonce + sealed


def unseal(sealed: bytes, *, column: str, uid) -> str:
    """Open a sealed value; `cryptography.exceptions.InvalidTag` when it was moved or altered."""
    sealed = bytes(sealed)
    end = 2 + sealed[1]
    kid = sealed[2:end].decode()
    cipher = AESGCM(_derived(keyring()["keys"][kid], f"seal:{column}"))
    return cipher.decrypt(sealed[end : end + 12], sealed[end + 12 :], f"{column}:{uid}".encode()).decode()


def blind_index(value: str, *, column: str) -> bytes | None:
    """HMAC of a normalised value for exact search, or None for an empty one."""
    if not value:
        return None
    return hmac.digest(_derived(keyring()["index"], f"index:{column}"), value.encode(), sha256)


class _SealedAttribute:
    """Opens the ciphertext when the attribute is read, so a list that defers or ignores the column pays nothing."""

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, bytes | memoryview):
            value = unseal(bytes(value), column=self.field.column_label, uid=instance.uid)
            instance.__dict__[name] = value
        return value

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):
    """Text stored sealed. The model must carry a `uid` that is set before insert.

    `column_label` is fixed by the model and never follows a rename of table or attribute: it is part of the seal.
    """

    def __init__(self, *args, column_label: str = "", **kwargs):
        self.column_label = column_label
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["column_label"] = self.column_label
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def pre_save(self, model_instance, add):
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, str):
            return seal(value, column=self.column_label, uid=model_instance.uid) if value else b""
        return value

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        return "" if len(value) == 0 else bytes(value)

    def get_default(self):
        return ""

    def value_to_string(self, obj):
        raise TypeError("sealed fields are not serialised")


class BlindIndexField(models.BinaryField):
    """HMAC of another field of the same row, kept in step on every save; nullable so that empty values don't collide."""

    def __init__(self, *args, source: str = "", **kwargs):
        self.source = source
        kwargs.update(null=True, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        source = model_instance._meta.get_field(self.source)
        value = blind_index(getattr(model_instance, self.source) or "", column=source.column_label)
        setattr(model_instance, self.attname, value)
        return value
