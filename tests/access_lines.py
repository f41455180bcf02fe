"""The vocabulary of the access table: personas, groups, outcomes, lines. Slices write their own lines with it."""

from dataclasses import dataclass, field

ANYBODY = "anybody"
COLUMNS = (
    ANYBODY,
    "member_a",
    "cell_leader_a",
    "officer_a",
    "secretary_a",
    "member_b",
    "secretary_b",
    "secretary_d",
    "secretary_x",
    "staff",
    "staff_x",
    "superuser",
)
GROUPS = {
    "insiders": ("member_a", "cell_leader_a", "officer_a", "secretary_a"),
    "members": ("member_a", "member_b"),
    "officers_a": ("officer_a", "secretary_a"),
    "officers": ("officer_a", "secretary_a", "secretary_b", "secretary_d", "secretary_x"),
    "leaders": ("cell_leader_a", "officer_a", "secretary_a", "secretary_b", "secretary_d", "secretary_x"),
    "committees": ("staff", "staff_x"),
    "back_office": ("staff", "staff_x", "superuser"),
}

Outcomes = dict[str, int | str]


def who(rest: int | str, **named: int | str) -> Outcomes:
    """Groups first, then persons, so that a person's own outcome wins."""
    found: Outcomes = dict.fromkeys(COLUMNS, rest) | {ANYBODY: "login"}
    for name in sorted(named, key=lambda name: name not in GROUPS):
        for column in GROUPS.get(name, (name,)):
            if column not in found:
                raise ValueError(f"{name} is neither a persona nor a group")
            found[column] = named[name]
    return found


@dataclass(frozen=True)
class Line:
    """One route: outcomes of GET and of an empty POST, the object it is asked for, other parts of its path."""

    get: Outcomes
    post: Outcomes = field(default_factory=lambda: NOT_POSTED)
    thing: str = ""
    values: dict[str, str] = field(default_factory=dict)


NOT_POSTED = who(405)
NOT_GOT = who(405)
SIGNED_IN = who(200)
