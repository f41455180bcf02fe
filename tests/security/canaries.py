"""Every text field of every organisation, person and thing holds a mark of its own, with markup around it.

Whoever shows a mark shows which field of which row it is, and `places.py` says whose row that is.
"""

import io
import itertools
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field

from django.db import IntegrityError, models, transaction

from branch_portal.crypto import EncryptedTextField
from members.models import Member, PartyOrganization
from tests.security.places import Place, Places
from tests.security.places import models as own_models

#: Texts that other rows are found by, or whose form is fixed.
_KEYS = {
    "path", "code", "username", "password", "uid", "source", "source_url", "subject", "due_key", "link", "kind",
    "result_url", "provider_id", "mobile_tail", "name_pinyin", "name_initials", "id_number", "birth_date",
    "field", "missing", "unexplained", "sha256", "content_hash", "token_hash", "population_hash", "stored_name", "file_name", "content_type", "model_label",
    "asked", "key", "session_key", "session_data", "network", "outline_name", "secret", "url", "address", "arguments",
}  # fmt: skip
_MARK = re.compile(r"Zq\d{5}z")


@dataclass(frozen=True)
class Mark:
    label: str  # app.Model.field
    place: Place
    person: int | None
    sealed: bool


@dataclass
class Planted:
    """The marks by what is written. More can be planted later: numbers go on."""

    marks: dict[str, Mark] = field(default_factory=dict)
    rows: set[tuple[str, object]] = field(default_factory=set)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def found_in(self, text: str) -> set[Mark]:
        return {self.marks[mark] for mark in set(_MARK.findall(text)) if mark in self.marks}

    @property
    def sealed(self) -> set[str]:
        return {text for text, mark in self.marks.items() if mark.sealed}


def text_of(response) -> str:
    """The answer's bytes as text: workbooks, documents and binders unpacked, PDF read, headers included."""
    body = response.getvalue() if response.streaming else response.content
    return unpacked(body) + str(response.headers)


def unpacked(body: bytes) -> str:
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(unpacked(book.read(name)) for name in book.namelist())
    if body[:5] == b"%PDF-" and len(body) > 200:
        return _pdf_text(body)
    return body.decode("utf-8", "replace")


def _pdf_text(body: bytes) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        raise RuntimeError("pdftotext (poppler-utils) reads PDF answers; without it they would pass unread")
    done = subprocess.run([program, "-q", "-", "-"], input=body, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def plant(planted: Planted) -> Planted:
    """Mark every row that belongs to somebody and is not marked yet."""
    places = Places()
    for model in own_models():
        fields = [field for field in model._meta.concrete_fields if _is_text(field)]
        if not fields:
            continue
        for row in model._base_manager.all():
            key = (model._meta.db_table, row.pk)
            if places.of(key) != Place() and key not in planted.rows:
                planted.rows.add(key)
                _mark(planted, row, fields, places.of(key), places.person(key))
    return planted


def _mark(
    planted: Planted, row: models.Model, fields: list[models.Field], place: Place, person: int | None
) -> None:
    """All texts at once; where a constraint ties one to something else, each by itself."""
    before = {column.attname: getattr(row, column.attname) for column in fields}
    marks = {column: f"Zq{next(planted.numbers):05d}z" for column in fields}
    if not _written(row, {column.attname: _marked(column, mark) for column, mark in marks.items()}):
        kept = {}
        for column, mark in marks.items():
            text = _marked(column, mark)
            if _written(
                row, before | {found.attname: old for found, old in kept.items()} | {column.attname: text}
            ):
                kept[column] = text
        marks = {column: marks[column] for column in kept}
    for column, mark in marks.items():
        sealed = isinstance(column, EncryptedTextField) and isinstance(row, Member)
        planted.marks[mark] = Mark(f"{row._meta.label}.{column.name}", place, person, sealed)


def _written(row: models.Model, values: dict[str, str]) -> bool:
    try:
        with transaction.atomic():
            if isinstance(row, PartyOrganization):
                names = {name: values[name] for name in ("name", "short_name", "usual_place")}
                PartyOrganization.objects.filter(pk=row.pk).update(**names)
            else:
                for name, value in values.items():
                    setattr(row, name, value)
                row.save()
    except IntegrityError:
        return False
    return True


def _is_text(column: models.Field) -> bool:
    text = isinstance(column, models.CharField | models.TextField | EncryptedTextField)
    # What is shorter than mark and markup is made of choices or digits.
    return (
        not (column.name == "content" and isinstance(column, EncryptedTextField))  # a whole upload, as JSON
        and text
        and not column.choices
        and column.name not in _KEYS
        and (column.max_length is None or column.max_length >= 20)
    )


def _marked(column: models.Field, mark: str) -> str:
    return f"{mark}@a.example" if isinstance(column, models.EmailField) else f"=<i>{mark}</i>"
