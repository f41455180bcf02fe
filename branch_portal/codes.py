"""QR codes of pages: where they lead, as a picture for Word and as a path for a print view."""

import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class PathCode:
    """A code as one SVG path in a square of `size` modules, quiet zone included."""

    size: int
    path: str


def code_url(code: str) -> str:
    """The public page of a code, as an address that can be scanned."""
    return page_url("verify:code", code)


def page_url(route: str, *arguments: str) -> str:
    """A page's whole address."""
    return settings.PORTAL_BASE_URL.rstrip("/") + reverse(route, args=arguments)


def code_png(code: str) -> bytes:
    out = io.BytesIO()
    segno.make(code_url(code), error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()


def code_path(code: str) -> PathCode:
    """The code of `code_url` for a print view."""
    return _path(code_url(code))


def page_code(route: str, *arguments: str) -> PathCode:
    """The code of `page_url` for a print view."""
    return _path(page_url(route, *arguments))


def _path(address: str) -> PathCode:
    """Runs of dark modules as strokes: the template writes the numbers, no markup comes from here."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                parts.append(f"M{x} {y}h{run}v1h-{run}z")
            x += max(run, 1)
    return PathCode(len(rows), "".join(parts))
