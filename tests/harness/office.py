"""LibreOffice and poppler for tests: a .docx becomes a PDF, and the PDF text, boxes and pages.

def test_it(to_pdf, by_office):
    pdf = to_pdf(content)
    assert "党支部" in pdf.text
    recalculated = by_office(content, "xlsx", "xlsx")
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path

import pytest

_SECONDS = 180


@dataclass(frozen=True)
class Word:
    """A word of a page with its box in points from the upper left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Pdf:
    path: Path

    @cached_property
    def text(self) -> str:
        """All text above the page numbers, without white space: breaks on paper are no business of the comparison."""
        above = ("-r", "72", "-x", "0", "-y", "0", "-W", "596", "-H", "746")
        return re.sub(r"\s+", "", self._run("pdftotext", "-raw", *above, str(self.path), "-"))

    @cached_property
    def pages(self) -> list[list[Word]]:
        found = []
        for page in re.split(r"<page ", self._run("pdftotext", "-bbox", str(self.path), "-"))[1:]:
            boxes = re.findall(
                r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page
            )
            found.append([Word(unescape(text), *map(float, box)) for *box, text in boxes])
        return found

    @cached_property
    def size(self) -> str:
        return "".join(re.findall(r"Page size:\s+(.*)", self._run("pdfinfo", str(self.path))))

    def _run(self, *command: str) -> str:
        return subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS).stdout.decode()


@pytest.fixture(scope="session")
def office_profile(tmp_path_factory) -> Path:
    """One profile a session: making a new one takes seconds."""
    return tmp_path_factory.mktemp("office")


@pytest.fixture
def to_pdf(tmp_path, office_profile) -> Callable[[bytes], Pdf]:
    """`to_pdf(content)` → the PDF that LibreOffice makes of a .docx; it fails when it does not open it."""
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        pytest.fail("no LibreOffice or poppler: run `make test` as root to install them")

    def convert(content: bytes) -> Pdf:
        return Pdf(_converted(content, "docx", "pdf", tmp_path, office_profile))

    return convert


@pytest.fixture
def by_office(tmp_path, office_profile) -> Callable[[bytes, str, str], bytes]:
    """`by_office(content, "fods", "xlsx")` → what LibreOffice makes of it; formulas are worked out anew."""
    if not shutil.which("soffice"):
        pytest.fail("no LibreOffice: run `make test` as root to install it")

    def convert(content: bytes, source: str, target: str) -> bytes:
        return _converted(content, source, target, tmp_path, office_profile).read_bytes()

    return convert


def _converted(content: bytes, source: str, target: str, folder: Path, profile: Path) -> Path:
    made = folder / "made"
    path = folder / f"sheet.{source}"
    path.write_bytes(content)
    command = [
        "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
        "--convert-to", target, "--outdir", str(made), str(path),
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
    return made / f"sheet.{target}"
