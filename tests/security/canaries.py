"""Branch A's every text field holds a mark of its own, with markup around it: whoever shows one shows which."""

import io
import itertools
import re
import zipfile
from dataclasses import dataclass

from django.db import models

from activities.models import RollEntry
from branch_portal.crypto import EncryptedTextField
from members.models import Affiliation, PartyOrganization
from tests.personas import World

#: Texts that other rows are found by, or whose form is fixed.
_KEYS = {
    "path", "code", "username", "password", "uid", "source", "source_url", "subject", "due_key", "link", "kind",
    "result_url", "provider_id", "mobile_tail", "name_pinyin", "name_initials", "id_number", "birth_date",
}  # fmt: skip
_MARK = re.compile(r"Zq\d{4}z")


@dataclass(frozen=True)
class Planted:
    """Mark → "app.Model.field"; `sealed` are marks (and numbers) that only a reveal may show."""

    labels: dict[str, str]
    sealed: frozenset[str]

    def found_in(self, response) -> set[str]:
        """The labels of the marks that the answer shows, its headers and its unpacked workbook included."""
        shown = set(_MARK.findall(text_of(response)))
        return {self.labels[mark] for mark in shown}


def text_of(response) -> str:
    body = response.getvalue() if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode("utf-8", "replace") + str(response.headers)


def plant(world: World, things: dict) -> Planted:
    """Mark the organisations, people, accounts and objects of branch A."""
    accounts = [world.users[name] for name in ("secretary_a", "officer_a", "cell_leader_a", "member_a")]
    shares = [things["announced"], things["record"].share]
    rows = [
        world.branch_a, world.cell_a1, world.cell_a2, *world.members_a, *accounts, *shares,
        *(share.gathering for share in shares),
        *(things[name] for name in ("record", "draft", "batch", "slot", "study_credit", "job", "submission", "learning_plan", "plan_topic")),
        *Affiliation.objects.filter(branch=world.branch_a), *RollEntry.objects.filter(branch=world.branch_a),
    ]  # fmt: skip
    numbers, labels, sealed = itertools.count(1), {}, set()
    for row in rows:
        for field in row._meta.concrete_fields:
            if not _is_text(field):
                continue
            mark = f"Zq{next(numbers):04d}z"
            setattr(row, field.attname, _marked(field, mark))
            labels[mark] = f"{row._meta.label}.{field.name}"
            if isinstance(field, EncryptedTextField):
                sealed.add(mark)
        _save(row)
    return Planted(labels, frozenset(sealed))


def _is_text(field: models.Field) -> bool:
    text = isinstance(field, models.CharField | models.TextField | EncryptedTextField)
    # What is shorter than mark and markup is made of choices or digits.
    return (
        not (field.name == "content" and isinstance(field, EncryptedTextField))  # a whole upload, as JSON
        and text
        and not field.choices
        and field.name not in _KEYS
        and (field.max_length is None or field.max_length >= 20)
    )


def _marked(field: models.Field, mark: str) -> str:
    return f"{mark}@a.example" if isinstance(field, models.EmailField) else f"=<i>{mark}</i>"


def _save(row: models.Model) -> None:
    if isinstance(row, PartyOrganization):
        PartyOrganization.objects.filter(pk=row.pk).update(
            name=row.name, short_name=row.short_name, usual_place=row.usual_place
        )
    else:
        row.save()
