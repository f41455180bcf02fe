"""Sealed items typed into the forms are nowhere to be read: in no table, no file, not in PostgreSQL's own files."""

import datetime
import io
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.db import connection
from django.test import Client

from branch_portal.dates import today_shanghai
from branch_portal.jobs import run_one
from members.models import CorrectionRequest, ImportBatch, Member
from members.rules.national_id import compose
from tests.members.test_people_pages import NEW, form_of
from tests.personas import build_world

BORN = datetime.date(1980, 5, 6)


def canaries(number: int) -> dict[str, str]:
    """What one member brings that nobody may find: a number, two telephones, two addresses."""
    return {
        "id_number": compose("110101", BORN, 100 + number),
        "mobile": f"1387654{3000 + number}",
        "landline": f"0571-8765{1000 + number}",
        "home_address": f"金丝雀巷{number:03d}号",
        "registered_address": f"画眉路{number:03d}弄",
    }


def enter(client: Client, world, number: int) -> list[str]:
    values = canaries(number)
    fields = form_of(world) | values | {
        "submission_key": f"11111111-2222-4333-8444-7777777{number:05d}", "name": f"林{number:03d}"
    }  # fmt: skip
    assert client.post(NEW, fields).status_code == 302
    return list(values.values())


def plant(world, people: int) -> list[str]:
    """Through the forms: entered, asked to be corrected, uploaded and waiting, taken out in full."""
    client, own = Client(), Client()
    client.force_login(world.officer_a)
    own.force_login(world.member_a)
    planted = [value for number in range(people) for value in enter(client, world, number)]
    asked = "13876549999"
    own.post("/members/me/correct/", {"submission_key": "11111111-2222-4333-8444-777777799999",
                                      "field": "mobile", "proposed": asked, "note": "换号"})  # fmt: skip
    waiting = compose("110101", BORN, 999)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ["姓名", "公民身份号码", "人员类别", "入党日期", "转正日期"])
        sheet.write_row(1, 0, ["郑和平", waiting, "正式党员", "2005.7.1", "2006.7.1"])
    buffer.seek(0)
    buffer.name = "名册.xlsx"
    client.post("/members/import/", {"submission_key": "11111111-2222-4333-8444-777777788888", "file": buffer,
                                     "branch": str(world.branch_a.uid), "since": f"{today_shanghai().year - 1}-12-31", "gain": ""})  # fmt: skip
    head = Client()
    head.force_login(world.secretary_a)
    taken = head.post(
        f"/members/export/?branch={world.branch_a.uid}", {"content": "full", "reason": "年度统计核对"}
    )
    assert taken.status_code == 200
    while run_one():
        pass
    assert CorrectionRequest.objects.get().proposed == asked
    assert waiting in ImportBatch.objects.get().content
    assert Member.objects.filter(name__startswith="林").count() == people
    return [*planted, asked, waiting]


def spellings(values: list[str]) -> list[bytes]:
    """Each value as text, and as PostgreSQL and JSON would write its bytes."""
    return [
        form
        for value in values
        for form in (
            value.encode(),
            value.encode().hex().encode(),
            value.encode("unicode_escape"),
            value.encode("utf-16-le"),
        )
    ]


def tables() -> dict[str, str]:
    """Every table as `COPY … TO` writes it."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            stream = io.StringIO()
            cursor.copy_expert(f'COPY (SELECT * FROM "{table}") TO STDOUT', stream)
            found[table] = stream.getvalue()
    return found


def hits(name: str, content: bytes, wanted: list[bytes]) -> list[str]:
    return [f"{name}: {each!r}" for each in wanted if each in content]


def in_folder(folder: Path, wanted: list[bytes]) -> list[str]:
    return [
        hit
        for path in folder.rglob("*")
        if path.is_file()
        for hit in hits(str(path), path.read_bytes(), wanted)
    ]


def test_no_table_holds_what_was_typed_as_sealed(world):
    wanted = spellings(plant(world, 3))
    found = tables()
    assert {
        "members_member",
        "members_memberevent",
        "members_importbatch",
        "branch_portal_job",
    } <= found.keys()
    assert "林001" in found["members_member"] and "林001" in found["members_memberevent"]
    assert [hit for table, text in found.items() for hit in hits(table, text.encode(), wanted)] == []
    assert in_folder(Path(settings.PORTAL_VAR), wanted) == []


@pytest.mark.long
@pytest.mark.stack
def test_fifty_are_in_no_table_no_file_and_not_on_the_database_servers_disk(committed_db, servers):
    planted = plant(build_world(), 10)
    assert len(planted) >= 50
    wanted = spellings(planted)
    assert [hit for table, text in tables().items() for hit in hits(table, text.encode(), wanted)] == []
    assert in_folder(Path(settings.PORTAL_VAR), wanted) == []
    servers.cluster.execute("CHECKPOINT")
    names = spellings(["林001"])[:1]
    assert in_folder(servers.cluster.data / "base", names), (
        "the plain name is on the disk, so this looks where it must"
    )
    assert in_folder(servers.cluster.data / "pg_wal", names)
    assert in_folder(servers.cluster.data, wanted) == []
