"""20 000 people by the worker's own path, measured in a process of its own; one more is refused."""

import datetime
import io
import json
import os
import re
import subprocess
import sys

import pytest
import xlsxwriter

from branch_portal.local.paths import ROOT
from members.imports.reader import WEB, FileRefused, read_workbook
from members.imports.rows import read_rows
from members.models import Member
from tests.members.awkward_workbooks import HEADER, number
from tests.personas import build_world

_ROWS = 20_000
_WORK = """
import json, re, resource, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
began = time.monotonic()
call_command("import_members", sys.argv[1], "--branch", sys.argv[2], "--write")
# The kernel hands the peak of whoever started a process on to it in ru_maxrss; VmHWM is this program's own.
kilobytes = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"seconds": round(time.monotonic() - began, 1), "mb": kilobytes // 1024, "reader_mb": child // 1024}))
"""


def large(rows: int, columns: int = 0) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        page = book.add_worksheet("名册")
        more = ["学历", "手机号", "民族", "工作单位", "家庭住址"]
        page.write_row(0, 0, [*HEADER, *more, *[f"附加{n}" for n in range(columns)]])
        for index in range(1, rows + 1):
            born = datetime.date(1960, 1, 1) + datetime.timedelta(days=index // 500)
            told = [f"郑{index:05d}", number(index % 500 + 1, born), "正式党员", "2005.7.1", "2006.7.1"]
            extra = ["大学", f"139{index:08d}", "汉族", "清源镇人民政府", f"清源镇测试路{index}号"]
            page.write_row(index, 0, [*told, *extra, *(["资料"] * columns)])
    return buffer.getvalue()


@pytest.mark.stack
def test_twenty_thousand_people(committed_db, tmp_path, capsys):
    world = build_world()
    file = tmp_path / "大名册.xlsx"
    file.write_bytes(large(_ROWS, columns=30))
    ended = subprocess.run(
        [sys.executable, "-c", _WORK, str(file), world.branch_a.code],
        cwd=ROOT,
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    summary, figures = ended.stdout.strip().splitlines()
    assert summary == f"可导入 {_ROWS} 行，错误 0 行，不变 0 行"
    measured = json.loads(figures)
    with capsys.disabled():
        print(f"\n20 000 rows × 40 columns imported: {measured}")
    assert Member.objects.filter(name__startswith="郑").count() == _ROWS
    assert measured["mb"] <= 300
    assert measured["seconds"] <= 180


def test_one_more_is_refused(db):
    sheets = read_workbook(io.BytesIO(large(WEB.rows + 1)))
    with pytest.raises(FileRefused, match=re.escape("名册有 20001 行，一次最多导入 20000 行。")):
        read_rows(sheets)
