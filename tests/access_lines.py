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
OPEN = who(200, anybody=200)

# --- Whose branch it is: what each group gets for an object of branch A ---
OFFICERS_READ = who(403, officers=200)
SECRETARIES = who(403, secretary_a=200, secretary_b=200, secretary_d=200, secretary_x=200)
LEADERS_READ = who(200, members=403, superuser=403)
DELEGATORS = who(
    403, secretary_a=200, secretary_b=200, secretary_d=200, secretary_x=200, staff=200, staff_x=200
)
OWN_OFFICERS_CHANGE = who(404, officers_a=200, staff=403)
OWN_OFFICERS_AND_STAFF_READ = who(404, officers_a=200, staff=200)
#: Officers of the branch and the staff above it; who may only look at the organisation gets 403.
OFFICERS_AND_STAFF = who(404, insiders=403, officers_a=200, staff=200, superuser=403)
OWN_LOGGERS_CHANGE = who(404, insiders=403, officers_a=200, staff=403)
OWN_RUNNERS_CHANGE = who(404, insiders=403, secretary_a=200, staff=403)
#: An election that is still to be counted is nobody's but its officers' and the staff's.
RUNNERS_PREPARE = who(404, officer_a=403, secretary_a=200, staff=403)
OWN_BRANCH_READS = who(404, insiders=200, staff=200)
BOTH_SIDES_READ = who(404, officers_a=200, secretary_b=200, staff=200)
STAFF_ISSUES = who(404, officers_a=403, secretary_b=403, staff=200)
RECEIVER_ANSWERS = who(404, officers_a=403, secretary_b=200, staff=403)
SENDER_DECIDES = who(404, officers_a=200, secretary_b=403, staff=403)
COMMITTEES_ONLY = who(403, committees=200)
COMMITTEES_CANNOT_POST = who(403, committees=405)
OWN_ORGANIZATION_READ = who(404, insiders=200, staff=200, superuser=200)
OWN_CELLS_CHANGE = who(404, insiders=403, officers_a=200, staff=200, superuser=403)
OWN_TREE_CHANGES = who(404, insiders=403, staff=200, superuser=403)
ROBOT_KEEPERS = who(404, secretary_a=200, staff=200)
ROBOT_PRESSED = who(404, secretary_a=302, staff=302)
OWN_COMMITTEE_ONLY = who(403, staff=200, staff_x=404)
#: A notice: its addressees read it, the sender's officers alone see answers and change it; the committee above sees none.
NOTICE_SENDERS = who(403, officers=200, committees=200)
NOTICE_READERS = who(404, insiders=200)
NOTICE_OWNERS = who(404, insiders=403, officers_a=200)
NOTICE_OWNERS_POST = who(404, insiders=403, officers_a=302)
DRAFT_OWNERS = who(404, officers_a=200)
DRAFT_OWNERS_POST = who(404, officers_a=302)
