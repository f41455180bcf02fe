"""The choices of 到会情况 on one row: status and kind of leave in one value, with the key that sets it."""

from activities.rules.roll import (
    ABSENT,
    EXEMPT,
    LATE,
    LEAVE,
    MADE_UP,
    OFFICIAL,
    ONLINE,
    OTHER,
    PERSONAL,
    PRESENT,
    SICK,
    mark_label,
)

#: (value of the select, status, leave type, key on the keyboard)
MARKS: tuple[tuple[str, str, str, str], ...] = (
    ("present", PRESENT, "", "P"),
    ("late", LATE, "", "L"),
    ("online", ONLINE, "", "O"),
    ("personal", LEAVE, PERSONAL, "S"),
    ("sick", LEAVE, SICK, "B"),
    ("official", LEAVE, OFFICIAL, "G"),
    ("other", LEAVE, OTHER, ""),
    ("absent", ABSENT, "", "A"),
    ("exempt", EXEMPT, "", "E"),
    ("made_up", MADE_UP, "", ""),
)
CHOICES = [(value, mark_label(status, leave)) for value, status, leave, _ in MARKS]
STATUS_OF = {value: (status, leave) for value, status, leave, _ in MARKS}
VALUE_OF = {(status, leave): value for value, status, leave, _ in MARKS}
KEYS = " · ".join(f"{key} {mark_label(status, leave)}" for _, status, leave, key in MARKS if key)
