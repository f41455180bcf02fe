"""附件 of a record: what is taken, what is refused, who may have it, and that nobody is asked for it."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from activities.actions.attachments import AttachmentsClosed, add_attachments, remove_attachment
from activities.actions.records import confirm_record
from activities.models import ActivityRecord, Attachment
from branch_portal.files import FileRefused, keep_file, read_file
from tests.activities import factories as life
from tests.activities.test_main_path import hidden
from tests.activities.uploads import HEIC, PDF, external, office, picture, upload

DOCX, XLSX = office("docx"), office("xlsx")


def keep(content: bytes, name="材料.docx"):
    return keep_file(io.BytesIO(content), name=name, folder="records", office=True)


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (DOCX, ".docx"),
        (XLSX, ".xlsx"),
        (
            office(word___rels__document_dot_xml_dot_rels=external("hyperlink", "http://www.12371.cn/")),
            ".docx",
        ),
    ],
    ids=["docx", "xlsx", "links"],
)
def test_office_files_are_kept_as_they_came(content, ending):
    stored = keep(content, "学习材料.bin")
    assert stored.file_name == f"学习材料{ending}"
    assert read_file(stored.stored_name) == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"0" * 200, "无法读取"),
        (office(word__vbaProject_dot_bin="x"), "含有宏"),
        (office("xlsx", xl__macrosheets__sheet1_dot_xml="<x/>"), "含有宏"),
        (office(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "含有宏"),
        (office(word__embeddings__oleObject1_dot_bin="x"), "嵌入了其他文件"),
        (office(word__a_dot_exe="MZ"), "嵌入了其他文件"),
        (office(word___rels__settings_dot_xml_dot_rels=external("attachedTemplate")), "引用了外部"),
        (office(word___rels__document_dot_xml_dot_rels=external("image")), "引用了外部"),
        (office(word__settings_dot_xml='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x/>'), "无法读取"),
        (office(word__media__a_dot_xml="0" * 3_000_000), "解压后过大"),
        (office(text="机密 ★ 名单"), "密级标志"),
        (office("xlsx", xl__sharedStrings_dot_xml="<t>秘密</t><t>★</t>"), "密级标志"),
    ],
    ids=["zip", "vba", "macrosheet", "docm", "ole", "exe", "template", "image", "xxe", "bomb", "mark", "split-mark"],
)  # fmt: skip
def test_office_files_that_act_or_reach_outside_are_refused(content, words):
    with pytest.raises(FileRefused, match=words):
        keep(content)


def test_any_other_archive_is_named_by_what_may_come():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(FileRefused, match="只能上传照片"):
        keep(out.getvalue())


def test_the_picture_of_a_phone_becomes_an_ordinary_one_without_its_maker():
    stored = keep(HEIC, "IMG_0001.HEIC")
    content = read_file(stored.stored_name)
    assert (stored.content_type, stored.file_name) == ("image/jpeg", "IMG_0001.jpg")
    assert b"CameraMaker" in HEIC and b"CameraMaker" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.size, dict(kept.getexif())) == ((64, 32), {})
    with pytest.raises(FileRefused, match="无法读取"):
        keep(HEIC[:300])


def post(client, record, *files, key=None):
    url = f"/activities/records/{record.uid}/"
    key = key or hidden(client.get(url).content.decode(), "submission_key")
    return client.post(f"{url}attachments/", {"submission_key": key, "files": list(files)}, follow=True)


@pytest.mark.django_db
def test_several_at_once_and_the_good_ones_stay(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    client = as_user(world.officer_a)
    answer = post(
        client, record, upload("合影.jpg"), upload("签到.exe", b"MZ" * 50), upload("通知.pdf", PDF),
        upload("机密★.pdf", PDF),
    )  # fmt: skip
    html = answer.content.decode()
    assert "已保存 2 个附件。" in html
    assert "“签到.exe”没有保存：只能上传照片" in html
    assert "第 4 个文件没有保存：文件名带有密级标志" in html
    assert "机密★" not in html
    found = list(Attachment.objects.order_by("pk"))
    assert [row.file_name for row in found] == ["合影.jpg", "通知.pdf"]
    with Image.open(Path(settings.MEDIA_ROOT) / found[0].thumb_name) as small:
        assert small.size == (320, 240)
    assert found[1].thumb_name == ""
    for words in ("合影.jpg", "非涉密系统", f"/activities/attachments/{found[0].uid}/thumb/"):
        assert words in html


@pytest.mark.django_db
def test_a_form_sent_twice_keeps_its_files_once(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    key = hidden(client.get(f"/activities/records/{record.uid}/").content.decode(), "submission_key")
    for _ in range(2):
        post(client, record, upload(), key=key)
    assert Attachment.objects.count() == 1
    assert "请先选择文件" in post(client, record).content.decode()


@pytest.mark.django_db
def test_whoever_reads_the_record_has_its_files_and_nobody_else(world, as_user, settings):
    record = life.record(world.secretary_a, world.branch_a)
    committee = life.record(world.secretary_a, world.branch_a, "committee_meeting")
    ((one,), _), ((other,), _) = (
        add_attachments(by=world.secretary_a, record=each, files=[upload()]) for each in (record, committee)
    )
    seen = {"member_a": (200, 404), "cell_leader_a": (200, 404), "officer_a": (200, 200), "staff": (200, 200),
            "member_b": (404, 404), "secretary_b": (404, 404), "staff_x": (404, 404), "superuser": (404, 404)}  # fmt: skip
    for name, expected in seen.items():
        client = as_user(world.users[name])
        for part in ("", "thumb/"):
            assert expected == tuple(
                client.get(f"/activities/attachments/{file.uid}/{part}").status_code for file in (one, other)
            ), (name, part)
    answer = as_user(world.member_a).get(f"/activities/attachments/{one.uid}/")
    assert b"".join(answer.streaming_content) == read_file(one.stored_name)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    settings.PORTAL_ACCEL_PREFIX = "/media-of-the-portal/"
    by_nginx = as_user(world.member_a).get(f"/activities/attachments/{one.uid}/")
    assert (by_nginx.content, by_nginx["X-Accel-Redirect"]) == (
        b"",
        f"/media-of-the-portal/{one.stored_name}",
    )
    assert as_user(world.member_b).get(f"/activities/attachments/{one.uid}/").status_code == 404


@pytest.mark.django_db
def test_plain_members_see_the_files_and_no_upload(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    page = f"/activities/records/{record.uid}/"
    assert "附件" not in as_user(world.member_a).get(page).content.decode()
    add_attachments(by=world.secretary_a, record=record, files=[upload("合影.jpg")])
    html = as_user(world.member_a).get(page).content.decode()
    assert "合影.jpg" in html
    assert 'type="file"' not in html and "移除" not in html


@pytest.mark.django_db(transaction=False)
def test_captions_and_removal_end_with_the_confirmation(world, as_user, django_capture_on_commit_callbacks):
    record = life.record(world.secretary_a, world.branch_a)
    (first, second), _ = add_attachments(by=world.secretary_a, record=record, files=[upload(), upload()])
    client = as_user(world.officer_a)
    client.post(f"/activities/attachments/{first.uid}/caption/", {"caption": " 重温誓词 "})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/activities/attachments/{second.uid}/remove/")
    assert read_file(second.stored_name) is None and read_file(second.thumb_name) is None
    assert client.get(f"/activities/attachments/{second.uid}/").status_code == 404
    confirm_record(by=world.secretary_a, record=record)
    html = client.get(f"/activities/records/{record.uid}/").content.decode()
    assert "重温誓词" in html and 'type="file"' not in html
    late = client.post(f"/activities/attachments/{first.uid}/remove/", follow=True).content.decode()
    assert "记录已确认，附件不能再增减或修改" in late
    with pytest.raises(AttachmentsClosed):
        remove_attachment(by=world.secretary_a, attachment=first)
    with pytest.raises(AttachmentsClosed):
        add_attachments(by=world.secretary_a, record=record, files=[upload()])
    assert Attachment.objects.kept().get() == first


@pytest.mark.django_db
def test_a_record_has_room_for_twenty_files_and_100_mb(world):
    record = life.record(world.secretary_a, world.branch_a)
    (one,), _ = add_attachments(by=world.secretary_a, record=record, files=[upload("一.pdf", PDF)])
    Attachment.objects.filter(pk=one.pk).update(size=100 * 1024 * 1024)
    _, refused = add_attachments(by=world.secretary_a, record=record, files=[upload("二.pdf", PDF)])
    assert refused == ["“二.pdf”没有保存：每条记录的附件合计不超过 100 MB，请先移除不需要的。"]
    Attachment.objects.filter(pk=one.pk).update(size=1)
    kept, refused = add_attachments(
        by=world.secretary_a, record=record, files=[upload(f"{number}.pdf", PDF) for number in range(20)]
    )
    assert (len(kept), refused) == (19, ["“19.pdf”没有保存：每条记录最多 20 个附件，请先移除不需要的。"])


@pytest.mark.django_db
def test_a_discarded_draft_takes_its_files_along(world, as_user, django_capture_on_commit_callbacks):
    record = life.record(world.secretary_a, world.branch_a, signed=False)
    (one,), _ = add_attachments(by=world.secretary_a, record=record, files=[upload()])
    with django_capture_on_commit_callbacks(execute=True):
        as_user(world.secretary_a).post(f"/activities/records/{record.uid}/discard/")
    assert not ActivityRecord.objects.exists() and not Attachment.objects.exists()
    assert read_file(one.stored_name) is None


@pytest.mark.django_db
def test_nobody_is_asked_for_a_photograph(world, as_user):
    """No compulsory photo, anywhere (domain 0.1.3): the form of a record has no upload, and a record goes without."""
    client = as_user(world.secretary_a)
    assert 'type="file"' not in client.get("/activities/new/theme_day/").content.decode()
    record = life.record(world.secretary_a, world.branch_a)
    html = client.get(f"/activities/records/{record.uid}/").content.decode()
    assert "附件不是必需的" in html
    assert 'required' not in html[html.index('type="file"'):html.index('type="file"') + 400]  # fmt: skip
    confirm_record(by=world.secretary_a, record=record)


def test_small_pictures_are_not_made_larger():
    stored = keep(picture(size=(50, 40)), "小.png")
    with Image.open(io.BytesIO(read_file(stored.stored_name))) as kept:
        assert kept.size == (50, 40)
