"""The one place that assigns a state: every step goes through the table of `rules.states`."""

from activities.models import ActivityRecord, Amendment, Gathering
from activities.rules.states import AMENDMENT, GATHERING, RECORD, next_state

_SUBJECTS = {Gathering: GATHERING, ActivityRecord: RECORD, Amendment: AMENDMENT}


def move(row: Gathering | ActivityRecord | Amendment, action: str, *, reason: str = "") -> None:
    """Take one allowed step in memory; the caller saves. Raises TransitionError with a Chinese sentence."""
    row.state = next_state(_SUBJECTS[type(row)], row.state, action, reason=reason).target
