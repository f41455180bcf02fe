"""What a migration does that a living portal would feel: long locks, or a schema that the code before it cannot use.

Between two versions both run at once on the new schema for a while, and a roll-back to the old code must find a schema that it
can write. An operation that breaks this needs a waiver in its module: `WAIVED = {"AddIndex Member": "why it does no harm"}`.
"""

import sys
from collections.abc import Iterator

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import connections, models
from django.db.migrations import operations as ops
from django.db.models import NOT_PROVIDED, GeneratedField, Value
from django.db.models.functions import Now

Finding = tuple[str, str]
_CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)
_BREAKS_OLD_CODE = (ops.RemoveField, ops.DeleteModel, ops.RenameField, ops.RenameModel, ops.AlterModelTable)
_SCHEMA = (ops.AddField, ops.AlterField, ops.AddIndex, ops.AddConstraint, *_BREAKS_OLD_CODE)


def unsafe(migration, before) -> list[Finding]:
    """(operation as a waiver names it, why), those waived left out. `before` is the state that it starts from."""
    waived = getattr(sys.modules.get(type(migration).__module__), "WAIVED", {})
    return [
        (name, why) for name, why in _findings(migration, before) if not str(waived.get(name, "")).strip()
    ]


def _findings(migration, before) -> Iterator[Finding]:
    made: set[str] = set()
    changed_old_tables = False
    for operation in _flat(migration.operations):
        if isinstance(operation, ops.CreateModel):
            made.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", None) not in made or isinstance(operation, ops.RunPython):
            for why in _of(operation, migration.app_label, before):
                yield _name(operation), why
            if isinstance(operation, ops.RunPython) and changed_old_tables:
                yield "RunPython", "改表与改数据在同一个事务里，改数据期间表一直锁着：请分成两个迁移"
            changed_old_tables |= isinstance(operation, _SCHEMA)
        if not migration.atomic and not isinstance(operation, _CONCURRENT):
            yield _name(operation), "非原子的迁移中途被杀会留下一半：其中只许并发建删索引"


def _flat(operations) -> Iterator[object]:
    for operation in operations:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _name(operation) -> str:
    model = getattr(operation, "model_name", "") or getattr(operation, "name", "")
    field = (
        getattr(operation, "name", "")
        if isinstance(operation, ops.AddField | ops.AlterField | ops.RemoveField)
        else ""
    )
    return f"{type(operation).__name__} {model}{'.' + field if field else ''}".strip()


def _of(operation, app_label: str, before) -> Iterator[str]:
    if isinstance(operation, _CONCURRENT):
        return
    if isinstance(operation, _BREAKS_OLD_CODE):
        yield "旧版本的程序还在用它：先发布不再用它的版本，下一版再删"
    elif isinstance(operation, ops.AddField):
        yield from _added(operation.field)
    elif isinstance(operation, ops.AlterField):
        old = before.models[app_label, operation.model_name_lower].fields[operation.name]
        yield from _altered(old, operation.field)
    elif isinstance(operation, ops.AddIndex):
        yield "建索引期间表不能写：请用 BuildIndex（branch_portal/migration_operations.py，迁移设 atomic = False）"
    elif isinstance(operation, ops.AddConstraint) and not isinstance(operation, AddConstraintNotValid):
        yield "检查全表期间表不能写：请先 AddConstraintNotValid，再在下一个迁移中 ValidateConstraint"
    elif isinstance(operation, ops.RunSQL):
        yield "看不出这条 SQL 锁什么"


def _added(field: models.Field) -> Iterator[str]:
    if isinstance(field, GeneratedField):
        yield "要重写全表"
        return
    if isinstance(field, models.ManyToManyField):
        return
    default = field.db_default
    if default is NOT_PROVIDED:
        if not field.null:
            yield "旧版本插入的行没有这一列：请允许为空，或写 db_default"
    elif not isinstance(default, Value | Now | str | int | bool | float | dict | list):
        yield "逐行计算的默认值要重写全表"
    if field.unique or field.db_index:
        yield "同时建索引，期间表不能写：请先加不带索引的列，再并发建索引"


def _altered(old: models.Field, new: models.Field) -> Iterator[str]:
    connection = connections["default"]
    before, after = old.db_parameters(connection)["type"], new.db_parameters(connection)["type"]
    if before != after and not _widened(old, new):
        yield f"类型由 {before} 改为 {after}，要重写全表，旧版本也未必认得"
    if old.null and not new.null:
        yield "检查全表期间表不能写，旧版本还会写入空值"
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield "同时建索引，期间表不能写"


def _widened(old: models.Field, new: models.Field) -> bool:
    """A longer varchar, or text in its place, changes no row."""
    if not (isinstance(old, models.CharField) and isinstance(new, models.CharField | models.TextField)):
        return False
    longest = getattr(new, "max_length", None) if isinstance(new, models.CharField) else None
    return longest is None or longest >= (old.max_length or 0)
