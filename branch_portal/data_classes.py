"""How sensitive each stored field is (reliability 5.1, control 48): every field of every model has a class, or the tests fail.

Each app declares its models in its own `data_classes.py`. Text of any kind is declared field by field, because a text can say
anything; what cannot (choices, dates, numbers, yes and no, keys) has the class of the model's rows unless it is declared as
well. The audit's tables have the classes of what they tell of. docs/data-classes.md is written from here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from branch_portal.crypto import BlindIndexField, EncryptedTextField


class Level(IntEnum):
    """How much harm it does in the wrong hands."""

    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4


LEVEL_WORDS = {
    Level.L1: "公开或系统运行数据，不说明任何人的情况",
    Level.L2: "内部数据：姓名、组织关系等特定身份信息，组织生活和学习情况，可能含工作秘密的正文",
    Level.L3: "敏感个人信息：联系方式、出生日期、住址、评议和谈话内容，谁看过什么的记录",
    Level.L4: "高度敏感：身份证件号码，口令、密钥和一次性凭据",
}

_OPEN_TEXT = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
    ArrayField,
)


@dataclass(frozen=True)
class Declared:
    rows: Level
    fields: Mapping[str, Level]
    plain: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldClass:
    """One field, its class, how it is stored, and why it is stored like that where a sealed column would be expected."""

    model: type[models.Model]
    name: str
    label: str
    level: Level | None
    stored: str
    reason: str = ""


_declared: dict[str, Declared] = {}


def declare(
    model: str,
    rows: Level,
    *,
    l1: str = "",
    l2: str = "",
    l3: str = "",
    l4: str = "",
    plain: Mapping[str, str] | None = None,
) -> None:
    """Declare a model ("members.Member"): the class of its rows, then the names of fields by class, parted by spaces.

    `plain` gives the reason of every L3 or L4 field that is not sealed.
    """
    fields: dict[str, Level] = {}
    for level, names in ((Level.L1, l1), (Level.L2, l2), (Level.L3, l3), (Level.L4, l4)):
        for name in names.split():
            if name in fields:
                raise ValueError(f"{model}.{name} has two classes")
            fields[name] = level
    _declared[model] = Declared(rows, fields, dict(plain or {}))


def may_say_anything(found: models.Field) -> bool:
    """Text without a list of choices, files and documents: to be declared one by one."""
    return isinstance(found, _OPEN_TEXT) and not found.choices


def own_models() -> list[type[models.Model]]:
    """Models with rows of their own; the audit's are copies of these."""
    from branch_portal.checks import OWN_APPS

    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS and not hasattr(model, "pgh_tracked_model")
    ]


def classes_of(model: type[models.Model]) -> Iterator[FieldClass]:
    declared = _declared.get(model._meta.label)
    for found in model._meta.local_concrete_fields:
        level = None
        if declared is not None:
            level = declared.fields.get(found.name)
            if level is None and not may_say_anything(found):
                level = declared.rows
        yield FieldClass(
            model,
            found.name,
            str(found.verbose_name),
            level,
            _stored(found),
            declared.plain.get(found.name, "") if declared else "",
        )


def level_of(model: type[models.Model], name: str) -> Level | None:
    return next((each.level for each in classes_of(model) if each.name == name), None)


def mistakes() -> list[str]:
    """Fields without a class, declarations of what does not exist, and sensitive fields that are plain without a reason."""
    found = []
    known = {model._meta.label: model for model in own_models()}
    found += [f"{label} is no model" for label in sorted(_declared.keys() - known.keys())]
    for label, model in known.items():
        classes = {each.name: each for each in classes_of(model)}
        found += [f"{label}.{each.name} has no class" for each in classes.values() if each.level is None]
        if (declared := _declared.get(label)) is None:
            continue
        found += [f"{label}.{name} is no field" for name in sorted({*declared.fields, *declared.plain} - classes.keys())]  # fmt: skip
        for each in classes.values():
            plain = each.level is not None and each.level >= Level.L3 and each.stored != "加密"
            if plain and each.level is not None and not each.reason:
                found.append(f"{label}.{each.name} is {each.level.name}, not sealed, and no reason is given")
            if each.reason and not plain:
                found.append(f"{label}.{each.name} needs no reason")
            if each.stored == "加密" and each.level is not None and each.level < Level.L2:
                found.append(f"{label}.{each.name} is sealed and called public")
    return found


def _stored(found: models.Field) -> str:
    if isinstance(found, EncryptedTextField):
        return "加密"
    if isinstance(found, BlindIndexField):
        return "盲索引"
    return "明文"


def as_markdown() -> str:
    """docs/data-classes.md: the sensitive fields one by one, of the rest what each model holds."""
    lines = [
        "# Classes of stored data",
        "",
        "Written by `manage.py data_classes`; the declarations are each app's `data_classes.py`. A test compares.",
        "",
        "| Class | Meaning |",
        "|---|---|",
        *(f"| {level.name} | {words} |" for level, words in LEVEL_WORDS.items()),
        "",
        "## L3 and L4, field by field",
        "",
        "| Model | Field | Class | Stored | Why so |",
        "|---|---|---|---|---|",
    ]
    models_ = sorted(own_models(), key=lambda model: model._meta.label)
    for model in models_:
        lines += [
            f"| {model._meta.label} {model._meta.verbose_name} | {each.name} {each.label if each.label.isascii() is False else ''}".rstrip()
            + f" | {each.level.name} | {each.stored} | {each.reason} |"
            for each in classes_of(model)
            if each.level is not None and each.level >= Level.L3
        ]
    lines += [
        "",
        "## Everything, model by model",
        "",
        "| Model | L1 | L2 | L3 | L4 |",
        "|---|---|---|---|---|",
    ]
    for model in models_:
        by_level: dict[Level, list[str]] = {level: [] for level in Level}
        for each in classes_of(model):
            if each.level is not None:
                by_level[each.level].append(each.name)
        cells = " | ".join(", ".join(by_level[level]) for level in Level)
        lines.append(f"| {model._meta.label} {model._meta.verbose_name} | {cells} |")
    return "\n".join(lines) + "\n"


L1, L2, L3, L4 = Level
