"""A QR code as the path of an inline SVG, because the page's policy allows neither scripts from elsewhere nor data: pictures."""

from dataclasses import dataclass

import segno

QUIET = 4


@dataclass(frozen=True, slots=True)
class QrPath:
    """`size` modules on each side with the quiet zone; `d` draws the dark ones, a run of a row at a time."""

    size: int
    d: str


def qr_path(text: str) -> QrPath:
    matrix = segno.make_qr(text, error="m").matrix
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z")
            x += 1
    return QrPath(len(matrix) + 2 * QUIET, "".join(parts))
