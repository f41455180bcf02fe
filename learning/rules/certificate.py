"""What a certificate of hours says, as plain values that are frozen, hashed and printed (M7)."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def content_hash(content: dict[str, Any]) -> str:
    """sha256 over the canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def same_facts(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two certificates say the same but for the day of issue."""
    return {**one, "issued_on": ""} == {**other, "issued_on": ""}


def masked_name(name: str) -> str:
    """安**: enough for who holds the paper, nothing for who guesses codes."""
    return name[:1] + "*" * max(len(name) - 1, 1)
