"""HTTP ranges (RFC 9110, section 14): which bytes a request for a part of a file means. Pure, no request and no file."""

import re
from dataclasses import dataclass

#: A suffix, or a first byte and perhaps a last one. Longer numbers are no places in any file.
_SINGLE = re.compile(
    r"^\s*bytes\s*=\s*(?:(?P<first>\d{1,18})\s*-\s*(?P<last>\d{0,18})|-\s*(?P<suffix>\d{1,18}))\s*$", re.I
)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def content_range(self, size: int) -> str:
        return f"bytes {self.first}-{self.last}/{size}"


class Unsatisfiable(Exception):
    """The range lies behind the end: 416."""


def asked_span(header: str, size: int) -> Span | None:
    """The one range that the header asks for, cut at the end of the file.

    None when the whole file is to be sent: no header, several ranges, another unit or nonsense (all of which a server may
    ignore). Unsatisfiable when it begins behind the end, or asks for the last nought bytes.
    """
    found = _SINGLE.match(header) if header and header.isascii() else None
    if found is None:
        return None
    if found["suffix"] is not None:
        length = min(int(found["suffix"]), size)
        if length == 0:
            raise Unsatisfiable
        return Span(size - length, size - 1)
    first = int(found["first"])
    last = int(found["last"]) if found["last"] else size - 1
    if last < first and found["last"]:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, min(last, size - 1))
