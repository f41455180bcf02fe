"""Importing for a whole subtree, what unknown columns mean, statuses, ways of coming, the error workbook and the shell."""

import datetime
import io
import zipfile

import pytest
from defusedxml import ElementTree
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from branch_portal.retention import apply_short_rules
from members.actions.imports import (
    apply_import,
    errors_of,
    plan_import,
    set_columns,
    start_import,
)
from members.models import Affiliation, ColumnMapping, ImportBatch, Member, MemberStatus
from tests import factories as make
from tests.members.awkward_workbooks import HEADER, number, person, sheet

SINCE = datetime.date(2025, 12, 31)
BRANCHED = [*HEADER, "所在党支部"]


@pytest.fixture
def head(world):
    """Keeps the rosters of the branches below the general branch."""
    account = make.user("head", display_name="总支组织委员")
    make.grant(account, "branch_officer", world.general_branch)
    return account


def start(by, branch, content, **more):
    return start_import(
        by=by, branch=branch, file=io.BytesIO(content), file_name="名册.xlsx", **{"since": SINCE} | more
    )


def sentences(plan):
    return [problem.sentence for problem in plan.problems]


def test_rows_name_their_branch_below_the_target_and_nothing_outside_is_told(world, head):
    content = sheet(
        BRANCHED,
        [*person(1), "清源村第一党支部"],
        [*person(2), world.branch_b.code],
        [*person(3), "镇机关党支部"],
        [*person(4), "没有的支部"],
        [*person(5), ""],
    )
    batch = start(head, world.general_branch, content)
    advice = f"不是{world.general_branch}下由您管理名册的党支部，请核对名称"
    plan = plan_import(batch=batch)
    assert sentences(plan) == [
        f"第 4 行‘所在党支部’（F4）写作 镇机关党支部，{advice}",
        f"第 5 行‘所在党支部’（F5）写作 没有的支部，{advice}",
        "第 6 行‘所在党支部’（F6）没有填写，请填写党支部的全称、简称或组织代码",
    ]
    apply_import(by=head, batch=batch, only_good=True)
    assert Member.objects.get(name="郑001").branch == world.branch_a
    assert Member.objects.get(name="郑002").branch == world.branch_b


def test_who_is_in_another_branch_is_not_moved(world, head):
    make.member(world.branch_b, "郑001", id_number=number(1))
    plan = plan_import(
        batch=start(head, world.general_branch, sheet(BRANCHED, [*person(1), "清源村第一党支部"]))
    )
    assert sentences(plan) == [
        f"第 2 行‘所在党支部’（F2）该党员现在{world.branch_b}，导入不改变组织关系；请办理组织关系转接"
    ]


def test_statements_of_a_subtree_do_not_grow(world, head):
    counts = []
    for rows in (3, 60):
        content = sheet(BRANCHED, *[[*person(n), "清源村第一党支部"] for n in range(1, rows)])
        batch = start(head, world.general_branch, content)
        plan_import(batch=batch)
        with CaptureQueriesContext(connection) as captured:
            plan_import(batch=batch)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6


def test_unknown_columns_are_asked_once_and_can_be_changed(world, as_user):
    content = sheet(["谁", "号码", "类别", "何时入党", "转正日期"], person(1))
    client = as_user(world.officer_a)

    def upload():
        page = client.get(reverse("members:import"))
        key = page.context["form"]["submission_key"].value()
        fields = {"submission_key": key, "branch": str(world.branch_a.uid), "since": "2025-12-31"}
        return client.post(
            reverse("members:import"), fields | {"file": SimpleUploadedFile("名册.xlsx", content)}
        )

    asked = upload().url
    batch = ImportBatch.objects.get()
    assert asked == reverse("members:import-columns", args=[batch.uid])
    labels = [field.label for field in client.get(asked).context["form"]]
    assert labels == ["谁", "号码", "类别", "何时入党", "转正日期"]
    nothing = client.post(asked, {"column_0": ""})
    assert "没有找到表头" in nothing.content.decode()
    twice = client.post(asked, {"column_0": "name", "column_1": "name"})
    assert "“姓名”已对应“谁”列，请只选一列。" in twice.content.decode()
    chosen = dict(zip(
        [f"column_{n}" for n in range(5)], ["name", "id_number", "category", "admitted_on", "confirmed_on"], strict=True
    ))  # fmt: skip
    here = client.post(asked, chosen).url
    assert "调整列的对应" in client.get(here).content.decode()
    assert ColumnMapping.objects.get().organization == world.branch_a
    again = upload().url
    assert again != here
    assert again.count("columns") == 0
    assert client.get(again).context["figures"]["new"] == 1
    assert as_user(world.secretary_b).get(asked).status_code == 404


