"""Sending recordings: ranges, resume, and never more of the process's threads than pages can spare.

Behind nginx (PORTAL_ACCEL_PREFIX) the portal only says who may have which file. Alone it answers an open-ended range with a
slice: a 206 says itself which bytes it carries, players ask on, and so nobody holds a thread for the length of a film
(RFC 9110, 15.3.7 allows sending a part of what was asked). Whole files are for downloads, one at a time.
"""

import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_http_date_safe

from branch_portal.ranges import Span, Unsatisfiable, asked_span

SLICE = 2 * 1024 * 1024
_PIECE = 64 * 1024
_RETRY_SECONDS = "2"
#: Whoever takes longer for a slice, or for a whole file, is cut off and asks on from where it was: places are few.
SLICE_SECONDS, _WHOLE_SECONDS = 60.0, 1200.0
#: One piece of 64 kB that does not get away: the reader sleeps.
_SEND_SECONDS = 20.0
_BUSY = "正在播放的人较多，请过几秒再试。"
#: Instead of the site's own policy, which keeps the browser's PDF reader from working: nothing in the file may act.
_PDF_POLICY = "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Slots:
    """How many answers may be under way at once in this process; taking one never waits, as waiting holds a thread too."""

    def __init__(self, number: int):
        self._free = threading.BoundedSemaphore(number)

    def take(self) -> bool:
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        self._free.release()


#: All streams of the process, and the whole files among them.
streams = Slots(settings.PORTAL_STREAMS)
whole_files = Slots(1)


def media_response(
    request: HttpRequest,
    stored_name: str,
    *,
    file_name: str,
    content_type: str,
    version: str,
    inline: bool = True,
) -> HttpResponseBase | None:
    """The stored file, or the part of it that the request asks for; None when its bytes are gone.

    The caller has checked that the asker may have it. `version` names these very bytes (files never change under a name).
    """
    path = Path(settings.MEDIA_ROOT) / stored_name
    if not path.is_file():
        return None
    if settings.PORTAL_ACCEL_PREFIX:
        # nginx reads Range and If-Range of the request itself.
        response: HttpResponseBase = HttpResponse()
        response.headers["X-Accel-Redirect"] = f"{settings.PORTAL_ACCEL_PREFIX.rstrip('/')}/{stored_name}"
    else:
        response = _own(request, path, f'"{version}"')
    if response.status_code in (200, 206):
        response.headers["Content-Type"] = content_type
        response.headers["Content-Disposition"] = (
            content_disposition_header(not inline, file_name) or "inline"
        )
        if content_type == "application/pdf":
            response._csp_exempt = True  # type: ignore[attr-defined]
            response.headers["Content-Security-Policy"] = _PDF_POLICY
    # Kept by the browser it may be, but every use asks again whether it may still be used.
    response.headers["Cache-Control"] = "private, no-cache" if inline else "private, no-store"
    return response


def _own(request: HttpRequest, path: Path, tag: str) -> HttpResponseBase:
    status = path.stat()
    size, changed = status.st_size, int(status.st_mtime)
    if tag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
        response: HttpResponseBase = HttpResponse(status=304)
        response.headers["ETag"] = tag
        return response
    try:
        asked = asked_span(request.headers.get("Range", ""), size) if request.method == "GET" else None
        if asked is not None and not _still_the_same(request.headers.get("If-Range", ""), tag, changed):
            asked = None
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    response = _head(size) if request.method == "HEAD" else _streamed(request, path, asked, size)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = formatdate(changed, usegmt=True)
    return response


def _still_the_same(if_range: str, tag: str, changed: int) -> bool:
    """If-Range: the part is wanted only of the file that the asker has the beginning of."""
    if not if_range:
        return True
    if if_range.startswith(('"', "W/")):
        return if_range == tag
    return parse_http_date_safe(if_range) == changed


def _head(size: int) -> HttpResponse:
    response = HttpResponse()
    response.headers["Content-Length"] = str(size)
    return response


def _streamed(request: HttpRequest, path: Path, asked: Span | None, size: int) -> HttpResponseBase:
    span = Span(0, size - 1) if asked is None else Span(asked.first, min(asked.last, asked.first + SLICE - 1))
    status = 200 if asked is None else 206
    response: HttpResponseBase
    if span.length <= _PIECE:
        # A player's first look, or a picture: the system's own buffer takes it at once, so it holds nobody up.
        response = HttpResponse(b"".join(_Pieces(path, span, [])), status=status)
    elif taken := _taken([streams] if asked else [whole_files, streams]):
        _hurry(request)
        seconds = SLICE_SECONDS if asked else _WHOLE_SECONDS
        response = StreamingHttpResponse(_Pieces(path, span, taken, seconds=seconds), status=status)
    else:
        response = HttpResponse(_BUSY, status=503, content_type="text/plain; charset=utf-8")
        response.headers["Retry-After"] = _RETRY_SECONDS
        return response
    response.headers["Content-Length"] = str(span.length)
    if asked is not None:
        response.headers["Content-Range"] = span.content_range(size)
    return response


def _hurry(request: HttpRequest) -> None:
    """Sending has an end too. gunicorn's threads wait for a reader without one, and a thread that waits is lost to pages."""
    line = request.META.get("gunicorn.socket")
    if line is not None:
        line.settimeout(_SEND_SECONDS)


def _taken(wanted: list[Slots]) -> list[Slots]:
    """All of the slots, or none."""
    taken: list[Slots] = []
    for slots in wanted:
        if not slots.take():
            for each in taken:
                each.give_back()
            return []
        taken.append(slots)
    return taken


class _Pieces:
    """The bytes of a span, piece by piece; gives its slots back when it ends, is closed or is forgotten."""

    def __init__(self, path: Path, span: Span, taken: list[Slots], *, seconds: float = SLICE_SECONDS):
        self._taken = taken
        self._until = time.monotonic() + seconds
        self._left = span.length
        self._file: BinaryIO | None = None
        try:
            self._file = path.open("rb")
            self._file.seek(span.first)
        except OSError:
            # Gone since it was looked for, or no more files may be open: the places must not be gone as well.
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._left and time.monotonic() > self._until:
            self.close()
            # An answer that just ended would leave the line open and the reader waiting for the rest.
            raise TimeoutError("the reader of a file is too slow")
        piece = self._file.read(min(_PIECE, self._left)) if self._file and self._left else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._left = 0
        if self._file is not None:
            self._file.close()
        while self._taken:
            self._taken.pop().give_back()

    def __del__(self) -> None:
        # An error between the view and the server leaves an answer that nobody reads or closes.
        self.close()
