"""Personal fields at rest: authenticated encryption bound to the row, and a blind index for exact search.

A value is sealed under a key derived from the keyring; the associated data is `column:uid`, so a ciphertext moved to another
row or column does not open. The layout is `version(1) | algorithm(1) | key id length(1) | key id | nonce(12) | ciphertext+tag`:
AES-256-GCM and SM4-GCM, old keys and new ones stand side by side while `manage.py rekey` works.

Rows of a member (a model with `SEAL_HOLDER`) are sealed under a key that also hangs on the member's random salt, which lies
in a table of its own and in no history: when it is deleted, the row, its history and every later copy of them stay shut.

The blind index is an HMAC under a key of its own: equality can be tested, guesses cannot be made without the key file
(reliability 5.2).
"""

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from branch_portal.key_check import sealing_ring
from branch_portal.keys import keyring
from branch_portal.salts import NO_SALT, holder_of, salt_to_open, salt_to_seal, wait

_VERSION = 2
_FIRST_LAYOUT = 1  # before there were algorithms and salts; `rekey` writes such values anew
_NONCE, _TAG = 12, 16
AES, SM4 = 1, 2
ALGORITHMS = {"aes": AES, "sm4": SM4}
_KEY_LENGTH = {AES: 32, SM4: 16}


@lru_cache(maxsize=256)
def _derived(master: bytes, purpose: str, length: int = 32, salt: bytes = NO_SALT) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=purpose.encode()).derive(master)


def _purpose(algorithm: int, column: str, salt: bytes) -> str:
    """What a key is derived for. A member's columns share one, which the salt makes the member's own."""
    if salt:
        return f"member:{algorithm}"
    return f"seal:{column}" if algorithm == AES else f"seal:{algorithm}:{column}"


def _encrypt(algorithm: int, key: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    if algorithm == AES:
        return AESGCM(key).encrypt(nonce, text, bound)
    sealing = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(bound)
    return sealing.update(text) + sealing.finalize() + sealing.tag


def _decrypt(algorithm: int, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    if algorithm == AES:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    if len(sealed) < _TAG:
        raise InvalidTag
    opening = Cipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
    opening.authenticate_additional_data(bound)
    return opening.update(sealed[:-_TAG]) + opening.finalize()


def purpose_key(purpose: str) -> bytes:
    """A key for one purpose and no other; like the blind index it is derived from the part of the ring that never rotates."""
    return _derived(keyring().index, purpose)


def header(kid: str, algorithm: int) -> bytes:
    """How values begin that are sealed with this key and algorithm."""
    return bytes([_VERSION, algorithm, len(kid)]) + kid.encode()


def present_header() -> bytes:
    """How values begin that are sealed now; whatever begins differently is for `rekey`."""
    return header(sealing_ring().active, ALGORITHMS[settings.PORTAL_CIPHER])


def key_id_of(sealed: bytes) -> str:
    start = 2 if sealed[0] == _FIRST_LAYOUT else 3
    return bytes(sealed[start : start + sealed[start - 1]]).decode()


def seal(value: str, *, column: str, uid, salt: bytes = NO_SALT) -> bytes:
    ring = sealing_ring()
    algorithm = ALGORITHMS[settings.PORTAL_CIPHER]
    key = _derived(ring.key(ring.active), _purpose(algorithm, column, salt), _KEY_LENGTH[algorithm], salt)
    nonce, start = os.urandom(_NONCE), header(ring.active, algorithm)
    return start + nonce + _encrypt(algorithm, key, nonce, value.encode(), start + f"{column}:{uid}".encode())


def unseal(sealed: bytes, *, column: str, uid, salt: bytes = NO_SALT) -> str:
    """Open a sealed value; `cryptography.exceptions.InvalidTag` when it was moved or altered."""
    sealed, bound = bytes(sealed), f"{column}:{uid}".encode()
    master = keyring().key(key_id_of(sealed))
    if sealed[0] == _FIRST_LAYOUT:
        end = 2 + sealed[1]
        key = _derived(master, f"seal:{column}")
        return _decrypt(AES, key, sealed[end : end + _NONCE], sealed[end + _NONCE :], bound).decode()
    algorithm, end = sealed[1], 3 + sealed[2]
    if sealed[0] != _VERSION or algorithm not in _KEY_LENGTH:
        raise InvalidTag
    key = _derived(master, _purpose(algorithm, column, salt), _KEY_LENGTH[algorithm], salt)
    nonce, text = sealed[end : end + _NONCE], sealed[end + _NONCE :]
    return _decrypt(algorithm, key, nonce, text, sealed[:end] + bound).decode()


def blind_index(value: str, *, column: str) -> bytes | None:
    """HMAC of a normalised value for exact search, or None for an empty one. The index key is not rotated: every index
    would have to change at the same moment."""
    if not value:
        return None
    return hmac.digest(_derived(sealing_ring().index, f"index:{column}"), value.encode(), sha256)


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
            value = instance.__dict__[name] = self.field.opened(instance, bytes(value))
        return value

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value
        if value and isinstance(value, bytes | memoryview):
            wait(instance)


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

    def opened(self, instance, sealed: bytes) -> str:
        """The text; nothing where the member's salt is gone, because then nobody can open it any more."""
        salt = NO_SALT
        if sealed and holder_of(type(instance)):
            salt = salt_to_open(instance)
            if not salt:
                return ""
        return unseal(sealed, column=self.column_label, uid=instance.uid, salt=salt) if sealed else ""

    def pre_save(self, model_instance, add):
        value = model_instance.__dict__.get(self.attname)
        if not isinstance(value, str):
            return value
        if not value:
            return b""
        salt = salt_to_seal(model_instance) if holder_of(type(model_instance)) else NO_SALT
        return seal(value, column=self.column_label, uid=model_instance.uid, salt=salt)

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
