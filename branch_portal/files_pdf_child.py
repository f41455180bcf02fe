"""Judges one PDF; run as a script of its own, without Django, under hard limits.

    files_pdf_child.py UPLOAD   → one word on standard output: pdf, active, encrypted or broken

Looked for are the names of what acts by itself or carries other files, in the file itself and in its compressed object
streams, also where letters are written as numbers (`/J#61vaScript`). Nothing is interpreted, so a reader that guesses more
than the standard says is not second-guessed: what no name announces is not found.
"""

import mmap
import re
import resource
import sys
import zlib

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
#: Of object streams, unpacked; a real document's are a few megabytes.
MAX_UNPACKED = 100 * 1024 * 1024
_PIECE = 64 * 1024
_END = rb"(?=[\s/<>\[\](){}%]|$)"


def _name(word: str) -> bytes:
    """The name however its letters are written."""
    letters = (rb"(?:%s|#%02x|#%02X)" % (each.encode(), ord(each), ord(each)) for each in word)
    return b"".join(letters)


_ACTIVE = re.compile(
    b"/(?:" + b"|".join(_name(word) for word in ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA")) + b")" + _END
)  # fmt: skip
_OBJECTS = re.compile(b"/" + _name("ObjStm") + _END)
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(b"/(?:" + _name("FlateDecode") + b"|" + _name("Fl") + b")" + _END)
_ENCRYPTED = re.compile(b"/" + _name("Encrypt") + _END)


def verdict(path: str) -> str:
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:  # noqa: PTH123
        if content[:5] != b"%PDF-":
            return "broken"
        if _ACTIVE.search(content):
            return "active"
        return _of_object_streams(content) or "pdf"


def _of_object_streams(content: mmap.mmap) -> str:
    """Why what is packed in object streams speaks against the file, or ""."""
    left = MAX_UNPACKED
    for found in _OBJECTS.finditer(content):
        # The dictionary around the name: from its object's beginning to the word that begins the stream.
        begun = _STREAM.search(content, found.end())
        if begun is None:
            return "broken"
        head = content[max(content.rfind(b" obj", 0, found.start()), 0) : begun.start()]
        if not _FLATE.search(head):
            # Plain ones have been read above; other filters nobody uses here, and they hide what they hold.
            if b"Filter" in head or b"#" in head:
                return "broken"
            continue
        try:
            unpacked = _unpacked(content, begun.end(), left)
        except zlib.error:
            return "encrypted" if _ENCRYPTED.search(content) else "broken"
        left -= len(unpacked)
        if left <= 0:
            return "broken"
        if _ACTIVE.search(unpacked):
            return "active"
    return ""


def _unpacked(content: mmap.mmap, start: int, most: int) -> bytes:
    """At most so much of what the stream that begins there holds, whatever its dictionary says of its length."""
    unpacker, found = zlib.decompressobj(), bytearray()
    while not unpacker.eof and len(found) < most and (piece := content[start : start + _PIECE]):
        found += unpacker.decompress(piece, most - len(found))
        start += len(piece)
        while unpacker.unconsumed_tail and len(found) < most:
            found += unpacker.decompress(unpacker.unconsumed_tail, most - len(found))
    return bytes(found)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(verdict(sys.argv[1]))
