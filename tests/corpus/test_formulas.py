"""Case D77, both ways: nothing that somebody typed is a formula in a workbook of ours, and it comes back as it was typed."""

import io
import itertools
import re
import zipfile
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from activities.models import RollEntry
from branch_portal.tables import xlsx_bytes
from members.imports.reader import read_workbook
from members.models import PartyOrganization
from tests.access_objects import objects_of_branch_a
from tests.corpus.cases import case, covers
from tests.corpus.pages import READERS, addresses, forms_of
from tests.security.canaries import _is_text
from tests.source import none

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TYPED = "cmd|' /C calc'!A0"
covers("D77", "every export of the portal")


def _plant(world, things: dict) -> None:
    """Every free text of branch A begins like a formula."""
    starts = itertools.cycle(STARTS)
    shares = [things["announced"], things["record"].share]
    rows = [world.branch_a, world.cell_a1, *world.members_a, *shares, *(share.gathering for share in shares),
            *(things[name] for name in ("record", "draft", "submission", "learning_plan", "plan_topic", "commendation") if name in things),
            *RollEntry.objects.filter(branch=world.branch_a)]  # fmt: skip
    for row in rows:
        for field in row._meta.concrete_fields:
            if _is_text(field) and type(field).__name__ in ("CharField", "TextField"):
                setattr(row, field.attname, f"{next(starts)}{TYPED}")
        _save(row)


def _save(row) -> None:
    if isinstance(row, PartyOrganization):  # the tree's own save moves it
        PartyOrganization.objects.filter(pk=row.pk).update(
            name=row.name, short_name=row.short_name, usual_place=row.usual_place
        )
    else:
        row.save()


def _workbooks(world, things: dict):
    """(address, bytes) of every workbook that can be taken out, by a link or by a form with a reason."""
    clients = {name: Client(raise_request_exception=False) for name in READERS}
    for name, client in clients.items():
        client.force_login(getattr(world, name))
    for path, line in addresses(things):
        if reader := next((name for name in READERS if line.get[name] == 200), None):
            yield path, _content(clients[reader].get(path))
    for form in forms_of(world, things).values():
        if (
            re.search(r"export|xlsx|fill|template", form.route)
            and "template" not in form.route.rpartition(":")[2]
        ):
            body = "&".join(f"{name}={value}" for name, value in form.typed(reason=quote("核对导出内容")))
            with transaction.atomic():
                answer = clients[form.reader].post(
                    form.path, body, content_type="application/x-www-form-urlencoded"
                )
                yield form.path, _content(answer)
                transaction.set_rollback(True)


def _content(answer) -> bytes:
    return answer.getvalue() if "spreadsheetml" in answer.get("Content-Type", "") else b""


def test_nothing_typed_is_a_formula(world):
    things = objects_of_branch_a(world)
    _plant(world, things)
    findings, books, carried = [], 0, 0
    for path, content in _workbooks(world, things):
        if not content:
            continue
        books += 1
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
        findings += [
            f"{path}: {formula}"
            for part in parts.values()
            for formula in re.findall(r"<f[ >].*?</f>", part)
            if "cmd|" in formula
        ]
        texts = re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", "".join(parts.values()))
        findings += [
            f"{path}: {text[:40]!r} is not guarded"
            for text in texts
            if text.startswith(STARTS) and "cmd|" in text
        ]
        carried += any("cmd|" in text for text in texts)
    none(findings)
    assert books >= 40 and carried >= 12, (books, carried)


@pytest.mark.parametrize("start", [case("D77", f"begins with {start!r}", start) for start in STARTS])
def test_what_is_taken_out_comes_back_as_it_was(start):
    text = f"{start}{TYPED}"
    book = xlsx_bytes(["姓名", "单位"], [[text, "'引号开头"]], sheet="名册")
    (sheet,) = read_workbook(io.BytesIO(book))
    came_back = sheet.rows[1][0]
    # A sheet holds no carriage return in a text.
    assert (came_back, sheet.rows[1][1]) == (text.replace("\r", ""), "'引号开头")
