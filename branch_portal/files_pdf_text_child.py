"""Reads the text of a PDF and says whether it carries a secrecy mark; run as a script of its own, without Django, under limits.

    files_pdf_text_child.py UPLOAD   → “marked”, “plain”, or “unread” on standard output

A scanned page has no text, a damaged or encrypted file cannot be read: both are “unread” and judged by people. Marks stand on
the first pages, so what follows after them is not read.
"""

import logging
import resource
import sys
import warnings
from pathlib import Path

MEMORY = 768 * 1024 * 1024
SECONDS = 15
PAGES = 30


def verdict(path: str) -> str:
    from pypdf import PdfReader

    from branch_portal.markings import is_marked

    read = False
    reader = PdfReader(path)
    if reader.is_encrypted:
        return "unread"
    title = reader.metadata.title if reader.metadata else None
    if title and is_marked(str(title)):
        return "marked"
    for page in reader.pages[:PAGES]:
        text = page.extract_text()
        if is_marked(text):
            return "marked"
        read = read or bool(text.strip())
    return "plain" if read else "unread"


if __name__ == "__main__":
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    warnings.simplefilter("ignore")
    logging.disable()
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    try:
        word = verdict(sys.argv[1])
    except Exception:  # a foreign file may break the reader in any way; then people judge it
        word = "unread"
    sys.stdout.write(word)
