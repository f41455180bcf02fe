"""Every column of every table, the audit's included, that holds sealed values: found from the models, never listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connections, models

from branch_portal.crypto import EncryptedTextField, key_id_of, unseal
from branch_portal.keys import KeysRefused
from branch_portal.salts import NO_SALT, holder_of, kept_salts


@dataclass(frozen=True)
class SealedTable:
    """A table with sealed columns. `labels` are the columns' parts of the seal, `holder` is the column of the member's key."""

    model: type[models.Model]
    name: str
    key: str
    holder: str
    columns: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def is_history(self) -> bool:
        return hasattr(self.model, "pgh_tracked_model")


def sealed_tables() -> list[SealedTable]:
    """Tables of today's rows first, then the audit's."""
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if fields and model._meta.managed and not model._meta.proxy:
            holder = holder_of(model)
            found.append(
                SealedTable(
                    model,
                    model._meta.db_table,
                    str(model._meta.pk.column),
                    str(_concrete(model, holder).column) if holder else "",
                    tuple(str(field.column) for field in fields),
                    tuple(field.column_label for field in fields),
                )
            )
    return sorted(found, key=lambda table: (table.is_history, table.name))


def _concrete(model: type[models.Model], holder: str) -> models.Field:
    field = model._meta.get_field(holder if holder == "id" else holder.removesuffix("_id"))
    assert isinstance(field, models.Field)
    return field


def opened(
    table: SealedTable, values: Sequence[bytes | None], *, uid, salt: bytes = NO_SALT
) -> list[str | None]:
    """The texts of a row's sealed columns; None for empty ones."""
    return [
        unseal(value, column=label, uid=uid, salt=salt) if value else None
        for value, label in zip(values, table.labels, strict=True)
    ]


def opens_something(*, using: str) -> None:
    """KeysRefused when a database that has no check values yet holds something that these keys do not open."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.scope', 'all', false)")
        cursor.execute("SELECT 1 FROM branch_portal_sealingkey LIMIT 1")
        if cursor.fetchone():
            return
        for table in sealed_tables():
            for column, label in zip(table.columns, table.labels, strict=True):
                cursor.execute(
                    f"SELECT uid, {column}, {table.holder or 'NULL::bigint'} FROM {table.name} "
                    f"WHERE octet_length({column}) > 0 ORDER BY {table.key} DESC LIMIT 1"
                )
                if (row := cursor.fetchone()) is not None:
                    _try_to_open(bytes(row[1]), label, row[0], row[2], using)


def _try_to_open(sealed: bytes, label: str, uid, holder: int | None, using: str) -> None:
    salt = kept_salts([holder], using=using).get(holder, NO_SALT) if holder is not None else NO_SALT
    try:
        unseal(sealed, column=label, uid=uid, salt=salt)
    except InvalidTag:
        raise KeysRefused(
            f"密钥文件与数据库不符：数据库中的加密内容（密钥 {key_id_of(sealed)}）用这个文件打不开。请从安全备份恢复原来的密钥文件。"
        ) from None
