"""Catalogue, tests and report name the same faults, and the report says what happened to each."""

import ast
from types import SimpleNamespace

from tests.faults.catalogue import CATALOGUE, Fault
from tests.harness.fault_report import files_with_faults, lines_of, numbers_of_files, table


def marked() -> dict[str, set[str]]:
    """Number → the files whose tests carry it."""
    found: dict[str, set[str]] = {}
    for path in files_with_faults():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.fault"):
                number, title = (ast.literal_eval(argument) for argument in node.args)
                assert title, f"{path.name}: {number} has no title"
                found.setdefault(number, set()).add(path.name)
    return found


def test_the_catalogue_is_whole():
    assert list(CATALOGUE) == [f"F{number}" for number in range(1, 51)]
    assert all(fault.title and fault.expected for fault in CATALOGUE.values())


def test_catalogue_and_tests_agree():
    found = marked()
    assert found.keys() <= CATALOGUE.keys()
    assert numbers_of_files() == found.keys()
    without = {number for number in CATALOGUE if number not in found}
    unexplained = sorted(number for number in without if not CATALOGUE[number].not_run)
    assert not unexplained, f"neither a test nor a reason: {unexplained}"


def test_every_test_says_what_it_measured():
    silent = [
        f"{path.name}: {node.name}"
        for path in files_with_faults()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("mark.fault(" in ast.unparse(each) for each in node.decorator_list)
        and not any(isinstance(each, ast.Name) and each.id == "measured" for each in ast.walk(node))
    ]
    assert silent == []


def report(number: str, *measured: str, longrepr: object = None) -> SimpleNamespace:
    properties = [("fault", number), *(("measured", words) for words in measured)]
    return SimpleNamespace(user_properties=properties, longrepr=longrepr)


def test_the_table_names_each_number_once_with_its_result():
    faults = {number: Fault(number, f"title {number}", "expected", reason) for number, reason in
              (("F1", ""), ("F2", ""), ("F3", ""), ("F4", "needs another machine"), ("F5", ""))}  # fmt: skip
    lines = lines_of(
        {
            "passed": [report("F1", "0 of 9 lost"), report("F2", "half")],
            "failed": [report("F2")],
            "skipped": [report("F3", longrepr=("file", 1, "Skipped: no mount"))],
        }
    )
    text = table(faults, lines, {"F5"})
    assert [row.split()[:2] for row in text.splitlines() if row.startswith("F")] == [
        ["F1", "passed"], ["F2", "failed"], ["F3", "skipped"], ["F4", "skipped"], ["F5", "-"],
    ]  # fmt: skip
    assert "0 of 9 lost" in text
    assert "1 passed, 1 failed, 2 skipped, 1 not chosen" in text
    assert "F3: no mount" in text
    assert "F4: needs another machine" in text
