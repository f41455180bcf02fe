"""What the site writes into its log, as the installed site writes it: JSON lines, redacted.

`log_lines` is a list of the lines of the running test. Every quick test is also watched: a line with the mark of a canary
(`tests/security/canaries.py`) or the name of one of the named people (`tests/personas.py`) fails it.
"""

import json
import logging
import logging.config
import re
from collections.abc import Iterator
from typing import Any

import pytest

from branch_portal.logs import FrameFilter, JsonFormatter
from branch_portal.redaction import RedactionFilter

#: Marks of canaries, and names of people that no word of a program contains.
CANARY = re.compile(r"Zq\d{4}z|安国强|白春梅|陈志远|邓秀兰|方建国|高海燕|何文斌|金玉华|李永明|马晓东")


class Collected(logging.Handler):
    """Keeps the formatted lines of one test."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(FrameFilter())
        self.addFilter(RedactionFilter())
        self.setFormatter(JsonFormatter())

    def handle(self, record: logging.LogRecord):
        # A copy: pytest's own handlers show the record as it was written.
        return super().handle(logging.makeLogRecord(record.__dict__))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class LogLines:
    """The lines so far, read as a collector of logs would."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected

    @property
    def raw(self) -> list[str]:
        return list(self._collected.lines)

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._collected.lines]

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in self.all if line["logger"] == logger]

    def events(self) -> list[str]:
        return [line["event"] for line in self.of("portal.security")]

    def clear(self) -> None:
        self._collected.lines.clear()


def personal_data_in(lines: list[str]) -> list[str]:
    return [line for line in lines if CANARY.search(line)]


_collected = Collected()


def pytest_configure(config: pytest.Config) -> None:
    logging.getLogger().addHandler(_collected)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    _collected.lines.clear()
    result = yield
    if found := personal_data_in(_collected.lines):
        pytest.fail("personal data in the log:\n" + "\n".join(found[:5]), pytrace=False)
    return result


@pytest.fixture
def log_lines() -> LogLines:
    # Django may have configured logging anew since the session began.
    root = logging.getLogger()
    if _collected not in root.handlers:
        root.addHandler(_collected)
    return LogLines(_collected)
