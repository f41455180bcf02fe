"""What may become of a finding: the branch answers, the committee closes or asks for more. One table."""

from __future__ import annotations

from dataclasses import dataclass

OPEN, RECTIFIED, CLOSED = "open", "rectified", "closed"
STATE_LABELS = {OPEN: "待整改", RECTIFIED: "已整改，待核验", CLOSED: "已办结"}


class FindingRefused(ValueError):
    """A step that the table does not hold, or that lacks its words; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step; `needs_words` where it has to be said in words what was done or is still to be done."""

    key: str
    label: str
    sources: tuple[str, ...]
    target: str
    needs_words: bool


STEPS = {
    step.key: step
    for step in (
        Step("rectify", "提交整改情况", (OPEN,), RECTIFIED, True),
        # What was put right before the inspectors' eyes needs no paper from the branch.
        Step("close", "办结", (OPEN, RECTIFIED), CLOSED, False),
        Step("reopen", "要求继续整改", (RECTIFIED, CLOSED), OPEN, True),
    )
}


def next_state(state: str, key: str, *, words: str = "") -> str:
    """The state after a step; FindingRefused where it is not allowed, KeyError for a misspelt step."""
    step = STEPS[key]
    if state not in step.sources:
        raise FindingRefused(f"当前为“{STATE_LABELS[state]}”，不能“{step.label}”；请刷新页面查看最新情况。")
    if step.needs_words and not words.strip():
        raise FindingRefused(f"“{step.label}”需要写明情况。")
    return step.target


def steps_from(state: str) -> list[str]:
    return [step.key for step in STEPS.values() if state in step.sources]
