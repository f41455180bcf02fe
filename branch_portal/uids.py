"""Identifiers that are random and yet in the order of time."""

import secrets
import time
import uuid

_VERSION, _VARIANT = 7 << 76, 2 << 62
_RANDOM = (1 << 76) - 1 & ~(3 << 62)


def ordered_uid() -> uuid.UUID:
    """A `uid` that begins with the time (UUID version 7), for rows that are written by the dozen.

    Random ones lie all over the index, and PostgreSQL reads, changes and logs a page of it for every row. The 74 random
    bits are as good as unguessable; whoever sees one learns when its row was made.
    """
    milliseconds = time.time_ns() // 1_000_000
    return uuid.UUID(int=milliseconds << 80 | _VERSION | _VARIANT | secrets.randbits(76) & _RANDOM)
