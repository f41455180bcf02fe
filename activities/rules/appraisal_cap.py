"""民主评议: how many may be rated 优秀 (Art. 18: generally at most a third)."""

from __future__ import annotations

FULL_MEMBERS, ALL = "full_members", "all"


def excellent_cap(full: int, probationary: int, base: str = FULL_MEMBERS) -> int:
    """A third, rounded down, of the graded members (default, the stricter reading) or of all."""
    return (full + (probationary if base == ALL else 0)) // 3


def excellent_warning(excellent: int, full: int, probationary: int, base: str = FULL_MEMBERS) -> str:
    """ "" or the WARN sentence."""
    cap = excellent_cap(full, probationary, base)
    if excellent <= cap:
        return ""
    return f"评为“优秀” {excellent} 人，一般不超过三分之一（{cap} 人），请核对或写明原因。"
