"""The box 粘贴接龙或名单 of the roll: what it shows and what its choices mean."""

from dataclasses import dataclass, field

from activities.rules.roll import ABSENT, LEAVE, OTHER, PRESENT

PRESENT_REST_ABSENT, ON_LEAVE, NOT_THERE = "present", "leave", "absent"
MODES = (
    (PRESENT_REST_ABSENT, "名单上的人到会，其余缺席"),
    (ON_LEAVE, "名单上的人请假"),
    (NOT_THERE, "名单上的人缺席"),
)
MEANING = {PRESENT_REST_ABSENT: (PRESENT, ""), ON_LEAVE: (LEAVE, OTHER), NOT_THERE: (ABSENT, "")}


@dataclass(frozen=True, slots=True)
class Ask:
    """One name to decide about: the name of its select, who may be meant, and why it is not certain."""

    field: str
    text: str
    why: str
    options: tuple[tuple[str, str], ...]


@dataclass
class NamesBox:
    """The box 粘贴接龙或名单 as the page shows it again: what is left of the text, and what came of it."""

    mode: str = PRESENT_REST_ABSENT
    text: str = ""
    seen: str = ""
    #: Whom earlier fills named, so that a second one does not make them 其余.
    taken: str = ""
    said: str = ""
    asks: list[Ask] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sheet: str = ""
    modes: tuple[tuple[str, str], ...] = MODES
