"""附件: what is taken, what is refused, what is left of a picture, and who may have it."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from branch_portal.files import FileRefused, display_name, keep_file, read_file
from members.models import MemberFile, PersonalDataAccess

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"


def picture(kind="JPEG", size=(64, 32), **fields) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 20, 20)).save(out, kind, **fields)
    return out.getvalue()


def with_place() -> bytes:
    """A photograph that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "相机厂商"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def bomb(width=20_000, height=20_000) -> bytes:
    """A PNG of a few kilobytes that claims 400 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * (width // 8 + 1) * 50, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def keep(content: bytes, name="扫描件.jpg"):
    return keep_file(io.BytesIO(content), name=name, folder="members")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"x", "只能上传"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只能上传"),
        (b"%!PS-Adobe-3.0", "只能上传"),
        (b"PK\x03\x04" + b"0" * 50, "只能上传"),
        (b"{\\rtf1}", "只能上传"),
        (picture("GIF"), "只能上传"),
        (picture("TIFF"), "只能上传"),
        (picture()[:200], "无法读取"),
        (b"\xff\xd8\xff" + b"<html>" * 50, "无法读取"),
        (bomb(), "超过 4000 万像素"),
        (PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /JavaScript>>"), "脚本"),
        (PDF.replace(b"/Catalog", b"/Catalog /Names <</EmbeddedFile 1>>"), "嵌入的文件"),
    ],
    ids=["empty", "byte", "svg", "ps", "zip", "rtf", "gif", "tiff", "cut", "html", "bomb", "js", "embedded"],
)
def test_what_is_refused_says_why(content, words):
    with pytest.raises(FileRefused, match=words):
        keep(content)


def test_a_secrecy_mark_in_the_name_is_refused_without_repeating_it():
    for name in ("名单 秘密★.pdf", "机密 ☆ 材料.pdf", "内部资料不得外传.pdf"):
        with pytest.raises(FileRefused, match="密级标志") as refused:
            keep(PDF, name)
        assert name not in str(refused.value)
    assert keep(PDF, "保守秘密学习心得.pdf").file_name == "保守秘密学习心得.pdf"


def test_a_picture_is_drawn_anew_upright_and_without_its_place():
    stored = keep(with_place() + b"<script>alert(1)</script>")
    content = read_file(stored.stored_name)
    assert (stored.content_type, stored.size) == ("image/jpeg", len(content))
    assert b"script" not in content and "相机厂商".encode() not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.size, dict(kept.getexif()), kept.info.get("exif")) == ((32, 64), {}, None)


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (picture("PNG"), "image/jpeg", (64, 32)),
        (picture("WEBP"), "image/jpeg", (64, 32)),
        (picture(size=(6000, 3000)), "image/jpeg", (2560, 1280)),
    ],
    ids=["png", "webp", "large"],
)
def test_other_pictures_become_ordinary_ones(content, kind, size):
    stored = keep(content)
    with Image.open(io.BytesIO(read_file(stored.stored_name))) as kept:
        assert (stored.content_type, kept.size) == (kind, size)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\扫描\\志愿书.pdf", "志愿书.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x" * 300 + ".pdf", "x" * 90 + ".pdf"),
        ("CON", "CON"),
    ],
)
def test_names_are_for_reading_only(name, shown):
    assert display_name(name) == shown
    assert ".." not in keep(PDF, name).stored_name


@pytest.mark.django_db
def test_upload_download_and_removal(world, as_user):
    person, client = world.members_a[5], as_user(world.officer_a)
    add = reverse("members:file-add", args=[person.uid])
    key = str(client.get(add).context["form"]["submission_key"].value())
    for _ in range(2):
        posted = {"submission_key": key, "title": "入党志愿书", "file": SimpleUploadedFile("志愿书.pdf", PDF)}
        assert client.post(add, posted).url == f"/members/{person.uid}/?tab=files"
    file = MemberFile.objects.get(member=person)
    url = reverse("members:file", args=[file.uid])
    answer = client.get(url)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert [as_user(world.users[name]).get(url).status_code for name in ("staff", "secretary_b", "member_a")] == [
        200, 404, 404,
    ]  # fmt: skip
    assert list(PersonalDataAccess.objects.order_by("pk").values_list("user_id", "action", "member_uid")) == [
        (world.officer_a.pk, "reveal", person.uid),
        (world.staff.pk, "reveal", person.uid),
    ]
    assert "入党志愿书" in client.get(f"/members/{person.uid}/", {"tab": "files"}).content.decode()
    remove = reverse("members:file-remove", args=[file.uid])
    assert client.post(remove, {"reason": "上传有误"}).status_code == 302
    file.refresh_from_db()
    assert (file.removed_by, client.get(url).status_code) == (world.officer_a, 404)


@pytest.mark.django_db
def test_a_refused_file_keeps_what_was_typed_and_the_key(world, as_user):
    person, client = world.members_a[5], as_user(world.officer_a)
    add = reverse("members:file-add", args=[person.uid])
    key = str(client.get(add).context["form"]["submission_key"].value())
    bad = {"submission_key": key, "title": "身份证复印件", "file": SimpleUploadedFile("a.exe", b"MZ" * 20)}
    page = client.post(add, bad)
    assert page.context["form"].errors["file"] == ["只能上传 PDF、JPEG、PNG、WebP 或 HEIC 文件。"]
    assert 'value="身份证复印件"' in page.content.decode()
    good = bad | {"file": SimpleUploadedFile("b.png", picture("PNG"))}
    assert client.post(add, good).status_code == 302
    assert MemberFile.objects.get(member=person).file_name == "b.jpg"


@pytest.mark.django_db
def test_ones_own_file_is_read_without_a_trace(world, as_user):
    person = world.members_a[3]
    stored = keep(PDF)
    file = MemberFile.objects.create(member=person, title="本人材料", **vars(stored))
    assert as_user(world.member_a).get(reverse("members:file", args=[file.uid])).content == PDF
    assert not PersonalDataAccess.objects.exists()
