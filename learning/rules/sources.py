"""Names of what earns hours in the ledger, where more than one module reads them."""

from uuid import UUID

LESSON = "learning.lesson:"
#: How long the name of a whole lesson is; what follows names one completion of it.
LESSON_LENGTH = len(LESSON) + 36


def lesson_source(lesson: UUID) -> str:
    """The lesson itself: a topic of the plan may name it."""
    return f"{LESSON}{lesson}"


def completion_source(lesson: UUID, completion: UUID) -> str:
    """One member's completion, a part of the lesson: thousands may complete a committee's lesson on one evening."""
    return f"{lesson_source(lesson)}:{completion}"
