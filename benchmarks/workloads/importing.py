"""P5: a roster of many thousand members from .xlsx by the product's own command, beside django-import-export and beside reading
the file and one COPY of its cells. Each in a process of its own, the product's in an empty copy of the tables of now."""

import csv
import datetime
import io
import statistics
from pathlib import Path
from random import Random

from benchmarks import words
from benchmarks.apart import Apart, apart
from benchmarks.measure import Cost, Row, compared
from benchmarks.peers.venvs import python_of
from benchmarks.scales import SEED, Scale
from benchmarks.stack import EMPTY, Stack
from branch_portal.local.postgres import SUPERUSER

IDS = {"P5"}
ROWS = {"S": 2_000, "M": 20_000, "L": 100_000}
PEER_ROWS = 2_000
ROUNDS = 3
CODE = "B1"
#: The portal's names of the columns, the peer's names of its fields, in one order.
COLUMNS = {
    "姓名": "name", "身份证号": "id_number", "人员类别": "category", "入党日期": "admitted_on", "转正日期": "confirmed_on",
    "党支部": "branch", "学历": "education", "民族": "ethnicity", "手机号": "mobile", "工作单位": "employer",
    "籍贯": "native_place", "家庭住址": "home_address",
}  # fmt: skip
_BRANCH = "第一党支部"
_SCRATCH = "portal_bench_import"


def run(stack: Stack, scale: Scale) -> list[Row]:
    count = ROWS[scale.name]
    files = {
        name: make_file(stack.folder / f"members-{name}.xlsx", number, peer=name == "peer")
        for name, number in (("ours", count), ("peer", PEER_ROWS))
    }
    ours, floor, peer = [], [], []
    for _ in range(ROUNDS):
        ours.append(_ours(stack, files["ours"], count))
        floor.append(_floor(stack, files["ours"]))
        peer.append(_peer(stack, files["peer"]))
    for path in files.values():
        path.unlink()
    mine, least, theirs = _cost(ours), _cost(floor), _cost(peer, count / PEER_ROWS)
    memory = max(max(each.memory, each.child_memory) for each in ours)
    what = f"{count} members"
    return [
        compared("P5", f"{what} beside django-import-export", mine, theirs, faster=100, unit="s",
                 note=f"theirs measured on {PEER_ROWS} rows and scaled; {_most(peer):.0f} MB for these"),
        compared("P5", f"{what} beside reading and one COPY", mine, least, at_most=3.0, unit="s"),
        Row("P5", f"{what}: most memory", memory, _most(floor), memory / _most(floor), "≤ 300 MB", "MB", memory <= 300,
            f"the reading child {max(each.child_memory for each in ours):.0f} MB"),
    ]  # fmt: skip


def _most(seen: list[Apart]) -> float:
    return max(each.memory for each in seen)


def _cost(seen: list[Apart], times: float = 1) -> Cost:
    walls = [each.wall for each in seen]
    middle = statistics.median(walls)
    return Cost(
        middle * times,
        statistics.median(each.cpu for each in seen) * times,
        (max(walls) - min(walls)) / middle,
    )


def make_file(path: Path, count: int, *, peer: bool = False) -> Path:
    """The roster: the same people at every run; `peer` with the field names and codes that it looks for."""
    import xlsxwriter

    from members.rules.national_id import compose

    random = Random(SEED)  # noqa: S311  a repeatable world, no secret
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("名册")
        page.write_row(0, 0, list(COLUMNS.values() if peer else COLUMNS))
        for number in range(1, count + 1):
            # Eight a day, all grown up when they were admitted; then the same days in the next district.
            district, day = divmod(number // 8, 9_000)
            born = datetime.date(1955, 1, 1) + datetime.timedelta(days=day)
            row = [
                words.name(random)[0], compose(f"{110101 + district}", born, number % 900 + 1), "正式党员", "2005-07-01", "2006-07-01",
                CODE if peer else _BRANCH, "大学", "汉族", f"139{number:08d}", "清源镇人民政府", "江苏南京",
                f"清源镇测试路{number}号",
            ]  # fmt: skip
            page.write_row(number, 0, row)
    return path


def _ours(stack: Stack, file: Path, count: int) -> Apart:
    with stack.copy_of(EMPTY, _SCRATCH) as name:
        with stack.cluster.connect(name) as connection, connection.cursor() as cursor:
            _branch(cursor)
        connection.close()
        seen = apart(
            "benchmarks.workloads.importing:import_file",
            {**stack.environment, **stack.addresses(name)},
            file=str(file),
        )
    if seen.answer != count:
        raise RuntimeError(f"{seen.answer} of {count} members were imported")
    return seen


def _branch(cursor) -> None:
    from benchmarks.copying import copy
    from benchmarks.generate import uid
    from members.models import PartyOrganization

    names = (
        "id",
        "uid",
        "path",
        "depth",
        "numchild",
        "kind",
        "name",
        "short_name",
        "code",
        "founded_on",
        "sort_number",
    )
    rows = [
        (
            1,
            uid(1, 1),
            "0001",
            1,
            1,
            "committee",
            "示范镇党委",
            "示范镇党委",
            "C1",
            datetime.date(2015, 1, 1),
            1,
        ),
        (2, uid(1, 2), "00010001", 2, 0, "branch", _BRANCH, _BRANCH, CODE, datetime.date(2015, 1, 1), 2),
    ]
    copy(cursor, PartyOrganization, names, rows)


def import_file(file: str) -> int:
    """The product's own way from the shell: a limited child reads, the same rules judge, everything is written."""
    from django.core.management import call_command

    from members.models import Member

    call_command("import_members", file, "--branch", CODE, "--write")
    return Member.objects.count()


def _floor(stack: Stack, file: Path) -> Apart:
    return apart("benchmarks.workloads.importing:copy_file", stack.environment, file=str(file))


def copy_file(file: str) -> int:
    """Read every cell and COPY it as it is, into a table without a key."""
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows[1:])
    buffer.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE cells ({', '.join(f'{name} text' for name in COLUMNS.values())})"
        )
        cursor.copy_expert("COPY cells FROM STDIN WITH (FORMAT csv)", buffer)
        return cursor.rowcount


def _peer(stack: Stack, file: Path) -> Apart:
    python = python_of("import-export", stack.folder.parent)
    name = "portal_bench_peer"
    stack.cluster.drop(name)
    stack.cluster.execute(f"CREATE DATABASE {name}")
    try:
        return apart(
            "-", {"PEER_DATABASE_URL": stack.cluster.url(SUPERUSER, stack.cluster.superuser_password, name)}, python=python,
            module="benchmarks.peers.importing.work", file=str(file), code=CODE,
        )  # fmt: skip
    finally:
        stack.cluster.drop(name)