def test_a_mapping_takes_only_fields_of_the_import(world):
    batch = start(world.officer_a, world.branch_a, sheet([*HEADER, "爱好"], [*person(1), "棋"]))
    with pytest.raises(TypeError, match="not columns of the import"):
        set_columns(by=world.officer_a, batch=batch, mapping={"爱好": "standing"})


def test_who_came_this_year_needs_a_way_of_coming(world):
    content = sheet(
        [*HEADER, "转入日期", "增加方式"],
        [*person(1), "2026.3.1", "转入组织关系"],
        [*person(2), "2026.3.1", ""],
        [*person(3), "2020.3.1", ""],
        ["郑004", number(4), "预备党员", "2026.4.1", "", "", ""],
    )
    batch = start(world.officer_a, world.branch_a, content)
    assert sentences(plan_import(batch=batch)) == [
        "第 3 行‘增加方式’（G3）没有填写；2026-03-01 在本年内，请填写增加方式，例如 转入组织关系"
    ]
    apply_import(by=world.officer_a, batch=batch, only_good=True)
    gains = Affiliation.objects.filter(member__name__startswith="郑").order_by("member__name")
    assert list(gains.values_list("gain", flat=True)) == ["transferred_in", "initial", "admitted"]


def test_statuses_of_known_members_open_and_are_corrected(world):
    header = [*HEADER, "外出日期", "流向", "失联日期"]

    def take(*cells):
        batch = start(world.officer_a, world.branch_a, sheet(header, [*person(1), *cells]))
        apply_import(by=world.officer_a, batch=batch, only_good=False)
        rows = MemberStatus.objects.filter(member__name="郑001").order_by("kind")
        return [(row.kind, str(row.period.lower), row.place) for row in rows]

    assert take("", "", "") == []
    assert take("2026.1.5", "上海", "") == [("floating", "2026-01-05", "上海")]
    assert take("2026.1.6", "", "2026.5.1") == [
        ("floating", "2026-01-06", "上海"),
        ("out_of_contact", "2026-05-01", ""),
    ]
    member = Member.objects.get(name="郑001")
    assert (str(member.floating_since), str(member.lost_contact_on)) == ("2026-01-06", "2026-05-01")


