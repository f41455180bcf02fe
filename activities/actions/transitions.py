"""The one place that assigns a state: every step goes through the table of `rules.states`."""

from activities.models import ActivityRecord, Gathering
from activities.rules.states import GATHERING, RECORD, next_state


def move(row: Gathering | ActivityRecord, action: str, *, reason: str = "") -> None:
    """Take one allowed step in memory; the caller saves. Raises TransitionError with a Chinese sentence."""
    subject = GATHERING if isinstance(row, Gathering) else RECORD
    row.state = next_state(subject, row.state, action, reason=reason).target
