"""Every form that takes a file, sent what must not be kept: words on the page, and not a byte on the disk."""

import hashlib
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.access_objects import objects_of_branch_a
from tests.activities.uploads import PDF, external, office
from tests.corpus.cases import covers
from tests.corpus.pages import READERS, Form, forms_of
from tests.corpus.pictures import flat_png
from tests.source import none

#: Number of the catalogue → (name, content).
BAD = {
    "C35": ("照片.png", flat_png(9000, 9000)),
    "C43": ("照片.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "C51": ("空.pdf", b""),
    "C52": ("../../../tmp/x\0.exe", b"MZ" + b"\0" * 200),
    "D63": ("表.xlsx", office("xlsx", xl__vbaProject_dot_bin="x")),
    "E80": ("表.docx", office(word___rels__settings_dot_xml_dot_rels=external("attachedTemplate"))),
    "E83": ("通知.pdf", PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /JavaScript>>")),
    "E85": ("表.docx", b"{\\rtf1 {\\object x}}"),
}
for _number in BAD:
    covers(_number, "every form that takes a file")
_WORDS = re.compile(
    "没有保存|不能保存|只能上传|文件是空的|超过 4000 万像素|请(选择|重新|另存|打印|断开|在 Excel|在 Word|用)|空文件|是空的"
)


@pytest.fixture
def taking(world, settings, tmp_path) -> list[Form]:
    """The forms with a file, read with everything that they need."""
    things = objects_of_branch_a(world)
    forms = [form for form in forms_of(world, things).values() if any(field.file for field in form.fields)]
    # A preview shows what is typed; the file goes with the form itself.
    forms = [form for form in forms if "preview" not in form.route]
    settings.MEDIA_ROOT = tmp_path
    return forms


def _kept(folder: Path) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def _lines(answer) -> set[str]:
    return set(BeautifulSoup(answer.content, "html.parser").get_text("\n", strip=True).split("\n"))


def _faults(client: Client, form: Form, name: str, content: bytes, folder: Path) -> list[str]:
    data: dict = {}
    for field in form.fields:
        if field.file:
            data[field.name] = SimpleUploadedFile(name, content)
        else:
            data.setdefault(field.name, []).append(field.value)
    with transaction.atomic():
        answer = client.post(form.path, data, follow=True)
        transaction.set_rollback(True)
    where = f"{form.path} with {name[:20]!r}"
    if answer.status_code >= 500:
        return [f"{where}: {answer.status_code}"]
    found = [f"{where} was kept"] if content and hashlib.sha256(content).hexdigest() in _kept(folder) else []
    # What stands on the page now and did not before.
    said = _lines(answer) - _lines(client.get(form.page))
    if not any(_WORDS.search(words) for words in said):
        found.append(f"{where}: no words, but {sorted(said)[:5]}")
    return found


def test_no_form_keeps_what_must_not_be_kept(world, taking, tmp_path):
    clients = {name: Client(raise_request_exception=False) for name in READERS}
    for name, client in clients.items():
        client.force_login(getattr(world, name))
    findings = []
    for form in taking:
        for name, content in BAD.values():
            findings += _faults(clients[form.reader], form, name, content, tmp_path)
    none(findings)
    assert len(taking) >= 12, [form.route for form in taking]
