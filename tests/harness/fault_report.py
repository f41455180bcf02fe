"""The table at the end of `make faults`: each number of the catalogue, its result, and what was measured.

    @pytest.mark.fault("F11", "Redis killed again and again")
    def test_it(measured):
        measured("0 of 812 acknowledged rows lost, back after 3.1 s")

`-k F11` selects by number; `-k F1.` is F1 without F10 to F19.
"""

import collections
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from branch_portal.local.paths import ROOT

_MARK = re.compile(r'mark\.fault\("(F\d+)"')
_NUMBER, _WORDS = "fault", "measured"
_FAILED, _SKIPPED, _PASSED = "failed", "skipped", "passed"
_WANTED: pytest.StashKey[set[str]] = pytest.StashKey()
_DESELECTED: pytest.StashKey[set[str]] = pytest.StashKey()


@dataclass
class Line:
    """What became of one number."""

    results: set[str] = field(default_factory=set)
    measured: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def result(self) -> str:
        """The worst of its tests; skipped only when none of them ran."""
        for result in (_FAILED, _PASSED):
            if result in self.results:
                return result
        return _SKIPPED


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say for the report what was measured."""
    return lambda words: record_property(_WORDS, words)


def numbers(item: pytest.Item) -> list[str]:
    return [str(mark.args[0]) for mark in item.iter_markers("fault")]


def pytest_itemcollected(item: pytest.Item) -> None:
    for number in numbers(item):
        item.user_properties.append((_NUMBER, number))  # travels with the report, from another process too
        item.extra_keyword_matches |= {number, f"{number}."}


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        item.config.stash.setdefault(_DESELECTED, set()).update(numbers(item))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if "fault" not in (config.option.markexpr or "").split():
        return
    from tests.faults.catalogue import CATALOGUE

    # Of a file that was not asked for, nothing is collected that could be deselected.
    left_out = config.stash.get(_DESELECTED, set()) | numbers_of_files()
    lines = lines_of(terminalreporter.stats)
    text = table(CATALOGUE, lines, left_out)
    terminalreporter.write_sep("=", "faults")
    terminalreporter.write_line(text)
    path = ROOT / "var" / "faults.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    terminalreporter.write_line(f"written to {path.relative_to(ROOT)}")


def lines_of(stats: dict[str, list]) -> dict[str, Line]:
    """By number, from the reports of the session."""
    lines: dict[str, Line] = collections.defaultdict(Line)
    for outcome, result in (
        ("failed", _FAILED),
        ("error", _FAILED),
        ("skipped", _SKIPPED),
        ("passed", _PASSED),
    ):
        for report in stats.get(outcome, []):
            properties = getattr(report, "user_properties", [])
            for number in {value for name, value in properties if name == _NUMBER}:
                line = lines[number]
                line.results.add(result)
                line.measured += [words for name, words in properties if name == _WORDS]
                if result == _SKIPPED:
                    line.reasons.append(str(report.longrepr[2]).removeprefix("Skipped: "))
    return dict(lines)


def table(catalogue: dict, lines: dict[str, Line], left_out: set[str]) -> str:
    """One row for every number, then the sum and the reason of each skip."""
    rows, reasons, count = [], [], collections.Counter[str]()
    for number, fault in catalogue.items():
        line = lines.get(number)
        if line is None and number in left_out:
            count["not chosen"] += 1
            rows.append(f"{number:<4} {'-':<8} {fault.title}")
            continue
        line = line or Line(reasons=[fault.not_run or "no test of it was found"])
        count[line.result] += 1
        said = "; ".join(dict.fromkeys(line.measured)) or ("" if line.result == _SKIPPED else fault.expected)
        rows.append(
            f"{number:<4} {line.result:<8} {fault.title}" + (f"\n     {'':<8} {said}" if said else "")
        )
        reasons += [f"  {number}: {reason}" for reason in dict.fromkeys(line.reasons)]
    total = f"{count[_PASSED]} passed, {count[_FAILED]} failed, {count[_SKIPPED]} skipped"
    total += f", {count['not chosen']} not chosen" if count["not chosen"] else ""
    return "\n".join([*rows, "", total, *(["skipped, in whole or in part:", *reasons] if reasons else [])])


def numbers_of_files() -> set[str]:
    """Every number that some test carries."""
    return {number for path in files_with_faults() for number in _MARK.findall(path.read_text("utf-8"))}


def files_with_faults() -> list[Path]:
    """Every test file that carries the marker."""
    return [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "mark.fault(" in path.read_text("utf-8")
    ]
