"""Drawing a sample so that anybody can draw it again: sorted names, a stored seed, Python's own generator."""

import hashlib
import random
from collections.abc import Iterable


def draw(names: Iterable[str], size: int, seed: int) -> list[str]:
    """`size` of the names in the order in which they were drawn; all of them where there are fewer.

    `random.Random(seed).sample` is kept stable across versions of Python for the same input.
    """
    ordered = sorted(names)
    return random.Random(seed).sample(ordered, min(size, len(ordered)))  # noqa: S311 -- repeatable on purpose


def fingerprint(names: Iterable[str]) -> str:
    """sha256 over the sorted names, one a line: whether two populations are the same."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()
