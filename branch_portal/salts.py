"""Salts of members: fetched for many rows in one statement, kept on the instance, made with the first thing sealed.

Instances that came out of the database with something sealed in them wait together; the first one that is opened fetches the
salts of all that are still alive. So a list of thousands takes one statement, a card takes one, and whoever opens nothing
takes none. Whose salt a row hangs on says the model: `SEAL_HOLDER` is the attribute with the member's key.
"""

import secrets
import threading
import weakref
from collections.abc import Iterable
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, models

NO_SALT = b""
SALT_BYTES = 16
_TOGETHER = 2000
_SALT = "_seal_salt"
_FRESH = "_seal_salt_is_fresh"


class SaltKeeper(Protocol):
    """Where salts lie: the app of the members registers itself."""

    def salts(self, ids: Iterable[int], *, using: str) -> dict[int, bytes]: ...

    def make(self, holder_id: int, salt: bytes, *, using: str) -> bytes:
        """Keep the salt unless there is one; returns the one that is kept."""
        ...

    def keep(self, salts: dict[int, bytes], *, using: str) -> None:
        """Keep the salts of members that were just inserted."""

    def erased(self, ids: Iterable[int], *, using: str) -> set[int]:
        """Those whose salt is gone for good: erased, by a record of it, or no longer there."""
        ...


_keepers: list[SaltKeeper] = []


def salt_keeper(keeper: SaltKeeper) -> SaltKeeper:
    _keepers[:] = [keeper]
    return keeper


def kept_salts(ids: Iterable[int], *, using: str) -> dict[int, bytes]:
    return _keepers[0].salts(ids, using=using)


def erased(ids: Iterable[int], *, using: str) -> set[int]:
    return _keepers[0].erased(ids, using=using)


class _Waiting(threading.local):
    def __init__(self) -> None:
        self.instances: weakref.WeakValueDictionary[int, models.Model] = weakref.WeakValueDictionary()


_waiting = _Waiting()


def holder_of(model: type[models.Model]) -> str:
    """The attribute that holds the key of the member; an event of the audit has the one of the row it tells of."""
    return getattr(getattr(model, "pgh_tracked_model", model), "SEAL_HOLDER", "")


def wait(instance: models.Model) -> None:
    """The instance came with something sealed; its salt will be fetched with those of its neighbours."""
    if _SALT not in instance.__dict__ and holder_of(type(instance)):
        _waiting.instances[id(instance)] = instance


def salt_to_open(instance: models.Model) -> bytes:
    """The salt of the member behind the row, NO_SALT where it is gone."""
    if not instance.__dict__.get(_SALT):
        _fetch(instance)
    return instance.__dict__.get(_SALT, NO_SALT)


def salt_to_seal(instance: models.Model) -> bytes:
    """The salt for a value that is about to be written; whoever has none gets one. A new member's is kept after the row."""
    found: bytes = instance.__dict__.get(_SALT) or NO_SALT
    if found:
        return found
    if is_holder(instance) and (instance.pk is None or instance._state.adding):
        instance.__dict__[_SALT], instance.__dict__[_FRESH] = secrets.token_bytes(SALT_BYTES), True
        return instance.__dict__[_SALT]
    if found := salt_to_open(instance):
        return found
    using = instance._state.db or DEFAULT_DB_ALIAS
    made = _keepers[0].make(_holder_id(instance), secrets.token_bytes(SALT_BYTES), using=using)
    instance.__dict__[_SALT] = made
    return made


def is_holder(instance: models.Model) -> bool:
    """Whether the row is the member itself."""
    return getattr(type(instance), "SEAL_HOLDER", "") == "id"


def keep_fresh(instances: Iterable[models.Model], *, using: str) -> None:
    """Write the salts of members that were just inserted, in the same transaction as their rows."""
    fresh = {each.pk: each.__dict__[_SALT] for each in instances if each.__dict__.pop(_FRESH, False)}
    if fresh:
        _keepers[0].keep(fresh, using=using)


def _holder_id(instance: models.Model) -> Any:
    return instance.__dict__.get(holder_of(type(instance)))


def _fetch(instance: models.Model) -> None:
    using = instance._state.db or DEFAULT_DB_ALIAS
    group = [instance]
    for other in list(_waiting.instances.values()):
        if len(group) >= _TOGETHER:
            break
        if other is not instance and (other._state.db or DEFAULT_DB_ALIAS) == using:
            group.append(other)
    ids = {key for each in group if (key := _holder_id(each)) is not None}
    found = kept_salts(ids, using=using) if ids else {}
    for each in group:
        each.__dict__[_SALT] = found.get(_holder_id(each), NO_SALT)
        _waiting.instances.pop(id(each), None)
