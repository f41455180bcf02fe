"""What was refused for its marks while one request or job ran, so that it can be written down at its end.

Whoever refuses a text or a file is deep in a form or an action that may be rolled back; the note is written outside of it, by
`members.middleware_markings`, and knows the place and a hash, never the content.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256

#: One submission may be wrong in many fields; as many are told as somebody would read.
MOST = 20


@dataclass(frozen=True)
class Found:
    """`place` in the words of the page (a field's label, “上传的文件”), `digest` of the bytes that were refused."""

    place: str
    digest: str


_found: ContextVar[tuple[Found, ...]] = ContextVar("markings_found", default=())


def note(place: str, content: str | bytes) -> None:
    raw = content.encode(errors="replace") if isinstance(content, str) else content
    so_far = _found.get()
    if len(so_far) < MOST:
        _found.set((*so_far, Found(place[:60], sha256(raw).hexdigest())))


def drain() -> tuple[Found, ...]:
    """What was noted since the last call."""
    found = _found.get()
    _found.set(())
    return found
