"""What a rule found: the shape that roster and organisation checks share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """HARD is never saved or approved, WARN is saved, flagged and asks for a reason, INFO is only shown."""

    HARD = "hard"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a stable code, its severity, the field it belongs to ("" = the whole), words and
    clause."""

    code: str
    severity: Severity
    field: str
    message: str
    clause: str = ""


def sentence(finding: Finding) -> str:
    """The finding as a sentence of the screen, its clause in brackets."""
    clause = f"（{finding.clause}）" if finding.clause else ""
    return f"{finding.message.rstrip('。')}{clause}。"


def hard(findings: list[Finding]) -> list[Finding]:
    """Those that forbid saving."""
    return [finding for finding in findings if finding.severity == Severity.HARD]