def filled_cells(book: bytes) -> dict[str, str]:
    """Cell → its solid fill, of the first sheet, read from the file itself."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
        sheet_xml = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    colours = [fill.find(f"{space}patternFill/{space}fgColor") for fill in styles.find(f"{space}fills")]
    used = [int(style.get("fillId")) for style in styles.find(f"{space}cellXfs")]
    fills = {cell.get("r"): colours[used[int(cell.get("s", 0))]] for cell in sheet_xml.iter(f"{space}c")}
    return {cell: colour.get("rgb") for cell, colour in fills.items() if colour is not None}


def test_every_cell_that_cannot_be_taken_is_filled(world):
    """Empty ones too, dates and numbers as well as text, and no other."""
    content = sheet(
        HEADER,
        person(1),
        ["", number(2), "正式党员", "2005.13.1", "x", ""],
        person(3, admitted=datetime.date(2030, 1, 1)),
    )
    batch = start(world.officer_a, world.branch_a, content)
    problems = plan_import(batch=batch).problems
    assert filled_cells(errors_of(batch)) == {
        f"{problem.column}{problem.row}": "FFFCE4E4" for problem in problems if problem.column
    }
    assert {f"{problem.column}{problem.row}" for problem in problems} >= {"A3", "D3"}


def test_the_error_workbook_marks_cells_and_stays_for_the_day(world, as_user):
    content = sheet(
        ["名册"], [*HEADER, "单位"], [*person(1), "=sum"], [*person(2, admitted="2005.13.1"), "=cmd"]
    )
    batch = start(world.officer_a, world.branch_a, content)
    apply_import(by=world.officer_a, batch=batch, only_good=True)
    response = as_user(world.officer_a).get(reverse("members:import-errors", args=[batch.uid]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue())).get_sheet_by_index(0).to_python()
    assert [row[:7] for row in rows] == [
        ["名册", "", "", "", "", "", ""],
        [*HEADER, "单位", "需要修改"],
        [*person(1), "'=sum", ""],
        [*person(2, admitted="2005.13.1"), "'=cmd", "第 4 行‘入党日期’（D4）写作 2005.13.1，月份应为 1–12"],
    ]
    assert filled_cells(response.getvalue()) == {"D4": "FFFCE4E4"}
    for name in ("secretary_a", "secretary_b"):
        other = as_user(getattr(world, name))
        assert other.get(reverse("members:import-errors", args=[batch.uid])).status_code == 404
    apply_short_rules(now=timezone.now() + datetime.timedelta(hours=25))
    batch = ImportBatch.objects.get(pk=batch.pk)
    assert (batch.state, batch.content) == ("applied", "")


# --- The shell ---


def run(capsys, *arguments):
    """(exit code, what was printed)."""
    code = 0
    try:
        call_command("import_members", *arguments)
    except SystemExit as ended:
        code = ended.code
    except CommandError as error:
        return error.returncode, str(error)
    return code, capsys.readouterr().out


def test_the_command_is_dry_by_default_and_reports(world, tmp_path, capsys):
    file, report = tmp_path / "名册.xlsx", tmp_path / "报告.xlsx"
    file.write_bytes(sheet(HEADER, person(1), person(2, admitted="x")))
    arguments = (str(file), "--branch", world.branch_a.code)
    assert run(capsys, *arguments) == (1, "可导入 1 行，错误 1 行，不变 0 行\n")
    assert not Member.objects.filter(name="郑001").exists()
    assert run(capsys, *arguments, "--write", "--report", str(report)) == (
        1,
        "可导入 1 行，错误 1 行，不变 0 行\n",
    )
    assert Member.objects.get(name="郑001").branch == world.branch_a
    assert CalamineWorkbook.from_path(report).get_sheet_by_index(0).to_python()[2][5] == (
        "第 3 行‘入党日期’（D3）写作 x，不是日期，请写成 1990.1.2"
    )
    file.write_bytes(sheet(HEADER, person(1)))
    assert run(capsys, *arguments, "--write") == (0, "可导入 0 行，错误 0 行，不变 1 行\n")


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (None, (), "不能打开"),
        (b"PK", (), "文件无法读取"),
        (sheet(["甲"]), (), "没有找到表头"),
        (sheet(HEADER, person(1)), ("--branch", "NONE"), "没有组织代码为 NONE"),
        (sheet(HEADER, person(1)), ("--since", "2026.13.1"), "月份应为 1–12"),
    ],
)
def test_what_the_command_cannot_use(world, tmp_path, capsys, content, more, words):
    file = tmp_path / "x.xlsx"
    if content is not None:
        file.write_bytes(content)
    code, said = run(capsys, str(file), "--branch", world.branch_a.code, *more)
    assert (code, words in said) == (2, True)
