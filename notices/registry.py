"""The kinds of reminders: what is code about them. When and whether they fire is data (`ReminderRule`, same key).

An app that owes reminders of a new kind registers it in `AppConfig.ready` and adds the rule's row by a migration here.
A key that nobody registered behaves as `ReminderKind` says by default.
"""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class ReminderKind:
    """How a kind behaves.

    `at`: the local hour that "so many days before" counts from; `grace`: how long after the due day a reminder is still
    worth telling; `outside`: whether its words may leave the portal by mail (no names of people, no minutes in them).
    """

    key: str
    at: datetime.time = datetime.time(9)
    grace: datetime.timedelta = datetime.timedelta(days=1)
    outside: bool = True


_kinds: dict[str, ReminderKind] = {}


def register(kind: ReminderKind) -> ReminderKind:
    _kinds[kind.key] = kind
    return kind


def reminder_kind(key: str) -> ReminderKind:
    return _kinds.get(key) or ReminderKind(key)


def inside_only() -> list[str]:
    """Keys of the kinds whose words never leave the portal."""
    return sorted(kind.key for kind in _kinds.values() if not kind.outside)


# What is late stays late: the second reminder of a record comes a week after the first was due.
register(ReminderKind("record_overdue", grace=datetime.timedelta(days=14)))
# Weekly until somebody deals with it, for two months; after that the workbench alone says so.
for _key in ("transfer_letter_expiry", "floating_contact", "lost_contact_6m", "suspended_2y"):
    register(ReminderKind(_key, grace=datetime.timedelta(days=58)))
# The answer's words are the branch's own and may name what mail must not.
register(ReminderKind("correction_answered", outside=False))
# A probation that ended undecided is recalled every week.
register(ReminderKind("confirmation_due", grace=datetime.timedelta(days=90)))
# What came of long work may say of whom it was.
register(ReminderKind("job_ended", outside=False))
