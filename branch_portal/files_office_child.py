"""Judges one .docx or .xlsx by its parts; run as a script of its own, without Django, under hard limits.

    files_office_child.py UPLOAD   → one word on standard output: docx, xlsx, or why not

Nothing is taken out of the file: it is kept as it came, or not at all. Not kept is what can act by itself (macros, ActiveX,
embedded objects), what reaches outside when opened (relationships that are more than a link to click), what unpacks to far
more than it is, and what says of itself that it is secret.
"""

import html
import re
import resource
import sys
import zipfile
from pathlib import Path

MEMORY = 512 * 1024 * 1024
SECONDS = 20
MAX_PARTS = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PART = 40 * 1024 * 1024
MAX_RATIO = 200
#: Small parts pack well by nature; only what is large by itself can be a bomb.
_RATIO_FROM = 1024 * 1024

_MACROS = re.compile(r"vbaproject|vbadata|activex|/macrosheets/|/dialogsheets/", re.IGNORECASE)
_EMBEDDED = re.compile(r"/embeddings/|\.(exe|dll|js|vbs|bat|ps1|jar|com|scr)$", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_A_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/relationships/hyperlink[\"']")
_TAG = re.compile(r"<[^>]*>")
#: Where people read text; searched for marks.
_TEXT = re.compile(
    r"^(word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|xl/(sharedStrings|comments\d*|worksheets/sheet\d+)\.xml|docProps/(core|custom)\.xml)$"
)
#: Where a line ends: a mark stands on a line of its own.
_LINE_END = re.compile(r"</(w:p|w:tc|si|is|text|dc:\w+|cp:\w+|vt:\w+)>|<w:(br|cr)\b[^>]*>")


def verdict(path: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            return _of_archive(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return "broken"


def _of_archive(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    kind = _kind(set(names))
    if not kind:
        return "unknown"
    if len(names) != len(set(names)) or any(part.flag_bits & 1 for part in parts):
        return "broken"
    if len(parts) > MAX_PARTS or _is_bomb(parts):
        return "bomb"
    if any(_MACROS.search(name) for name in names) or b"macroEnabled" in archive.read("[Content_Types].xml"):
        return "macro"
    if any(_EMBEDDED.search(name) for name in names):
        return "embedded"
    return _of_xml(archive, parts) or kind


def _kind(names: set[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ""
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else ""


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    return sum(part.file_size for part in parts) > MAX_UNPACKED or any(
        part.file_size > MAX_PART
        or (part.file_size > _RATIO_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1))
        for part in parts
    )


def _of_xml(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    """Why the XML parts speak against the file, or ""."""
    for part in parts:
        name = part.filename
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(name)
        # Another encoding could hide from the patterns what a reader would see; office programs write UTF-8.
        if b"\0" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            return "broken"
        if name.endswith(".rels") and any(
            _EXTERNAL.search(found) and not _A_LINK.search(found) for found in _RELATIONSHIP.findall(content)
        ):
            return "external"
        if _TEXT.match(name) and _says_secret(content.decode(errors="replace")):
            return "secret"
    return ""


def _says_secret(xml: str) -> bool:
    from branch_portal.markings import is_marked

    return is_marked(html.unescape(_TAG.sub("", _LINE_END.sub("\n", xml))))


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(verdict(sys.argv[1]))
